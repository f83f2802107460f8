/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * iommu.c - see iommu.h.
 *
 * A table with one entry per page answers everything in O(1): page of memory when off (there the
 * address *is* the page), page of device address space when strict.
 */
#include <stdlib.h>
#include "models/arena.h"
#include "models/charge.h"
#include "models/iommu.h"

/*
 * Off: where memory lies on the bus, so that no address is 0. Source: assumed (the first address
 * above 32 bits, where a server has most of its memory); no cost depends on it.
 */
#define DIRECT_BASE (1ull << 32)

/*
 * Strict: largest range, in pages, as a power of two. Source: assumed; far above the largest block
 * of the page allocator.
 */
#define IOVA_ORDERS 11

/*
 * Strict: device pages per page of memory. Source: assumed; a page is mapped several times at once
 * where each fragment has its own mapping, but never all pages are.
 */
#define IOVA_PAGES_PER_PAGE 4

/**
 * struct iova - one page of device address space (off: of memory)
 * @bytes: first page of a mapping: its size, else 0. Off: sum over the mappings that start here
 * @offset: first page of a mapping: where in the page it starts
 * @next: of a free range: the one freed before it, of the same size. 0 = none
 * @live: mappings: strict 0 or 1, on every page covered; off: on the first page, any number
 */
struct iova {
	uint64_t bytes;
	uint32_t offset;
	uint32_t next;
	uint32_t live;
};

struct iommu {
	const struct machine *machine;
	enum iommu_mode mode;
	unsigned int page_shift;
	uint64_t mem_bytes;
	struct iova *iovas;
	uint32_t nr_iovas;
	uint32_t lowest;	    /* pages from here up have been handed out before */
	uint32_t free[IOVA_ORDERS]; /* by log2 of the size: the range freed last, 0 = none */
	void *queue_lock;	    /* a line of the arena */
	uint64_t live;
	struct iommu_counts counts;
};

struct iommu *iommu_create(enum iommu_mode mode, unsigned long nr_pages, unsigned int page_shift,
			   const struct machine *machine)
{
	unsigned long nr = mode == IOMMU_OFF ? nr_pages : nr_pages * IOVA_PAGES_PER_PAGE;
	struct iommu *iommu;

	if (!nr_pages || nr_pages > UINT32_MAX / IOVA_PAGES_PER_PAGE)
		return NULL;
	iommu = calloc(1, sizeof(*iommu));
	if (!iommu)
		return NULL;
	iommu->machine = machine;
	iommu->mode = mode;
	iommu->page_shift = page_shift;
	iommu->mem_bytes = (uint64_t)nr_pages << page_shift;
	iommu->nr_iovas = iommu->lowest = (uint32_t)nr;
	iommu->iovas = calloc(nr, sizeof(*iommu->iovas));
	iommu->queue_lock = arena_meta(1u << ARENA_LINE_SHIFT);
	if (!iommu->iovas || !iommu->queue_lock) {
		iommu_destroy(iommu);
		return NULL;
	}
	return iommu;
}

void iommu_destroy(struct iommu *iommu)
{
	if (!iommu)
		return;
	free(iommu->iovas);
	free(iommu);
}

static uint32_t page_offset(const struct iommu *iommu, uint64_t addr)
{
	return (uint32_t)(addr & ((1ull << iommu->page_shift) - 1));
}

/* Pages that @bytes at @addr touch. */
static uint64_t page_span(const struct iommu *iommu, uint64_t addr, size_t bytes)
{
	uint64_t end = page_offset(iommu, addr) + (uint64_t)bytes;

	return (end + (1ull << iommu->page_shift) - 1) >> iommu->page_shift;
}

static unsigned int iova_order(uint64_t pages)
{
	unsigned int order = 0;

	while (1ull << order < pages)
		order++;
	return order;
}

static void iova_free(struct iommu *iommu, uint32_t first, unsigned int order)
{
	iommu->iovas[first].next = iommu->free[order];
	iommu->free[order] = first;
}

/* First page of 2^order free ones, aligned to their number, or 0. */
static uint32_t iova_alloc(struct iommu *iommu, unsigned int order)
{
	uint32_t pages = 1u << order, first = iommu->free[order];

	if (first) {
		iommu->free[order] = iommu->iovas[first].next;
		return first;
	}
	/* page 0 is never handed out: address 0 means "not mapped" to an allocator */
	if (iommu->lowest < 2 * pages)
		return 0;
	/* what alignment skips serves smaller requests later */
	while (iommu->lowest & (pages - 1)) {
		unsigned int gap = (unsigned int)__builtin_ctz(iommu->lowest);

		iommu->lowest -= 1u << gap;
		iova_free(iommu, iommu->lowest, gap);
	}
	iommu->lowest -= pages;
	return iommu->lowest;
}

static uint64_t direct_map(struct iommu *iommu, uint64_t phys, size_t bytes)
{
	struct iova *page = &iommu->iovas[phys >> iommu->page_shift];

	page->live++;
	page->bytes += bytes;
	iommu->live++;
	charge(CAUSE_IOMMU_MAP, iommu->machine->dma_direct_mcycles);
	return phys + DIRECT_BASE;
}

