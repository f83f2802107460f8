/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * name_table.c - names to small numbers: searched one by one, from the last one found.
 *
 * A capture has dozens of names, and events of a device come in runs: the first comparison mostly
 * hits.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "traces/events/name_table.h"

/* Names go to terminals and into JSON: bytes that are not printable ASCII become '?'. */
static bool name_clean(char *clean, const char *name, size_t len)
{
	bool changed = false;

	for (size_t i = 0; i < len; i++) {
		bool printable = name[i] > ' ' && name[i] <= '~' && name[i] != '"';

		clean[i] = printable ? name[i] : '?';
		changed |= !printable;
	}
	clean[len] = '\0';
	return changed;
}

int name_table_intern(struct name_table *table, const char *name, size_t size, unsigned int max)
{
	char(*names)[NAME_BYTES_MAX], clean[NAME_BYTES_MAX];
	size_t len = strnlen(name, size < NAME_BYTES_MAX - 1 ? size : NAME_BYTES_MAX - 1);

	for (unsigned int i = 0; i < table->nr; i++) {
		unsigned int at = (table->last + i) % table->nr;

		if (!memcmp(table->names[at], name, len) && !table->names[at][len]) {
			table->last = at;
			return (int)at;
		}
	}
	if (name_clean(clean, name, len))
		return name_table_intern(table, clean, len, max);
	if (table->nr >= max)
		return -ENOSPC;
	names = reallocarray(table->names, table->nr + 1, sizeof(*names));
	if (!names)
		return -ENOMEM;
	table->names = names;
	memcpy(names[table->nr], name, len);
	memset(names[table->nr] + len, 0, NAME_BYTES_MAX - len);
	return (int)table->nr++;
}

void name_table_fini(struct name_table *table)
{
	free(table->names);
	memset(table, 0, sizeof(*table));
}
