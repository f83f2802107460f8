/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * zone.c - see zone.h: the lists of one node, their lock and the bill.
 *
 * Only page numbers move here. The contents of struct page belong to the environment (mm_sim.c);
 * the lines of struct page are touched here, because it is the moving that makes them hot.
 */
#include <errno.h>
#include <stdlib.h>
#include "models/cpu/arena.h"
#include "models/cpu/charge.h"
#include "models/memory/zone.h"

int zone_init(struct zone *zone, const struct zone_params *params)
{
	int err;

	*zone = (struct zone){.machine = params->machine,
			      .cores = params->cores,
			      .group_order = params->group_order,
			      .map_off = params->map_off,
			      .lock = arena_meta(2u << ARENA_LINE_SHIFT)};
	if (!zone->lock)
		return -ENOMEM;
	err = buddy_init(&zone->buddy, params->nr_pages, params->taken_permille, params->seed);
	if (err)
		return err;
	zone->seen = calloc(params->nr_pages, 1);
	if (!zone->seen) {
		buddy_fini(&zone->buddy);
		return -ENOMEM;
	}
	for (unsigned int i = 0; i < params->cores; i++) {
		for (unsigned int order = 0; order < ZONE_PCP_ORDERS; order++)
			block_list_reset(&zone->pcp[i].lists[order]);
		block_list_reset(&zone->pcp[i].group);
	}
	return 0;
}

void zone_fini(struct zone *zone)
{
	free(zone->seen);
	buddy_fini(&zone->buddy);
}

uint64_t zone_free_pages(const struct zone *zone)
{
	uint64_t pages = zone->buddy.nr_free;

	for (unsigned int i = 0; i < zone->cores; i++)
		pages += zone->pcp[i].group_pages;
	return pages;
}

bool zone_has_block(const struct zone *zone, unsigned int order)
{
	while (order < BUDDY_ORDERS && !zone->buddy.free[order].nr)
		order++;
	return order < BUDDY_ORDERS;
}

/* The line of the first page's struct page. */
static void block_touch(const struct zone *zone, uint32_t first)
{
	access_touch(arena.base + zone->map_off + ((size_t)first << ARENA_LINE_SHIFT),
		     sizeof(uint64_t), CACHE_WRITE);
}

static void zone_lock(struct zone *zone, bool paid)
{
	charge_lock(zone->lock, zone->machine, paid);
	access_touch((char *)zone->lock + (1u << ARENA_LINE_SHIFT), sizeof(void *), CACHE_WRITE);
	if (core_current)
		zone->locks++;
}

/* What a block's allocation pays; the free pays the rest of the pair. */
static uint64_t block_pair(const struct zone *zone, unsigned int order, bool bulk)
{
	return bulk ? zone->machine->bulk_page_mcycles : zone->machine->page_order_mcycles[order];
}

static bool order_is_listed(const struct zone *zone, unsigned int order)
{
	return core_current && order <= zone->machine->pcp_max_order;
}

static void group_add(struct zone *zone, unsigned int core, uint32_t first, unsigned int order,
		      bool front)
{
	struct pcp *pcp = &zone->pcp[core];
	struct block *block = &zone->buddy.blocks[first];

	block->state = BLOCK_GROUP;
	block->order = (uint8_t)order;
	block->list = (uint8_t)core;
	if (front)
		block_list_push(zone->buddy.blocks, &pcp->group, first);
	else
		block_list_append(zone->buddy.blocks, &pcp->group, first);
	pcp->group_pages += 1u << order;
}

static void group_remove(struct zone *zone, unsigned int core, uint32_t first)
{
	struct pcp *pcp = &zone->pcp[core];

	block_list_remove(zone->buddy.blocks, &pcp->group, first);
	pcp->group_pages -= 1u << zone->buddy.blocks[first].order;
}

/* Another 2 MB region for @core, in the largest blocks its lists take. */
static void group_refill(struct zone *zone, unsigned int core)
{
	unsigned int unit = (unsigned int)zone->machine->pcp_max_order;
	uint32_t first = buddy_take(&zone->buddy, zone->group_order);

	if (first == BUDDY_NONE)
		return;
	for (uint32_t i = 0; i < 1u << zone->group_order; i += 1u << unit)
		group_add(zone, core, first + i, unit, false);
}

static uint32_t group_find(const struct zone *zone, unsigned int core, unsigned int order)
{
	const struct block *blocks = zone->buddy.blocks;
	uint32_t first = zone->pcp[core].group.head;

	while (first != BUDDY_NONE && blocks[first].order < order)
		first = blocks[first].next;
	return first;
}

/* A block out of the core's region, or from anywhere when no region can be had. */
static uint32_t group_take(struct zone *zone, unsigned int core, unsigned int order)
{
	uint32_t first = group_find(zone, core, order);
	unsigned int from;

	if (first == BUDDY_NONE) {
		group_refill(zone, core);
		first = group_find(zone, core, order);
	}
	if (first == BUDDY_NONE)
		return buddy_take(&zone->buddy, order);
	from = zone->buddy.blocks[first].order;
	group_remove(zone, core, first);
	while (from > order) {
		from--;
		group_add(zone, core, first + (1u << from), from, true);
	}
	zone->buddy.blocks[first].order = (uint8_t)order;
	return first;
}

