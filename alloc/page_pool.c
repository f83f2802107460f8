/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * page_pool.c - see page_pool.h. The pool of Linux 6.12, without memory providers and XDP; late
 * pages of a closed pool are freed as they come, not once a second.
 */
#include "page_pool.h"

/* Marks a page as a pool's; a poison value no pointer can have. */
#define PP_SIGNATURE (0x40 + 0xdead000000000000ul)

#define PP_RING_DEFAULT 1024
#define PP_RING_MAX	16384

/* Allocation counters belong to NAPI; put counters to the CPU that puts. */
#define alloc_stat_inc(pool, stat)   ((pool)->alloc_stats.stat++)
#define recycle_stat_inc(pool, stat) (this_cpu_ptr((pool)->recycle_stats)->stat++)

static void page_pool_uninit(struct page_pool *pool)
{
	free_percpu(pool->recycle_stats);
	kfree(pool);
}

int page_pool_create(const struct page_pool_params *params, struct page_pool **out)
{
	unsigned int slots = params->pool_size ? params->pool_size : PP_RING_DEFAULT;
	unsigned int cache = params->alloc_cache ? params->alloc_cache : PP_ALLOC_CACHE_DEFAULT;
	unsigned int refill = params->alloc_refill ? params->alloc_refill : PP_ALLOC_REFILL_DEFAULT;
	struct page_pool *pool;

	if (params->order > MAX_PAGE_ORDER || slots > PP_RING_MAX ||
	    params->users > PP_USERS_REFCOUNT || cache > PP_ALLOC_CACHE_MAX || refill > cache)
		return -EINVAL;
	pool = kzalloc(sizeof(*pool), GFP_KERNEL);
	if (!pool)
		return -ENOMEM;
	pool->p = *params;
	pool->p.alloc_cache = cache;
	pool->p.alloc_refill = refill;
	pool->flags = params->flags & (PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV);
	pool->flags |= cache << PP_CACHE_SHIFT;
	pool->max_size = (unsigned int)(PAGE_SIZE << params->order);
	if (params->users == PP_USERS_IN_PAGE)
		pool->max_size -= sizeof(struct page_pool_meta);
	pool->p.max_len = min(params->max_len, pool->max_size);
	pool->recycle_stats = alloc_percpu(struct page_pool_recycle_stats);
	if (!pool->recycle_stats || ptr_ring_init(&pool->ring, (int)slots, GFP_KERNEL)) {
		page_pool_uninit(pool);
		return -ENOMEM;
	}
	*out = pool;
	return 0;
}

/* @flags: of the pool, which the caller has read already */
static void page_pool_dma_sync_for_device(const struct page_pool *pool, unsigned int flags,
					  const struct page *page)
{
	if (flags & PP_FLAG_DMA_SYNC_DEV)
		dma_sync_single_range_for_device(pool->p.dev, page_pool_get_dma_addr(page),
						 pool->p.offset, pool->p.max_len, pool->p.dma_dir);
}

static bool page_pool_dma_map(struct page_pool *pool, struct page *page)
{
	dma_addr_t dma =
		dma_map_page(pool->p.dev, page, 0, PAGE_SIZE << pool->p.order, pool->p.dma_dir);

	if (dma_mapping_error(pool->p.dev, dma))
		return false;
	page->dma_addr = dma;
	page_pool_dma_sync_for_device(pool, pool->flags, page);
	return true;
}

/* Callers know @users when they are compiled, or have it from the page. */
static inline atomic_long_t *page_pool_users(struct page *page, enum pp_users users)
{
	struct page_pool_meta *meta;

	switch (users) {
	case PP_USERS_SLAB:
		meta = (struct page_pool_meta *)page->private_;
		return &meta->users;
	case PP_USERS_IN_PAGE:
		meta = (struct page_pool_meta *)((char *)page_address(page) +
						 (PAGE_SIZE << compound_order(page)));
		return &meta[-1].users;
	default:
		return &page->pp_ref_count;
	}
}

static bool page_pool_set_pp_info(struct page_pool *pool, struct page *page)
{
	enum pp_users users = pool->p.users;

	if (users == PP_USERS_SLAB) {
		page->private_ = (unsigned long)kzalloc(sizeof(struct page_pool_meta),
							GFP_ATOMIC | __GFP_NOWARN);
		if (unlikely(!page->private_))
			return false;
	}
	page->pp = (struct page_pool *)((unsigned long)pool | users);
	page->pp_magic |= PP_SIGNATURE;
	atomic_long_set(page_pool_users(page, users), 1);
	return true;
}

