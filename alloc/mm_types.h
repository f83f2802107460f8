/* SPDX-License-Identifier: GPL-2.0-or-later OR MIT */
/*
 * mm_types.h - the memory-management words an allocator speaks, independent of the page size.
 *
 * struct page and the handful of kernel services a receive-buffer allocator calls: pages from the
 * page allocator, small objects, DMA mappings, spin locks, the CPU it runs on. Nothing here says
 * what stands behind them. There are two environments ("worlds"): `native` (mmap'd pages, real
 * threads; alloc/native/native.c) and `sim` (modelled costs, outside this folder). Each exports the
 * same functions under its own prefix, so both live in one program; the build names the world of an
 * object with -DMM_WORLD=native or -DMM_WORLD=sim, and mm.h turns alloc_pages() into the right one.
 *
 * An allocator includes mm.h, never this file alone; an environment includes only this file.
 */
#ifndef FRAGSIM_MM_TYPES_H
#define FRAGSIM_MM_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define L1_CACHE_BYTES 64
#define NR_CPUS	       64 /* mm_*_cpu() is below it */
#define MAX_PAGE_ORDER 5  /* largest order an environment must serve */
#define NUMA_NO_NODE   (-1)

/** KERNEL_VERSION() - a version of Linux as a number, as the kernel's own macro makes it */
#define KERNEL_VERSION(a, b, c) (((a) << 16) + ((b) << 8) + ((c) > 255 ? 255 : (c)))

typedef uint64_t dma_addr_t;
typedef unsigned int gfp_t;
typedef struct {
	int counter;
} atomic_t;
typedef struct {
	long counter;
} atomic_long_t;
typedef struct {
	unsigned int val;
} spinlock_t;

#define DMA_MAPPING_ERROR (~(dma_addr_t)0)

/* Allocation flags: only those that change what an environment does are told apart. */
#define GFP_KERNEL	 0x0001u /* may sleep: never used from NAPI */
#define GFP_ATOMIC	 0x0002u /* may not sleep, may use part of the reserves */
#define __GFP_COMP	 0x0004u /* order > 0: make a compound page */
#define __GFP_NOWARN	 0x0008u
#define __GFP_NORETRY	 0x0010u
#define __GFP_NOMEMALLOC 0x0020u /* do not touch the emergency reserves */
#define __GFP_MEMALLOC	 0x0040u /* may use the emergency reserves (page comes back pfmemalloc) */

enum dma_data_direction { DMA_BIDIRECTIONAL = 0, DMA_TO_DEVICE = 1, DMA_FROM_DEVICE = 2 };

struct device;
struct page_pool;

/**
 * struct page - descriptor of one page of memory, exactly one cache line
 * @flags: PG_* bits; the NUMA node in the upper bits
 * @lru_next: free page: link of the page allocator. Page in use: bit 1 is pfmemalloc
 * @lru_prev: free page: link of the page allocator
 * @compound_head: tail page: address of the head page | 1
 * @compound_order: first tail page: order of the compound page
 * @pp_magic: PP_SIGNATURE while the page belongs to a page_pool (low two bits are not the pool's)
 * @pp: the owning pool
 * @dma_addr: device address while the pool keeps the page mapped
 * @pp_ref_count: users of the page counted by the pool, apart from @_refcount
 * @private_: for the owner of the page
 * @_refcount: references to the page; 0 = owned by the page allocator
 *
 * The layout follows Linux 6.x on 64 bit: 64 bytes, the reference count in the same line as the
 * pool's fields, so that a remote put and a local read of @pp meet in one line as they do there.
 * Source: linux-mm-types (include/linux/mm_types.h)
 */
struct page {
	unsigned long flags;
	union {
		struct {
			unsigned long lru_next;
			unsigned long lru_prev;
		};
		struct {
			unsigned long compound_head;
			unsigned int compound_order;
		};
		struct {
			unsigned long pp_magic;
			struct page_pool *pp;
			unsigned long _pp_mapping_pad;
			unsigned long dma_addr;
			atomic_long_t pp_ref_count;
		};
	};
	int page_type;
	atomic_t _refcount;
	unsigned long private_;
} __attribute__((aligned(L1_CACHE_BYTES)));

_Static_assert(sizeof(struct page) == L1_CACHE_BYTES, "struct page is one cache line");

#define PG_head	     (1ul << 0) /* head of a compound page */
#define PG_NID_SHIFT 56		/* NUMA node of the page */
#define PFMEMALLOC   (1ul << 1) /* in lru_next */

