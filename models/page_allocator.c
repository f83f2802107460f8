/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * page_allocator.c - see page_allocator.h: the per-CPU lists, the zone lock and the bill.
 *
 * Only page numbers move here. The contents of struct page belong to the environment (mm_sim.c);
 * the lines of struct page are touched here, because it is the moving that makes them hot.
 */
#include <errno.h>
#include <stdlib.h>
#include "models/arena.h"
#include "models/buddy.h"
#include "models/charge.h"
#include "models/page_allocator.h"

/* Linux keeps these on per-CPU lists since 5.13. Source: commit 44042b449872 */
#define PCP_MAX_ORDER 3

/**
 * struct pcp - the per-CPU lists of one core
 * @lists: by order; head = freed last, tail = coldest
 * @pages: base pages in all of them, kept at most pcp_high
 */
struct pcp {
	struct block_list lists[PCP_MAX_ORDER + 1];
	uint64_t pages;
};

struct page_allocator {
	const struct machine *machine;
	struct buddy buddy;
	struct pcp pcp[CORE_MAX];
	unsigned int cores;
	void *zone_lock; /* a line of the arena */
	struct page_counts counts;
	uint64_t fail_in; /* requests until one fails; 0 = never */
};

struct page_allocator *page_allocator_create(unsigned long nr_pages, unsigned int cores,
					     const struct machine *machine)
{
	struct page_allocator *pa;

	if (!cores || cores > CORE_MAX)
		return NULL;
	pa = calloc(1, sizeof(*pa));
	if (!pa)
		return NULL;
	pa->machine = machine;
	pa->cores = cores;
	pa->zone_lock = arena_meta(1u << ARENA_LINE_SHIFT);
	if (!pa->zone_lock || buddy_init(&pa->buddy, nr_pages)) {
		free(pa);
		return NULL;
	}
	for (unsigned int i = 0; i < cores; i++)
		for (unsigned int order = 0; order <= PCP_MAX_ORDER; order++)
			block_list_reset(&pa->pcp[i].lists[order]);
	return pa;
}

void page_allocator_destroy(struct page_allocator *pa)
{
	if (!pa)
		return;
	buddy_fini(&pa->buddy);
	free(pa);
}

/* The line of the first page's struct page. */
static void block_touch(uint32_t first)
{
	access_touch(arena.base + arena.map_off + ((size_t)first << ARENA_LINE_SHIFT),
		     sizeof(uint64_t), CACHE_WRITE);
}

static void zone_lock(struct page_allocator *pa, bool paid)
{
	charge_lock(pa->zone_lock, pa->machine, paid);
	if (core_current)
		pa->counts.zone_locks++;
}

/* What a block's allocation pays; the free pays the rest of the pair. */
static uint64_t block_pair(const struct page_allocator *pa, unsigned int order, bool bulk)
{
	return bulk ? pa->machine->bulk_page_mcycles : pa->machine->page_order_mcycles[order];
}

static bool request_fails(struct page_allocator *pa)
{
	return pa->fail_in && --pa->fail_in == 0;
}

static void pcp_refill(struct page_allocator *pa, unsigned int core, unsigned int order)
{
	uint64_t blocks = pa->machine->pcp_batch >> order;
	struct pcp *pcp = &pa->pcp[core];

	if (blocks < 2)
		blocks = pa->machine->pcp_batch > 1 ? 2 : 1;
	zone_lock(pa, false);
	while (blocks--) {
		uint32_t first = buddy_take(&pa->buddy, order);

		if (first == BUDDY_NONE)
			break;
		pa->buddy.blocks[first].place = BLOCK_PCP;
		pa->buddy.blocks[first].list = (uint8_t)core;
		/* at the tail: the list is empty, and the lowest address shall leave it first */
		block_list_append(pa->buddy.blocks, &pcp->lists[order], first);
		pcp->pages += 1u << order;
		block_touch(first);
		charge(CAUSE_PAGE_ALLOCATOR, pa->machine->zone_page_mcycles);
	}
	charge_unlock(pa->zone_lock);
}

static uint32_t pcp_take(struct page_allocator *pa, unsigned int core, unsigned int order)
{
	struct pcp *pcp = &pa->pcp[core];
	struct block_list *list = &pcp->lists[order];
	uint32_t first;

	if (!list->nr)
		pcp_refill(pa, core, order);
	first = list->head;
	if (first == BUDDY_NONE)
		return BUDDY_NONE;
	block_list_remove(pa->buddy.blocks, list, first);
	pcp->pages -= 1u << order;
	pa->buddy.blocks[first].place = BLOCK_HELD;
	return first;
}

