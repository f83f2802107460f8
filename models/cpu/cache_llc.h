/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cache_llc.h - the sets of a last-level cache and who has to leave them: for cache.c only.
 *
 * Every set is an array in order of use, the most recent first; empty ways are last.
 */
#ifndef MODELS_CACHE_LLC_H
#define MODELS_CACHE_LLC_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "models/cpu/cache.h"

#define NO_LINE	  UINT32_MAX	   /* empty way of the LLC */
#define NO_NUMBER (UINT32_MAX - 1) /* a line that stands for bulk data not looked up */
#define NO_OWNER  UINT8_MAX

_Static_assert(CORE_FEW <= 8, "sharers is a mask of 8 bits");
_Static_assert(CORE_MAX <= 64, "a set of sharers is a mask of 64 bits");

/** enum unread - a line the device wrote and no core has looked at */
enum unread { UNREAD_NOT, UNREAD_LINE, UNREAD_SAMPLE, UNREAD_KINDS };

/**
 * struct llc_line - one way of the LLC: a line and its directory entry
 * @line: number, NO_LINE or NO_NUMBER
 * @sharers: cores of the socket whose L2 holds it; with llc.wide 1 if there are any, else 0
 * @owner: the only sharer, if it may write without asking; else NO_OWNER
 * @dma: filled by a device write: counts towards ddio_ways
 * @unread: enum unread
 */
struct llc_line {
	uint32_t line;
	uint8_t sharers;
	uint8_t owner;
	bool dma;
	uint8_t unread;
};

/** enum fill - who puts bulk data into an LLC */
enum fill { FILL_CORE, FILL_DEVICE, FILLS };

/**
 * struct llc_press - fills of bulk data that samples stand for, see llc_press()
 * @fills: since the last whole round, at each place of a 4K page
 * @rounds: times each sampled set at that place was filled, on average
 */
struct llc_press {
	uint32_t fills[FILLS][1 << CACHE_BLOCK_SHIFT];
	uint32_t rounds[FILLS][1 << CACHE_BLOCK_SHIFT];
};

/**
 * struct llc - the last level of one socket
 * @lines: sets x ways, each set in order of use; empty ways last; NULL: no such socket
 * @wide: of each entry of @lines, its sharers; NULL: an entry holds them itself
 * @pressed: of each set: rounds it has followed; NULL: no sampling
 * @magic: 2^64 / @sets, rounded up, which turns line % sets into two multiplications
 */
struct llc {
	struct llc_line *lines;
	uint64_t *wide;
	uint32_t sets, ways;
	uint64_t magic;
	struct llc_press press;
	uint32_t (*pressed)[FILLS];
};

static inline int llc_init(struct llc *llc, const struct cache_geometry *geo)
{
	if (!geo->llc_ways || geo->llc_lines % geo->llc_ways || geo->ddio_ways > geo->llc_ways)
		return -1;
	llc->lines = aligned_alloc(64, (geo->llc_lines * sizeof(*llc->lines) + 63) & ~63ul);
	if (!llc->lines)
		return -1;
	for (unsigned int i = 0; i < geo->llc_lines; i++)
		llc->lines[i] = (struct llc_line){.line = NO_LINE, .owner = NO_OWNER};
	if (geo->cores > CORE_FEW) {
		llc->wide = calloc(geo->llc_lines, sizeof(*llc->wide));
		if (!llc->wide)
			return -1;
	}
	llc->sets = geo->llc_lines / geo->llc_ways;
	llc->magic = UINT64_MAX / llc->sets + 1;
	llc->ways = geo->llc_ways;
	return 0;
}

/*
 * The set is line % sets: the fraction of line / sets, in units of 2^-64, times sets. Exact, as
 * both have 32 bits (Lemire, Kaser, Kurz, "Faster remainder by direct computation", 2019).
 */
static inline uint64_t llc_index(const struct llc *llc, uint32_t line)
{
	uint64_t fraction = llc->magic * line;

	return (uint64_t)((unsigned __int128)fraction * llc->sets >> 64);
}

