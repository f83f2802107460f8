/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nearest.c - edit distance, and the entry of a list with the smallest.
 */
#include "models/options/nearest.h"

#include <stdbool.h>
#include <string.h>

#define WORD_MAX 64 /* longer words are nobody's typing slip */

static unsigned int min_of(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/*
 * Edit distance with neighbouring letters swapped counting one (optimal string alignment): "rnig"
 * is one slip from "ring". Three rows of the matrix are enough. Both words are below WORD_MAX.
 */
static unsigned int word_distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	unsigned int rows[3][WORD_MAX + 1];

	for (size_t j = 0; j <= b_len; j++)
		rows[0][j] = (unsigned int)j;
	for (size_t i = 1; i <= a_len; i++) {
		unsigned int *now = rows[i % 3], *last = rows[(i + 2) % 3];
		const unsigned int *older = rows[(i + 1) % 3];

		now[0] = (unsigned int)i;
		for (size_t j = 1; j <= b_len; j++) {
			bool differ = a[i - 1] != b[j - 1];

			now[j] = min_of(min_of(last[j], now[j - 1]) + 1, last[j - 1] + differ);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				now[j] = min_of(now[j], older[j - 2] + 1);
		}
	}
	return rows[a_len % 3][b_len];
}

unsigned int word_rank(const char *entry, size_t len, const char *word)
{
	size_t word_len = strlen(word);
	unsigned int distance, limit = (unsigned int)(word_len + 1) / 3;

	if (!word_len || word_len >= WORD_MAX || len >= WORD_MAX)
		return WORD_UNRELATED;
	if (len > word_len && entry[len - word_len - 1] == '.' &&
	    !strncmp(entry + len - word_len, word, word_len))
		return 1;
	distance = word_distance(entry, len, word, word_len);
	return distance <= (limit ? limit : 1) ? distance : WORD_UNRELATED;
}

const char *word_nearest(const char *const *list, const char *word)
{
	const char *nearest = NULL;
	unsigned int best = WORD_UNRELATED;

	for (; *list; list++) {
		unsigned int rank = word_rank(*list, strlen(*list), word);

		if (rank < best) {
			best = rank;
			nearest = *list;
		}
	}
	return nearest;
}
