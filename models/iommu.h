/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * iommu.h - what a DMA mapping costs, and whether each is undone exactly once.
 *
 *	off	device address = physical + a constant. dma_direct_mcycles for a map, the same for
 *		an unmap; no translation exists, so the counts of maps stay 0
 *	strict	map	iommu_iova_mcycles / 2		find an address
 *			+ pages * iommu_pt_map_mcycles	write the page table
 *		unmap	pages * iommu_pt_unmap_mcycles	clear it
 *			+ iommu_invalidate_mcycles	tell the IOTLB and wait, under the queue's lock
 *			+ iommu_iova_mcycles / 2	give the address back (and the odd mcycle)
 *
 * Pages are the machine's page size: a 2K buffer is one, 32K at a page boundary is eight pages of
 * 4K or one of 64K. The device reaches whole pages, as with real hardware.
 *
 * Not modelled: what a translation costs the *device* (IOTLB misses), page-table pages, and where
 * CPUs would contend for addresses.
 */
#ifndef MODELS_IOMMU_H
#define MODELS_IOMMU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct machine;
struct iommu;

enum iommu_mode { IOMMU_OFF, IOMMU_STRICT };

/** IOMMU_NO_ADDRESS - what iommu_map() returns when it cannot (DMA_MAPPING_ERROR of allocators) */
#define IOMMU_NO_ADDRESS (~(uint64_t)0)

/**
 * struct iommu_counts
 * @maps, @unmaps: dma_map / dma_unmap calls that made or removed a translation (0 when off)
 * @pages_mapped, @pages_unmapped: pages they covered
 * @invalidations: IOTLB invalidations sent
 * @failed: maps that found no device address free
 * @errors: unmap of something not mapped, or with another size; map beyond page memory: a bug of
 *	the allocator, found in both modes. The call changed nothing and cost nothing. (Off keeps
 *	mappings of one page apart by their sum only: there, a wrong size shows at the last unmap of
 *	the page or before.)
 */
struct iommu_counts {
	uint64_t maps, unmaps, pages_mapped, pages_unmapped, invalidations;
	uint64_t failed, errors;
};

/**
 * iommu_create() - nothing mapped, for a memory of @nr_pages
 * Context: after arena_init(): the invalidation queue's lock lives in the arena.
 * Return: NULL when out of memory or with impossible parameters.
 */
struct iommu *iommu_create(enum iommu_mode mode, unsigned long nr_pages, unsigned int page_shift,
			   const struct machine *machine);
void iommu_destroy(struct iommu *iommu);

/**
 * iommu_map() - core_current maps @bytes at physical @phys (offset into page memory)
 * Strict takes addresses from the top down, aligned to the size in pages rounded up to a power of
 * two; of those given back, the last of that size first (as Linux's address caches do).
 * Return: device address, never 0, or IOMMU_NO_ADDRESS when out of addresses.
 */
uint64_t iommu_map(struct iommu *iommu, uint64_t phys, size_t bytes);
/** iommu_unmap() - undo one iommu_map() */
void iommu_unmap(struct iommu *iommu, uint64_t addr, size_t bytes);

/** iommu_covers() - may the device reach @bytes at @addr now? (always when off) */
bool iommu_covers(const struct iommu *iommu, uint64_t addr, size_t bytes);

/** iommu_live() - mappings made and not undone yet, in either mode */
uint64_t iommu_live(const struct iommu *iommu);

struct iommu_counts iommu_counts_get(const struct iommu *iommu);

#endif