static inline struct llc_line *llc_set(const struct llc *llc, uint32_t line)
{
	return llc->lines + llc_index(llc, line) * llc->ways;
}

static inline struct llc_line *llc_find(const struct llc *llc, uint32_t line)
{
	struct llc_line *set = llc_set(llc, line);

	for (uint32_t i = 0; i < llc->ways; i++)
		if (set[i].line == line)
			return &set[i];
	return NULL;
}

/* Does the set of an entry's sharers stand beside it? Most machines are small. */
static inline bool llc_is_wide(const struct llc *llc)
{
	return __builtin_expect(llc->wide != NULL, 0);
}

/* The cores of the socket whose L2 holds the line of @entry, a bit each. */
static inline uint64_t llc_sharers(const struct llc *llc, const struct llc_line *entry)
{
	return llc_is_wide(llc) ? llc->wide[entry - llc->lines] : entry->sharers;
}

static inline void llc_set_sharers(const struct llc *llc, struct llc_line *entry, uint64_t sharers)
{
	if (llc_is_wide(llc)) {
		llc->wide[entry - llc->lines] = sharers;
		sharers = sharers != 0;
	}
	entry->sharers = (uint8_t)sharers;
}

static inline void wide_to_front(const struct llc *llc, struct llc_line *set, struct llc_line *at)
{
	uint64_t sharers = llc->wide[at - llc->lines];

	memmove(&llc->wide[set - llc->lines + 1], &llc->wide[set - llc->lines],
		(at - set) * sizeof(sharers));
	llc->wide[set - llc->lines] = sharers;
}

static inline struct llc_line *llc_to_front(const struct llc *llc, struct llc_line *at)
{
	struct llc_line *set = llc_set(llc, at->line);
	struct llc_line entry = *at;

	if (llc_is_wide(llc))
		wide_to_front(llc, set, at);
	memmove(set + 1, set, (at - set) * sizeof(*set));
	*set = entry;
	return set;
}

/* @line takes the way of @victim, in front. Nobody holds it. */
static inline struct llc_line *llc_put(const struct llc *llc, struct llc_line *victim,
				       uint32_t line)
{
	struct llc_line *set = llc_set(llc, line);

	if (llc_is_wide(llc)) {
		llc->wide[victim - llc->lines] = 0;
		wide_to_front(llc, set, victim);
	}
	memmove(set + 1, set, (victim - set) * sizeof(*set));
	*set = (struct llc_line){.line = line, .owner = NO_OWNER};
	return set;
}

/* The way of @at is empty, and the last. */
static inline void llc_drop(const struct llc *llc, struct llc_line *at)
{
	struct llc_line *last = llc_set(llc, at->line) + llc->ways - 1;

	if (llc_is_wide(llc)) {
		memmove(&llc->wide[at - llc->lines], &llc->wide[at - llc->lines + 1],
			(last - at) * sizeof(*llc->wide));
		llc->wide[last - llc->lines] = 0;
	}
	memmove(at, at + 1, (last - at) * sizeof(*at));
	*last = (struct llc_line){.line = NO_LINE, .owner = NO_OWNER};
}

/* Whom a new line replaces: an empty way or the oldest line nobody holds, else the oldest. */
static inline struct llc_line *llc_victim(const struct llc *llc, struct llc_line *set)
{
	for (uint32_t i = llc->ways; i-- > 0;)
		if (set[i].line == NO_LINE || !set[i].sharers)
			return &set[i];
	return &set[llc->ways - 1];
}

/* The same for a device write: once its share of the set is full, its own oldest line. */
static inline struct llc_line *llc_victim_dma(const struct llc *llc, struct llc_line *set,
					      unsigned int ddio_ways)
{
	struct llc_line *oldest = NULL;
	unsigned int used = 0;

	for (uint32_t i = llc->ways; i-- > 0;) {
		if (!set[i].dma)
			continue;
		if (!oldest)
			oldest = &set[i];
		used++;
	}
	return used >= ddio_ways ? oldest : llc_victim(llc, set);
}

#endif