/* The coldest block of @order, or of the next order round that has one, leaves for the buddy. */
static void pcp_give_coldest(struct page_allocator *pa, struct pcp *pcp, unsigned int order)
{
	uint32_t first;

	while (!pcp->lists[order].nr)
		order = (order + 1) % (PCP_MAX_ORDER + 1);
	first = pcp->lists[order].tail;
	block_list_remove(pa->buddy.blocks, &pcp->lists[order], first);
	pcp->pages -= 1u << order;
	block_touch(first);
	charge(CAUSE_PAGE_ALLOCATOR, pa->machine->zone_page_mcycles);
	buddy_give(&pa->buddy, first, order);
}

/* At least @pages base pages, or all there are, starting with blocks of @order. */
static void pcp_shrink(struct page_allocator *pa, struct pcp *pcp, unsigned int order,
		       uint64_t pages)
{
	uint64_t keep = pcp->pages > pages ? pcp->pages - pages : 0;

	while (pcp->pages > keep)
		pcp_give_coldest(pa, pcp, order);
}

static void pcp_give(struct page_allocator *pa, unsigned int core, uint32_t first,
		     unsigned int order)
{
	struct pcp *pcp = &pa->pcp[core];
	struct block *block = &pa->buddy.blocks[first];

	block->place = BLOCK_PCP;
	block->list = (uint8_t)core;
	block_list_push(pa->buddy.blocks, &pcp->lists[order], first);
	pcp->pages += 1u << order;
	if (pcp->pages <= pa->machine->pcp_high)
		return;
	zone_lock(pa, false);
	pcp_shrink(pa, pcp, order, pa->machine->pcp_batch ? pa->machine->pcp_batch : 1);
	charge_unlock(pa->zone_lock);
}

/* One block for core_current with all that it costs, but without counting. */
static uint32_t block_take(struct page_allocator *pa, unsigned int order, bool bulk)
{
	uint64_t half = block_pair(pa, order, bulk) / 2;
	uint32_t first;

	if (core_current && order <= PCP_MAX_ORDER) {
		first = pcp_take(pa, core_current->id, order);
		charge(CAUSE_PAGE_ALLOCATOR, first == BUDDY_NONE ? 0 : half);
	} else {
		zone_lock(pa, true);
		first = buddy_take(&pa->buddy, order);
		charge(CAUSE_PAGE_ALLOCATOR, first == BUDDY_NONE ? 0 : half);
		charge_unlock(pa->zone_lock);
	}
	if (first == BUDDY_NONE)
		return BUDDY_NONE;
	block_touch(first);
	pa->buddy.blocks[first].bulk = bulk;
	return first;
}

static void count_allocated(struct page_counts *counts, unsigned int order, uint64_t blocks)
{
	uint64_t held;

	counts->allocated[order] += blocks;
	counts->pages_allocated += blocks << order;
	held = counts->pages_allocated - counts->pages_freed;
	if (held > counts->pages_held_peak)
		counts->pages_held_peak = held;
}

long page_alloc_block(struct page_allocator *pa, unsigned int order)
{
	enum cause cause = charge_cause(CAUSE_PAGE_ALLOCATOR);
	uint32_t first = BUDDY_NONE;

	if (!request_fails(pa) && order < PAGE_ALLOCATOR_ORDERS)
		first = block_take(pa, order, false);
	charge_cause(cause);
	if (first == BUDDY_NONE) {
		pa->counts.failed++;
		return -1;
	}
	count_allocated(&pa->counts, order, 1);
	return (long)first;
}

unsigned long page_alloc_bulk(struct page_allocator *pa, unsigned long n, unsigned long *pfns)
{
	enum cause cause = charge_cause(CAUSE_PAGE_ALLOCATOR);
	unsigned long got = 0;

	if (request_fails(pa))
		n = 0;
	while (got < n) {
		uint32_t first = block_take(pa, 0, true);

		if (first == BUDDY_NONE)
			break;
		pfns[got++] = first;
	}
	charge_cause(cause);
	if (!got)
		pa->counts.failed++;
	count_allocated(&pa->counts, 0, got);
	return got;
}

static void block_give(struct page_allocator *pa, uint32_t first, unsigned int order)
{
	uint64_t pair = block_pair(pa, order, pa->buddy.blocks[first].bulk);
	uint64_t rest = pair - pair / 2;

	block_touch(first);
	if (core_current && order <= PCP_MAX_ORDER) {
		charge(CAUSE_PAGE_ALLOCATOR, rest);
		pcp_give(pa, core_current->id, first, order);
		return;
	}
	zone_lock(pa, true);
	charge(CAUSE_PAGE_ALLOCATOR, rest);
	buddy_give(&pa->buddy, first, order);
	charge_unlock(pa->zone_lock);
}

