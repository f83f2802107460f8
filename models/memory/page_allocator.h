/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * page_allocator.h - the page allocator behind every strategy: one zone per NUMA node (zone.h), and
 * watermarks that decide who may take how much of it.
 *
 * A request tries the zones in order of distance, in up to three rounds, each with its mark: a zone
 * serves it when more pages than the mark are free and, for order > 0, a block is there.
 *
 *	1. low = min + max(min / 4, pages / 1000)	left for all
 *	2. min, for an atomic request 3/8 min	min - min / 2, less another quarter of that
 *	3. none, for PAGE_RESERVE_EMERGENCY	the page is pfmemalloc: its user frees memory
 *
 * Once pages come back above the marks, requests are served by the first round again.
 * Source: linux-watermarks (__zone_watermark_ok(), __alloc_pages_slowpath() of mm/page_alloc.c)
 *
 * What it costs (profile fields; all to CAUSE_PAGE_ALLOCATOR but for stalls and waiting):
 *	page_order_mcycles[n]	a block's allocation pays half, its free the rest (the odd mcycle)
 *	bulk_page_mcycles	the same pair for a page of a bulk request: its later free pays the
 *				rest of *this* pair, so that the sum is the published one
 *	zone_page_mcycles	per block that moves between a per-CPU list and the buddy lists
 *	the machine's lock	per batch: taking the zone lock. For orders above pcp_max_order the
 *				published pair contains lock and buddy work, and is paid under it
 * The published constants are L1-hot, so what they lack is the stall of a cold struct page: each
 * block that moves touches the line of its first page once, and a batch its lock word. A touch that
 * hits L1 adds a store, which the constant holds too: an error below one cycle per page.
 *
 * Not modelled: reclaim and compaction. Below the low mark Linux wakes kswapd, which frees page
 * cache; here memory comes back only when the strategies free it, so shortage lasts longer.
 */
#ifndef MODELS_PAGE_ALLOCATOR_H
#define MODELS_PAGE_ALLOCATOR_H

#include <stdbool.h>
#include <stdint.h>

#define PAGE_ALLOCATOR_ORDERS 6 /* orders 0..5 are served */
#define PAGE_ALLOCATOR_NODES  2

struct machine;
struct page_allocator;

/** enum page_reserve - how far below the low mark a request may go */
enum page_reserve {
	PAGE_RESERVE_NONE,	/* to min: one that could sleep and reclaim */
	PAGE_RESERVE_ATOMIC,	/* to 3/8 min: GFP_ATOMIC */
	PAGE_RESERVE_EMERGENCY, /* to the last page: __GFP_MEMALLOC */
};

/**
 * struct page_request
 * @order: 2^order contiguous pages
 * @node: node to try first; the other one follows
 * @reserve: enum page_reserve
 */
struct page_request {
	unsigned int order;
	unsigned int node;
	enum page_reserve reserve;
};

/**
 * struct page_allocator_params
 * @machine: costs
 * @nr_pages: pages of both nodes; page numbers of node 1 follow those of node 0
 * @node1_pages: pages of node 1; 0: there is only one node
 * @min_free_pages: the min mark, of both nodes together; 0: no watermarks
 * @cores: cores with per-CPU lists, 1..CORE_MAX
 * @group_order: pages of 2 MB as an order, to group each core's pages; 0: not
 * @taken_permille: share of memory that the rest of the system holds for good, scattered pages
 * @seed: which ones
 */
struct page_allocator_params {
	const struct machine *machine;
	unsigned long nr_pages, node1_pages, min_free_pages;
	unsigned int cores, group_order, taken_permille;
	uint64_t seed;
};

/**
 * struct page_counts - pages that went through
 * @allocated, @freed: blocks per order
 * @pages_allocated, @pages_freed: the same in base pages; held = the difference
 * @pages_held_peak: most held at once
 * @zone_locks: times a core took a zone lock
 * @failed: requests that could not be served at all
 * @pfmemalloc: blocks that came from the emergency reserves
 * @remote: blocks that came from another node than the one asked for first
 * @errors: frees of what was not held as such a block (double free, wrong order); changed nothing
 */
struct page_counts {
	uint64_t allocated[PAGE_ALLOCATOR_ORDERS], freed[PAGE_ALLOCATOR_ORDERS];
	uint64_t pages_allocated, pages_freed, pages_held_peak;
	uint64_t zone_locks, failed, pfmemalloc, remote, errors;
};

/**
 * page_allocator_create() - all pages free, lowest address first
 * Context: after arena_init(): the zone locks live in the arena.
 * Return: NULL when out of memory or with impossible parameters.
 */
struct page_allocator *page_allocator_create(const struct page_allocator_params *params);
/** page_allocator_destroy() - free the model; NULL is fine */
void page_allocator_destroy(struct page_allocator *pa);

/**
 * page_alloc_request() - 2^order contiguous pages for core_current; charges it
 * Orders up to pcp_max_order come from the core's per-CPU list (LIFO: the last freed is the
 * hottest); an empty list takes pcp_batch pages (at least two blocks, unless pcp_batch is 1) under
 * the zone lock. Without a core: from the buddy lists, at no cost.
 * @pfmemalloc: set when the block came from the emergency reserves
 * Return: number of the first page, or -1.
 */
long page_alloc_request(struct page_allocator *pa, const struct page_request *req,
			bool *pfmemalloc);

/** page_alloc_block() - page_alloc_request() for an atomic request on node 0 */
long page_alloc_block(struct page_allocator *pa, unsigned int order);

/**
 * page_alloc_bulk() - up to @n order-0 pages, cheaper per page
 * From the first zone that has them above its low mark; when none has, one page as an atomic
 * request gets it, as in Linux.
 * @node: node to try first
 * Return: how many
 */
unsigned long page_alloc_bulk(struct page_allocator *pa, unsigned int node, unsigned long n,
			      unsigned long *pfns);

/** page_node() - the node of a page */
unsigned int page_node(const struct page_allocator *pa, unsigned long pfn);

/**
 * page_free_block() - give back what page_alloc_block() or _bulk() returned
 * Return: 0, or -EINVAL: not held as a block of @order (counted in @errors).
 */
int page_free_block(struct page_allocator *pa, unsigned long pfn, unsigned int order);

/** page_allocator_drain() - return per-CPU lists to the buddy lists, at no cost */
void page_allocator_drain(struct page_allocator *pa);

/** page_allocator_counts() - Return: allocations, frees and failures by order so far */
struct page_counts page_allocator_counts(const struct page_allocator *pa);

/**
 * page_allocator_begin() - counts begin here: what is held now was allocated, nothing was freed
 * Counts by order stay.
 */
void page_allocator_begin(struct page_allocator *pa);

/** page_allocator_fail_at() - the @nth request from now fails (1 = the next); 0 = never (tests) */
void page_allocator_fail_at(struct page_allocator *pa, uint64_t nth);

/**
 * page_allocator_check() - every page is in exactly one place, and nothing was freed wrongly
 * Also: blocks aligned, free buddies merged, counts equal to what the lists hold. For tests and
 * --check. Slow.
 */
bool page_allocator_check(const struct page_allocator *pa);

/**
 * page_allocator_min_free() - min_free_kbytes as Linux computes it: 4 sqrt(KB of memory), 128 to
 * 262144 KB. Unit: bytes of both.
 * Source: linux-watermarks (calculate_min_free_kbytes())
 */
uint64_t page_allocator_min_free(uint64_t memory_bytes);

#endif
