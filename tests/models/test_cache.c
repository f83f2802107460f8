/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_cache.c - where accesses are served, against what can be worked out by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "models/access.h"
#include "models/arena.h"
#include "models/cache.h"
#include "models/machine.h"

/* L1 4 sets x 2, L2 8 sets x 2, LLC 8 sets x 4 of which devices fill 2 */
static const struct cache_geometry small = {.cores = 2,
					    .l1_lines = 8,
					    .l1_ways = 2,
					    .l2_lines = 16,
					    .l2_ways = 2,
					    .llc_lines = 32,
					    .llc_ways = 4,
					    .ddio_ways = 2};

static struct cache *create(const struct cache_geometry *geo)
{
	struct cache *cache = cache_create(geo);

	assert_non_null(cache);
	return cache;
}

static void test_geometry(void **state)
{
	struct cache_geometry geo = small;

	(void)state;
	geo.cores = CORE_MAX + 1;
	assert_null(cache_create(&geo));
	geo = small;
	geo.l1_ways = 3;
	assert_null(cache_create(&geo));
	geo = small;
	geo.l2_lines = 12; /* 6 sets */
	assert_null(cache_create(&geo));
	geo = small;
	geo.l2_lines = 64; /* larger than the LLC that includes it */
	assert_null(cache_create(&geo));
	geo = small;
	geo.ddio_ways = 5;
	assert_null(cache_create(&geo));
	geo = small;
	geo.llc_lines = 44; /* 11 sets: allowed, LLCs of real machines have such */
	cache_destroy(create(&geo));
	cache_destroy(NULL);
}

static void test_levels(void **state)
{
	struct cache *cache = create(&small);

	(void)state;
	assert_int_equal(cache_access(cache, 0, 5, CACHE_READ), CACHE_MEMORY);
	assert_int_equal(cache_access(cache, 0, 5, CACHE_READ), CACHE_L1);
	/* nobody else has it: written without asking */
	assert_int_equal(cache_access(cache, 0, 5, CACHE_WRITE), CACHE_L1);
	/* the owner may have changed it: its copy is asked; then both share it */
	assert_int_equal(cache_access(cache, 1, 5, CACHE_READ), CACHE_REMOTE);
	assert_int_equal(cache_access(cache, 0, 5, CACHE_READ), CACHE_L1);
	/* writing takes it away from the other */
	assert_int_equal(cache_access(cache, 0, 5, CACHE_WRITE), CACHE_REMOTE);
	assert_int_equal(cache_access(cache, 0, 5, CACHE_WRITE), CACHE_L1);
	assert_int_equal(cache_access(cache, 1, 5, CACHE_WRITE), CACHE_REMOTE);
	assert_int_equal(cache_count(cache, 0, CACHE_L1), 4);
	assert_int_equal(cache_count(cache, 0, CACHE_REMOTE), 1);
	assert_int_equal(cache_count(cache, 1, CACHE_REMOTE), 2);
	cache_destroy(cache);
}

/* The quick way and the whole way count alike, and the quick way never claims what is not so. */
static void test_quick_hit(void **state)
{
	struct cache *cache = create(&small);
	struct cache_private *l1 = cache_l1(cache, 0);

	(void)state;
	assert_false(cache_l1_hit(l1, 5, CACHE_READ));
	cache_access(cache, 0, 5, CACHE_READ);
	cache_access(cache, 1, 5, CACHE_READ);
	assert_true(cache_l1_hit(l1, 5, CACHE_READ));
	assert_false(cache_l1_hit(l1, 5, CACHE_WRITE));
	cache_access(cache, 0, 5, CACHE_WRITE);
	assert_true(cache_l1_hit(l1, 5, CACHE_WRITE));
	assert_true(cache_l1_hit(l1, 5, CACHE_READ));
	cache_access(cache, 0, 9, CACHE_READ); /* same set */
	assert_false(cache_l1_hit(l1, 5, CACHE_READ));
	assert_int_equal(cache_count(cache, 0, CACHE_L1), 3);
	cache_destroy(cache);
}