int page_free_block(struct page_allocator *pa, unsigned long pfn, unsigned int order)
{
	enum cause cause;

	if (pfn >= pa->buddy.nr_pages || pa->buddy.blocks[pfn].place != BLOCK_HELD ||
	    pa->buddy.blocks[pfn].order != order) {
		pa->counts.errors++;
		return -EINVAL;
	}
	cause = charge_cause(CAUSE_PAGE_ALLOCATOR);
	block_give(pa, (uint32_t)pfn, order);
	charge_cause(cause);
	pa->counts.freed[order]++;
	pa->counts.pages_freed += 1u << order;
	return 0;
}

void page_allocator_drain(struct page_allocator *pa)
{
	struct core *core = core_current;

	core_current = NULL;
	for (unsigned int i = 0; i < pa->cores; i++)
		pcp_shrink(pa, &pa->pcp[i], 0, pa->pcp[i].pages);
	core_current = core;
}

struct page_counts page_allocator_counts(const struct page_allocator *pa)
{
	return pa->counts;
}

void page_allocator_fail_at(struct page_allocator *pa, uint64_t nth)
{
	pa->fail_in = nth;
}

/* Mark the pages of a block; false when it is not what its place says, or overlaps another one. */
static bool check_block(const struct buddy *buddy, uint8_t *seen, uint32_t first,
			enum block_place place, unsigned int order)
{
	uint32_t pages = 1u << order;

	if (first % pages || first + pages > buddy->nr_pages ||
	    buddy->blocks[first].place != place || buddy->blocks[first].order != order)
		return false;
	for (uint32_t i = 0; i < pages; i++) {
		if (seen[first + i] || (i && buddy->blocks[first + i].place != BLOCK_INSIDE))
			return false;
		seen[first + i] = 1;
	}
	return true;
}

static bool check_merged(const struct buddy *buddy, uint32_t first, unsigned int order)
{
	uint32_t other = first ^ (1u << order);

	return order == BUDDY_ORDERS - 1 || other >= buddy->nr_pages ||
	       buddy->blocks[other].place != BLOCK_FREE || buddy->blocks[other].order != order;
}

static bool check_free(const struct buddy *buddy, uint8_t *seen)
{
	for (unsigned int order = 0; order < BUDDY_ORDERS; order++) {
		uint32_t nr = 0;

		for (uint32_t i = buddy->free[order].head; i != BUDDY_NONE;
		     i = buddy->blocks[i].next, nr++)
			if (!check_block(buddy, seen, i, BLOCK_FREE, order) ||
			    !check_merged(buddy, i, order))
				return false;
		if (nr != buddy->free[order].nr)
			return false;
	}
	return true;
}

static bool check_pcp(const struct page_allocator *pa, uint8_t *seen, unsigned int core)
{
	const struct pcp *pcp = &pa->pcp[core];
	const struct block *blocks = pa->buddy.blocks;
	uint64_t pages = 0;

	for (unsigned int order = 0; order <= PCP_MAX_ORDER; order++) {
		uint32_t nr = 0;

		for (uint32_t i = pcp->lists[order].head; i != BUDDY_NONE; i = blocks[i].next, nr++)
			if (blocks[i].list != core ||
			    !check_block(&pa->buddy, seen, i, BLOCK_PCP, order))
				return false;
		if (nr != pcp->lists[order].nr)
			return false;
		pages += (uint64_t)nr << order;
	}
	return pages == pcp->pages;
}

/* What no list holds must be with somebody, and be as much as was counted. */
static bool check_held(const struct page_allocator *pa, uint8_t *seen)
{
	uint64_t held = 0;

	for (uint32_t i = 0; i < pa->buddy.nr_pages; i++) {
		if (seen[i])
			continue;
		if (!check_block(&pa->buddy, seen, i, BLOCK_HELD, pa->buddy.blocks[i].order))
			return false;
		held += 1u << pa->buddy.blocks[i].order;
	}
	return held == pa->counts.pages_allocated - pa->counts.pages_freed;
}

bool page_allocator_check(const struct page_allocator *pa)
{
	uint8_t *seen = calloc(pa->buddy.nr_pages, 1);
	bool good = seen && !pa->counts.errors && check_free(&pa->buddy, seen);

	for (unsigned int i = 0; good && i < pa->cores; i++)
		good = check_pcp(pa, seen, i);
	good = good && check_held(pa, seen);
	free(seen);
	return good;
}
