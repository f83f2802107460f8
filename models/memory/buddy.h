/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * buddy.h - free memory as power-of-two blocks: the lists behind the zone lock.
 *
 *	order 2   [0 . . .]            a block of order n starts at a multiple of 2^n;
 *	order 1   [0 .] [2 .]          its buddy is first ^ 2^n. Two free buddies
 *	order 0   [0] [1] [2] [3]      never coexist: they merge into order n + 1
 *
 * Pure bookkeeping on page numbers: no cost, no lock, no memory of the simulated machine.
 */
#ifndef MODELS_BUDDY_H
#define MODELS_BUDDY_H

#include <stdbool.h>
#include <stdint.h>

#define BUDDY_ORDERS 11 /* orders 0..10, as MAX_PAGE_ORDER of Linux */
#define BUDDY_NONE   UINT32_MAX

/** enum block_state - who has a page; a block is described at its first page only */
enum block_state {
	BLOCK_INSIDE, /* not the first page of its block */
	BLOCK_FREE,   /* in a buddy list */
	BLOCK_PCP,    /* in a per-CPU list */
	BLOCK_GROUP,  /* in what is left of a core's 2 MB region */
	BLOCK_HELD,   /* allocated */
	BLOCK_TAKEN,  /* allocated by the rest of the system, never freed */
};

/**
 * struct block - what is known of a page
 * @next, @prev: links of the list the block is in
 * @state: enum block_state
 * @order: of the block
 * @list: of BLOCK_PCP and BLOCK_GROUP: the core whose list it is
 * @bulk: of BLOCK_HELD: it came from a bulk request
 */
struct block {
	uint32_t next, prev;
	uint8_t state;
	uint8_t order;
	uint8_t list;
	bool bulk;
};

/** struct block_list - blocks linked through the block table; head is taken first */
struct block_list {
	uint32_t head, tail;
	uint32_t nr;
};

/**
 * struct buddy - the table of all pages and the free lists
 * @blocks: one entry per page; zero is BLOCK_INSIDE, so that untouched memory costs nothing
 * @nr_pages: entries
 * @nr_free: pages in the free lists
 * @free: by order
 */
struct buddy {
	struct block *blocks;
	uint32_t nr_pages;
	uint64_t nr_free;
	struct block_list free[BUDDY_ORDERS];
};

/**
 * buddy_init() - @nr_pages pages in the largest free blocks that fit, lowest address first
 * @taken_permille: share of the pages that is BLOCK_TAKEN: each page by itself with this chance, so
 *	that a block of order n is free with chance (1 - share)^(2^n)
 * @seed: which ones; a number alone decides
 * Return: 0, -ENOMEM, or -EINVAL (no pages, or more than 2^31).
 */
int buddy_init(struct buddy *buddy, unsigned long nr_pages, unsigned int taken_permille,
	       uint64_t seed);
/** buddy_fini() - free what buddy_init() allocated */
void buddy_fini(struct buddy *buddy);

/**
 * buddy_take() - a block of @order
 * From the smallest order that has one, there the one freed last (at first: the lowest); a split
 * keeps the lower half.
 * Return: its first page, now BLOCK_HELD, or BUDDY_NONE.
 */
uint32_t buddy_take(struct buddy *buddy, unsigned int order);

/** buddy_give() - free a block that is in no list; merges it with its buddies */
void buddy_give(struct buddy *buddy, uint32_t first, unsigned int order);

/** block_list_reset() - empty list */
void block_list_reset(struct block_list *list);
/** block_list_push() - @first, which is in no list, becomes the head */
void block_list_push(struct block *blocks, struct block_list *list, uint32_t first);
/** block_list_append() - @first, which is in no list, becomes the tail */
void block_list_append(struct block *blocks, struct block_list *list, uint32_t first);
/** block_list_remove() - unlink @first, which is in @list */
void block_list_remove(struct block *blocks, struct block_list *list, uint32_t first);

#endif
