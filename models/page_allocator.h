/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * page_allocator.h - the page allocator behind every strategy: buddy lists under one zone lock, and
 * per-CPU lists in front of them.
 *
 *	page_alloc_block()                       page_free_block()
 *	       ^  head                                 | head
 *	   per-CPU lists, orders 0..3, one set per core (no lock)
 *	       ^  tail, pcp_batch pages                v tail, pcp_batch pages above pcp_high
 *	   buddy lists, orders 0..10, zone lock  <---- orders 4, 5 directly
 *
 * What it costs (profile fields; all to CAUSE_PAGE_ALLOCATOR but for stalls and waiting):
 *	page_order_mcycles[n]	a block's allocation pays half, its free the rest (the odd mcycle)
 *	bulk_page_mcycles	the same pair for a page of a bulk request: its later free pays the
 *				rest of *this* pair, so that the sum is the published one
 *	zone_page_mcycles	per block that moves between a per-CPU list and the buddy lists
 *	atomic_mcycles		per batch: taking the zone lock. For orders 4 and 5 the published
 *				pair contains lock and buddy work, and is paid under the lock
 * The published constants are L1-hot, so what they lack is the stall of a cold struct page: each
 * block that moves touches the line of its first page once, and a batch its lock word. A touch that
 * hits L1 adds store_mcycles, which the constant holds too: an error below one cycle per page.
 *
 * Not modelled: watermarks and reserves, reclaim, other nodes, migrate types. A core whose lists
 * and the zone are dry fails, though other cores' lists hold pages, as GFP_ATOMIC does in Linux.
 */
#ifndef MODELS_PAGE_ALLOCATOR_H
#define MODELS_PAGE_ALLOCATOR_H

#include <stdbool.h>
#include <stdint.h>

#define PAGE_ALLOCATOR_ORDERS 6 /* orders 0..5 are served */

struct machine;
struct page_allocator;

/**
 * struct page_counts - pages that went through
 * @allocated, @freed: blocks per order
 * @pages_allocated, @pages_freed: the same in base pages; held = the difference
 * @pages_held_peak: most held at once
 * @zone_locks: times a core took the zone lock
 * @failed: requests that could not be served at all
 * @errors: frees of what was not held as such a block (double free, wrong order); changed nothing
 */
struct page_counts {
	uint64_t allocated[PAGE_ALLOCATOR_ORDERS], freed[PAGE_ALLOCATOR_ORDERS];
	uint64_t pages_allocated, pages_freed, pages_held_peak;
	uint64_t zone_locks, failed, errors;
};

/**
 * page_allocator_create() - @nr_pages free pages, lowest address first
 * @cores: cores with per-CPU lists, 1..CORE_MAX
 * Context: after arena_init(): the zone lock lives in the arena.
 * Return: NULL when out of memory or with impossible parameters.
 */
struct page_allocator *page_allocator_create(unsigned long nr_pages, unsigned int cores,
					     const struct machine *machine);
void page_allocator_destroy(struct page_allocator *pa);

/**
 * page_alloc_block() - 2^order contiguous pages for core_current; charges it
 * Orders 0..3 come from the core's per-CPU list (LIFO: the last freed is the hottest); an empty
 * list takes pcp_batch pages (at least two blocks, unless pcp_batch is 1) under the zone lock.
 * Without a core: from the buddy lists, for nothing.
 * Return: number of the first page, or -1.
 */
long page_alloc_block(struct page_allocator *pa, unsigned int order);

/** page_alloc_bulk() - up to @n order-0 pages, cheaper per page. Return: how many */
unsigned long page_alloc_bulk(struct page_allocator *pa, unsigned long n, unsigned long *pfns);

/**
 * page_free_block() - give back what page_alloc_block() or _bulk() returned
 * Return: 0, or -EINVAL: not held as a block of @order (counted in @errors).
 */
int page_free_block(struct page_allocator *pa, unsigned long pfn, unsigned int order);

/** page_allocator_drain() - per-CPU lists back to the buddy lists, for nothing */
void page_allocator_drain(struct page_allocator *pa);

struct page_counts page_allocator_counts(const struct page_allocator *pa);

/** page_allocator_fail_at() - the @nth request from now fails (1 = the next); 0 = never (tests) */
void page_allocator_fail_at(struct page_allocator *pa, uint64_t nth);

/**
 * page_allocator_check() - every page is in exactly one place, and nothing was freed wrongly
 * Also: blocks aligned, free buddies merged, counts equal to what the lists hold. For tests and
 * --check. Slow.
 */
bool page_allocator_check(const struct page_allocator *pa);

#endif
