/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * page_pool.h - a queue's pool of pages: alloc cache, pointer ring, bulk allocation, fragments.
 *
 *	page allocator --bulk of 64--> alloc cache (128, NAPI only, no lock) --> buffers
 *	      ^                           ^      ^                                  |
 *	      |        refill of 64 pages |      | put, direct                      |
 *	      |                        pointer ring <------- put, from anywhere ----+
 *	      +--- return: ring full, or the page is still referenced elsewhere ----+
 *
 * Equals Linux 6.12's page_pool state for state: a page in the pool has _refcount 1; its users are
 * counted apart in pp_ref_count, for fragments in advance (PAGE_POOL_BIAS_MAX) and drained when the
 * page is full. A page stays DMA-mapped from entering the pool to leaving it.
 * Invariant: pages the pool owns = pages_state_hold_cnt - pages_state_release_cnt.
 * Source: linux-page-pool (net/core/page_pool.c, include/net/page_pool)
 */
#ifndef FRAGSIM_PAGE_POOL_H
#define FRAGSIM_PAGE_POOL_H

#include "mm.h"
#include "ptr_ring.h"

#define page_pool_create       MM_NAME(page_pool_create)
#define page_pool_close	       MM_NAME(page_pool_close)
#define page_pool_destroy      MM_NAME(page_pool_destroy)
#define page_pool_alloc_pages  MM_NAME(page_pool_alloc_pages)
#define page_pool_alloc_frag   MM_NAME(page_pool_alloc_frag)
#define page_pool_put_users    MM_NAME(page_pool_put_users)
#define page_pool_put_counted  MM_NAME(page_pool_put_counted)
#define page_pool_get_stats    MM_NAME(page_pool_get_stats)
#define page_pool_release_page MM_NAME(page_pool_release_page)

/*
 * What page_pool_params say where they are 0: as many as one NAPI poll (budget 64) can take; the
 * rest leaves room for its direct puts.
 */
#ifndef PP_ALLOC_CACHE_DEFAULT
#define PP_ALLOC_CACHE_DEFAULT	128
#define PP_ALLOC_REFILL_DEFAULT 64
#endif
#define PP_ALLOC_CACHE_MAX 128 /* of any Linux */

#define PAGE_POOL_BIAS_MAX (LONG_MAX >> 1)

#define PP_FLAG_DMA_MAP	     (1u << 0) /* the pool maps and unmaps */
#define PP_FLAG_DMA_SYNC_DEV (1u << 1) /* and hands recycled pages back to the device */
#define PP_CLOSED	     (1u << 2) /* the pool's own: pages that come home are freed */
#define PP_CACHE_SHIFT	     16	       /* the pool's own: from here on, alloc_cache */

/**
 * enum pp_users - where a pool counts the users of a page
 * @PP_USERS_STRUCT_PAGE: pp_ref_count in struct page, as Linux does
 * @PP_USERS_SLAB: an object of its own for each page, found through struct page
 * @PP_USERS_IN_PAGE: the last line of the page itself, which is then not handed out
 * @PP_USERS_REFCOUNT: _refcount itself, whole pages only: the put that drops it to zero recycles.
 *	Pages in the ring have count 0, in the alloc cache 1. Whoever holds a reference gives it
 *	back with page_pool_put_user(), never with put_page(). Source: page-pool-rfc
 */
enum pp_users { PP_USERS_STRUCT_PAGE, PP_USERS_SLAB, PP_USERS_IN_PAGE, PP_USERS_REFCOUNT };

#define PP_USERS_MASK 3ul /* low bits of page->pp: how this page's users are counted */

/** struct page_pool_meta - what PP_USERS_SLAB and PP_USERS_IN_PAGE keep for a page */
struct page_pool_meta {
	atomic_long_t users;
} ____cacheline_aligned;