static void page_pool_clear_pp_info(const struct page_pool *pool, struct page *page)
{
	if (pool->p.users == PP_USERS_SLAB) {
		kfree((void *)page->private_);
		page->private_ = 0;
	}
	page->pp_magic = 0;
	page->pp = NULL;
}

static void page_pool_dma_unmap(const struct page_pool *pool, struct page *page)
{
	if (!(READ_ONCE(pool->flags) & PP_FLAG_DMA_MAP))
		return;
	dma_unmap_page(pool->p.dev, page_pool_get_dma_addr(page), PAGE_SIZE << pool->p.order,
		       pool->p.dma_dir);
	page->dma_addr = 0;
}

void page_pool_release_page(struct page_pool *pool, struct page *page)
{
	page_pool_dma_unmap(pool, page);
	page_pool_clear_pp_info(pool, page);
	atomic_inc_return_relaxed(&pool->pages_state_release_cnt);
}

/* The page leaves the pool. Whoever still holds a reference frees it later. */
static void page_pool_return_page(struct page_pool *pool, struct page *page)
{
	page_pool_release_page(pool, page);
	put_page(page);
}

static bool page_pool_enter(struct page_pool *pool, struct page *page)
{
	if ((pool->flags & PP_FLAG_DMA_MAP) && unlikely(!page_pool_dma_map(pool, page))) {
		put_page(page);
		return false;
	}
	if (unlikely(!page_pool_set_pp_info(pool, page))) {
		page_pool_dma_unmap(pool, page);
		put_page(page);
		return false;
	}
	pool->pages_state_hold_cnt++;
	return true;
}

static struct page *page_pool_alloc_page_order(struct page_pool *pool, gfp_t gfp)
{
	struct page *page = alloc_pages_node(pool->p.nid, gfp | __GFP_COMP, pool->p.order);

	if (unlikely(!page) || unlikely(!page_pool_enter(pool, page)))
		return NULL;
	alloc_stat_inc(pool, slow_high_order);
	return page;
}

static noinline struct page *page_pool_alloc_pages_slow(struct page_pool *pool, gfp_t gfp)
{
	unsigned int bulk = pool->p.alloc_refill;
	unsigned long nr_pages;

	if (unlikely(pool->p.order))
		return page_pool_alloc_page_order(pool, gfp);

	/* The bulk call fills only slots that are NULL. */
	memset(pool->alloc.cache, 0, sizeof(*pool->alloc.cache) * bulk);
	nr_pages = alloc_pages_bulk_array_node(gfp, pool->p.nid, bulk, pool->alloc.cache);
	for (unsigned long i = 0; i < nr_pages; i++) {
		struct page *page = pool->alloc.cache[i];

		if (likely(page_pool_enter(pool, page)))
			pool->alloc.cache[pool->alloc.count++] = page;
	}
	if (unlikely(!pool->alloc.count))
		return NULL;
	alloc_stat_inc(pool, slow);
	return pool->alloc.cache[--pool->alloc.count];
}

/* A page from the ring is the pool's alone; with PP_USERS_REFCOUNT it has no reference yet. */
static inline struct page *page_pool_claim(struct page *page, enum pp_users users)
{
	if (page && users == PP_USERS_REFCOUNT)
		set_page_count(page, 1);
	return page;
}

static noinline struct page *page_pool_refill_alloc_cache(struct page_pool *pool)
{
	enum pp_users users = pool->p.users;
	struct ptr_ring *r = &pool->ring;
	unsigned int refill;
	struct page *page;
	int pref_nid;

	if (__ptr_ring_empty(r)) {
		alloc_stat_inc(pool, empty);
		return NULL;
	}
	refill = pool->p.alloc_refill;
	pref_nid = pool->p.nid == NUMA_NO_NODE ? numa_mem_id() : pool->p.nid;
	do {
		page = page_pool_claim(__ptr_ring_consume(r), users);
		if (unlikely(!page))
			break;
		if (unlikely(page_to_nid(page) != pref_nid)) {
			/* One at a time: a ring full of them must not storm the page allocator. */
			page_pool_return_page(pool, page);
			alloc_stat_inc(pool, waive);
			page = NULL;
			break;
		}
		pool->alloc.cache[pool->alloc.count++] = page;
	} while (pool->alloc.count < refill);

	if (likely(pool->alloc.count > 0)) {
		page = pool->alloc.cache[--pool->alloc.count];
		alloc_stat_inc(pool, refill);
	}
	return page;
}