/*
 * LRU at its worst: ways + 1 lines of one set in turn. Lines 0, 4, 8 share L1 set 0 (4 sets) and
 * none is left when its turn comes: after the first round all 3 n accesses are L2 hits (0, 8 in L2
 * set 0; 4 in set 4). With ways lines instead, all are L1 hits.
 */
static void test_l1_thrash(void **state)
{
	struct cache *cache = create(&small);
	const unsigned int n = 100;

	(void)state;
	for (unsigned int i = 0; i < 3 * (n + 1); i++)
		cache_access(cache, 0, i % 3 * 4, CACHE_READ);
	assert_int_equal(cache_count(cache, 0, CACHE_MEMORY), 3);
	assert_int_equal(cache_count(cache, 0, CACHE_L2), 3 * n);
	assert_int_equal(cache_count(cache, 0, CACHE_L1), 0);
	cache_access(cache, 0, 1, CACHE_READ);
	cache_access(cache, 0, 5, CACHE_READ);
	for (unsigned int i = 0; i < n; i++)
		cache_access(cache, 0, i % 2 * 4 + 1, CACHE_WRITE);
	assert_int_equal(cache_count(cache, 0, CACHE_L1), n);
	cache_destroy(cache);
}

/* A line pushed out of L2 is served by the LLC, unshared: writing it again asks nobody. */
static void test_l2_eviction(void **state)
{
	struct cache *cache = create(&small);

	(void)state;
	cache_access(cache, 0, 0, CACHE_WRITE);
	cache_access(cache, 0, 8, CACHE_WRITE);
	cache_access(cache, 0, 16, CACHE_WRITE); /* L2 set 0 holds 8 and 16 */
	assert_int_equal(cache_access(cache, 1, 0, CACHE_WRITE), CACHE_LLC);
	assert_int_equal(cache_access(cache, 1, 8, CACHE_WRITE), CACHE_REMOTE);
	cache_destroy(cache);
}

/*
 * LLC set 0 has 4 ways: core 0 holds lines 0 and 8, core 1 lines 16 and 24. A fifth line, 32, has to
 * displace a held one, the oldest: 0, which leaves core 0's L1 and L2 with it. Then core 1 reads 40,
 * and its L2 set gave up 16 for 32: that line, held by nobody, goes though others are older.
 */
static void test_inclusive_eviction(void **state)
{
	struct cache *cache = create(&small);

	(void)state;
	cache_access(cache, 0, 0, CACHE_WRITE);
	cache_access(cache, 0, 8, CACHE_WRITE);
	cache_access(cache, 1, 16, CACHE_WRITE);
	cache_access(cache, 1, 24, CACHE_WRITE);
	assert_int_equal(cache_access(cache, 0, 0, CACHE_READ), CACHE_L1);
	assert_int_equal(cache_access(cache, 1, 32, CACHE_READ), CACHE_MEMORY);
	assert_false(cache_l1_hit(cache_l1(cache, 0), 0, CACHE_READ));
	assert_int_equal(cache_access(cache, 1, 40, CACHE_READ), CACHE_MEMORY);
	assert_int_equal(cache_access(cache, 0, 8, CACHE_WRITE), CACHE_L1);
	assert_int_equal(cache_access(cache, 0, 16, CACHE_READ), CACHE_MEMORY);
	cache_destroy(cache);
}

/* A device write kills copies; with DDIO the LLC has the data, without it memory has. */
static void test_dma_write(void **state)
{
	struct cache_geometry geo = small;
	struct cache *cache = create(&geo);

	(void)state;
	cache_access(cache, 0, 5, CACHE_WRITE);
	cache_dma_write(cache, 5);
	assert_int_equal(cache_access(cache, 0, 5, CACHE_READ), CACHE_LLC);
	cache_dma_write(cache, 6);
	assert_int_equal(cache_access(cache, 1, 6, CACHE_READ), CACHE_LLC);
	cache_destroy(cache);

	geo.ddio_ways = 0;
	cache = create(&geo);
	cache_access(cache, 0, 5, CACHE_WRITE);
	cache_dma_write(cache, 5);
	assert_int_equal(cache_access(cache, 0, 5, CACHE_READ), CACHE_MEMORY);
	cache_destroy(cache);
}

