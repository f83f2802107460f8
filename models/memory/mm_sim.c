/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mm_sim.c - see mm_sim.h: what alloc/ asks of a kernel, answered by the models.
 *
 * The page allocator knows page numbers; what a page's descriptor says is written here. The line of
 * a block's first descriptor is touched (and paid for) there, the lines of its other pages here:
 * Linux writes them when it makes a compound page, and again when it frees any block of order > 0.
 * Source: linux-page-alloc (prep_compound_page(), free_pages_prepare() of mm/page_alloc.c)
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "alloc/mm_types.h"
#include "models/cpu/arena.h"
#include "models/cpu/cache.h"
#include "models/cpu/charge.h"
#include "models/memory/mm_sim.h"

#define BUG_TEXT_MAX 256
#define REGION_SHIFT 21 /* 2 MB: what one entry of the next page-table level maps */

/* Globals, because the services of mm_types.h are given no environment, as in a kernel. */
struct mm_sim mm_sim;
struct mm_layout mm_sim_layout;

static enum mm_sim_part lacks;

static struct cache *cache_of(const struct machine *m, const struct mm_sim_params *params)
{
	const unsigned int shift = params->page_shift;
	struct cache_geometry geo = {
		.cores = params->cores,
		.l1_lines = (unsigned int)(m->l1_bytes >> ARENA_LINE_SHIFT),
		.l1_ways = (unsigned int)m->l1_ways,
		.l2_lines = (unsigned int)(m->l2_bytes >> ARENA_LINE_SHIFT),
		.l2_ways = (unsigned int)m->l2_ways,
		.llc_lines = (unsigned int)(m->llc_bytes >> ARENA_LINE_SHIFT),
		.llc_ways = (unsigned int)m->llc_ways,
		.ddio_ways = (unsigned int)m->ddio_ways,
	};

	for (unsigned int i = 0; i < params->cores; i++) {
		geo.socket[i] = params->socket[i];
		if (params->socket[i])
			geo.sockets = 2;
	}
	if (params->node1_bytes)
		geo.node1_line = (arena.mem_off + ((params->memory_bytes >> shift << shift) -
						   (params->node1_bytes >> shift << shift))) >>
				 ARENA_LINE_SHIFT;
	return cache_create(&geo);
}

/* What needs the arena to be there. */
static int parts_create(const struct mm_sim_params *params, unsigned long nr_pages)
{
	const struct machine *m = params->machine;
	const struct page_allocator_params pages = {
		.machine = m,
		.nr_pages = nr_pages,
		.node1_pages = params->node1_bytes >> params->page_shift,
		.min_free_pages = params->min_free_bytes >> params->page_shift,
		.cores = params->cores,
		.group_order = params->group_2m ? REGION_SHIFT - params->page_shift : 0,
		.taken_permille = params->taken_permille,
		.seed = params->seed,
	};

	mm_sim.cache = cache_of(m, params);
	lacks = mm_sim.cache ? MM_SIM_MEMORY : MM_SIM_CACHES;
	mm_sim.pages = page_allocator_create(&pages);
	mm_sim.iommu = iommu_create(params->iommu, nr_pages, params->page_shift, m);
	if (params->owners)
		mm_sim.owner_of = calloc(nr_pages, sizeof(*mm_sim.owner_of));
	if (!mm_sim.cache || !mm_sim.pages || !mm_sim.iommu || slab_init(&mm_sim.objects) ||
	    (params->owners && !mm_sim.owner_of))
		return -ENOMEM;
	access_init(mm_sim.cache, m);
	lock_reset();
	for (unsigned int i = 0; i < params->cores; i++)
		core_init(&mm_sim.cores[i], i, m->khz);
	mm_sim_layout = (struct mm_layout){
		.map = (struct page *)(void *)(arena.base + arena.map_off),
		.mem = arena.base + arena.mem_off,
		.nr_pages = nr_pages,
	};
	return 0;
}

static _Noreturn void bug(const char *where, const char *what)
{
	char text[BUG_TEXT_MAX];

	snprintf(text, sizeof(text), "%s%s%s", where, where[0] ? ": " : "", what);
	if (mm_sim.on_bug)
		mm_sim.on_bug(text);
	abort();
}

void mm_sim_bug(const char *file, int line, const char *what)
{
	char where[BUG_TEXT_MAX / 2];

	snprintf(where, sizeof(where), "%s:%d", file, line);
	bug(where, what);
}

/* The fault is the allocator's, in the call that returns to @pc. */
static _Noreturn void bug_of_caller(const void *pc, const char *what)
{
	char where[BUG_TEXT_MAX / 2] = "";

	if (mm_sim.place_of)
		mm_sim.place_of(pc, where, sizeof(where));
	bug(where, what);
}

