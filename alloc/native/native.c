/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * native.c - see native.h. Not a model: nothing is charged here, time is the machine's.
 *
 * Pages: memory never used is cut from the front; what was freed lies on a LIFO list of its order,
 * linked through struct page, so that the page freed last is the first to be handed out again, as
 * per-CPU page lists do. A block is split when nothing smaller is left and is not merged again.
 * Mappings: a table of slots; the slot's number makes the upper bits of the device address, so an
 * address names its mapping.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include "native.h"

#define BLOCK_PAGES    (1ul << MAX_PAGE_ORDER)
#define MEM_ALIGN      (2ul << 20) /* the largest block: 32 pages of 64K */
#define DMA_SLOT_SHIFT 32	   /* address space of one mapping: 4G, more than it can have */
#define SPINS	       64	   /* before the CPU is yielded to the holder of the lock */

struct mapping {
	struct page *page; /* first page it covers; NULL = free slot */
	size_t bytes;
	uint32_t offset; /* from @page */
	uint32_t dir;
	uint64_t next_free;
};

/*
 * A global, because the services of mm_types.h are given no environment, as in a kernel.
 * @page_lock covers the lists, @taken and the page counters; @dma_lock the mappings, @mapped and
 * the mapping counters. @page_lock is the outer one.
 */
static struct {
	unsigned int page_shift;
	void *area; /* as mmap'd */
	size_t area_bytes;
	spinlock_t page_lock;
	unsigned long first_unused;
	struct page *free[MAX_PAGE_ORDER + 1];
	uint8_t *taken; /* by page: order + 1 at the head of a block that is out */
	unsigned int max_order;
	bool pfmemalloc;

	spinlock_t dma_lock;
	struct mapping *mapping;
	uint64_t nr_mappings, free_mapping; /* slot number + 1, 0 = none */
	uint16_t *mapped;		    /* by page: mappings that cover it */

	uint64_t fail_in;
	char error[160]; /* the first one */
	struct mm_native_stats stats;
} native;

struct mm_layout mm_native_layout;

static _Thread_local unsigned int thread_cpu;
static _Thread_local int thread_nid;

void mm_native_spin_lock(spinlock_t *lock)
{
	while (__atomic_exchange_n(&lock->val, 1, __ATOMIC_ACQUIRE)) {
		for (int i = 0; __atomic_load_n(&lock->val, __ATOMIC_RELAXED); i++) {
			if (i >= SPINS)
				sched_yield();
		}
	}
}

void mm_native_spin_unlock(spinlock_t *lock)
{
	__atomic_store_n(&lock->val, 0, __ATOMIC_RELEASE);
}

unsigned int mm_native_cpu(void)
{
	return thread_cpu;
}

int mm_native_nid(void)
{
	return thread_nid;
}

int mm_native_set_cpu(unsigned int cpu, int nid)
{
	if (cpu >= NR_CPUS || nid < 0)
		return -EINVAL;
	thread_cpu = cpu;
	thread_nid = nid;
	return 0;
}

void mm_native_bug(const char *file, int line, const char *what)
{
	fprintf(stderr, "%s:%d: allocator state is impossible: %s\n", file, line, what);
	abort();
}

static uint64_t count_add(uint64_t *counter, uint64_t n)
{
	return __atomic_add_fetch(counter, n, __ATOMIC_RELAXED);
}

__attribute__((format(printf, 1, 2))) static void native_error(const char *fmt, ...)
{
	va_list args;

	if (count_add(&native.stats.errors, 1) > 1)
		return;
	va_start(args, fmt);
	vsnprintf(native.error, sizeof(native.error), fmt, args);
	va_end(args);
}