static void pcp_refill(struct zone *zone, unsigned int core, unsigned int order)
{
	uint64_t blocks = zone->machine->pcp_batch >> order;
	struct pcp *pcp = &zone->pcp[core];

	if (blocks < 2)
		blocks = zone->machine->pcp_batch > 1 ? 2 : 1;
	zone_lock(zone, false);
	while (blocks--) {
		uint32_t first = zone->group_order ? group_take(zone, core, order)
						   : buddy_take(&zone->buddy, order);

		if (first == BUDDY_NONE)
			break;
		zone->buddy.blocks[first].state = BLOCK_PCP;
		zone->buddy.blocks[first].list = (uint8_t)core;
		/* at the tail: the list is empty, and the lowest address shall leave it first */
		block_list_append(zone->buddy.blocks, &pcp->lists[order], first);
		pcp->pages += 1u << order;
		block_touch(zone, first);
		charge(CAUSE_PAGE_ALLOCATOR, zone->machine->zone_page_mcycles);
	}
	charge_unlock(zone->lock);
}

static uint32_t pcp_take(struct zone *zone, unsigned int core, unsigned int order)
{
	struct pcp *pcp = &zone->pcp[core];
	struct block_list *list = &pcp->lists[order];
	uint32_t first;

	if (!list->nr)
		pcp_refill(zone, core, order);
	first = list->head;
	if (first == BUDDY_NONE)
		return BUDDY_NONE;
	block_list_remove(zone->buddy.blocks, list, first);
	pcp->pages -= 1u << order;
	zone->buddy.blocks[first].state = BLOCK_HELD;
	return first;
}

/* The coldest block of @order, or of the next order round that has one, leaves for the buddy. */
static void pcp_give_coldest(struct zone *zone, struct pcp *pcp, unsigned int order)
{
	uint32_t first;

	while (!pcp->lists[order].nr)
		order = (order + 1) % ZONE_PCP_ORDERS;
	first = pcp->lists[order].tail;
	block_list_remove(zone->buddy.blocks, &pcp->lists[order], first);
	pcp->pages -= 1u << order;
	block_touch(zone, first);
	charge(CAUSE_PAGE_ALLOCATOR, zone->machine->zone_page_mcycles);
	buddy_give(&zone->buddy, first, order);
}

/* At least @pages base pages, or all there are, starting with blocks of @order. */
static void pcp_shrink(struct zone *zone, struct pcp *pcp, unsigned int order, uint64_t pages)
{
	uint64_t keep = pcp->pages > pages ? pcp->pages - pages : 0;

	while (pcp->pages > keep)
		pcp_give_coldest(zone, pcp, order);
}

static void pcp_give(struct zone *zone, unsigned int core, uint32_t first, unsigned int order)
{
	struct pcp *pcp = &zone->pcp[core];
	struct block *block = &zone->buddy.blocks[first];

	block->state = BLOCK_PCP;
	block->list = (uint8_t)core;
	block_list_push(zone->buddy.blocks, &pcp->lists[order], first);
	pcp->pages += 1u << order;
	if (pcp->pages <= zone->machine->pcp_high)
		return;
	zone_lock(zone, false);
	pcp_shrink(zone, pcp, order, zone->machine->pcp_batch ? zone->machine->pcp_batch : 1);
	charge_unlock(zone->lock);
}

uint32_t zone_take(struct zone *zone, unsigned int order, bool bulk)
{
	uint64_t half = block_pair(zone, order, bulk) / 2;
	uint32_t first;

	if (order_is_listed(zone, order)) {
		first = pcp_take(zone, core_current->id, order);
		charge(CAUSE_PAGE_ALLOCATOR, first == BUDDY_NONE ? 0 : half);
	} else {
		zone_lock(zone, true);
		first = buddy_take(&zone->buddy, order);
		charge(CAUSE_PAGE_ALLOCATOR, first == BUDDY_NONE ? 0 : half);
		charge_unlock(zone->lock);
	}
	if (first == BUDDY_NONE)
		return BUDDY_NONE;
	block_touch(zone, first);
	zone->buddy.blocks[first].bulk = bulk;
	return first;
}

bool zone_holds(const struct zone *zone, uint32_t first, unsigned int order)
{
	return zone->buddy.blocks[first].state == BLOCK_HELD &&
	       zone->buddy.blocks[first].order == order;
}

void zone_give(struct zone *zone, uint32_t first, unsigned int order)
{
	uint64_t pair = block_pair(zone, order, zone->buddy.blocks[first].bulk);
	uint64_t rest = pair - pair / 2;

	block_touch(zone, first);
	if (order_is_listed(zone, order)) {
		charge(CAUSE_PAGE_ALLOCATOR, rest);
		pcp_give(zone, core_current->id, first, order);
		return;
	}
	zone_lock(zone, true);
	charge(CAUSE_PAGE_ALLOCATOR, rest);
	buddy_give(&zone->buddy, first, order);
	charge_unlock(zone->lock);
}

void zone_drain(struct zone *zone)
{
	struct core *core = core_current;

	core_current = NULL;
	for (unsigned int i = 0; i < zone->cores; i++) {
		struct pcp *pcp = &zone->pcp[i];

		pcp_shrink(zone, pcp, 0, pcp->pages);
		while (pcp->group.nr) {
			uint32_t first = pcp->group.head;

			group_remove(zone, i, first);
			buddy_give(&zone->buddy, first, zone->buddy.blocks[first].order);
		}
	}
	core_current = core;
}
