/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * iommu.c - see iommu.h: mappings, and who is asked for the rest.
 *
 * A table with one entry per page answers everything in O(1): page of memory in the direct modes
 * (there the address *is* the page), page of device address space in the others.
 */
#include <stdlib.h>
#include "models/cpu/arena.h"
#include "models/cpu/charge.h"
#include "models/iommu/iommu_flush.h"
#include "models/iommu/iommu_invalidate.h"
#include "models/iommu/iommu_parts.h"

/*
 * Direct modes: where memory lies on the bus, so that no address is 0. Source: assumed (the first
 * address above 32 bits, where a server has most of its memory); no cost depends on it.
 */
#define DIRECT_BASE (1ull << 32)

/*
 * Device pages per page of memory. Source: assumed; a page is mapped several times at once where
 * each fragment has its own mapping, but never all pages are.
 */
#define IOVA_PAGES_PER_PAGE 4

static bool is_direct(const struct iommu *iommu)
{
	return iommu->mode == IOMMU_OFF || iommu->mode == IOMMU_PASSTHROUGH;
}

struct iommu *iommu_create(enum iommu_mode mode, unsigned long nr_pages, unsigned int page_shift,
			   const struct machine *machine)
{
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
	iommu->nr_entries =
		(uint32_t)(is_direct(iommu) ? nr_pages : nr_pages * IOVA_PAGES_PER_PAGE);
	iommu->entry = calloc(iommu->nr_entries, sizeof(*iommu->entry));
	iommu->tlb = iotlb_create(machine, page_shift);
	iommu->queue_lock = arena_meta(1u << ARENA_LINE_SHIFT);
	if (!is_direct(iommu))
		iommu->space = iova_create(iommu->nr_entries, machine);
	if (busy_slots_init(&iommu->hardware, HARDWARE_SLOT_NS * machine->khz / 1000,
			    HARDWARE_SLOTS) ||
	    !iommu->entry || !iommu->tlb || !iommu->queue_lock ||
	    (!iommu->space && !is_direct(iommu))) {
		iommu_destroy(iommu);
		return NULL;
	}
	return iommu;
}

void iommu_destroy(struct iommu *iommu)
{
	if (!iommu)
		return;
	iova_destroy(iommu->space);
	iotlb_destroy(iommu->tlb);
	busy_slots_fini(&iommu->hardware);
	free(iommu->entry);
	free(iommu);
}

const char *iommu_name(enum iommu_mode mode)
{
	static const char *const names[] = {"off", "passthrough", "lazy", "strict"};

	return names[mode];
}

bool iommu_translates(const struct iommu *iommu)
{
	return iommu->mode != IOMMU_OFF;
}

