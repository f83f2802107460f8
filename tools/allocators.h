/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * allocators.h - `--allocator`: strategies of the user's own, added to those of a scenario.
 */
#ifndef TOOLS_ALLOCATORS_H
#define TOOLS_ALLOCATORS_H

#include <stdbool.h>
#include "sim/scenario/scenario.h"
#include "tools/datadir.h"

#define ALLOCATORS_MAX 16

/**
 * struct allocators - what --allocator gave
 * @path: .c files, or folders of them, in the order given
 * @verbose: show the compiler's commands and its output on stderr
 */
struct allocators {
	const char *path[ALLOCATORS_MAX];
	unsigned int nr;
	bool verbose;
};

/** allocators_add() - remember one. Return: 0, or EBADMSG after a message */
int allocators_add(struct allocators *list, const char *path);

/**
 * allocators_load() - build and load all of them for the page size of @s
 * Each is appended to the strategies of @s, unless a label there names it already. A page size that
 * no strategy supports is left to scenario_finish().
 * Return: CLI_GO, or CLI_USAGE after a message.
 */
int allocators_load(const struct allocators *list, const struct datadir *dirs, struct scenario *s);

#endif