/**
 * struct page_pool_params
 * @flags: PP_FLAG_*
 * @order: of the pool's pages
 * @pool_size: slots of the pointer ring, 0 = 1024, at most 16384
 * @nid: NUMA node to allocate on, or NUMA_NO_NODE
 * @dev: device pages are mapped for
 * @dma_dir: what the device does with them
 * @max_len: bytes the device may write from @offset on, to be synced on recycling
 * @offset: bytes the device skips at the start of a page
 * @users: where users of a page are counted
 * @alloc_cache: most pages in the alloc cache, at most PP_ALLOC_CACHE_MAX; 0 =
 *	PP_ALLOC_CACHE_DEFAULT
 * @alloc_refill: pages taken at a time from the ring or the page allocator, at most @alloc_cache;
 *	0 = PP_ALLOC_REFILL_DEFAULT
 *
 * Linux has the last two as constants. Before 7.1 they are 128 and 64; since then 128 and 64 for
 * pages of 4K, 32 and 16 for 16K, 8 and 4 for 64K.
 * Source: linux-page-pool-cache
 */
struct page_pool_params {
	unsigned int flags;
	unsigned int order;
	unsigned int pool_size;
	int nid;
	struct device *dev;
	enum dma_data_direction dma_dir;
	unsigned int max_len;
	unsigned int offset;
	enum pp_users users;
	unsigned int alloc_cache;
	unsigned int alloc_refill;
};

/** struct page_pool_alloc_stats - written in the pool's NAPI context only */
struct page_pool_alloc_stats {
	u64 fast, slow, slow_high_order, empty, refill, waive;
};

/** struct page_pool_recycle_stats - one per CPU, each written by its own */
struct page_pool_recycle_stats {
	u64 cached, cache_full, ring, ring_full, released_refcnt;
} ____cacheline_aligned;

struct page_pool_stats {
	struct page_pool_alloc_stats alloc_stats;
	struct page_pool_recycle_stats recycle_stats;
};

/**
 * struct page_pool
 * @p: as given to page_pool_create()
 * @pages_state_hold_cnt: pages that entered; NAPI only
 * @flags: PP_FLAG_* of @p, PP_CLOSED from page_pool_close() on, and from PP_CACHE_SHIFT on
 *	alloc_cache of @p: a put reads the word anyway, and a load of its own would be one more than
 *	Linux does
 * @max_size: bytes of a page that are handed out
 * @frag_page: page being cut into fragments, or NULL; NAPI only, as all @frag_ fields
 * @frag_users: fragments cut from it so far
 * @frag_offset: where the next one starts
 * @alloc: stack of pages ready for use; NAPI only
 * @ring: returns from other contexts; any CPU produces, NAPI consumes
 * @pages_state_release_cnt: pages that left; any CPU
 *
 * Grouped by who writes, each group in lines of its own.
 */
struct page_pool {
	struct page_pool_params p;
	struct page_pool_recycle_stats *recycle_stats;
	u32 pages_state_hold_cnt;
	unsigned int flags;
	unsigned int max_size;

	struct page *frag_page ____cacheline_aligned;
	long frag_users;
	unsigned int frag_offset;

	struct page_pool_alloc_stats alloc_stats ____cacheline_aligned;
	struct {
		u32 count;
		struct page *cache[PP_ALLOC_CACHE_MAX];
	} alloc ____cacheline_aligned;

	struct ptr_ring ring;
	atomic_t pages_state_release_cnt ____cacheline_aligned;
};

/**
 * page_pool_create() - empty pool
 * Return: 0, -ENOMEM, -EINVAL (order, a size or the refill out of range). *pool is written only on
 * success.
 */
int page_pool_create(const struct page_pool_params *params, struct page_pool **pool);

/**
 * page_pool_close() - gives back what the pool holds; pages still in use follow as they are put
 * Context: process, after the last allocation. A put may run meanwhile; direct puts are treated as
 * any other from now on. Linux lets late pages gather in the ring and empties it once a second.
 */
