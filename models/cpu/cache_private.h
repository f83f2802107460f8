/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cache_private.h - the sets of an L1 or L2: for cache.c only.
 *
 * Every set is an array in order of use, the most recent first: a hit in the first way, nearly all
 * there are, changes nothing. Empty ways are last.
 */
#ifndef MODELS_CACHE_PRIVATE_H
#define MODELS_CACHE_PRIVATE_H

#include <stdlib.h>
#include <string.h>
#include "models/cpu/cache.h"

#define WRITABLE 1u
#define NO_WORD	 UINT32_MAX /* empty way; above CACHE_LINE_END << 1 */

static inline bool is_power_of_two(uint32_t n)
{
	return n && !(n & (n - 1));
}

static inline int private_init(struct cache_private *p, unsigned int lines, unsigned int ways)
{
	if (!ways || lines % ways || !is_power_of_two(lines / ways))
		return -1;
	p->words = aligned_alloc(64, (lines * sizeof(*p->words) + 63) & ~63ul);
	if (!p->words)
		return -1;
	memset(p->words, 0xff, lines * sizeof(*p->words));
	p->set_mask = lines / ways - 1;
	p->nr_ways = ways;
	return 0;
}

static inline uint32_t *private_set(const struct cache_private *p, uint32_t line)
{
	return p->words + (size_t)(line & p->set_mask) * p->nr_ways;
}

/* The word of @line, or NULL. */
static inline uint32_t *private_find(const struct cache_private *p, uint32_t line)
{
	uint32_t *set = private_set(p, line);

	for (uint32_t i = 0; i < p->nr_ways; i++)
		if ((set[i] | WRITABLE) == (line << 1 | WRITABLE))
			return &set[i];
	return NULL;
}

/* Like private_find(), but a use: the word moves to the front of its set. */
static inline uint32_t *private_use(struct cache_private *p, uint32_t line)
{
	uint32_t *set = private_set(p, line);
	uint32_t *at = private_find(p, line);
	uint32_t word;

	if (!at)
		return NULL;
	word = *at;
	memmove(set + 1, set, (at - set) * sizeof(*set));
	*set = word;
	return set;
}

/* A new word in front; Return: the least recently used one it pushed out, or NO_WORD. */
static inline uint32_t private_insert(struct cache_private *p, uint32_t word)
{
	uint32_t *set = private_set(p, word >> 1);
	uint32_t victim = set[p->nr_ways - 1];

	memmove(set + 1, set, (p->nr_ways - 1) * sizeof(*set));
	*set = word;
	return victim;
}

static inline void private_remove(struct cache_private *p, uint32_t line)
{
	uint32_t *at = private_find(p, line);
	uint32_t *last = private_set(p, line) + p->nr_ways - 1;

	if (!at)
		return;
	memmove(at, at + 1, (last - at) * sizeof(*at));
	*last = NO_WORD;
}

#endif
