/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * zone_check.c - walks the lists of a zone, marks what it meets, and looks at what is left.
 */
#include <string.h>
#include "models/memory/zone.h"
#include "models/memory/zone_check.h"

/* Mark the pages of a block; false when it is not what its state says, or overlaps another one. */
static bool check_block(const struct buddy *buddy, uint8_t *seen, uint32_t first,
			enum block_state state, unsigned int order)
{
	uint32_t pages = 1u << order;

	if (first % pages || first + pages > buddy->nr_pages ||
	    buddy->blocks[first].state != state || buddy->blocks[first].order != order)
		return false;
	for (uint32_t i = 0; i < pages; i++) {
		if (seen[first + i] || (i && buddy->blocks[first + i].state != BLOCK_INSIDE))
			return false;
		seen[first + i] = 1;
	}
	return true;
}

static bool check_merged(const struct buddy *buddy, uint32_t first, unsigned int order)
{
	uint32_t other = first ^ (1u << order);

	return order == BUDDY_ORDERS - 1 || other >= buddy->nr_pages ||
	       buddy->blocks[other].state != BLOCK_FREE || buddy->blocks[other].order != order;
}

static bool check_free(const struct buddy *buddy, uint8_t *seen)
{
	uint64_t pages = 0;

	for (unsigned int order = 0; order < BUDDY_ORDERS; order++) {
		uint32_t nr = 0;

		for (uint32_t i = buddy->free[order].head; i != BUDDY_NONE;
		     i = buddy->blocks[i].next, nr++)
			if (!check_block(buddy, seen, i, BLOCK_FREE, order) ||
			    !check_merged(buddy, i, order))
				return false;
		if (nr != buddy->free[order].nr)
			return false;
		pages += (uint64_t)nr << order;
	}
	return pages == buddy->nr_free;
}

/* A list of @core; its blocks are of @order, or of any with ZONE_PCP_ORDERS. */
static bool check_list(const struct buddy *buddy, uint8_t *seen, const struct block_list *list,
		       enum block_state state, unsigned int core, unsigned int order,
		       uint64_t *pages)
{
	const struct block *blocks = buddy->blocks;
	uint32_t nr = 0;

	for (uint32_t i = list->head; i != BUDDY_NONE; i = blocks[i].next, nr++) {
		unsigned int is = order == ZONE_PCP_ORDERS ? blocks[i].order : order;

		if (blocks[i].list != core || !check_block(buddy, seen, i, state, is))
			return false;
		*pages += 1u << is;
	}
	return nr == list->nr;
}

static bool check_pcp(const struct zone *zone, uint8_t *seen, unsigned int core)
{
	const struct pcp *pcp = &zone->pcp[core];
	uint64_t pages = 0, group_pages = 0;

	for (unsigned int order = 0; order < ZONE_PCP_ORDERS; order++)
		if (!check_list(&zone->buddy, seen, &pcp->lists[order], BLOCK_PCP, core, order,
				&pages))
			return false;
	return check_list(&zone->buddy, seen, &pcp->group, BLOCK_GROUP, core, ZONE_PCP_ORDERS,
			  &group_pages) &&
	       pages == pcp->pages && group_pages == pcp->group_pages;
}

/*
 * Pages on no list are taken by others (fragmentation) or allocated, and the latter must be @held.
 */
static bool check_held(const struct zone *zone, uint8_t *seen, uint64_t held)
{
	const struct buddy *buddy = &zone->buddy;
	uint64_t found = 0;

	for (uint32_t i = 0; i < buddy->nr_pages; i++) {
		if (seen[i] || buddy->blocks[i].state == BLOCK_TAKEN)
			continue;
		if (!check_block(buddy, seen, i, BLOCK_HELD, buddy->blocks[i].order))
			return false;
		found += 1u << buddy->blocks[i].order;
	}
	return found == held;
}

bool zone_check(const struct zone *zone, uint64_t held)
{
	uint8_t *seen = zone->seen;
	bool good;

	memset(seen, 0, zone->buddy.nr_pages);
	good = check_free(&zone->buddy, seen);
	for (unsigned int i = 0; good && i < zone->cores; i++)
		good = check_pcp(zone, seen, i);
	return good && check_held(zone, seen, held);
}
