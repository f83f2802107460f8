/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * strategies.c - look up id and options of a label in the strategy tables.
 */
#include "sim/scenario/strategies.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc/rx/strategy_table.h"
#include "models/options/nearest.h"
#include "models/options/option.h"
#include "sim/plugin/plugin.h"

#define MAX_STRATEGIES 64
#define MAX_CHOICES    16
#define LABEL_MAX      256

/* Splits at every @sep in place. Return: number of words, at most @max - 1; a NULL follows. */
static unsigned int split(char *text, char sep, const char *word[], unsigned int max)
{
	unsigned int n = 0;

	while (text && n + 1 < max) {
		char *end = strchr(text, sep);

		word[n++] = text;
		if (end)
			*end++ = '\0';
		text = end;
	}
	word[n] = NULL;
	return n;
}

static int unknown(const char *what, const char *of, const char *word, const char *const *valid,
		   char *err, size_t err_size)
{
	const char *near = word_nearest(valid, word);
	int n = snprintf(err, err_size, "strategies: unknown %s \"%s\"%s%s%s%s%s", what, word,
			 of ? " of " : "", of ? of : "",
			 near ? "; did you mean \"" : "; expected one of: ", near ? near : "",
			 near ? "\"?" : "");

	for (unsigned int i = 0; !near && valid[i] && n > 0 && (size_t)n < err_size; i++)
		n += snprintf(err + n, err_size - n, "%s%s", i ? ", " : "", valid[i]);
	return -EINVAL;
}

static int number_set(const char *strategy, const struct strategy_option *row, const char *text,
		      unsigned int *value, char *err, size_t err_size)
{
	char *end;
	unsigned long v = strtoul(text, &end, 10);

	if (*end || end == text || *text == '-' || v < row->min || v > row->max) {
		snprintf(err, err_size,
			 "strategies: option %s of %s: found \"%s\"; expected a number from %u to "
			 "%u",
			 row->name, strategy, text, row->min, row->max);
		return -EINVAL;
	}
	*value = v;
	return 0;
}

static int choice_set(const char *strategy, const struct strategy_option *row, const char *text,
		      unsigned int *value, char *err, size_t err_size)
{
	char choices[LABEL_MAX], of[LABEL_MAX];
	const char *word[MAX_CHOICES];
	unsigned int n;

	snprintf(choices, sizeof(choices), "%s", row->choices);
	n = split(choices, '|', word, MAX_CHOICES);
	for (unsigned int i = 0; i < n; i++)
		if (!strcmp(word[i], text)) {
			*value = i;
			return 0;
		}
	snprintf(of, sizeof(of), "option %s of %s", row->name, strategy);
	return unknown("value", of, text, word, err, err_size);
}

static int option_set(const struct rx_strategy *s, char *text, unsigned int *option, char *err,
		      size_t err_size)
{
	const char *names[STRATEGY_MAX_OPTIONS + 1] = {NULL};
	char *value = strchr(text, '=');

	if (!value) {
		snprintf(err, err_size,
			 "strategies: found \"%s\" as an option of %s; expected NAME=VALUE", text,
			 s->name);
		return -EINVAL;
	}
	*value++ = '\0';
	for (unsigned int i = 0; s->options && s->options[i].name; i++) {
		const struct strategy_option *row = &s->options[i];

		names[i] = row->name;
		if (!strcmp(row->name, text))
			return (row->choices ? choice_set : number_set)(s->name, row, value,
									&option[i], err, err_size);
	}
	if (!names[0]) {
		snprintf(err, err_size,
			 "strategies: found option \"%s\" of %s; expected none: it "
			 "has no options",
			 text, s->name);
		return -EINVAL;
	}
	return unknown("option", s->name, text, names, err, err_size);
}

/* The built-in strategies first, then the user's own. */
static const struct rx_strategy *strategy_at(const struct rx_strategy *const *table,
					     unsigned int page_shift, unsigned int i)
{
	const struct plugin *own;
	unsigned int n = 0;

	while (n < i && table[n])
		n++;
	if (table[n])
		return table[n];
	own = plugin_at(page_shift, i - n);
	return own ? own->strategy[PLUGIN_SIM] : NULL;
}

static const struct rx_strategy *strategy_by_name(const char *name, unsigned int page_shift,
						  char *err, size_t err_size)
{
	const struct rx_strategy *const *table = strategy_table_sim(page_shift);
	const char *names[MAX_STRATEGIES + 1] = {NULL};
	const struct rx_strategy *s;

	if (!table) {
		snprintf(err, err_size, "no strategies for pages of %u bytes", 1u << page_shift);
		return NULL;
	}
	for (unsigned int i = 0; i < MAX_STRATEGIES && (s = strategy_at(table, page_shift, i));
	     i++) {
		names[i] = s->name;
		if (!strcmp(s->name, name))
			return s;
	}
	unknown("strategy", NULL, name, names, err, err_size);
	return NULL;
}

int strategy_find(const char *label, unsigned int page_shift, const struct rx_strategy **strategy,
		  unsigned int option[STRATEGY_MAX_OPTIONS], char *err, size_t err_size)
{
	unsigned int value[STRATEGY_MAX_OPTIONS] = {0};
	char text[LABEL_MAX];
	const char *word[STRATEGY_MAX_OPTIONS + 3];
	const struct rx_strategy *s;
	unsigned int n;

	snprintf(text, sizeof(text), "%s", label);
	n = split(text, ':', word, STRATEGY_MAX_OPTIONS + 3);
	s = strategy_by_name(n ? word[0] : "", page_shift, err, err_size);
	if (!s)
		return -EINVAL;
	for (unsigned int i = 0; s->options && s->options[i].name; i++)
		value[i] = s->options[i].choices ? 0 : s->options[i].deflt;
	for (unsigned int i = 1; i < n; i++) {
		int err_no = option_set(s, text + (word[i] - text), value, err, err_size);

		if (err_no)
			return err_no;
	}
	*strategy = s;
	memcpy(option, value, sizeof(value));
	return 0;
}

bool strategy_counts_to_zero(const struct rx_strategy *s, const unsigned int *option)
{
	for (unsigned int i = 0; s->options && s->options[i].name; i++)
		if (!strcmp(s->options[i].name, "refcnt_model"))
			return option[i] == 1; /* one|zero */
	return false;
}

bool strategy_is_own(const char *label, unsigned int page_shift)
{
	char id[OPTION_TEXT_MAX];

	snprintf(id, sizeof(id), "%.*s", (int)strcspn(label, ":"), label);
	return plugin_find(PLUGIN_SIM, page_shift, id) != NULL;
}
