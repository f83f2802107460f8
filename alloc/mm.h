/* SPDX-License-Identifier: GPL-2.0-or-later OR MIT */
/*
 * mm.h - the kernel's words for an allocator: what a strategy includes, and all it includes.
 *
 * Pages, references, DMA mappings, atomics, locks and small objects under the names Linux gives
 * them, so that kernel code ports by copying. The build says with -DPAGE_SHIFT=12|14|16 how large a
 * page is, and with -DMM_WORLD=native|sim which environment stands behind the calls. One program
 * holds all six combinations: a symbol that crosses files is wrapped in MM_NAME().
 *
 * Everything here is inline. Atomics are __atomic builtins of the C11 model, never inline assembly,
 * so that a compiler's thread-sanitizer instrumentation sees each of them. Where the kernel leans
 * on a control or address dependency, which C11 does not have, the load is an acquire.
 */
#ifndef FRAGSIM_MM_H
#define FRAGSIM_MM_H

#include <errno.h>
#include <limits.h>
#include <string.h>
#include "mm_types.h"

#ifndef PAGE_SHIFT
#error "mm.h needs the page size: compile with -DPAGE_SHIFT=12, 14 or 16 (4K, 16K, 64K pages)"
#elif PAGE_SHIFT != 12 && PAGE_SHIFT != 14 && PAGE_SHIFT != 16
#error "mm.h: PAGE_SHIFT must be 12, 14 or 16 (4K, 16K, 64K pages)"
#endif
#ifndef MM_WORLD
#error "mm.h needs an environment: compile with -DMM_WORLD=native or -DMM_WORLD=sim"
#endif

#define MM_PASTE__(a, b, c) a##b##c
#define MM_PASTE_(a, b, c)  MM_PASTE__(a, b, c)
#define MM_NAME__(x, w, s)  x##_##w##_##s
#define MM_NAME_(x, w, s)   MM_NAME__(x, w, s)
/** MM_NAME() - name of a symbol that crosses files: x becomes x_native_12 */
#define MM_NAME(x)	    MM_NAME_(x, MM_WORLD, PAGE_SHIFT)
#define MM_ENV(f)	    MM_PASTE_(mm_, MM_WORLD, _##f)

#define PAGE_SIZE (1UL << PAGE_SHIFT)
#define PAGE_MASK (~(PAGE_SIZE - 1))

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t s32;
typedef int64_t s64;