static void direct_unmap(struct iommu *iommu, uint64_t addr, size_t bytes)
{
	uint64_t phys = addr - DIRECT_BASE;
	struct iova *page;

	if (phys >= iommu->mem_bytes) {
		iommu->counts.errors++;
		return;
	}
	page = &iommu->iovas[phys >> iommu->page_shift];
	if (!page->live || page->bytes < bytes || (page->live == 1 && page->bytes != bytes)) {
		iommu->counts.errors++;
		return;
	}
	page->live--;
	page->bytes -= bytes;
	iommu->live--;
	charge(CAUSE_IOMMU_UNMAP, iommu->machine->dma_direct_mcycles);
}

static uint64_t strict_map(struct iommu *iommu, uint64_t phys, size_t bytes)
{
	const struct machine *m = iommu->machine;
	uint64_t pages = page_span(iommu, phys, bytes);
	unsigned int order = iova_order(pages);
	uint32_t first = order < IOVA_ORDERS ? iova_alloc(iommu, order) : 0;

	charge(CAUSE_IOMMU_MAP, m->iommu_iova_mcycles / 2);
	if (!first) {
		iommu->counts.failed++;
		return IOMMU_NO_ADDRESS;
	}
	charge(CAUSE_IOMMU_MAP, pages * m->iommu_pt_map_mcycles);
	for (uint64_t i = 0; i < pages; i++)
		iommu->iovas[first + i].live = 1;
	iommu->iovas[first].bytes = bytes;
	iommu->iovas[first].offset = page_offset(iommu, phys);
	iommu->live++;
	iommu->counts.maps++;
	iommu->counts.pages_mapped += pages;
	return ((uint64_t)first << iommu->page_shift) + iommu->iovas[first].offset;
}

/* The hardware works its queue off in order, so who comes second waits for both invalidations. */
static void strict_invalidate(struct iommu *iommu)
{
	enum cause cause = charge_cause(CAUSE_IOMMU_UNMAP);

	charge_lock(iommu->queue_lock, iommu->machine, true);
	charge(CAUSE_IOMMU_UNMAP, iommu->machine->iommu_invalidate_mcycles);
	charge_unlock(iommu->queue_lock);
	charge_cause(cause);
	iommu->counts.invalidations++;
}

static void strict_unmap(struct iommu *iommu, uint64_t addr, size_t bytes)
{
	const struct machine *m = iommu->machine;
	uint64_t first = addr >> iommu->page_shift;
	uint64_t pages = page_span(iommu, addr, bytes);

	if (first >= iommu->nr_iovas || !iommu->iovas[first].bytes ||
	    iommu->iovas[first].bytes != bytes ||
	    iommu->iovas[first].offset != page_offset(iommu, addr)) {
		iommu->counts.errors++;
		return;
	}
	charge(CAUSE_IOMMU_UNMAP, pages * m->iommu_pt_unmap_mcycles);
	for (uint64_t i = 0; i < pages; i++)
		iommu->iovas[first + i].live = 0;
	iommu->iovas[first].bytes = 0;
	strict_invalidate(iommu);
	iova_free(iommu, (uint32_t)first, iova_order(pages));
	charge(CAUSE_IOMMU_UNMAP, m->iommu_iova_mcycles - m->iommu_iova_mcycles / 2);
	iommu->live--;
	iommu->counts.unmaps++;
	iommu->counts.pages_unmapped += pages;
}

uint64_t iommu_map(struct iommu *iommu, uint64_t phys, size_t bytes)
{
	if (!bytes || bytes > iommu->mem_bytes || phys > iommu->mem_bytes - bytes) {
		iommu->counts.errors++;
		return IOMMU_NO_ADDRESS;
	}
	if (iommu->mode == IOMMU_OFF)
		return direct_map(iommu, phys, bytes);
	return strict_map(iommu, phys, bytes);
}

void iommu_unmap(struct iommu *iommu, uint64_t addr, size_t bytes)
{
	if (iommu->mode == IOMMU_OFF)
		direct_unmap(iommu, addr, bytes);
	else
		strict_unmap(iommu, addr, bytes);
}

bool iommu_covers(const struct iommu *iommu, uint64_t addr, size_t bytes)
{
	uint64_t first = addr >> iommu->page_shift;
	uint64_t pages;

	if (iommu->mode == IOMMU_OFF)
		return true;
	pages = page_span(iommu, addr, bytes);
	if (first >= iommu->nr_iovas || pages > iommu->nr_iovas - first)
		return false;
	for (uint64_t i = 0; i < pages; i++)
		if (!iommu->iovas[first + i].live)
			return false;
	return true;
}

uint64_t iommu_live(const struct iommu *iommu)
{
	return iommu->live;
}

struct iommu_counts iommu_counts_get(const struct iommu *iommu)
{
	return iommu->counts;
}