static void underflow(const void *addr, long left, const void *pc)
{
	uintptr_t off = (uintptr_t)addr - (uintptr_t)mm_sim_layout.map;
	bool refcount = off % sizeof(struct page) == offsetof(struct page, _refcount);
	char what[BUG_TEXT_MAX / 2];

	snprintf(what, sizeof(what), "%s of page %lu falls to %ld: a reference too many is dropped",
		 refcount ? "_refcount" : "pp_ref_count", off / sizeof(struct page), left);
	bug_of_caller(pc, what);
}

int mm_sim_init(const struct mm_sim_params *params)
{
	unsigned long nr_pages = params->memory_bytes >> params->page_shift;
	int err;

	if (!params->cores || params->cores > CORE_MAX || !nr_pages)
		return -EINVAL;
	if (params->page_shift != 12 && params->page_shift != 14 && params->page_shift != 16)
		return -EINVAL;
	lacks = MM_SIM_MEMORY;
	err = arena_init(nr_pages, (size_t)1 << params->page_shift);
	if (err)
		return err;
	access_underflow = underflow;
	core_current = NULL;
	mm_sim.machine = params->machine;
	mm_sim.nr_cores = params->cores;
	memcpy(mm_sim.socket, params->socket, sizeof(mm_sim.socket));
	mm_sim.page_shift = params->page_shift;
	err = parts_create(params, nr_pages);
	if (err)
		mm_sim_fini();
	else
		lacks = MM_SIM_NONE;
	return err;
}

enum mm_sim_part mm_sim_lacks(void)
{
	return lacks;
}

void mm_sim_begin(void)
{
	page_allocator_begin(mm_sim.pages);
	for (unsigned int i = 0; i < MM_SIM_OWNERS; i++)
		mm_sim.owned[i].allocated = mm_sim.owned[i].held_peak = mm_sim.owned[i].held;
}

void mm_sim_fini(void)
{
	slab_fini(&mm_sim.objects);
	iommu_destroy(mm_sim.iommu);
	page_allocator_destroy(mm_sim.pages);
	cache_destroy(mm_sim.cache);
	free(mm_sim.owner_of);
	arena_fini();
	core_current = NULL;
	mm_sim = (struct mm_sim){.place_of = mm_sim.place_of,
				 .on_bug = mm_sim.on_bug,
				 .on_no_memory = mm_sim.on_no_memory};
	mm_sim_layout = (struct mm_layout){.nr_pages = 0};
}

void mm_sim_no_memory(const char *what)
{
	char text[BUG_TEXT_MAX];

	snprintf(text, sizeof(text), MM_SIM_NO_MEMORY, what);
	if (mm_sim.on_no_memory)
		mm_sim.on_no_memory(text);
	abort();
}

/* Page number of a descriptor, which an allocator may have got wrong. */
static unsigned long page_number(const struct page *page, const void *pc)
{
	uintptr_t off = (uintptr_t)page - (uintptr_t)mm_sim_layout.map;

	if (off % sizeof(*page) || off / sizeof(*page) >= mm_sim_layout.nr_pages)
		bug_of_caller(pc, "not the address of a struct page");
	return off / sizeof(*page);
}

static void tails_prepare(struct page *head, unsigned int order)
{
	enum cause cause = charge_cause(CAUSE_PAGE_ALLOCATOR);

	for (unsigned int i = 1; i < 1u << order; i++) {
		head[i].compound_head = (unsigned long)head | 1;
		access_touch(&head[i], sizeof(head->flags), CACHE_WRITE);
	}
	head[1].compound_order = order;
	charge_cause(cause);
}

static void tails_clear(struct page *head, unsigned int order)
{
	enum cause cause = charge_cause(CAUSE_PAGE_ALLOCATOR);

	for (unsigned int i = 1; i < 1u << order; i++) {
		memset(&head[i], 0, sizeof(*head));
		access_touch(&head[i], sizeof(head->flags), CACHE_WRITE);
	}
	charge_cause(cause);
}

static void owner_take(unsigned long first, unsigned int order)
{
	struct mm_sim_owned *owned = &mm_sim.owned[mm_sim.owner];

	if (!mm_sim.owner_of)
		return;
	mm_sim.owner_of[first] = mm_sim.owner;
	owned->allocated += 1u << order;
	owned->held += 1u << order;
	if (owned->held > owned->held_peak)
		owned->held_peak = owned->held;
}

static void owner_give(unsigned long first, unsigned int order)
{
	if (mm_sim.owner_of)
		mm_sim.owned[mm_sim.owner_of[first]].held -= 1u << order;
}

static struct page *page_prepare(unsigned long first, unsigned int order)
{
	struct page *page = mm_sim_layout.map + first;

