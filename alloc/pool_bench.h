/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pool_bench.h - the loops of the kernel's page_pool micro-benchmark, over this page_pool.
 *
 * Per iteration, one CPU, order 0, no DMA, a ring of 1024, 64 pages put through it beforehand:
 *
 *	fast		alloc, direct recycle
 *	ptr_ring	alloc, put from elsewhere: into the pointer ring, which refills 64 at a time
 *	slow_get	alloc, get_page(), put, put_page(): the extra reference makes the page leave
 *	slow_release	alloc, release from the pool, put_page(): what the module did until 6.5
 *	atomic_inc	atomic_inc() of a counter
 *	lock		spin_lock(), spin_unlock()
 *
 * Source: bench-page-pool (bench_page_pool_simple.c)
 */
#ifndef FRAGSIM_POOL_BENCH_H
#define FRAGSIM_POOL_BENCH_H

enum pool_bench_kind {
	POOL_BENCH_FAST,
	POOL_BENCH_PTR_RING,
	POOL_BENCH_SLOW_GET,
	POOL_BENCH_SLOW_RELEASE,
	POOL_BENCH_ATOMIC,
	POOL_BENCH_LOCK,
};

/**
 * struct pool_bench - the loops, compiled for one world and page size
 * @page_shift: PAGE_SHIFT
 * @create: a pool and what else they work on. Return: 0, -ENOMEM. *bench only on success
 * @destroy: accepts NULL
 * @run: @loops iterations. Return: how many were done; fewer when no page was to be had
 */
struct pool_bench {
	unsigned int page_shift;
	int (*create)(void **bench);
	void (*destroy)(void *bench);
	unsigned long (*run)(void *bench, enum pool_bench_kind kind, unsigned long loops);
};

/** pool_bench_native_12 - the loops on real pages of 4K, 16K (_14) or 64K (_16) */
extern const struct pool_bench pool_bench_native_12, pool_bench_native_14, pool_bench_native_16;
/** pool_bench_sim_12 - the loops on simulated pages of 4K, 16K (_14) or 64K (_16) */
extern const struct pool_bench pool_bench_sim_12, pool_bench_sim_14, pool_bench_sim_16;

#endif