/* Is this the request that was asked to fail? */
static bool request_fails(void)
{
	uint64_t left = __atomic_load_n(&native.fail_in, __ATOMIC_RELAXED);

	count_add(&native.stats.requests, 1);
	while (left && !__atomic_compare_exchange_n(&native.fail_in, &left, left - 1, false,
						    __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		;
	if (left == 1)
		count_add(&native.stats.failed, 1);
	return left == 1;
}

void mm_native_fail_at(uint64_t n)
{
	__atomic_store_n(&native.fail_in, n, __ATOMIC_RELAXED);
}

static unsigned long pfn_of(const struct page *page)
{
	return (unsigned long)(page - mm_native_layout.map);
}

static void list_push(struct page *page, unsigned int order)
{
	page->lru_next = (unsigned long)native.free[order];
	native.free[order] = page;
}

static struct page *list_pop(unsigned int order)
{
	struct page *page = native.free[order];

	if (page)
		native.free[order] = (struct page *)page->lru_next;
	return page;
}

/* Cuts 2^order unused pages at a multiple of 2^order; pages skipped for it go to the lists. */
static struct page *unused_cut(unsigned int order)
{
	while (native.first_unused & ((1ul << order) - 1)) {
		unsigned int skip = (unsigned int)__builtin_ctzl(native.first_unused);

		list_push(&mm_native_layout.map[native.first_unused], skip);
		native.first_unused += 1ul << skip;
	}
	if (native.first_unused + (1ul << order) > mm_native_layout.nr_pages)
		return NULL;
	native.first_unused += 1ul << order;
	return &mm_native_layout.map[native.first_unused - (1ul << order)];
}

static struct page *larger_split(unsigned int order)
{
	struct page *page = NULL;
	unsigned int from = order;

	while (!page && ++from <= MAX_PAGE_ORDER)
		page = list_pop(from);
	while (page && from > order) {
		from--;
		list_push(page + (1ul << from), from);
	}
	return page;
}

/* Caller holds page_lock. */
static struct page *block_take(unsigned int order)
{
	struct page *page;

	if (order > native.max_order || request_fails())
		return NULL;
	page = list_pop(order);
	if (!page)
		page = unused_cut(order);
	if (!page)
		page = larger_split(order);
	if (!page)
		return NULL;
	native.taken[pfn_of(page)] = (uint8_t)(order + 1);
	native.stats.blocks_allocated[order]++;
	native.stats.pages_held += 1ul << order;
	if (native.stats.pages_held > native.stats.pages_held_peak)
		native.stats.pages_held_peak = native.stats.pages_held;
	return page;
}

struct page *mm_native_alloc_pages(gfp_t gfp, unsigned int order, int nid)
{
	struct page *page;

	mm_native_spin_lock(&native.page_lock);
	page = block_take(order);
	mm_native_spin_unlock(&native.page_lock);
	if (page)
		page_prep(page, order, gfp, nid == NUMA_NO_NODE ? thread_nid : nid,
			  native.pfmemalloc);
	return page;
}

unsigned long mm_native_alloc_pages_bulk(gfp_t gfp, int nid, unsigned long n, struct page **pages)
{
	unsigned long got = 0;

	mm_native_spin_lock(&native.page_lock);
	while (got < n && (pages[got] = block_take(0)))
		got++;
	mm_native_spin_unlock(&native.page_lock);
	for (unsigned long i = 0; i < got; i++)
		page_prep(pages[i], 0, gfp, nid == NUMA_NO_NODE ? thread_nid : nid,
			  native.pfmemalloc);
	return got;
}

/* Caller holds page_lock. What is wrong with giving this block back, or NULL. */
static const char *block_give_error(const struct page *page, unsigned int order)
{
	const char *wrong = NULL;

	if (order > MAX_PAGE_ORDER || native.taken[pfn_of(page)] != order + 1)
		return "it is not out as a block of this order";
	if (__atomic_load_n(&page->_refcount.counter, __ATOMIC_RELAXED))
		return "it has references";
	mm_native_spin_lock(&native.dma_lock);
	for (unsigned long i = 0; i < 1ul << order; i++) {
		if (native.mapped[pfn_of(page) + i])
			wrong = "it is mapped for a device";
	}
	mm_native_spin_unlock(&native.dma_lock);
	return wrong;
}

void mm_native_free_pages(struct page *page, unsigned int order)
{
	const char *wrong;

	mm_native_spin_lock(&native.page_lock);
	wrong = block_give_error(page, order);
	if (!wrong) {
		native.taken[pfn_of(page)] = 0;
		native.stats.blocks_freed[order]++;
		native.stats.pages_held -= 1ul << order;
		list_push(page, order);
	}
	mm_native_spin_unlock(&native.page_lock);
	if (wrong)
		native_error("free of page %lu, order %u: %s", pfn_of(page), order, wrong);
}

void *mm_native_kzalloc(size_t bytes, gfp_t gfp)
{
	size_t lines = bytes / L1_CACHE_BYTES + 1;
	void *obj;

	(void)gfp;
	if (request_fails())
		return NULL;
	obj = aligned_alloc(L1_CACHE_BYTES, lines * L1_CACHE_BYTES);
	if (!obj)
		return NULL;
	memset(obj, 0, lines * L1_CACHE_BYTES);
	count_add(&native.stats.objects_held, 1);
	return obj;
}

void mm_native_kfree(void *obj)
{
	if (!obj)
		return;
	free(obj);
	count_add(&native.stats.objects_held, -1ull);
}

/* Caller holds dma_lock. Return: number of a free slot, or -1 without memory. */
static int64_t mapping_slot(void)
{
	uint64_t n = native.nr_mappings;

	if (!native.free_mapping) {
		uint64_t more = n ? n * 2 : 1024;
		struct mapping *table = realloc(native.mapping, more * sizeof(*table));

		if (!table)
			return -1;
		native.mapping = table;
		native.nr_mappings = more;
		while (more-- > n) {
			table[more] = (struct mapping){.next_free = native.free_mapping};
			native.free_mapping = more + 1;
		}
	}
	n = native.free_mapping - 1;
	native.free_mapping = native.mapping[n].next_free;
	return (int64_t)n;
}

/* Caller holds dma_lock. Adds @by to the mappings of each page that is covered. */
static void mapping_cover(const struct mapping *m, int by)
{
	unsigned long first = pfn_of(m->page) + (m->offset >> native.page_shift);
	unsigned long last = pfn_of(m->page) + ((m->offset + m->bytes - 1) >> native.page_shift);

	for (unsigned long pfn = first; pfn <= last; pfn++)
		native.mapped[pfn] = (uint16_t)(native.mapped[pfn] + by);
}

dma_addr_t mm_native_dma_map(struct device *dev, struct page *page, size_t offset, size_t bytes,
			     enum dma_data_direction dir)
{
	dma_addr_t addr = DMA_MAPPING_ERROR;
	int64_t slot;

	(void)dev;
	if (request_fails())
		return addr;
	mm_native_spin_lock(&native.dma_lock);
	slot = mapping_slot();
	if (slot >= 0) {
		struct mapping *m = &native.mapping[slot];

		*m = (struct mapping){
			.page = page, .bytes = bytes, .offset = (uint32_t)offset, .dir = dir};
		mapping_cover(m, 1);
		native.stats.maps++;
		addr = ((uint64_t)slot + 1) << DMA_SLOT_SHIFT | offset;
	}
	mm_native_spin_unlock(&native.dma_lock);
	return addr;
}

/* Caller holds dma_lock. The live mapping an address lies in, or NULL. */
static struct mapping *mapping_find(dma_addr_t addr)
{
	uint64_t n = addr >> DMA_SLOT_SHIFT;

	if (n == 0 || n > native.nr_mappings || !native.mapping[n - 1].page)
		return NULL;
	return &native.mapping[n - 1];
}

void mm_native_dma_unmap(struct device *dev, dma_addr_t addr, size_t bytes,
			 enum dma_data_direction dir)
{
	struct mapping *m;
	bool ok;

	(void)dev;
	mm_native_spin_lock(&native.dma_lock);
	m = mapping_find(addr);
	ok = m && m->offset == (uint32_t)addr && m->bytes == bytes && m->dir == dir;
	if (ok) {
		mapping_cover(m, -1);
		m->page = NULL;
		m->next_free = native.free_mapping;
		native.free_mapping = (uint64_t)(m - native.mapping) + 1;
		native.stats.unmaps++;
	}
	mm_native_spin_unlock(&native.dma_lock);
	if (!ok)
		native_error("unmap of %zu bytes at %#llx: not mapped so", bytes,
			     (unsigned long long)addr);
}

void mm_native_dma_sync(struct device *dev, dma_addr_t addr, size_t bytes,
			enum dma_data_direction dir, bool for_device)
{
	uint32_t start = (uint32_t)addr;
	const struct mapping *m;
	bool ok;

	(void)dev;
	(void)for_device;
	mm_native_spin_lock(&native.dma_lock);
	m = mapping_find(addr);
	ok = m && m->dir == dir && start >= m->offset && start + bytes <= m->offset + m->bytes;
	native.stats.syncs++;
	mm_native_spin_unlock(&native.dma_lock);
	if (!ok)
		native_error("sync of %zu bytes at %#llx: not mapped so", bytes,
			     (unsigned long long)addr);
}

void mm_native_set_max_order(unsigned int order)
{
	native.max_order = order;
}

void mm_native_set_pfmemalloc(bool on)
{
	native.pfmemalloc = on;
}

struct mm_native_stats mm_native_get_stats(void)
{
	return native.stats;
}

static void native_release(void)
{
	if (native.area)
		munmap(native.area, native.area_bytes);
	free(native.taken);
	free(native.mapped);
	free(native.mapping);
	memset(&native, 0, sizeof(native));
	memset(&mm_native_layout, 0, sizeof(mm_native_layout));
}

int mm_native_init(unsigned int page_shift, size_t memory_bytes)
{
	unsigned long pages = ((memory_bytes >> page_shift) / BLOCK_PAGES) * BLOCK_PAGES;
	size_t map_bytes = pages * sizeof(struct page);
	char *mem;

	if ((page_shift != 12 && page_shift != 14 && page_shift != 16) || pages == 0)
		return -EINVAL;
	if (native.area)
		return -EBUSY;
	native.area_bytes = MEM_ALIGN + (pages << page_shift) + map_bytes;
	native.area = mmap(NULL, native.area_bytes, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (native.area == MAP_FAILED)
		native.area = NULL;
	native.taken = calloc(pages, sizeof(*native.taken));
	native.mapped = calloc(pages, sizeof(*native.mapped));
	if (!native.area || !native.taken || !native.mapped) {
		native_release();
		return -ENOMEM;
	}
	mem = (char *)(((uintptr_t)native.area + MEM_ALIGN - 1) & ~(MEM_ALIGN - 1));
	native.page_shift = page_shift;
	native.max_order = MAX_PAGE_ORDER;
	mm_native_layout.mem = mem;
	mm_native_layout.map = (struct page *)(mem + (pages << page_shift));
	mm_native_layout.nr_pages = pages;
	return 0;
}

int mm_native_fini(char *err, size_t err_size)
{
	const struct mm_native_stats s = native.stats;
	bool clean = !s.pages_held && !s.objects_held && s.maps == s.unmaps && !s.errors;

	if (err && err_size)
		snprintf(err, err_size,
			 "%llu pages, %llu objects and %llu mappings not given back; %llu "
			 "errors%s%s",
			 (unsigned long long)s.pages_held, (unsigned long long)s.objects_held,
			 (unsigned long long)(s.maps - s.unmaps), (unsigned long long)s.errors,
			 s.errors ? ", first: " : "", native.error);
	native_release();
	return clean ? 0 : -EBUSY;
}
