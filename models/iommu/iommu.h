/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * iommu.h - what a DMA mapping costs the core and the device, how long a page stays reachable after
 * its unmap, and whether each mapping is undone exactly once.
 *
 *			map			unmap			device access
 *	off		dma_direct		dma_direct		not translated
 *	passthrough	dma_direct		dma_direct		IOTLB, 1 GiB pages
 *	lazy		address + page table	page table cleared,	IOTLB, leaves
 *						range queued and
 *						flushed in batches
 *	strict		address + page table	page table cleared,	IOTLB, leaves
 *						invalidation waited
 *						for, address freed
 *
 * Costs, of profile fields (CAUSE_IOMMU_MAP and _UNMAP; waiting for other cores is CAUSE_LOCK):
 *	address		iova.h
 *	page table	iommu_pt_map_mcycles for the first page of a call, iommu_pt_map_next_mcycles
 *			for each further one; iommu_pt_unmap_* alike
 *	invalidation	iommu_invalidate.c
 *	flush queue	iommu_flush.c
 *
 * Pages are the machine's page size: a 2K buffer is one, 32K at a page boundary is eight pages of
 * 4K or one of 64K. The device reaches whole pages, as with real hardware. Page-table pages are
 * never freed: Linux frees one in either mode only when one unmap covers all it maps (2 MiB with 4K
 * pages).
 *
 * Not modelled: cores that meet in one page-table line, memory of the page table, and translations
 * that are no packet's (descriptor rings).
 */
#ifndef MODELS_IOMMU_H
#define MODELS_IOMMU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct machine;
struct iommu;

/** enum iommu_mode - in the order of the scenario's words */
enum iommu_mode { IOMMU_OFF, IOMMU_PASSTHROUGH, IOMMU_LAZY, IOMMU_STRICT };

/** IOMMU_MODES - the words, for an option row */
#define IOMMU_MODES "off|passthrough|lazy|strict"

/** IOMMU_NO_ADDRESS - what iommu_map() returns when it cannot (DMA_MAPPING_ERROR of allocators) */
#define IOMMU_NO_ADDRESS (~(uint64_t)0)

/**
 * struct iommu_counts
 * @maps, @unmaps: dma_map / dma_unmap calls that made or removed a translation (0 in off and
 *	passthrough)
 * @pages_mapped, @pages_unmapped: pages they covered
 * @invalidations: IOTLB invalidations sent; a flush is one
 * @iotlb_hits, @iotlb_misses: pages the device touched, by whether it knew the translation
 * @walk_reads: memory reads that the misses took
 * @wait_cycles: cycles cores spent waiting for invalidations: for their lock and for the hardware
 * @failed: maps that found no device address free
 * @faults: pages the device touched that were not mapped
 * @errors: unmap of something not mapped, or with another size; map beyond page memory: a bug of
 *	the allocator, found in all modes. The call changed nothing and cost nothing. (Off and
 *	passthrough keep mappings of one page apart by their sum only: there, a wrong size shows at
 *	the last unmap of the page or before.)
 */
struct iommu_counts {
	uint64_t maps, unmaps, pages_mapped, pages_unmapped, invalidations;
	uint64_t iotlb_hits, iotlb_misses, walk_reads, wait_cycles;
	uint64_t failed, faults, errors;
};

/**
 * iommu_create() - nothing mapped, for a memory of @nr_pages
 * Context: after arena_init(): locks and magazines live in the arena.
 * Return: NULL when out of memory or with impossible parameters.
 */
struct iommu *iommu_create(enum iommu_mode mode, unsigned long nr_pages, unsigned int page_shift,
			   const struct machine *machine);
/** iommu_destroy() - free the model; NULL is fine */
void iommu_destroy(struct iommu *iommu);

/** iommu_name() - the mode's word */
const char *iommu_name(enum iommu_mode mode);

/** iommu_translates() - does the device's access go through an IOTLB? (not in off) */
bool iommu_translates(const struct iommu *iommu);
/** iommu_maps() - do mappings exist one by one? (lazy, strict) */
bool iommu_maps(const struct iommu *iommu);

/**
 * iommu_map() - core_current maps @bytes at physical @phys (offset into page memory)
 * Return: device address, never 0, or IOMMU_NO_ADDRESS when out of addresses.
 */
uint64_t iommu_map(struct iommu *iommu, uint64_t phys, size_t bytes);
/** iommu_unmap() - undo one iommu_map() */
void iommu_unmap(struct iommu *iommu, uint64_t addr, size_t bytes);

/**
 * iommu_translate() - the device writes @bytes at @addr, at @now_ns
 * Cost: none to a core; the device waits for the reads (sim/rx/dma.c).
 * Return: memory reads of page walks.
 */
unsigned int iommu_translate(struct iommu *iommu, uint64_t addr, size_t bytes, uint64_t now_ns);

/**
 * iommu_covers() - is all of @bytes at @addr mapped now? (always in off and passthrough)
 * What a device can still reach through its IOTLB is not: that is exposure.
 */
bool iommu_covers(const struct iommu *iommu, uint64_t addr, size_t bytes);

/** iommu_live() - mappings made and not undone yet, in any mode */
uint64_t iommu_live(const struct iommu *iommu);

/** iommu_begin() - time begins at 0 (what was mapped stays so) */
void iommu_begin(struct iommu *iommu);
/** iommu_advance() - it is @now_ns by now: a flush timer that was due has fired */
void iommu_advance(struct iommu *iommu, uint64_t now_ns);
/**
 * iommu_exposure() - bytes of unmapped pages x ns until their flush, up to the latest time seen
 * Lazy only: strict waits before it returns, and in the direct modes the device reaches all memory.
 * Return: bytes x ns, UINT64_MAX at most.
 */
uint64_t iommu_exposure(const struct iommu *iommu);
/** iommu_drain() - flush what waits for a flush, at no cost (the device is gone) */
void iommu_drain(struct iommu *iommu);

/**
 * iommu_check() - is every range of addresses in one place?
 * Handed out = mapped one by one + waiting for a flush.
 */
bool iommu_check(const struct iommu *iommu);

/** iommu_counts_get() - Return: what was mapped, unmapped, invalidated and waited for so far */
struct iommu_counts iommu_counts_get(const struct iommu *iommu);

#endif
