/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * iotlb.h - what the device's side of an IOMMU remembers of the page table, and what it has to
 * read.
 *
 *	IOTLB		page -> translation, set-associative, LRU in a set
 *	walk caches	per upper level, the table to go on in; fully associative, LRU
 *
 * A lookup that misses walks: it reads one entry per level, from below the lowest level a walk
 * cache knows (4K pages: four levels, so 1 to 4 reads). The reads are what a miss costs the device.
 */
#ifndef MODELS_IOTLB_H
#define MODELS_IOTLB_H

#include <stdint.h>

struct machine;
struct iotlb;

/** struct iotlb_counts - lookups; @reads: memory reads of all walks */
struct iotlb_counts {
	uint64_t hits, misses, reads;
};

/**
 * iotlb_create() - empty caches, sized by the profile (0 entries: nothing is remembered)
 * @page_shift: of the page table's leaves; a table is one such page of 8-byte entries
 * Return: NULL when out of memory.
 */
struct iotlb *iotlb_create(const struct machine *machine, unsigned int page_shift);
/** iotlb_destroy() - free the caches; NULL is fine */
void iotlb_destroy(struct iotlb *tlb);

/**
 * iotlb_lookup() - the device touches @addr
 * Return: memory reads the translation took, 0 = a hit.
 */
unsigned int iotlb_lookup(struct iotlb *tlb, uint64_t addr);
/** iotlb_lookup_large() - the same where @addr is identity-mapped by the largest pages (1 GiB) */
unsigned int iotlb_lookup_large(struct iotlb *tlb, uint64_t addr);

/**
 * iotlb_invalidate() - forget @pages pages from @addr on
 * With iommu_invalidate_walk the walk caches forget these addresses too, though their tables stay:
 * a kernel that sends no hint gets that.
 */
void iotlb_invalidate(struct iotlb *tlb, uint64_t addr, uint64_t pages);
/** iotlb_invalidate_all() - the whole domain, walk caches included */
void iotlb_invalidate_all(struct iotlb *tlb);

/** iotlb_counts_get() - Return: hits, misses and reads of page-table walks so far */
struct iotlb_counts iotlb_counts_get(const struct iotlb *tlb);

#endif