/**
 * page_prep() - makes the descriptors of a block what a fresh allocation looks like
 * @page: head of 2^@order descriptors
 * @gfp: with __GFP_COMP and @order > 0 the tails point at the head, else every page stands alone
 * @nid: NUMA node of the memory
 * @pfmemalloc: the block came from the emergency reserves
 *
 * For environments: what post_alloc_hook() and prep_compound_page() do, once for both worlds. The
 * head has one reference, tails have none.
 */
static inline void page_prep(struct page *page, unsigned int order, gfp_t gfp, int nid,
			     bool pfmemalloc)
{
	bool compound = order > 0 && (gfp & __GFP_COMP);

	for (unsigned long i = 0; i < 1ul << order; i++) {
		page[i].flags = (unsigned long)nid << PG_NID_SHIFT;
		page[i].compound_head = i && compound ? (unsigned long)page | 1 : 0;
		page[i].lru_prev = 0;
		page[i].private_ = 0;
		__atomic_store_n(&page[i]._refcount.counter, i == 0, __ATOMIC_RELAXED);
	}
	if (compound) {
		page->flags |= PG_head;
		page[1].compound_order = order;
	}
	if (pfmemalloc)
		page->lru_next |= PFMEMALLOC;
}

/**
 * struct mm_layout - where an environment keeps its pages
 * @map: descriptor of page 0 of the environment
 * @mem: first byte of page 0
 * @nr_pages: pages that exist
 *
 * Page n is @map[n] and the bytes from @mem + n * PAGE_SIZE on. Constant once the environment is
 * up. (Linux on x86-64 loads vmemmap_base and page_offset_base in the same way.)
 */
struct mm_layout {
	struct page *map;
	char *mem;
	unsigned long nr_pages;
};

/*
 * What an environment provides. Functions that allocate return NULL (or DMA_MAPPING_ERROR) when
 * dry: that is a counted result, not an error. All may be called from any CPU.
 *
 * layout		see struct mm_layout
 * alloc_pages()	2^order contiguous pages with _refcount 1, or NULL. nid may be NUMA_NO_NODE
 * alloc_pages_bulk()	fills pages[0..n) with order-0 pages, returns how many it could
 * free_pages()		takes back 2^order pages whose _refcount is 0
 * kzalloc(), kfree()	zeroed small object, cache-line aligned when that large; kfree(NULL) is fine
 * dma_map()		device address of size bytes from page + offset, or DMA_MAPPING_ERROR
 * dma_unmap()		undoes exactly one dma_map() of the same address and size
 * dma_sync()		hands the range over: to the device, or (for_device false) to the CPU
 * spin_lock()		excludes other CPUs; not recursive
 * cpu()		the CPU the caller runs on
 * nid()		the NUMA node of that CPU
 * bug()		an allocator found its own state impossible; does not return
 */
#define MM_DECLARE_WORLD(w)                                                                        \
	extern struct mm_layout mm_##w##_layout;                                                   \
	struct page *mm_##w##_alloc_pages(gfp_t gfp, unsigned int order, int nid);                 \
	unsigned long mm_##w##_alloc_pages_bulk(gfp_t gfp, int nid, unsigned long n,               \
						struct page **pages);                              \
	void mm_##w##_free_pages(struct page *page, unsigned int order);                           \
	void *mm_##w##_kzalloc(size_t bytes, gfp_t gfp);                                           \
	void mm_##w##_kfree(void *obj);                                                            \
	dma_addr_t mm_##w##_dma_map(struct device *dev, struct page *page, size_t offset,          \
				    size_t bytes, enum dma_data_direction dir);                    \
	void mm_##w##_dma_unmap(struct device *dev, dma_addr_t addr, size_t bytes,                 \
				enum dma_data_direction dir);                                      \
	void mm_##w##_dma_sync(struct device *dev, dma_addr_t addr, size_t bytes,                  \
			       enum dma_data_direction dir, bool for_device);                      \
	void mm_##w##_spin_lock(spinlock_t *lock);                                                 \
	void mm_##w##_spin_unlock(spinlock_t *lock);                                               \
	unsigned int mm_##w##_cpu(void);                                                           \
	int mm_##w##_nid(void);                                                                    \
	_Noreturn void mm_##w##_bug(const char *file, int line, const char *what)

MM_DECLARE_WORLD(native);
MM_DECLARE_WORLD(sim);

#endif