bool iommu_maps(const struct iommu *iommu)
{
	return !is_direct(iommu);
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

static uint64_t direct_map(struct iommu *iommu, uint64_t phys, size_t bytes)
{
	struct iommu_map_entry *page = &iommu->entry[phys >> iommu->page_shift];

	page->live++;
	page->bytes += bytes;
	iommu->live++;
	charge(CAUSE_IOMMU_MAP, iommu->machine->dma_direct_mcycles);
	return phys + DIRECT_BASE;
}

static void direct_unmap(struct iommu *iommu, uint64_t addr, size_t bytes)
{
	uint64_t phys = addr - DIRECT_BASE;
	struct iommu_map_entry *page;

	if (phys >= iommu->mem_bytes) {
		iommu->counts.errors++;
		return;
	}
	page = &iommu->entry[phys >> iommu->page_shift];
	if (!page->live || page->bytes < bytes || (page->live == 1 && page->bytes != bytes)) {
		iommu->counts.errors++;
		return;
	}
	page->live--;
	page->bytes -= bytes;
	iommu->live--;
	charge(CAUSE_IOMMU_UNMAP, iommu->machine->dma_direct_mcycles);
}

static uint64_t table_map(struct iommu *iommu, uint64_t phys, size_t bytes)
{
	const struct machine *m = iommu->machine;
	uint64_t pages = page_span(iommu, phys, bytes);
	uint32_t first;

	if (iommu->mode == IOMMU_LAZY)
		flush_timer_run(iommu);
	first = iova_alloc(iommu->space, pages);
	if (!first) {
		iommu->counts.failed++;
		return IOMMU_NO_ADDRESS;
	}
	charge(CAUSE_IOMMU_MAP,
	       m->iommu_pt_map_mcycles + (pages - 1) * m->iommu_pt_map_next_mcycles);
	for (uint64_t i = 0; i < pages; i++)
		iommu->entry[first + i].live = 1;
	iommu->entry[first].bytes = bytes;
	iommu->entry[first].offset = page_offset(iommu, phys);
	iommu->live++;
	iommu->counts.maps++;
	iommu->counts.pages_mapped += pages;
	return ((uint64_t)first << iommu->page_shift) + iommu->entry[first].offset;
}

static bool is_mapped_so(const struct iommu *iommu, uint64_t addr, size_t bytes)
{
	uint64_t first = addr >> iommu->page_shift;

	return first < iommu->nr_entries && iommu->entry[first].bytes &&
	       iommu->entry[first].bytes == bytes &&
	       iommu->entry[first].offset == page_offset(iommu, addr);
}

static void table_unmap(struct iommu *iommu, uint64_t addr, size_t bytes)
{
	const struct machine *m = iommu->machine;
	uint64_t first = addr >> iommu->page_shift;
	uint64_t pages = page_span(iommu, addr, bytes);

	if (!is_mapped_so(iommu, addr, bytes)) {
		iommu->counts.errors++;
		return;
	}
	if (iommu->mode == IOMMU_LAZY)
		flush_timer_run(iommu);
	charge(CAUSE_IOMMU_UNMAP,
	       m->iommu_pt_unmap_mcycles + (pages - 1) * m->iommu_pt_unmap_next_mcycles);
	for (uint64_t i = 0; i < pages; i++)
		iommu->entry[first + i].live = 0;
	iommu->entry[first].bytes = 0;
	iommu->live--;
	iommu->counts.unmaps++;
	iommu->counts.pages_unmapped += pages;
	if (iommu->mode == IOMMU_LAZY) {
		flush_queue_add(iommu, (uint32_t)first, pages);
		return;
	}
	invalidate_sync(iommu);
	iotlb_invalidate(iommu->tlb, first << iommu->page_shift, pages);
	iova_free(iommu->space, (uint32_t)first, pages);
}

uint64_t iommu_map(struct iommu *iommu, uint64_t phys, size_t bytes)
{
	if (!bytes || bytes > iommu->mem_bytes || phys > iommu->mem_bytes - bytes) {
		iommu->counts.errors++;
		return IOMMU_NO_ADDRESS;
	}
	return is_direct(iommu) ? direct_map(iommu, phys, bytes) : table_map(iommu, phys, bytes);
}

void iommu_unmap(struct iommu *iommu, uint64_t addr, size_t bytes)
{
	if (is_direct(iommu))
		direct_unmap(iommu, addr, bytes);
	else
		table_unmap(iommu, addr, bytes);
}

unsigned int iommu_translate(struct iommu *iommu, uint64_t addr, size_t bytes, uint64_t now_ns)
{
	uint64_t pages = page_span(iommu, addr, bytes), page = addr >> iommu->page_shift;
	unsigned int reads = 0;

	if (iommu->mode == IOMMU_OFF)
		return 0;
	iommu_advance(iommu, now_ns);
	for (; pages; pages--, page++) {
		uint64_t at = page << iommu->page_shift;

		if (is_direct(iommu))
			reads += iotlb_lookup_large(iommu->tlb, at);
		else if (page < iommu->nr_entries && iommu->entry[page].live)
			reads += iotlb_lookup(iommu->tlb, at);
		else
			iommu->counts.faults++;
	}
	return reads;
}

bool iommu_covers(const struct iommu *iommu, uint64_t addr, size_t bytes)
{
	uint64_t first = addr >> iommu->page_shift;
	uint64_t pages;

	if (is_direct(iommu))
		return true;
	pages = page_span(iommu, addr, bytes);
	if (first >= iommu->nr_entries || pages > iommu->nr_entries - first)
		return false;
	for (uint64_t i = 0; i < pages; i++)
		if (!iommu->entry[first + i].live)
			return false;
	return true;
}

uint64_t iommu_live(const struct iommu *iommu)
{
	return iommu->live;
}

void iommu_begin(struct iommu *iommu)
{
	iommu->now_ns = 0;
	busy_slots_reset(&iommu->hardware);
}

void iommu_advance(struct iommu *iommu, uint64_t now_ns)
{
	if (iommu->now_ns < now_ns)
		iommu->now_ns = now_ns;
	flush_timer_check(iommu);
}

uint64_t iommu_exposure(const struct iommu *iommu)
{
	return flush_exposure(iommu);
}

void iommu_drain(struct iommu *iommu)
{
	flush_all(iommu);
}

bool iommu_check(const struct iommu *iommu)
{
	return is_direct(iommu) || iova_in_use(iommu->space) == iommu->live + flush_queued(iommu);
}

struct iommu_counts iommu_counts_get(const struct iommu *iommu)
{
	struct iommu_counts counts = iommu->counts;
	struct iotlb_counts tlb = iotlb_counts_get(iommu->tlb);

	counts.iotlb_hits = tlb.hits;
	counts.iotlb_misses = tlb.misses;
	counts.walk_reads = tlb.reads;
	counts.wait_cycles = iommu->wait_mcycles / MCYCLES_PER_CY;
	return counts;
}