struct page *page_pool_alloc_pages(struct page_pool *pool, gfp_t gfp)
{
	struct page *page;

	if (likely(pool->alloc.count)) {
		alloc_stat_inc(pool, fast);
		return pool->alloc.cache[--pool->alloc.count];
	}
	page = page_pool_refill_alloc_cache(pool);
	if (likely(page))
		return page;
	return page_pool_alloc_pages_slow(pool, gfp);
}

/*
 * What makes up a put is inlined by force: that the other kinds of users call it too must not
 * change what Linux's kind costs.
 *
 * Drops @nr users; 0 = that was the last one. The last user only reads: when its own share is all
 * that is left, nobody else can change the count, and the atomic is saved. Either way the count is
 * left at 1, as a whole page has it.
 */
static __always_inline long page_pool_unref_page(atomic_long_t *users, long nr)
{
	long ret;

	if (atomic_long_read_acquire(users) == nr) {
		if (nr != 1)
			atomic_long_set(users, 1);
		return 0;
	}
	ret = atomic_long_sub_return(nr, users);
	BUG_ON(ret < 0);
	if (unlikely(!ret))
		atomic_long_set(users, 1);
	return ret;
}

static bool page_pool_can_be_recycled(const struct page *page)
{
	return likely(page_ref_count(page) == 1 && !page_is_pfmemalloc(page));
}

static __always_inline bool page_pool_recycle_in_ring(struct page_pool *pool, struct page *page)
{
	if (ptr_ring_produce(&pool->ring, page))
		return false;
	recycle_stat_inc(pool, ring);
	return true;
}

/*
 * Without lock or atomic: allow_direct promised that nobody else is in the alloc cache.
 * @flags: of the pool, which the caller has read already
 */
static __always_inline bool page_pool_recycle_in_cache(struct page_pool *pool, unsigned int flags,
						       struct page *page)
{
	if (unlikely(pool->alloc.count == flags >> PP_CACHE_SHIFT)) {
		recycle_stat_inc(pool, cache_full);
		return false;
	}
	pool->alloc.cache[pool->alloc.count++] = page;
	recycle_stat_inc(pool, cached);
	return true;
}

/* The last user is gone, but the page cannot be kept. */
static noinline void page_pool_put_leaving(struct page_pool *pool, struct page *page,
					   unsigned int flags)
{
	if (!(flags & PP_CLOSED))
		recycle_stat_inc(pool, released_refcnt);
	page_pool_return_page(pool, page);
}

void page_pool_put_users(struct page_pool *pool, struct page *page, atomic_long_t *users,
			 bool allow_direct)
{
	unsigned int flags;

	if (page_pool_unref_page(users, 1))
		return;
	flags = READ_ONCE(pool->flags);
	if (unlikely(!page_pool_can_be_recycled(page) || flags & PP_CLOSED)) {
		page_pool_put_leaving(pool, page, flags);
		return;
	}
	page_pool_dma_sync_for_device(pool, flags, page);
	if (allow_direct && page_pool_recycle_in_cache(pool, flags, page))
		return;
	if (!page_pool_recycle_in_ring(pool, page)) {
		recycle_stat_inc(pool, ring_full);
		page_pool_return_page(pool, page);
	}
}

/* No reference is left: into the ring so, or to the page allocator without another atomic. */
static void page_pool_put_unreferenced(struct page_pool *pool, unsigned int flags,
				       struct page *page)
{
	if (unlikely(flags & PP_CLOSED))
		goto leave;
	if (unlikely(page_is_pfmemalloc(page))) {
		recycle_stat_inc(pool, released_refcnt);
		goto leave;
	}
	page_pool_dma_sync_for_device(pool, flags, page);
	if (page_pool_recycle_in_ring(pool, page))
		return;
	recycle_stat_inc(pool, ring_full);
leave:
	page_pool_release_page(pool, page);
	free_unref_page(page, pool->p.order);
}

/* PP_USERS_REFCOUNT: a direct put of a page nobody else holds needs no atomic, any other does. */
static void page_pool_put_refcount(struct page_pool *pool, struct page *page, bool allow_direct)
{
	unsigned int flags = READ_ONCE(pool->flags);

	if (allow_direct && !(flags & PP_CLOSED) && page_pool_can_be_recycled(page)) {
		page_pool_dma_sync_for_device(pool, flags, page);
		if (page_pool_recycle_in_cache(pool, flags, page))
			return;
	}
	if (page_ref_dec_and_test(page))
		page_pool_put_unreferenced(pool, flags, page);
}