#define likely(x)	      __builtin_expect(!!(x), 1)
#define unlikely(x)	      __builtin_expect(!!(x), 0)
#define noinline	      __attribute__((noinline))
#define ____cacheline_aligned __attribute__((aligned(L1_CACHE_BYTES)))
#define ARRAY_SIZE(a)	      (sizeof(a) / sizeof((a)[0]))
#define ALIGN(x, a)	      (((x) + ((__typeof__(x))(a)-1)) & ~((__typeof__(x))(a)-1))
#define ALIGN_DOWN(x, a)      ((x) & ~((__typeof__(x))(a)-1))
#define SMP_CACHE_BYTES	      L1_CACHE_BYTES
#define SKB_DATA_ALIGN(x)     ALIGN(x, SMP_CACHE_BYTES)
#define BUG_ON(cond)                                                                               \
	do {                                                                                       \
		if (unlikely(cond))                                                                \
			MM_ENV(bug)(__FILE__, __LINE__, #cond);                                    \
	} while (0)
#define min(a, b)                                                                                  \
	({                                                                                         \
		__typeof__(a) min_a = (a);                                                         \
		__typeof__(b) min_b = (b);                                                         \
		min_a < min_b ? min_a : min_b;                                                     \
	})
#define max(a, b)                                                                                  \
	({                                                                                         \
		__typeof__(a) max_a = (a);                                                         \
		__typeof__(b) max_b = (b);                                                         \
		max_a > max_b ? max_a : max_b;                                                     \
	})

/* Memory another CPU may touch at the same time. */
#define READ_ONCE(x)		__atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, v)	__atomic_store_n(&(x), (v), __ATOMIC_RELAXED)
#define smp_load_acquire(p)	__atomic_load_n((p), __ATOMIC_ACQUIRE)
#define smp_store_release(p, v) __atomic_store_n((p), (v), __ATOMIC_RELEASE)

/*
 * Atomics: as in the kernel, plain forms order nothing, forms that return a value order everything.
 */
static inline int atomic_read(const atomic_t *v)
{
	return __atomic_load_n(&v->counter, __ATOMIC_RELAXED);
}

static inline int atomic_read_acquire(const atomic_t *v)
{
	return __atomic_load_n(&v->counter, __ATOMIC_ACQUIRE);
}

static inline void atomic_set(atomic_t *v, int i)
{
	__atomic_store_n(&v->counter, i, __ATOMIC_RELAXED);
}

static inline void atomic_inc(atomic_t *v)
{
	__atomic_fetch_add(&v->counter, 1, __ATOMIC_RELAXED);
}

static inline void atomic_add(int i, atomic_t *v)
{
	__atomic_fetch_add(&v->counter, i, __ATOMIC_RELAXED);
}

static inline int atomic_inc_return(atomic_t *v)
{
	return __atomic_add_fetch(&v->counter, 1, __ATOMIC_SEQ_CST);
}

static inline int atomic_inc_return_relaxed(atomic_t *v)
{
	return __atomic_add_fetch(&v->counter, 1, __ATOMIC_RELAXED);
}

static inline bool atomic_dec_and_test(atomic_t *v)
{
	return __atomic_sub_fetch(&v->counter, 1, __ATOMIC_SEQ_CST) == 0;
}

static inline bool atomic_sub_and_test(int i, atomic_t *v)
{
	return __atomic_sub_fetch(&v->counter, i, __ATOMIC_SEQ_CST) == 0;
}

static inline bool atomic_try_cmpxchg(atomic_t *v, int *old, int new)
{
	return __atomic_compare_exchange_n(&v->counter, old, new, false, __ATOMIC_SEQ_CST,
					   __ATOMIC_RELAXED);
}

static inline long atomic_long_read(const atomic_long_t *v)
{
	return __atomic_load_n(&v->counter, __ATOMIC_RELAXED);
}

static inline long atomic_long_read_acquire(const atomic_long_t *v)
{
	return __atomic_load_n(&v->counter, __ATOMIC_ACQUIRE);
}

static inline void atomic_long_set(atomic_long_t *v, long i)
{
	__atomic_store_n(&v->counter, i, __ATOMIC_RELAXED);
}

static inline void atomic_long_inc(atomic_long_t *v)
{
	__atomic_fetch_add(&v->counter, 1, __ATOMIC_RELAXED);
}

static inline void atomic_long_add(long i, atomic_long_t *v)
{
	__atomic_fetch_add(&v->counter, i, __ATOMIC_RELAXED);
}

static inline long atomic_long_sub_return(long i, atomic_long_t *v)
{
	return __atomic_sub_fetch(&v->counter, i, __ATOMIC_SEQ_CST);
}

/* Locks and CPUs. There is no softirq to hold off in either environment: _bh adds nothing. */
static inline void spin_lock_init(spinlock_t *lock)
{
	__atomic_store_n(&lock->val, 0, __ATOMIC_RELAXED);
}

static inline void spin_lock(spinlock_t *lock)
{
	MM_ENV(spin_lock)(lock);
}

static inline void spin_unlock(spinlock_t *lock)
{
	MM_ENV(spin_unlock)(lock);
}

static inline void spin_lock_bh(spinlock_t *lock)
{
	spin_lock(lock);
}

static inline void spin_unlock_bh(spinlock_t *lock)
{
	spin_unlock(lock);
}

static inline unsigned int smp_processor_id(void)
{
	return MM_ENV(cpu)();
}

static inline int numa_mem_id(void)
{
	return MM_ENV(nid)();
}

/* Small objects. */
static inline void *kzalloc(size_t bytes, gfp_t gfp)
{
	return MM_ENV(kzalloc)(bytes, gfp);
}

static inline void *kcalloc(size_t n, size_t bytes, gfp_t gfp)
{
	size_t all;

	if (unlikely(__builtin_mul_overflow(n, bytes, &all)))
		return NULL;
	return kzalloc(all, gfp);
}

static inline void kfree(void *obj)
{
	MM_ENV(kfree)(obj);
}

/*
 * Per-CPU memory: an array with an element for each CPU. The element's type must be a multiple of a
 * cache line (____cacheline_aligned), or the CPUs would share lines.
 */
#define alloc_percpu(type)  ((type *)kcalloc(NR_CPUS, sizeof(type), GFP_KERNEL))
#define free_percpu(p)	    kfree(p)
#define per_cpu_ptr(p, cpu) (&(p)[cpu])
#define this_cpu_ptr(p)	    per_cpu_ptr(p, smp_processor_id())

/* Where a page is. */
static inline unsigned long page_to_pfn(const struct page *page)
{
	return (unsigned long)(page - MM_ENV(layout).map);
}

static inline void *page_address(const struct page *page)
{
	return MM_ENV(layout).mem + (page_to_pfn(page) << PAGE_SHIFT);
}

static inline struct page *virt_to_page(const void *addr)
{
	return MM_ENV(layout).map + ((uintptr_t)addr - (uintptr_t)MM_ENV(layout).mem) / PAGE_SIZE;
}

static inline struct page *compound_head(struct page *page)
{
	unsigned long head = READ_ONCE(page->compound_head);

	return unlikely(head & 1) ? (struct page *)(head - 1) : page;
}

static inline unsigned int compound_order(const struct page *page)
{
	return page->flags & PG_head ? page[1].compound_order : 0;
}

static inline struct page *virt_to_head_page(const void *addr)
{
	return compound_head(virt_to_page(addr));
}

static inline int page_to_nid(const struct page *page)
{
	return (int)(page->flags >> PG_NID_SHIFT);
}

static inline bool page_is_pfmemalloc(const struct page *page)
{
	return page->lru_next & PFMEMALLOC;
}

/** dev_page_is_reusable() - may a driver keep the page: of this node, and no emergency reserve */
static inline bool dev_page_is_reusable(const struct page *page)
{
	return likely(page_to_nid(page) == numa_mem_id() && !page_is_pfmemalloc(page));
}

/*
 * References. The count is read to decide whether memory that others have used may be reused, so
 * the read is an acquire: their last accesses came before the put it sees.
 */
static inline int page_ref_count(const struct page *page)
{
	return atomic_read_acquire(&page->_refcount);
}

static inline void set_page_count(struct page *page, int v)
{
	atomic_set(&page->_refcount, v);
}

static inline void page_ref_inc(struct page *page)
{
	atomic_inc(&page->_refcount);
}

static inline void page_ref_add(struct page *page, int n)
{
	atomic_add(n, &page->_refcount);
}

static inline bool page_ref_sub_and_test(struct page *page, int n)
{
	return atomic_sub_and_test(n, &page->_refcount);
}

static inline bool page_ref_dec_and_test(struct page *page)
{
	return atomic_dec_and_test(&page->_refcount);
}

/* The page allocator. */
static inline struct page *alloc_pages_node(int nid, gfp_t gfp, unsigned int order)
{
	return MM_ENV(alloc_pages)(gfp, order, nid);
}

static inline struct page *alloc_pages(gfp_t gfp, unsigned int order)
{
	return alloc_pages_node(NUMA_NO_NODE, gfp, order);
}

static inline struct page *alloc_page(gfp_t gfp)
{
	return alloc_pages(gfp, 0);
}

/** dev_alloc_pages_node() - pages for a receive ring: with the flags of dev_alloc_pages() */
static inline struct page *dev_alloc_pages_node(int nid, unsigned int order)
{
	return alloc_pages_node(nid, GFP_ATOMIC | __GFP_NOWARN | __GFP_COMP | __GFP_MEMALLOC,
				order);
}

static inline struct page *dev_alloc_page(void)
{
	return dev_alloc_pages_node(NUMA_NO_NODE, 0);
}

static inline unsigned long alloc_pages_bulk_array_node(gfp_t gfp, int nid, unsigned long n,
							struct page **pages)
{
	return MM_ENV(alloc_pages_bulk)(gfp, nid, n, pages);
}

/** free_unref_page() - gives back a block whose last reference is gone */
static inline void free_unref_page(struct page *page, unsigned int order)
{
	MM_ENV(free_pages)(page, order);
}

/** __free_pages() - drops the caller's reference to a block of known order */
static inline void __free_pages(struct page *page, unsigned int order)
{
	if (page_ref_dec_and_test(page))
		free_unref_page(page, order);
}

static inline void get_page(struct page *page)
{
	page_ref_inc(compound_head(page));
}

static inline void put_page(struct page *page)
{
	page = compound_head(page);
	if (page_ref_dec_and_test(page))
		free_unref_page(page, compound_order(page));
}

/** __page_frag_cache_drain() - drops @count references at once */
static inline void __page_frag_cache_drain(struct page *page, unsigned int count)
{
	if (page_ref_sub_and_test(page, (int)count))
		free_unref_page(page, compound_order(page));
}

/* DMA mappings. */
static inline dma_addr_t dma_map_page(struct device *dev, struct page *page, size_t offset,
				      size_t bytes, enum dma_data_direction dir)
{
	return MM_ENV(dma_map)(dev, page, offset, bytes, dir);
}

static inline bool dma_mapping_error(struct device *dev, dma_addr_t addr)
{
	(void)dev;
	return unlikely(addr == DMA_MAPPING_ERROR);
}

static inline void dma_unmap_page(struct device *dev, dma_addr_t addr, size_t bytes,
				  enum dma_data_direction dir)
{
	MM_ENV(dma_unmap)(dev, addr, bytes, dir);
}

static inline void dma_sync_single_range_for_cpu(struct device *dev, dma_addr_t addr,
						 unsigned long offset, size_t bytes,
						 enum dma_data_direction dir)
{
	MM_ENV(dma_sync)(dev, addr + offset, bytes, dir, false);
}

static inline void dma_sync_single_range_for_device(struct device *dev, dma_addr_t addr,
						    unsigned long offset, size_t bytes,
						    enum dma_data_direction dir)
{
	MM_ENV(dma_sync)(dev, addr + offset, bytes, dir, true);
}

#endif
