/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pool_bench.c - see pool_bench.h.
 */
#include "page_pool.h"
#include "pool_bench.h"

#define FILL 64

/* struct pool_bench_state - @counter and @lock have lines of their own, as on the module's stack */
struct pool_bench_state {
	struct page_pool *pool;
	atomic_t counter ____cacheline_aligned;
	spinlock_t lock ____cacheline_aligned;
};

static int pool_bench_fill(struct page_pool *pool)
{
	struct page *page[FILL];
	int n = 0;

	while (n < FILL && (page[n] = page_pool_alloc_pages(pool, GFP_ATOMIC)))
		n++;
	for (int i = 0; i < n; i++)
		page_pool_put_full_page(pool, page[i], false);
	return n == FILL ? 0 : -ENOMEM;
}

static void pool_bench_destroy(void *bench)
{
	struct pool_bench_state *b = bench;

	if (!b)
		return;
	page_pool_destroy(b->pool);
	kfree(b);
}

static int pool_bench_create(void **bench)
{
	const struct page_pool_params params = {.pool_size = 1024, .nid = NUMA_NO_NODE};
	struct pool_bench_state *b = kzalloc(sizeof(*b), GFP_KERNEL);
	int err;

	if (!b)
		return -ENOMEM;
	spin_lock_init(&b->lock);
	err = page_pool_create(&params, &b->pool);
	if (!err)
		err = pool_bench_fill(b->pool);
	if (err) {
		pool_bench_destroy(b);
		return err;
	}
	*bench = b;
	return 0;
}

/* Inlined with a constant @kind, as in the module: a loop has no switch in it. */
static __always_inline unsigned long pool_bench_loop(struct pool_bench_state *b,
						     enum pool_bench_kind kind, unsigned long loops)
{
	struct page_pool *pool = b->pool;
	unsigned long i;

	for (i = 0; i < loops; i++) {
		struct page *page = page_pool_alloc_pages(pool, GFP_ATOMIC);

		if (!page)
			break;
		if (kind == POOL_BENCH_SLOW_RELEASE) {
			page_pool_release_page(pool, page);
			put_page(page);
			continue;
		}
		if (kind == POOL_BENCH_SLOW_GET)
			get_page(page);
		page_pool_put_full_page(pool, page, kind == POOL_BENCH_FAST);
		if (kind == POOL_BENCH_SLOW_GET)
			put_page(page);
	}
	return i;
}

static unsigned long pool_bench_run(void *bench, enum pool_bench_kind kind, unsigned long loops)
{
	struct pool_bench_state *b = bench;

	switch (kind) {
	case POOL_BENCH_FAST:
		return pool_bench_loop(b, POOL_BENCH_FAST, loops);
	case POOL_BENCH_PTR_RING:
		return pool_bench_loop(b, POOL_BENCH_PTR_RING, loops);
	case POOL_BENCH_SLOW_GET:
		return pool_bench_loop(b, POOL_BENCH_SLOW_GET, loops);
	case POOL_BENCH_SLOW_RELEASE:
		return pool_bench_loop(b, POOL_BENCH_SLOW_RELEASE, loops);
	case POOL_BENCH_ATOMIC:
		for (unsigned long i = 0; i < loops; i++)
			atomic_inc(&b->counter);
		return loops;
	default:
		for (unsigned long i = 0; i < loops; i++) {
			spin_lock(&b->lock);
			spin_unlock(&b->lock);
		}
		return loops;
	}
}

const struct pool_bench MM_NAME(pool_bench) = {
	.page_shift = PAGE_SHIFT,
	.create = pool_bench_create,
	.destroy = pool_bench_destroy,
	.run = pool_bench_run,
};
