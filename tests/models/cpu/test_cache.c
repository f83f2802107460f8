/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_cache.c - where accesses are served, against what can be worked out by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "models/cpu/access.h"
#include "models/cpu/arena.h"
#include "models/cpu/cache.h"
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
	geo.socket[1] = 1; /* there is only one */
	assert_null(cache_create(&geo));
	geo.sockets = 2;
	cache_destroy(create(&geo));
	geo.sockets = CACHE_SOCKETS + 1;
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

/*
 * A working set one line larger than L1, walked in order, n rounds: lines 0 to 8 over 4 sets x 2.
 * Set 0 has to hold 0, 4 and 8, so under LRU none of these 3 (ways + 1) ever hits again, and the
 * other 6 always do:
 *	round 1: 9 from memory; each later one: ways + 1 = 3 from L2, lines + 1 - 3 = 6 from L1
 * One line less, and all 8 hit.
 */
static void test_l1_one_line_too_many(void **state)
{
	struct cache *cache = create(&small);
	const unsigned int n = 100;

	(void)state;
	for (unsigned int i = 0; i < n * 9; i++)
		cache_access(cache, 0, i % 9, CACHE_READ);
	assert_int_equal(cache_count(cache, 0, CACHE_MEMORY), 9);
	assert_int_equal(cache_count(cache, 0, CACHE_L2), (n - 1) * 3);
	assert_int_equal(cache_count(cache, 0, CACHE_L1), (n - 1) * 6);
	cache_destroy(cache);
	cache = create(&small);
	for (unsigned int i = 0; i < n * 8; i++)
		cache_access(cache, 0, i % 8, CACHE_READ);
	assert_int_equal(cache_count(cache, 0, CACHE_MEMORY), 8);
	assert_int_equal(cache_count(cache, 0, CACHE_L1), (n - 1) * 8);
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
 * LLC set 0 has 4 ways: core 0 holds lines 0 and 8, core 1 lines 16 and 24. A fifth line, 32, has
 * to displace a held one, the oldest: 0, which leaves core 0's L1 and L2 with it. Then core 1 reads
 * 40, and its L2 set gave up 16 for 32: that line, held by nobody, goes though others are older.
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
 * Device writes to lines 0, 8, 16 of LLC set 0 fill their 2 ways and then displace their own
 * oldest: line 0. Line 24, a core's, stays.
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

/*
 * A ring of r lines of one LLC set, of which the device's share is w = 2 ways, n = 10 rounds:
 *	r <= w, each round written and then read: all found, none lost
 *	r = 3 > w, never read: each write but the first w evicts the line that is to come next: n r
 * - w Read at once, a ring of any length fits.
 */
static void test_ddio_lost(void **state)
{
	struct cache *cache;

	(void)state;
	for (unsigned int r = 1; r <= 3; r++) {
		cache = create(&small);
		for (unsigned int round = 0; round < 10; round++) {
			for (unsigned int i = 0; i < r; i++)
				cache_dma_write(cache, i * 8);
			for (unsigned int i = 0; i < r && r <= 2; i++)
				assert_int_equal(cache_access(cache, 0, i * 8, CACHE_READ),
						 CACHE_LLC);
		}
		assert_int_equal(cache_ddio_lost(cache, false), r <= 2 ? 0 : 10 * r - 2);
		assert_int_equal(cache_ddio_lost(cache, true), 0);
		cache_destroy(cache);
	}
	cache = create(&small);
	for (unsigned int i = 0; i < 100; i++) {
		cache_dma_sample(cache, i % 10 * 8);
		assert_int_equal(cache_access(cache, 0, i % 10 * 8, CACHE_READ), CACHE_LLC);
	}
	assert_int_equal(cache_ddio_lost(cache, true), 0);
	cache_destroy(cache);
}

/* Bulk data goes to L2 and leaves L1 alone; what is in L1 it finds. */
static void test_stream(void **state)
{
	struct cache *cache = create(&small);

	(void)state;
	cache_access(cache, 0, 0, CACHE_READ);
	cache_access(cache, 0, 4, CACHE_READ);
	assert_int_equal(cache_stream(cache, 0, 12, CACHE_READ), CACHE_MEMORY);
	assert_int_equal(cache_stream(cache, 0, 12, CACHE_WRITE), CACHE_L2);
	assert_true(cache_l1_hit(cache_l1(cache, 0), 4, CACHE_READ));
	assert_int_equal(cache_stream(cache, 1, 12, CACHE_READ), CACHE_REMOTE);
	assert_int_equal(cache_stream(cache, 0, 12, CACHE_WRITE), CACHE_REMOTE);
	/* a copy in L1 loses its right with the one in L2, and gets it back with it */
	assert_int_equal(cache_stream(cache, 1, 4, CACHE_READ), CACHE_REMOTE);
	assert_false(cache_l1_hit(cache_l1(cache, 0), 4, CACHE_WRITE));
	assert_int_equal(cache_stream(cache, 0, 4, CACHE_WRITE), CACHE_REMOTE);
	assert_true(cache_l1_hit(cache_l1(cache, 0), 4, CACHE_WRITE));
	cache_destroy(cache);
}

/*
 * Bulk data is sampled at even lines; LLC 128 sets x 4, the device's share 2 ways. Line 1, in a set
 * that no sample meets, shares its place of a 4K page (line / 2 % 32 = 0) with the sets 0 and 64,
 * which are 2 samples to a round: the first round takes the second way of the share in set 1 too,
 * the second round displaces line 1. What goes to another place does not, and cores displace with
 * what they stream.
 */
static void test_samples_press(void **state)
{
	const struct cache_sampling even = {.one_in = 2, .low = 1};
	struct cache_geometry geo = small;
	struct cache *cache;

	(void)state;
	geo.llc_lines = 128 * 4;
	for (unsigned int fills = 0; fills <= 4; fills += 2) {
		cache = create(&geo);
		assert_int_equal(cache_sample(cache, &even), 0);
		cache_dma_write(cache, 1);
		for (unsigned int i = 0; i < 8; i++)
			cache_dma_sample(cache, i * 64 + 2);
		for (unsigned int i = 0; i < fills; i++)
			cache_dma_sample(cache, i * 64);
		assert_int_equal(cache_access(cache, 0, 1, CACHE_READ),
				 fills < 4 ? CACHE_LLC : CACHE_MEMORY);
		assert_int_equal(cache_ddio_lost(cache, false), fills < 4 ? 0 : 1);
		cache_destroy(cache);
	}
	/*
	 * 4 rounds of a core fill all ways of every set at that place: line 1, held by nobody, goes
	 */
	cache = create(&geo);
	assert_int_equal(cache_sample(cache, &even), 0);
	cache_dma_write(cache, 1);
	for (unsigned int i = 0; i < 8; i++)
		assert_int_equal(cache_stream(cache, 0, i * 64, CACHE_READ), CACHE_MEMORY);
	assert_int_equal(cache_access(cache, 0, 1, CACHE_READ), CACHE_MEMORY);
	assert_int_equal(cache_access(cache, 0, 1, CACHE_READ), CACHE_L1);
	cache_destroy(cache);
}

/* Cores 0 and 1 on socket 0, core 2 on socket 1; memory of line 1000 on is socket 1's. */
static struct cache *create_two_sockets(void)
{
	struct cache_geometry geo = small;

	geo.cores = 3;
	geo.sockets = 2;
	geo.socket[2] = 1;
	geo.node1_line = 1000;
	return create(&geo);
}

static void test_sockets(void **state)
{
	struct cache *cache = create_two_sockets();

	(void)state;
	assert_int_equal(cache_access(cache, 0, 5, CACHE_READ), CACHE_MEMORY);
	assert_int_equal(cache_access(cache, 2, 6, CACHE_READ), CACHE_MEMORY_REMOTE);
	assert_int_equal(cache_access(cache, 2, 1005, CACHE_READ), CACHE_MEMORY);
	assert_int_equal(cache_access(cache, 0, 1006, CACHE_READ), CACHE_MEMORY_REMOTE);
	/* read by both: nobody may write it unasked, and asking is a trip to the other socket */
	assert_int_equal(cache_access(cache, 2, 5, CACHE_READ), CACHE_SOCKET);
	assert_int_equal(cache_access(cache, 0, 5, CACHE_READ), CACHE_L1);
	assert_int_equal(cache_access(cache, 1, 5, CACHE_READ), CACHE_LLC);
	assert_int_equal(cache_access(cache, 0, 5, CACHE_WRITE), CACHE_SOCKET);
	assert_int_equal(cache_access(cache, 0, 5, CACHE_WRITE), CACHE_L1);
	assert_int_equal(cache_access(cache, 1, 5, CACHE_WRITE), CACHE_REMOTE);
	/* and it is gone from the other one */
	assert_int_equal(cache_access(cache, 2, 5, CACHE_WRITE), CACHE_SOCKET);
	assert_int_equal(cache_access(cache, 2, 5, CACHE_WRITE), CACHE_L1);
	assert_int_equal(cache_access(cache, 1, 5, CACHE_READ), CACHE_SOCKET);
	assert_int_equal(cache_access(cache, 2, 5, CACHE_READ), CACHE_L1);
	cache_destroy(cache);
}

/* The device is on socket 0: its writes kill copies on both, and land in memory of node 1. */
static void test_dma_and_sockets(void **state)
{
	struct cache *cache = create_two_sockets();

	(void)state;
	cache_access(cache, 2, 5, CACHE_WRITE);
	cache_dma_write(cache, 5);
	assert_int_equal(cache_access(cache, 2, 5, CACHE_READ), CACHE_SOCKET);
	assert_int_equal(cache_access(cache, 0, 5, CACHE_READ), CACHE_LLC);
	cache_access(cache, 0, 1005, CACHE_WRITE);
	cache_dma_write(cache, 1005);
	assert_int_equal(cache_access(cache, 0, 1005, CACHE_READ), CACHE_MEMORY_REMOTE);
	/* a device read takes the right to write from whoever has it */
	cache_access(cache, 2, 7, CACHE_WRITE);
	cache_dma_read(cache, 7);
	assert_int_equal(cache_access(cache, 2, 7, CACHE_WRITE), CACHE_LLC);
	assert_int_equal(cache_access(cache, 2, 7, CACHE_WRITE), CACHE_L1);
	/* one line fetched by the other socket counts as looked at */
	cache_dma_write(cache, 8);
	cache_access(cache, 2, 8, CACHE_READ);
	cache_dma_write(cache, 16);
	cache_access(cache, 0, 16, CACHE_READ);
	cache_dma_write(cache, 24);
	assert_int_equal(cache_ddio_lost(cache, false), 0);
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
	.stores_milli = 1000,
	.remote_stall_mcycles = 107000,
	.socket_stall_mcycles = 313000,
	.memory_stall_mcycles = 207000,
	.memory_remote_stall_mcycles = 345000,
};

static uint64_t cost_of_turns(size_t off0, size_t off1, unsigned int n, unsigned int socket1)
{
	struct cache_geometry geo = small;
	struct cache *cache;
	struct core cores[2];
	char *mem;

	geo.sockets = 2;
	geo.socket[1] = socket1;
	cache = create(&geo);
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
	core_drain(&cores[0]);
	core_drain(&cores[1]);
	assert_true(core_check(&cores[0]) && core_check(&cores[1]));
	cache_destroy(cache);
	arena_fini();
	return cores[0].total + cores[1].total;
}

/*
 * A word written by two cores in turn, n times: n stores, one line from memory, n - 1 transfers:
 *	1000 n + 207000 + 107000 (n - 1); n = 1000: 1000000 + 207000 + 106893000 = 108100000
 * Two words of one line (false sharing) cost the same to the mcycle; in two lines,
 *	1000 n + 2 * 207000; n = 1000: 1414000
 * With core 1 on the other socket, memory being socket 0's, a transfer is 313000 instead of 107000,
 * and the second of two lines comes from remote memory:
 *	1000 n + 207000 + 313000 (n - 1); n = 1000: 1000000 + 207000 + 312687000 = 313894000
 *	1000 n + 207000 + 345000; n = 1000: 1552000
 */
static void test_ping_pong_costs(void **state)
{
	(void)state;
	assert_int_equal(cost_of_turns(0, 0, 1000, 0), 108100000);
	assert_int_equal(cost_of_turns(0, 8, 1000, 0), 108100000);
	assert_int_equal(cost_of_turns(0, 64, 1000, 0), 1414000);
	assert_int_equal(cost_of_turns(0, 0, 1000, 1), 313894000);
	assert_int_equal(cost_of_turns(0, 8, 1000, 1), 313894000);
	assert_int_equal(cost_of_turns(0, 64, 1000, 1), 1552000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_geometry),
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_quick_hit),
		cmocka_unit_test(test_l1_thrash),
		cmocka_unit_test(test_l2_eviction),
		cmocka_unit_test(test_inclusive_eviction),
		cmocka_unit_test(test_dma_write),
		cmocka_unit_test(test_ddio_share),
		cmocka_unit_test(test_dma_read),
		cmocka_unit_test(test_ping_pong_costs),
		cmocka_unit_test(test_l1_one_line_too_many),
		cmocka_unit_test(test_ddio_lost),
		cmocka_unit_test(test_stream),
		cmocka_unit_test(test_sockets),
		cmocka_unit_test(test_samples_press),
		cmocka_unit_test(test_dma_and_sockets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
