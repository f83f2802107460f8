/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * buddy.c - see buddy.h.
 *
 * Freed blocks go to the head of their list, as Linux puts them when it does not shuffle: memory
 * that was just used is used again. All choices follow from the sequence of calls alone.
 */
#include <errno.h>
#include <stdlib.h>
#include "models/memory/buddy.h"

void block_list_reset(struct block_list *list)
{
	*list = (struct block_list){.head = BUDDY_NONE, .tail = BUDDY_NONE};
}

static void block_list_link(struct block *blocks, struct block_list *list, uint32_t first,
			    uint32_t prev, uint32_t next)
{
	blocks[first].prev = prev;
	blocks[first].next = next;
	if (prev == BUDDY_NONE)
		list->head = first;
	else
		blocks[prev].next = first;
	if (next == BUDDY_NONE)
		list->tail = first;
	else
		blocks[next].prev = first;
	list->nr++;
}

void block_list_push(struct block *blocks, struct block_list *list, uint32_t first)
{
	block_list_link(blocks, list, first, BUDDY_NONE, list->head);
}

void block_list_append(struct block *blocks, struct block_list *list, uint32_t first)
{
	block_list_link(blocks, list, first, list->tail, BUDDY_NONE);
}

void block_list_remove(struct block *blocks, struct block_list *list, uint32_t first)
{
	uint32_t prev = blocks[first].prev, next = blocks[first].next;

	if (prev == BUDDY_NONE)
		list->head = next;
	else
		blocks[prev].next = next;
	if (next == BUDDY_NONE)
		list->tail = prev;
	else
		blocks[next].prev = prev;
	list->nr--;
}

/* The next number of a stream that starts anywhere (splitmix64 of Steele, Lea and Flood). */
static uint64_t stream_next(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return z ^ z >> 31;
}

/* Free pages [@first, @end) as blocks, each as large as its address and the end allow. */
static void buddy_fill(struct buddy *buddy, uint32_t first, uint32_t end)
{
	while (first < end) {
		unsigned int order = first ? (unsigned int)__builtin_ctz(first) : BUDDY_ORDERS - 1;

		if (order > BUDDY_ORDERS - 1)
			order = BUDDY_ORDERS - 1;
		while (first + (1ull << order) > end)
			order--;
		buddy->blocks[first].state = BLOCK_FREE;
		buddy->blocks[first].order = (uint8_t)order;
		block_list_append(buddy->blocks, &buddy->free[order], first);
		buddy->nr_free += 1u << order;
		first += 1u << order;
	}
}

int buddy_init(struct buddy *buddy, unsigned long nr_pages, unsigned int taken_permille,
	       uint64_t seed)
{
	uint32_t first = 0;

	if (!nr_pages || nr_pages > 1ul << 31)
		return -EINVAL;
	*buddy = (struct buddy){.blocks = calloc(nr_pages, sizeof(*buddy->blocks)),
				.nr_pages = (uint32_t)nr_pages};
	if (!buddy->blocks)
		return -ENOMEM;
	for (unsigned int i = 0; i < BUDDY_ORDERS; i++)
		block_list_reset(&buddy->free[i]);

	for (uint32_t page = 0; taken_permille && page < nr_pages; page++) {
		if (stream_next(&seed) % 1000 >= taken_permille)
			continue;
		buddy->blocks[page].state = BLOCK_TAKEN;
		buddy_fill(buddy, first, page);
		first = page + 1;
	}
	buddy_fill(buddy, first, buddy->nr_pages);
	return 0;
}

void buddy_fini(struct buddy *buddy)
{
	free(buddy->blocks);
	buddy->blocks = NULL;
}

static void buddy_insert(struct buddy *buddy, uint32_t first, unsigned int order)
{
	buddy->blocks[first].state = BLOCK_FREE;
	buddy->blocks[first].order = (uint8_t)order;
	block_list_push(buddy->blocks, &buddy->free[order], first);
	buddy->nr_free += 1u << order;
}

uint32_t buddy_take(struct buddy *buddy, unsigned int order)
{
	unsigned int from = order;
	uint32_t first;

	while (from < BUDDY_ORDERS && !buddy->free[from].nr)
		from++;
	if (from >= BUDDY_ORDERS)
		return BUDDY_NONE;

	first = buddy->free[from].head;
	block_list_remove(buddy->blocks, &buddy->free[from], first);
	buddy->nr_free -= 1u << from;
	while (from > order) {
		from--;
		buddy_insert(buddy, first + (1u << from), from);
	}
	buddy->blocks[first].state = BLOCK_HELD;
	buddy->blocks[first].order = (uint8_t)order;
	return first;
}

void buddy_give(struct buddy *buddy, uint32_t first, unsigned int order)
{
	while (order < BUDDY_ORDERS - 1) {
		uint32_t other = first ^ (1u << order);

		if (other >= buddy->nr_pages || buddy->blocks[other].state != BLOCK_FREE ||
		    buddy->blocks[other].order != order)
			break;
		block_list_remove(buddy->blocks, &buddy->free[order], other);
		buddy->nr_free -= 1u << order;
		buddy->blocks[first > other ? first : other].state = BLOCK_INSIDE;
		first = first < other ? first : other;
		order++;
	}
	buddy_insert(buddy, first, order);
}
