/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * choices.c - steps through "a|b|c", finds a word in it, and writes it as a person would.
 */
#include "models/options/choices.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "models/options/nearest.h"

const char *choice_next(const char *choices, const char *word, size_t *len)
{
	word = word ? word + *len : choices;
	if (*word == '|')
		word++;
	*len = strcspn(word, "|");
	return *len ? word : NULL;
}

int choice_index(const char *choices, const char *text, unsigned int *index)
{
	const char *word = NULL;
	size_t len = 0;

	for (unsigned int i = 0; (word = choice_next(choices, word, &len)); i++) {
		if (strlen(text) != len || strncmp(word, text, len))
			continue;
		*index = i;
		return 0;
	}
	return -EINVAL;
}

const char *choice_nearest(const char *choices, const char *word, char *buf, size_t size)
{
	const char *choice = NULL;
	unsigned int best = WORD_UNRELATED;
	size_t len = 0;

	while ((choice = choice_next(choices, choice, &len))) {
		unsigned int rank = word_rank(choice, len, word);

		if (rank >= best)
			continue;
		best = rank;
		snprintf(buf, size, "%.*s", (int)len, choice);
	}
	return best == WORD_UNRELATED ? NULL : buf;
}

void choices_format(const char *choices, char *buf, size_t size)
{
	const char *word = NULL, *next;
	size_t len = 0, used = 0, next_len;

	for (word = choice_next(choices, NULL, &len); word && used < size; word = next) {
		next_len = len;
		next = choice_next(choices, word, &next_len);
		used += (size_t)snprintf(buf + used, size - used, "%s%.*s",
					 word == choices ? ""
					 : next		 ? ", "
							 : " or ",
					 (int)len, word);
		len = next_len;
	}
}