	owner_take(first, order);
	if (mm_sim.page_watch)
		mm_sim.page_watch(mm_sim.page_watch_arg, first, order, true);
	*page = (struct page){._refcount = {1},
			      .flags = (unsigned long)page_node(mm_sim.pages, first)
				       << PG_NID_SHIFT};
	return page;
}

/* Source: linux-watermarks (gfp_to_alloc_flags(), __gfp_pfmemalloc_flags() of mm/page_alloc.c) */
static enum page_reserve gfp_reserve(gfp_t gfp)
{
	if (gfp & __GFP_MEMALLOC && !(gfp & __GFP_NOMEMALLOC))
		return PAGE_RESERVE_EMERGENCY;
	return gfp & GFP_ATOMIC ? PAGE_RESERVE_ATOMIC : PAGE_RESERVE_NONE;
}

static unsigned int node_of(int nid)
{
	return (unsigned int)(nid == NUMA_NO_NODE ? mm_sim_nid() : nid);
}

struct page *mm_sim_alloc_pages(gfp_t gfp, unsigned int order, int nid)
{
	const struct page_request req = {
		.order = order, .node = node_of(nid), .reserve = gfp_reserve(gfp)};
	bool pfmemalloc;
	long first = page_alloc_request(mm_sim.pages, &req, &pfmemalloc);
	struct page *page;

	if (first < 0)
		return NULL;
	page = page_prepare((unsigned long)first, order);
	if (pfmemalloc)
		page->lru_next |= PFMEMALLOC;
	if (order && gfp & __GFP_COMP) {
		page->flags |= PG_head;
		tails_prepare(page, order);
	}
	return page;
}

unsigned long mm_sim_alloc_pages_bulk(gfp_t gfp, int nid, unsigned long n, struct page **pages)
{
	unsigned long got = 0;

	(void)gfp;
	while (got < n) {
		unsigned long first[64], want = n - got < 64 ? n - got : 64;
		unsigned long have = page_alloc_bulk(mm_sim.pages, node_of(nid), want, first);

		for (unsigned long i = 0; i < have; i++)
			pages[got++] = page_prepare(first[i], 0);
		if (have < want)
			break;
	}
	return got;
}

static void pages_free(struct page *page, unsigned int order, const void *pc)
{
	unsigned long first = page_number(page, pc);

	if (page->_refcount.counter)
		bug_of_caller(pc, "free_pages() of a page that is still referenced");
	if (order >= PAGE_ALLOCATOR_ORDERS || page_free_block(mm_sim.pages, first, order))
		bug_of_caller(pc, "free_pages() of a block that is not allocated so");
	owner_give(first, order);
	if (mm_sim.page_watch)
		mm_sim.page_watch(mm_sim.page_watch_arg, first, order, false);
	if (order)
		tails_clear(page, order);
}

void mm_sim_free_pages(struct page *page, unsigned int order)
{
	pages_free(page, order, __builtin_return_address(0));
}

/* Charged to the current cause: an object per page is a cost of the strategy that allocates it. */
static void slab_charge(uint64_t mcycles)
{
	if (core_current)
		core_charge(core_current, core_current->cause, mcycles);
}

static struct page *page_head(struct page *page)
{
	return page->compound_head & 1 ? (struct page *)(page->compound_head - 1) : page;
}

static void refcount_touch(struct page *head)
{
	enum cause cause = charge_cause(CAUSE_REFCOUNT);

	access_touch(&head->_refcount, sizeof(head->_refcount), CACHE_WRITE);
	charge(CAUSE_REFCOUNT, mm_sim.machine->atomic_mcycles);
	charge_cause(cause);
}

void mm_sim_page_get(struct page *page)
{
	struct page *head = page_head(page);

	refcount_touch(head);
	head->_refcount.counter++;
}

void mm_sim_page_put(struct page *page)
{
	struct page *head = page_head(page);

	refcount_touch(head);
	if (--head->_refcount.counter < 0)
		mm_sim_bug(__FILE__, __LINE__,
			   "put_page() of a page that nobody holds, by the stack: the allocator "
			   "has dropped its reference");
	if (!head->_refcount.counter)
		mm_sim_free_pages(head, head->flags & PG_head ? head[1].compound_order : 0);
}

void *mm_sim_kzalloc(size_t bytes, gfp_t gfp)
{
	(void)gfp;
	slab_charge(mm_sim.machine->slab_mcycles / 2);
	return slab_alloc(&mm_sim.objects, bytes);
}

void mm_sim_kfree(void *obj)
{
	if (obj)
		slab_charge(mm_sim.machine->slab_mcycles - mm_sim.machine->slab_mcycles / 2);
	if (!slab_free(&mm_sim.objects, obj))
		bug_of_caller(__builtin_return_address(0),
			      "kfree() of what is not an allocated object");
}