void page_pool_put_counted(struct page_pool *pool, struct page *page, enum pp_users users,
			   bool allow_direct)
{
	if (users == PP_USERS_REFCOUNT)
		page_pool_put_refcount(pool, page, allow_direct);
	else
		page_pool_put_users(pool, page, page_pool_users(page, users), allow_direct);
}

/* The page is full: give up the references taken in advance. Return: the page if it is free. */
static struct page *page_pool_drain_frag(struct page_pool *pool, struct page *page)
{
	long drain_count = PAGE_POOL_BIAS_MAX - pool->frag_users;

	if (likely(page_pool_unref_page(page_pool_users(page, pool->p.users), drain_count)))
		return NULL;
	if (page_pool_can_be_recycled(page)) {
		page_pool_dma_sync_for_device(pool, pool->flags, page);
		return page;
	}
	page_pool_return_page(pool, page);
	return NULL;
}

static void page_pool_free_frag(struct page_pool *pool)
{
	long drain_count = PAGE_POOL_BIAS_MAX - pool->frag_users;
	struct page *page = pool->frag_page;

	pool->frag_page = NULL;
	if (!page || page_pool_unref_page(page_pool_users(page, pool->p.users), drain_count))
		return;
	page_pool_return_page(pool, page);
}

struct page *page_pool_alloc_frag(struct page_pool *pool, unsigned int *offset, unsigned int size,
				  gfp_t gfp)
{
	unsigned int max_size = pool->max_size;
	struct page *page = pool->frag_page;

	if (unlikely(size > max_size))
		return NULL;
	if (page && pool->frag_offset + size <= max_size) {
		pool->frag_users++;
		*offset = pool->frag_offset;
		pool->frag_offset += size;
		return page;
	}

	if (page) {
		page = page_pool_drain_frag(pool, page);
		if (page)
			alloc_stat_inc(pool, fast);
	}
	if (!page) {
		page = page_pool_alloc_pages(pool, gfp);
		pool->frag_page = page;
		if (unlikely(!page))
			return NULL;
	}
	pool->frag_users = 1;
	pool->frag_offset = size;
	*offset = 0;
	atomic_long_set(page_pool_users(page, pool->p.users), PAGE_POOL_BIAS_MAX);
	return page;
}

void page_pool_close(struct page_pool *pool)
{
	struct page *page;

	/* A put that has not seen this yet goes to the ring, and waits there for destroy. */
	WRITE_ONCE(pool->flags, pool->flags | PP_CLOSED);
	page_pool_free_frag(pool);
	while (pool->alloc.count)
		page_pool_return_page(pool, pool->alloc.cache[--pool->alloc.count]);
	while ((page = page_pool_claim(ptr_ring_consume(&pool->ring), pool->p.users)))
		page_pool_return_page(pool, page);
}

void page_pool_destroy(struct page_pool *pool)
{
	if (!pool)
		return;
	page_pool_close(pool);
	BUG_ON(pool->pages_state_hold_cnt != (u32)atomic_read(&pool->pages_state_release_cnt));
	ptr_ring_cleanup(&pool->ring);
	page_pool_uninit(pool);
}

void page_pool_get_stats(const struct page_pool *pool, struct page_pool_stats *stats)
{
	const struct page_pool_alloc_stats *a = &pool->alloc_stats;

	stats->alloc_stats.fast += a->fast;
	stats->alloc_stats.slow += a->slow;
	stats->alloc_stats.slow_high_order += a->slow_high_order;
	stats->alloc_stats.empty += a->empty;
	stats->alloc_stats.refill += a->refill;
	stats->alloc_stats.waive += a->waive;
	for (unsigned int cpu = 0; cpu < NR_CPUS; cpu++) {
		const struct page_pool_recycle_stats *r = per_cpu_ptr(pool->recycle_stats, cpu);

		stats->recycle_stats.cached += r->cached;
		stats->recycle_stats.cache_full += r->cache_full;
		stats->recycle_stats.ring += r->ring;
		stats->recycle_stats.ring_full += r->ring_full;
		stats->recycle_stats.released_refcnt += r->released_refcnt;
	}
}
