/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * options.c - the table: keys, defaults, documentation.
 *
 * Everything a user can set is a row; what a value looks like is option_value.c, how a file is read
 * is options_yaml.c. Messages are one line: location, key, what was found, what was expected.
 */
#include <errno.h>
#include <string.h>

#include "models/options/nearest.h"
#include "models/options/option_value.h"
#include "models/options/options.h"

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
	unsigned int best = WORD_UNRELATED;

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
	return best == WORD_UNRELATED ? NULL : buf;
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