void page_pool_close(struct page_pool *pool);

/** page_pool_destroy() - closes the pool and frees it; accepts NULL. No page may be in use. */
void page_pool_destroy(struct page_pool *pool);

/**
 * page_pool_alloc_pages() - a whole page
 * Context: the pool's NAPI. Cost: fast, two lines and no atomic.
 * Return: page with _refcount 1 and pp_ref_count 1, or NULL.
 */
struct page *page_pool_alloc_pages(struct page_pool *pool, gfp_t gfp);

/**
 * page_pool_alloc_frag() - a fragment of @size bytes
 * @offset: set to where it starts
 * Context: the pool's NAPI. Return: its page, or NULL. *offset is written only on success.
 */
struct page *page_pool_alloc_frag(struct page_pool *pool, unsigned int *offset, unsigned int size,
				  gfp_t gfp);

/**
 * page_pool_put_users() - one user of a page is done
 * @users: where users of this page are counted
 * @allow_direct: the caller runs in the pool's NAPI context
 * The last user's put recycles the page, or returns it when it is referenced elsewhere.
 * Cost: the line of @users; an atomic on it unless this is the last user; then a line of the alloc
 * cache, or lock and line of the ring.
 */
void page_pool_put_users(struct page_pool *pool, struct page *page, atomic_long_t *users,
			 bool allow_direct);

/** page_pool_put_full_page() - the same for a pool with PP_USERS_STRUCT_PAGE */
static inline void page_pool_put_full_page(struct page_pool *pool, struct page *page,
					   bool allow_direct)
{
	page_pool_put_users(pool, page, &page->pp_ref_count, allow_direct);
}

/** page_pool_put_counted() - the same for the other kinds of @users */
void page_pool_put_counted(struct page_pool *pool, struct page *page, enum pp_users users,
			   bool allow_direct);

/**
 * page_pool_release_page() - the page leaves the pool; its references are as they were
 * The caller has one of them, and frees the page with put_page(). Linux had it until 6.5.
 */
void page_pool_release_page(struct page_pool *pool, struct page *page);

/** page_pool_get_stats() - adds the pool's counters to *stats */
void page_pool_get_stats(const struct page_pool *pool, struct page_pool_stats *stats);

/** page_pool_put_user() - one user of a page is done, whatever the page's pool is */
static inline void page_pool_put_user(struct page *page, bool allow_direct)
{
	unsigned long pp = (unsigned long)page->pp;
	struct page_pool *pool = (struct page_pool *)(pp & ~PP_USERS_MASK);

	if (likely((pp & PP_USERS_MASK) == PP_USERS_STRUCT_PAGE))
		page_pool_put_full_page(pool, page, allow_direct);
	else
		page_pool_put_counted(pool, page, (enum pp_users)(pp & PP_USERS_MASK),
				      allow_direct);
}

static inline dma_addr_t page_pool_get_dma_addr(const struct page *page)
{
	return page->dma_addr;
}

/**
 * page_pool_alloc() - a fragment, or a whole page where two would not fit
 * @size: bytes wanted, at most max_size; set to the bytes that are the caller's (truesize)
 *
 * A remainder too small for another buffer of this size goes to this one, else nobody would
 * account for it.
 */
static inline struct page *page_pool_alloc(struct page_pool *pool, unsigned int *offset,
					   unsigned int *size, gfp_t gfp)
{
	unsigned int max_size = pool->max_size;
	struct page *page;

	if ((*size << 1) > max_size) {
		page = page_pool_alloc_pages(pool, gfp);
		if (likely(page)) {
			*size = max_size;
			*offset = 0;
		}
		return page;
	}

	page = page_pool_alloc_frag(pool, offset, *size, gfp);
	if (unlikely(!page))
		return NULL;
	if (pool->frag_offset + *size > max_size) {
		*size = max_size - *offset;
		pool->frag_offset = max_size;
	}
	return page;
}

#endif