/*
 * Device writes to lines 0, 8, 16 of LLC set 0 fill their 2 ways and then displace their own oldest:
 * line 0. Line 24, a core's, stays.
 */
static void test_ddio_share(void **state)
{
	struct cache *cache = create(&small);

	(void)state;
	cache_access(cache, 0, 24, CACHE_READ);
	cache_dma_write(cache, 0);
	cache_dma_write(cache, 8);
	cache_dma_write(cache, 16);
	assert_int_equal(cache_access(cache, 0, 24, CACHE_READ), CACHE_L1);
	assert_int_equal(cache_access(cache, 0, 16, CACHE_READ), CACHE_LLC);
	assert_int_equal(cache_access(cache, 1, 8, CACHE_READ), CACHE_LLC);
	assert_int_equal(cache_access(cache, 1, 0, CACHE_READ), CACHE_MEMORY);
	cache_destroy(cache);
}

/* A device read leaves the copy, but not the right to change it unasked. */
static void test_dma_read(void **state)
{
	struct cache *cache = create(&small);

	(void)state;
	cache_access(cache, 0, 5, CACHE_WRITE);
	cache_dma_read(cache, 5);
	assert_int_equal(cache_access(cache, 0, 5, CACHE_READ), CACHE_L1);
	assert_int_equal(cache_access(cache, 0, 5, CACHE_WRITE), CACHE_LLC);
	assert_int_equal(cache_access(cache, 0, 5, CACHE_WRITE), CACHE_L1);
	cache_dma_read(cache, 77);
	assert_int_equal(cache_access(cache, 0, 77, CACHE_READ), CACHE_MEMORY);
	cache_destroy(cache);
}

/* Through access.c: what the lines above cost by a machine profile. */
static const struct machine machine = {
	.khz = 2300000,
	.load_mcycles = 500,
	.store_mcycles = 1000,
	.remote_stall_mcycles = 107000,
	.memory_stall_mcycles = 207000,
	.overlap_permille = 200,
};

static uint64_t cost_of_turns(size_t off0, size_t off1, unsigned int n)
{
	struct cache *cache = create(&small);
	struct core cores[2];
	char *mem;

	assert_int_equal(arena_init(16, 4096), 0);
	mem = arena_meta(4096);
	access_init(cache, &machine);
	core_init(&cores[0], 0, machine.khz);
	core_init(&cores[1], 1, machine.khz);
	for (unsigned int i = 0; i < n; i++) {
		core_enter(&cores[i % 2], 0);
		access_touch(mem + (i % 2 ? off1 : off0), 8, CACHE_WRITE);
	}
	core_current = NULL;
	assert_true(core_check(&cores[0]) && core_check(&cores[1]));
	cache_destroy(cache);
	arena_fini();
	return cores[0].total + cores[1].total;
}

/*
 * A word written by two cores in turn, n times: n stores, one line from memory, n - 1 transfers:
 *	1000 n + 0.8 (207000 + 107000 (n - 1)); n = 1000: 1000000 + 165600 + 85514400 = 86680000
 * Two words of one line (false sharing) cost the same to the mcycle; in two lines,
 *	1000 n + 0.8 * 2 * 207000; n = 1000: 1331200
 */
static void test_ping_pong_costs(void **state)
{
	(void)state;
	assert_int_equal(cost_of_turns(0, 0, 1000), 86680000);
	assert_int_equal(cost_of_turns(0, 8, 1000), 86680000);
	assert_int_equal(cost_of_turns(0, 64, 1000), 1331200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_geometry),    cmocka_unit_test(test_levels),
		cmocka_unit_test(test_quick_hit),   cmocka_unit_test(test_l1_thrash),
		cmocka_unit_test(test_l2_eviction), cmocka_unit_test(test_inclusive_eviction),
		cmocka_unit_test(test_dma_write),   cmocka_unit_test(test_ddio_share),
		cmocka_unit_test(test_dma_read),    cmocka_unit_test(test_ping_pong_costs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
