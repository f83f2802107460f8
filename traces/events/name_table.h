/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * name_table.h - small numbers for the names in a capture: devices, event types.
 */
#ifndef TRACES_NAME_TABLE_H
#define TRACES_NAME_TABLE_H

#include <stddef.h>

/** NAME_BYTES_MAX - bytes of a name with its NUL; longer names are cut */
#define NAME_BYTES_MAX 64

/** NAME_DEVS_MAX - most devices of a capture */
#define NAME_DEVS_MAX 1024

/**
 * struct name_table - small numbers for names, in order of first appearance
 * @names: the names
 * @nr: how many
 * @last: the one found last, where the next search starts
 */
struct name_table {
	char (*names)[NAME_BYTES_MAX];
	unsigned int nr;
	unsigned int last;
};

/**
 * name_table_intern() - the number of a name, a new one for a new name
 * @name: up to @size bytes, or to its NUL
 * @max: how many names there may be
 *
 * Return: a number below @max, -ENOSPC, -ENOMEM.
 */
int name_table_intern(struct name_table *table, const char *name, size_t size, unsigned int max);

/** name_table_fini() - free the names and empty the table */
void name_table_fini(struct name_table *table);

#endif
