/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * iotlb.c - see iotlb.h.
 *
 * Ignored, and the error that brings: translations of descriptor rings and of transmitted packets,
 * which share these caches (misses are a little too few); walks of different requests overlap in
 * hardware (the time per read is what one measured model found with the overlap in it);
 * prefetching; caches on the device itself (ATS), which NICs of today leave off for kernel traffic.
 */
#include <stdlib.h>
#include <string.h>
#include "models/iommu/iotlb.h"
#include "models/machine.h"

/* A table entry is 8 bytes on every IOMMU modelled; addresses have 48 bits. */
#define ENTRY_SHIFT   3
#define ADDR_BITS     48
#define LEVELS_MAX    5
/* Source: linux-vtd (identity mappings use the largest pages the IOMMU knows) */
#define LARGE_SHIFT   30
#define KEY_LARGE     (1ull << 63)
#define KEY(addr, sh) (((addr) >> (sh)) + 1) /* 0: an empty entry */

/**
 * struct iotlb
 * @levels: of the page table; a full walk reads as many entries
 * @level_bits: address bits a level translates
 * @key: sets x ways, most recently used of a set first
 * @walk: per upper level, @nr_walk keys, most recently used first; level 1 is the one above leaves
 */
struct iotlb {
	unsigned int page_shift, levels, level_bits;
	unsigned int nr_sets, nr_ways, nr_walk;
	bool invalidate_walk;
	uint64_t *key;
	uint64_t *walk[LEVELS_MAX];
	struct iotlb_counts counts;
};

struct iotlb *iotlb_create(const struct machine *machine, unsigned int page_shift)
{
	struct iotlb *tlb = calloc(1, sizeof(*tlb));
	bool ok;

	if (!tlb)
		return NULL;
	tlb->page_shift = page_shift;
	tlb->level_bits = page_shift - ENTRY_SHIFT;
	tlb->levels = (ADDR_BITS - page_shift + tlb->level_bits - 1) / tlb->level_bits;
	tlb->nr_ways = machine->iotlb_entries ? (unsigned int)machine->iotlb_ways : 0;
	tlb->nr_sets = tlb->nr_ways ? (unsigned int)(machine->iotlb_entries / tlb->nr_ways) : 0;
	tlb->nr_walk = (unsigned int)machine->walk_entries;
	tlb->invalidate_walk = machine->iommu_invalidate_walk;
	/* one more than asked: zero entries are no error */
	tlb->key = calloc((size_t)tlb->nr_sets * tlb->nr_ways + 1, sizeof(*tlb->key));
	ok = tlb->key;
	for (unsigned int i = 0; i < LEVELS_MAX; i++) {
		tlb->walk[i] = calloc((size_t)tlb->nr_walk + 1, sizeof(*tlb->walk[i]));
		ok = ok && tlb->walk[i];
	}
	if (ok)
		return tlb;
	iotlb_destroy(tlb);
	return NULL;
}

void iotlb_destroy(struct iotlb *tlb)
{
	if (!tlb)
		return;
	for (unsigned int i = 0; i < LEVELS_MAX; i++)
		free(tlb->walk[i]);
	free(tlb->key);
	free(tlb);
}

/* Is @key among the @nr of @at? Either way it is the first afterwards, the last gave way. */
static bool lru_use(uint64_t *at, unsigned int nr, uint64_t key)
{
	unsigned int i = 0;
	bool found;

	if (!nr)
		return false;
	while (i < nr - 1 && at[i] != key)
		i++;
	found = at[i] == key;
	memmove(at + 1, at, i * sizeof(*at));
	at[0] = key;
	return found;
}

static void lru_drop(uint64_t *at, unsigned int nr, uint64_t key)
{
	for (unsigned int i = 0; i < nr; i++)
		if (at[i] == key) {
			memmove(at + i, at + i + 1, (nr - 1 - i) * sizeof(*at));
			at[nr - 1] = 0;
			return;
		}
}

static uint64_t *set_of(struct iotlb *tlb, uint64_t page)
{
	return tlb->nr_sets ? tlb->key + page % tlb->nr_sets * tlb->nr_ways : tlb->key;
}

static unsigned int walk_shift(const struct iotlb *tlb, unsigned int level)
{
	return tlb->page_shift + level * tlb->level_bits;
}

/* Reads of a walk whose last read is at @leaf (0: a page of the smallest size). */
static unsigned int walk(struct iotlb *tlb, uint64_t addr, unsigned int leaf)
{
	unsigned int reads = tlb->levels - leaf;

	for (unsigned int level = leaf + 1; level < tlb->levels; level++)
		if (lru_use(tlb->walk[level], tlb->nr_walk, KEY(addr, walk_shift(tlb, level))) &&
		    reads == tlb->levels - leaf)
			reads = level - leaf;
	return reads;
}

static unsigned int lookup(struct iotlb *tlb, uint64_t addr, uint64_t page, uint64_t key,
			   unsigned int leaf)
{
	unsigned int reads;

	if (lru_use(set_of(tlb, page), tlb->nr_ways, key)) {
		tlb->counts.hits++;
		return 0;
	}
	reads = walk(tlb, addr, leaf);
	tlb->counts.misses++;
	tlb->counts.reads += reads;
	return reads;
}

unsigned int iotlb_lookup(struct iotlb *tlb, uint64_t addr)
{
	return lookup(tlb, addr, addr >> tlb->page_shift, KEY(addr, tlb->page_shift), 0);
}

unsigned int iotlb_lookup_large(struct iotlb *tlb, uint64_t addr)
{
	unsigned int leaf = (LARGE_SHIFT - tlb->page_shift) / tlb->level_bits;

	return lookup(tlb, addr, addr >> LARGE_SHIFT, KEY(addr, LARGE_SHIFT) | KEY_LARGE, leaf);
}

void iotlb_invalidate(struct iotlb *tlb, uint64_t addr, uint64_t pages)
{
	for (uint64_t i = 0; i < pages; i++, addr += 1ull << tlb->page_shift) {
		lru_drop(set_of(tlb, addr >> tlb->page_shift), tlb->nr_ways,
			 KEY(addr, tlb->page_shift));
		for (unsigned int level = 1; tlb->invalidate_walk && level < tlb->levels; level++)
			lru_drop(tlb->walk[level], tlb->nr_walk, KEY(addr, walk_shift(tlb, level)));
	}
}

void iotlb_invalidate_all(struct iotlb *tlb)
{
	memset(tlb->key, 0, (size_t)tlb->nr_sets * tlb->nr_ways * sizeof(*tlb->key));
	for (unsigned int level = 0; level < LEVELS_MAX; level++)
		memset(tlb->walk[level], 0, tlb->nr_walk * sizeof(*tlb->walk[level]));
}

struct iotlb_counts iotlb_counts_get(const struct iotlb *tlb)
{
	return tlb->counts;
}
