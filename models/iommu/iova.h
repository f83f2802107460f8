/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * iova.h - where in the device's address space a mapping goes: per-CPU magazines, and the tree
 * behind them.
 *
 *	iova_alloc()				iova_free()
 *	     ^					    |
 *	loaded, prev: two magazines of 127 ranges, per core and size (1, 2, 4 ... 32 pages)
 *	     ^  full one, under the depot's lock    v  full one
 *	depot of that size, shared by the cores
 *	     ^
 *	tree of everything handed out, under its lock: the highest gap that fits, found by walking
 *	down from the range placed last
 *
 * A range in a magazine stays in the tree. So the tree is entered only while a workload grows, for
 * ranges above 32 pages, and when addresses run out (then all magazines are emptied into it).
 * Cores that allocate and cores that free are different ones where packets are read elsewhere: full
 * magazines then travel through the depot, two lock acquisitions and 16 lines per 127 ranges.
 */
#ifndef MODELS_IOVA_H
#define MODELS_IOVA_H

#include <stdbool.h>
#include <stdint.h>
#include "models/cpu/core.h"

/* Source: linux-iova (IOVA_MAG_SIZE; IOVA_RANGE_CACHE_MAX_SIZE: sizes 2^0 to 2^5 pages) */
#define IOVA_MAG_SIZE 127
#define IOVA_CLASSES  6

struct machine;
struct iova_space;

/**
 * struct iova_counts - where ranges came from and went
 * @cached: requests that a magazine served
 * @depot: magazines taken from or given to a depot
 * @tree: requests and returns that went to the tree
 * @walked: ranges looked at on the way down the tree
 */
struct iova_counts {
	uint64_t cached, depot, tree, walked;
};

/**
 * iova_create() - nothing handed out; pages 1 to @nr_pages - 1 can be
 * Context: after arena_init(): magazines and locks live in the arena.
 * Return: NULL when out of memory.
 */
struct iova_space *iova_create(uint32_t nr_pages, const struct machine *machine);
/** iova_destroy() - free the space; NULL is fine */
void iova_destroy(struct iova_space *space);

/**
 * iova_alloc() - core_current takes a range of @pages, aligned to their number rounded up to a
 * power of two
 * Cost: half of iommu_iova_mcycles, lines of the magazine; from the tree also half of
 * iommu_iova_tree_mcycles and an L2 hit for each range walked over, under the lock. To
 * CAUSE_IOMMU_MAP, waiting to CAUSE_LOCK.
 * Return: first page, 0 when there is no such range.
 */
uint32_t iova_alloc(struct iova_space *space, uint64_t pages);

/** iova_free() - gives back what iova_alloc() returned for @pages; the other halves, to
 * CAUSE_IOMMU_UNMAP */
void iova_free(struct iova_space *space, uint32_t first, uint64_t pages);

/** iova_counts_get() - Return: how many requests magazines and tree served so far */
struct iova_counts iova_counts_get(const struct iova_space *space);

/**
 * iova_in_use() - ranges handed out and not given back: those of the tree less those in magazines
 */
uint64_t iova_in_use(const struct iova_space *space);

#endif
