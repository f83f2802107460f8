/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * allocators.h - `--allocator`: strategies of the user's own join those of a scenario.
 */
#ifndef TOOLS_ALLOCATORS_H
#define TOOLS_ALLOCATORS_H

#include <stdbool.h>
#include "sim/scenario/scenario.h"
#include "tools/datadir.h"

#define ALLOCATORS_MAX 16

/**
 * struct allocators - of the command line
 * @path: .c files, or folders of them, in the order given
 * @verbose: show the compiler's commands and all it says on stderr
 */
struct allocators {
	const char *path[ALLOCATORS_MAX];
	unsigned int nr;
	bool verbose;
};

/** allocators_add() - one more. Return: 0, or EBADMSG (told) */
int allocators_add(struct allocators *list, const char *path);

/**
 * allocators_load() - build and load all of them for the page size of @s
 * Each becomes a strategy of @s, at the end, unless a label there names it already. A page size
 * that no strategy can have is left to scenario_finish().
 * Return: CLI_GO, CLI_USAGE (told).
 */
int allocators_load(const struct allocators *list, const struct datadir *dirs, struct scenario *s);

#endif
