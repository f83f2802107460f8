/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * options.c - the table: keys, defaults, the nearest word, documentation.
 *
 * Everything a user can set is a row; what a value looks like is option_value.c, how a file is read
 * is options_yaml.c. Messages are one line: place, key, what was found, what was expected.
 */
#include <errno.h>
#include <string.h>

#include "models/options/option_value.h"

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

/* How far @entry is from what the user wrote; "ring" is near "nic.ring". UINT_MAX: no relation. */
static unsigned int word_rank(const char *entry, size_t len, const char *word)
{
	size_t word_len = strlen(word);
	unsigned int distance, limit = (unsigned int)(word_len + 1) / 3;

	if (!word_len || word_len >= WORD_MAX || len >= WORD_MAX)
		return ~0u;
	if (len > word_len && entry[len - word_len - 1] == '.' &&
	    !strncmp(entry + len - word_len, word, word_len))
		return 1;
	distance = word_distance(entry, len, word, word_len);
	return distance <= (limit ? limit : 1) ? distance : ~0u;
}

const char *options_nearest(const char *const *list, const char *word)
{
	const char *nearest = NULL;
	unsigned int best = ~0u;

	for (; *list; list++) {
		unsigned int rank = word_rank(*list, strlen(*list), word);

		if (rank < best) {
			best = rank;
			nearest = *list;
		}
	}
	return nearest;
}

const char *choice_nearest(const char *choices, const char *word, char *buf, size_t size)
{
	const char *choice = NULL;
	unsigned int best = ~0u;
	size_t len = 0;

	while ((choice = choice_next(choices, choice, &len))) {
		unsigned int rank = word_rank(choice, len, word);

		if (rank >= best)
			continue;
		best = rank;
		snprintf(buf, size, "%.*s", (int)len, choice);
	}
	return best == ~0u ? NULL : buf;
}

static const struct option *row_find(const struct option *table, const char *key)
{
	for (; table->key; table++)
		if (!strcmp(table->key, key))
			return table;
	return NULL;
}

/* The key or group ("nic" of "nic.ring") most like @key in @buf, or NULL. */
static const char *key_nearest(const struct option *table, const char *key, char *buf, size_t size)
{
	unsigned int best = ~0u;

	for (; table->key; table++) {
		size_t len = 0;

		do {
			unsigned int rank;

			len += strcspn(table->key + len, ".");
			rank = word_rank(table->key, len, key);
			if (rank >= best)
				continue;
			best = rank;
			snprintf(buf, size, "%.*s", (int)len, table->key);
		} while (table->key[len++]);
	}
	return best == ~0u ? NULL : buf;
}

/* First parts of all keys, each once: what can stand at the top of a file. */
static void groups_format(const struct option *table, char *buf, size_t size)
{
	const struct option *row, *before;
	size_t used = 0;

	for (row = table; row->key && used < size; row++) {
		size_t len = strcspn(row->key, ".");

		for (before = table; before < row; before++)
			if (strcspn(before->key, ".") == len &&
			    !strncmp(before->key, row->key, len))
				break;
		if (before == row)
			used += (size_t)snprintf(buf + used, size - used, " %.*s", (int)len,
						 row->key);
	}
}

static int unknown_key(const struct option *table, const char *key, const char *where, char *err,
		       size_t err_size)
{
	char shown[VALUE_SHOWN_MAX + 8], groups[OPTION_TEXT_MAX] = "", near[OPTION_TEXT_MAX];
	size_t len = strlen(key);

	value_shown(shown, key);
	for (const struct option *row = table; row->key; row++) {
		if (strncmp(row->key, key, len) || row->key[len] != '.')
			continue;
		snprintf(err, err_size,
			 "%s: %s is a group, not a value; expected a key below it, such as \"%s\"",
			 where, shown, row->key);
		return -EINVAL;
	}
	groups_format(table, groups, sizeof(groups));
	if (key_nearest(table, key, near, sizeof(near)))
		snprintf(err, err_size, "%s: unknown key %s; did you mean \"%s\"?", where, shown,
			 near);
	else
		snprintf(err, err_size, "%s: unknown key %s; expected one of:%s", where, shown,
			 groups);
	return -EINVAL;
}

int options_set(const struct option_set *set, const char *key, const char *value, const char *where,
		char *err, size_t err_size)
{
	const struct option *row = row_find(set->table, key);
	char wrong[2 * OPTION_TEXT_MAX];
	int ret = -ENOENT;

	if (!row && set->extra)
		ret = set->extra(set->ctx, key, value, where, err, err_size);
	if (!row)
		return ret == -ENOENT ? unknown_key(set->table, key, where, err, err_size) : ret;
	ret = value_parse(row, value, set->obj, wrong, sizeof(wrong));
	if (ret)
		snprintf(err, err_size, "%s: %s: %s", where, key, wrong);
	else if (set->given)
		set->given[row - set->table] = true;
	return ret;
}

int options_default(const struct option_set *set)
{
	char err[2 * OPTION_TEXT_MAX];
	int ret = 0;

	for (const struct option *row = set->table; row->key && !ret; row++) {
		value_zero(row, set->obj);
		if (row->deflt)
			ret = value_parse(row, row->deflt, set->obj, err, sizeof(err));
	}
	return ret;
}

/* A bar would end the table cell. */
static void cell_write(const char *text, FILE *out)
{
	for (; *text; text++) {
		if (*text == '|')
			fputc('\\', out);
		fputc(*text, out);
	}
}

int options_markdown(const struct option *table, FILE *out)
{
	char expected[OPTION_TEXT_MAX];

	fputs("| key | value | default | meaning |\n|---|---|---|---|\n", out);
	for (; table->key; table++) {
		value_expected(table, expected, sizeof(expected));
		fprintf(out, "| `%s` | ", table->key);
		cell_write(expected, out);
		if (table->deflt)
			fprintf(out, " | `%s` | ", table->deflt);
		else
			fputs(" | none | ", out);
		cell_write(table->help, out);
		fputs(" |\n", out);
	}
	return ferror(out) ? -EIO : 0;
}
