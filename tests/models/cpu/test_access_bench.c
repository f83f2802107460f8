/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_access_bench.c - wall time of the model itself, per access.
 *
 * Fails only when an L1 hit takes so long (100 ns) that something must be wrong, not merely slow.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <cmocka.h>
#include "models/cpu/access.h"
#include "models/cpu/arena.h"
#include "models/machine.h"

#define ROUNDS 20000000u

void __tsan_read8(void *addr);
void __tsan_write8(void *addr);
uint32_t __tsan_atomic32_fetch_add(volatile void *addr, uint32_t value, int order);
void __sanitizer_cov_trace_pc(void);

static char *mem;

static double now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1e9 + ts.tv_nsec;
}

/* BENCH(what, line, call): call, ROUNDS times; line is its address in turn i */
#define BENCH(what, where, call)                                                                   \
	({                                                                                         \
		double start_ = now_ns(), each_;                                                   \
		for (unsigned int i = 0; i < ROUNDS; i++) {                                        \
			void *p = mem + (where);                                                   \
			call;                                                                      \
		}                                                                                  \
		each_ = (now_ns() - start_) / ROUNDS;                                              \
		printf("%-44s %6.2f ns\n", what, each_);                                           \
		each_;                                                                             \
	})

static void test_access_time(void **state)
{
	const struct cache_geometry geo = {.cores = 2,
					   .l1_lines = 512,
					   .l1_ways = 8,
					   .l2_lines = 16384,
					   .l2_ways = 16,
					   .llc_lines = 524288,
					   .llc_ways = 16,
					   .ddio_ways = 2};
	const struct machine machine = {.width_milli = 4000,
					.block_milli = 3900,
					.loads_milli = 2000,
					.stores_milli = 1000,
					.window = 224,
					.store_buffer = 56,
					.atomic_mcycles = 18000,
					.llc_stall_mcycles = 50000};
	struct cache *cache = cache_create(&geo);
	struct core core;

	(void)state;
	assert_non_null(cache);
	assert_int_equal(arena_init(65536, 4096), 0);
	mem = arena_meta(1 << 26);
	access_init(cache, &machine);
	core_init(&core, 0, 2300000);
	core_enter(&core, 0);
	assert_true(BENCH("load, L1, line used last", 8 * (i % 8), __tsan_read8(p)) < 100);
	assert_true(BENCH("load, L1, 64 lines in turn", 64 * (i % 64), __tsan_read8(p)) < 100);
	assert_true(BENCH("store, L1, 64 lines in turn", 64 * (i % 64), __tsan_write8(p)) < 100);
	BENCH("basic block", 0, __sanitizer_cov_trace_pc(); (void)p);
	BENCH("atomic add, L1", 64 * (i % 64), __tsan_atomic32_fetch_add(p, 1, 0));
	BENCH("load, L1, eighth way of a set", 4096 * (i % 8), __tsan_read8(p));
	BENCH("load, L2", 64 * (i % 8192), __tsan_read8(p));
	BENCH("load, LLC", 64 * (i % 65536), __tsan_read8(p));
	BENCH("device write of a line, DDIO", 64 * (i % 65536), access_dma_write(p, 64));
	assert_true(core_check(&core));
	core_current = NULL;
	cache_destroy(cache);
	arena_fini();
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_access_time)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
