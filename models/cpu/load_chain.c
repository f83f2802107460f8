/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * load_chain.c - looks for pointers to an address in the lines that are on their way.
 */
#include "models/cpu/load_chain.h"

#include <stddef.h>

#include "models/cpu/arena.h"

#define LINE_BYTES   (1u << ARENA_LINE_SHIFT)
#define OBJECT_BYTES 4096 /* the largest object a pointer points into */

static uintptr_t line_address(uint32_t line)
{
	return (uintptr_t)arena.base + ((uintptr_t)line << ARENA_LINE_SHIFT);
}

/* All words are looked at: no branch to mispredict in each. */
static bool line_points_to(uint32_t from, uintptr_t first)
{
	const uintptr_t *word = (const uintptr_t *)line_address(from);
	bool points = false;

	for (unsigned int i = 0; i < LINE_BYTES / sizeof(*word); i++)
		points |= first + LINE_BYTES - 1 - word[i] < OBJECT_BYTES;
	return points;
}

static bool is_chained(const struct load_chain *chain, uint32_t line)
{
	unsigned int nr = chain->nr;

	for (unsigned int i = nr < LOAD_CHAIN_LINES ? 0 : nr - LOAD_CHAIN_LINES; i < nr; i++)
		if (line_points_to(chain->line[i % LOAD_CHAIN_LINES], line_address(line)))
			return true;
	return false;
}

bool load_chain_add(struct load_chain *chain, uint32_t line, bool outstanding)
{
	bool chained = outstanding && is_chained(chain, line);

	if (!outstanding)
		chain->nr = 0;
	chain->line[chain->nr++ % LOAD_CHAIN_LINES] = line;
	return chained;
}
