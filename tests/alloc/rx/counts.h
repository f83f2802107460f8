/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * counts.h - short scripts of packets over one strategy in the simulated world, and what they cost.
 *
 * The simulated world sees each atomic, page, map and unmap, so a table worked out by hand can be
 * compared with what the code does. R slots are posted at first, then N = 64 packets come; after
 * each packet the ring is refilled, so R + N buffers are posted in all. The books are read while
 * the ring is full and what the script leaves held is held.
 *
 *	steady	R = 4, each packet is put before the refill, by another core
 *	in poll	the same, put by the core that polls (direct)
 *	slow	R = 4, nothing is put
 *	behind	R = 4, packet n is put when packet n + 1 has come, before the refill
 *	groups	R = 4, eight packets are held, then put last first (out of order)
 *	pinned	R = 4, the first packet is held, the others are put as in steady
 *	wrap	R = 1, as steady: each packet wraps the ring
 */
#ifndef TESTS_COUNTS_H
#define TESTS_COUNTS_H

#include <stdint.h>
#include "alloc/strategy.h"

enum counts_script { STEADY, IN_POLL, SLOW, BEHIND, GROUPS, PINNED, WRAP, COUNTS_SCRIPTS };

#define COUNTS_PACKETS 64
#define COUNTS_BUFFER  2048

/**
 * struct counts - one line of a table
 * @pages: blocks taken from the page allocator; the strategy's @pages_new must say the same, and
 *	its @reused must be buffers less pages, not below 0
 * @maps, @unmaps: under a strict IOMMU
 * @refs: atomics on struct page
 * @atomics: all atomics, those on struct page included
 */
struct counts {
	uint64_t pages, maps, unmaps, refs, atomics;
};

/**
 * counts_run() - runs a script and tears everything down, checking that nothing is left
 * @option: value of the strategy's first option
 * @stats: the strategy's counters, or NULL
 */
struct counts counts_run(const char *strategy, unsigned int option, unsigned int page_shift,
			 enum counts_script script, struct rx_stats *stats);

/** struct counts_row - what a strategy is expected to do */
struct counts_row {
	const char *strategy;
	unsigned int option, page_shift;
	enum counts_script script;
	struct counts expect;
};

/** counts_check() - runs each row; says which differ and how */
void counts_check(const struct counts_row *rows, unsigned int n);

#endif