/*
 * A device that does not see the caches: every line of the range is cleaned (for the device) or
 * invalidated (for the CPU). Source: dma-sync (arch_sync_dma_for_device(), arch_sync_dma_for_cpu())
 */
static void lines_sync(enum cause cause, size_t bytes)
{
	uint64_t lines = (bytes + L1_CACHE_BYTES - 1) / L1_CACHE_BYTES;

	if (mm_sim.machine->dma_coherent)
		return;
	mm_sim.syncs.calls++;
	mm_sim.syncs.lines += lines;
	charge(cause, lines * mm_sim.machine->dma_sync_line_mcycles);
}

dma_addr_t mm_sim_dma_map(struct device *dev, struct page *page, size_t offset, size_t bytes,
			  enum dma_data_direction dir)
{
	const void *pc = __builtin_return_address(0);
	uint64_t phys = ((uint64_t)page_number(page, pc) << mm_sim.page_shift) + offset;
	uint64_t dma;

	(void)dev;
	(void)dir;
	lines_sync(CAUSE_IOMMU_MAP, bytes);
	dma = iommu_map(mm_sim.iommu, phys, bytes);
	if (mm_sim.map_watch && dma != DMA_MAPPING_ERROR)
		mm_sim.map_watch(mm_sim.page_watch_arg, phys >> mm_sim.page_shift, dma);
	return dma;
}

void mm_sim_dma_unmap(struct device *dev, dma_addr_t addr, size_t bytes,
		      enum dma_data_direction dir)
{
	(void)dev;
	if (dir != DMA_TO_DEVICE)
		lines_sync(CAUSE_IOMMU_UNMAP, bytes);
	iommu_unmap(mm_sim.iommu, addr, bytes);
}

void mm_sim_dma_sync(struct device *dev, dma_addr_t addr, size_t bytes, enum dma_data_direction dir,
		     bool for_device)
{
	(void)dev;
	if (!iommu_covers(mm_sim.iommu, addr, bytes))
		bug_of_caller(__builtin_return_address(0),
			      "dma_sync() of memory that is not mapped");
	if (for_device || dir != DMA_TO_DEVICE)
		lines_sync(for_device ? CAUSE_IOMMU_MAP : CAUSE_IOMMU_UNMAP, bytes);
}

void mm_sim_spin_lock(spinlock_t *lock)
{
	/* a simulated core runs until it releases the lock: if it is taken, this core took it */
	if (lock->val)
		bug_of_caller(__builtin_return_address(0), "spin_lock() of a lock this CPU holds");
	charge_lock(lock, mm_sim.machine, false);
	lock->val = 1;
}

void mm_sim_spin_unlock(spinlock_t *lock)
{
	if (!lock->val)
		bug_of_caller(__builtin_return_address(0), "spin_unlock() of a lock nobody holds");
	lock->val = 0;
	charge_unlock(lock);
}

unsigned int mm_sim_cpu(void)
{
	return core_current ? core_current->id : 0;
}

int mm_sim_nid(void)
{
	return core_current ? mm_sim.socket[core_current->id] : 0;
}

static const char *core_complaint(void)
{
	for (unsigned int i = 0; i < mm_sim.nr_cores; i++)
		if (!core_check(&mm_sim.cores[i]))
			return "a core's cycles by cause do not add up to its total";
	return NULL;
}

bool mm_sim_quiescent(char *err, size_t err_size)
{
	struct page_counts pages = page_allocator_counts(mm_sim.pages);
	struct iommu_counts iommu = iommu_counts_get(mm_sim.iommu);
	unsigned long long held = pages.pages_allocated - pages.pages_freed;
	unsigned long long live = iommu_live(mm_sim.iommu);
	const char *complaint = core_complaint();

	if (held)
		snprintf(err, err_size, "%llu pages are still held", held);
	else if (live)
		snprintf(err, err_size, "%llu DMA mappings are still there", live);
	else if (iommu.errors)
		snprintf(err, err_size, "%llu DMA maps or unmaps were wrong",
			 (unsigned long long)iommu.errors);
	else if (iommu.faults)
		snprintf(err, err_size, "the device wrote to %llu pages that were not mapped",
			 (unsigned long long)iommu.faults);
	else if (!iommu_check(mm_sim.iommu))
		snprintf(err, err_size, "a range of device addresses is not in exactly one place");
	else if (!page_allocator_check(mm_sim.pages))
		snprintf(err, err_size, "a page is not in exactly one place");
	else if (complaint)
		snprintf(err, err_size, "%s", complaint);
	else
		return true;
	return false;
}
