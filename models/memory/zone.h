/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * zone.h - the memory of one NUMA node: buddy lists under one lock, per-CPU lists in front of them.
 *
 *	zone_take()                              zone_give()
 *	     ^  head                                 | head
 *	per-CPU lists, orders 0..pcp_max_order, one set per core (no lock)
 *	     ^  tail, pcp_batch pages                v tail, pcp_batch pages above pcp_high
 *	buddy lists, orders 0..10, zone lock  <---- higher orders directly
 *
 * Page numbers are those of the zone: 0 is its first page.
 *
 * Grouping (optional): a core's lists are refilled from one 2 MB region after the other, each taken
 * whole from the buddy lists, so that what a queue holds shares page-table pages and TLB reach.
 * What is left of a region waits in the core's group list, under the zone lock.
 *
 * Not modelled: reclaim (kswapd, direct), compaction, migrate types and CMA; zones DMA and DMA32.
 * A core whose lists and the zone are dry fails, though other cores' lists hold pages, as an atomic
 * request does in Linux.
 */
#ifndef MODELS_ZONE_H
#define MODELS_ZONE_H

#include <stdbool.h>
#include <stdint.h>
#include "models/memory/buddy.h"
#include "models/cpu/core.h"

#define ZONE_PCP_ORDERS 4 /* the most a machine's pcp_max_order allows: orders 0..3 */

struct machine;

/**
 * struct pcp - the per-CPU lists of one core
 * @lists: by order; head = freed last, tail = coldest
 * @pages: base pages in all of them, kept at most pcp_high
 * @group: what is left of the core's 2 MB region, lowest address first
 * @group_pages: base pages in it
 */
struct pcp {
	struct block_list lists[ZONE_PCP_ORDERS];
	uint64_t pages;
	struct block_list group;
	uint64_t group_pages;
};

/**
 * struct zone
 * @buddy: all its pages
 * @pcp: by core
 * @cores: cores with per-CPU lists
 * @group_order: pages of a 2 MB region as an order; 0: no grouping
 * @lock: a line of the arena; the next one stands for the heads of the lists, written under the
 *	lock
 * @map_off: offset in the arena of the descriptor of page 0
 * @locks: times a core took the lock
 * @seen: a byte per page for zone_check(), which must not fail for want of memory
 */
struct zone {
	const struct machine *machine;
	struct buddy buddy;
	struct pcp pcp[CORE_MAX];
	unsigned int cores;
	unsigned int group_order;
	void *lock;
	size_t map_off;
	uint64_t locks;
	uint8_t *seen;
};

/**
 * struct zone_params
 * @nr_pages: pages of the zone
 * @map_off: see struct zone
 * @cores: 1..CORE_MAX
 * @group_order: see struct zone
 * @taken_permille: share of the pages that the rest of the system holds for good, scattered one by
 *	one
 * @seed: which ones
 */
struct zone_params {
	const struct machine *machine;
	unsigned long nr_pages;
	size_t map_off;
	unsigned int cores;
	unsigned int group_order;
	unsigned int taken_permille;
	uint64_t seed;
};

/**
 * zone_init() - all pages free but those of @taken_permille
 * Context: after arena_init(): the lock lives in the arena.
 * Return: 0, -ENOMEM, -EINVAL (no pages, or more than 2^31); on failure nothing to free.
 */
int zone_init(struct zone *zone, const struct zone_params *params);
/** zone_fini() - free what zone_init() allocated */
void zone_fini(struct zone *zone);

/** zone_free_pages() - pages that watermarks count: in no per-CPU list and with nobody */
uint64_t zone_free_pages(const struct zone *zone);

/** zone_has_block() - would the buddy lists have a block of @order? */
bool zone_has_block(const struct zone *zone, unsigned int order);

/**
 * zone_take() - a block for core_current, charged; without a core from the buddy lists, free
 * @bulk: it is one of a bulk request, which costs less
 * Return: its first page, or BUDDY_NONE.
 */
uint32_t zone_take(struct zone *zone, unsigned int order, bool bulk);

/** zone_holds() - Return: true if @first is an allocated block of @order */
bool zone_holds(const struct zone *zone, uint32_t first, unsigned int order);

/** zone_give() - takes back a block that zone_holds() */
void zone_give(struct zone *zone, uint32_t first, unsigned int order);

/** zone_drain() - return per-CPU and group lists to the buddy lists, at no cost */
void zone_drain(struct zone *zone);

#endif
