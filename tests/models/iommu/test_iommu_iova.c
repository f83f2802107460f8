/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_iommu_iova.c - device addresses: which come, from where, and what a travelling magazine
 * costs.
 */
#include "models/iommu/iova.h"
#include "models/cpu/lock.h"
#include "tests/models/memory/test_mm_sim_fixture.h"

#define NR     4096u
#define REMOTE 1000u /* remote_stall_mcycles where it matters */

static struct machine machine;
static struct iova_space *space;

static int setup(void **state)
{
	(void)state;
	machine = test_machine();
	world_up(&machine, 1024, IOMMU_OFF);
	space = iova_create(NR, &machine);
	assert_non_null(space);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	iova_destroy(space);
	mm_sim_fini();
	return 0;
}

/* From the top down, aligned to the size rounded up; 3 pages are asked for as 4. */
static void test_top_down(void **state)
{
	(void)state;
	assert_int_equal(iova_alloc(space, 1), NR - 1);
	assert_int_equal(iova_alloc(space, 1), NR - 2);
	assert_int_equal(iova_alloc(space, 8), NR - 16);
	assert_int_equal(iova_alloc(space, 3), NR - 20);
	assert_int_equal(iova_alloc(space, 4), NR - 24);
	/* the hole that alignment left is above the range placed last: not looked at */
	assert_int_equal(iova_alloc(space, 1), NR - 25);
	assert_int_equal(iova_in_use(space), 6);
	assert_int_equal(iova_counts_get(space).cached, 0);
}

/* What a core gave back last it gets first; another core has magazines of its own. */
static void test_lifo_per_core(void **state)
{
	uint32_t a, b;

	(void)state;
	run_on(0);
	a = iova_alloc(space, 1);
	b = iova_alloc(space, 1);
	iova_free(space, a, 1);
	iova_free(space, b, 1);
	run_on(1);
	assert_int_equal(iova_alloc(space, 1), NR - 3);
	run_on(0);
	assert_int_equal(iova_alloc(space, 1), b);
	assert_int_equal(iova_alloc(space, 1), a);
	assert_int_equal(iova_counts_get(space).cached, 2);
	assert_int_equal(iova_counts_get(space).tree, 3);
	assert_int_equal(iova_in_use(space), 3);
}

/* Above 32 pages no magazine: each request and each return is the tree's, and a hole is found again
 * because the walk begins at the upper neighbour of what left. */
static void test_large_goes_to_the_tree(void **state)
{
	uint32_t a, b;

	(void)state;
	a = iova_alloc(space, 33);
	b = iova_alloc(space, 64);
	assert_int_equal(a, NR - 64);
	assert_int_equal(b, NR - 128);
	iova_free(space, a, 33);
	assert_int_equal(iova_alloc(space, 64), a);
	assert_int_equal(iova_counts_get(space).cached, 0);
	assert_int_equal(iova_counts_get(space).tree, 4);
	/* so is that of the range placed last */
	a = iova_alloc(space, 64);
	iova_free(space, a, 64);
	assert_int_equal(iova_alloc(space, 64), a);
}

/* All below the uppermost 64 pages: blocks of 64, then 32 + 16 + .. + 1 above the bottom page. */
static void take_below(void)
{
	for (uint32_t first = NR - 128; first; first -= 64)
		assert_int_equal(iova_alloc(space, 64), first);
	for (uint32_t pages = 32; pages; pages /= 2)
		assert_int_equal(iova_alloc(space, pages), pages);
}

/*
 * 33 pages are aligned to 64 and leave a hole of 31 at the top. Once everything below is taken, the
 * walk begins at the top again: pages of the hole, from its upper end, until none is left.
 */
static void test_holes_above(void **state)
{
	(void)state;
	assert_int_equal(iova_alloc(space, 33), NR - 64);
	take_below();
	for (uint32_t i = 1; i <= 31; i++)
		assert_int_equal(iova_alloc(space, 1), NR - i);
	assert_int_equal(iova_alloc(space, 1), 0);
}

/* The hole may be the very page above the range placed last. */
static void test_hole_of_a_page(void **state)
{
	(void)state;
	assert_int_equal(iova_alloc(space, 63), NR - 64);
	take_below();
	iova_free(space, NR - 64, 63);
	assert_int_equal(iova_alloc(space, 63), NR - 64);
	assert_int_equal(iova_alloc(space, 1), NR - 1);
}

/*
 * The pathology of "allocated here, freed there": a core that only allocates takes a full magazine
 * from the depot every 127 ranges, a core that only frees gives one every 127. With W = 1270 ranges
 * passed from core 0 to core 1 in rounds of 127 after the magazines are warm, that is 10 each, and
 * each moves the 16 lines of a magazine to the other core, which reads or writes them. A core that
 * frees what it allocated moves none.
 */
static void rounds(unsigned int from, unsigned int to, unsigned int nr)
{
	uint32_t range[IOVA_MAG_SIZE];

	while (nr--) {
		run_on(from);
		for (unsigned int i = 0; i < IOVA_MAG_SIZE; i++)
			range[i] = iova_alloc(space, 1);
		run_on(to);
		for (unsigned int i = 0; i < IOVA_MAG_SIZE; i++)
			iova_free(space, range[i], 1);
	}
}

static uint64_t missed_both(void)
{
	return mm_sim.cores[0].by_cause[CAUSE_CACHE_MISS] +
	       mm_sim.cores[1].by_cause[CAUSE_CACHE_MISS];
}

static void test_magazines_travel(void **state)
{
	struct iova_counts warm, now;
	uint64_t missed;

	(void)state;
	machine.memory_stall_mcycles = 0;
	machine.remote_stall_mcycles = REMOTE;
	access_init(mm_sim.cache, &machine);
	rounds(0, 1, 4);
	warm = iova_counts_get(space);
	missed = missed_both();
	rounds(0, 1, 10);
	now = iova_counts_get(space);
	assert_int_equal(now.cached - warm.cached, 1270);
	assert_int_equal(now.tree, warm.tree);
	assert_int_equal(now.depot - warm.depot, 20);
	/* 16 lines each way and the depot's lock; head and link of the magazine share a line */
	assert_in_range((missed_both() - missed) / REMOTE, 10 * 2 * 16, 10 * 2 * (16 + 2));
}

static void test_magazines_stay(void **state)
{
	struct iova_counts warm, now;

	(void)state;
	rounds(0, 0, 4);
	warm = iova_counts_get(space);
	rounds(0, 0, 10);
	now = iova_counts_get(space);
	assert_int_equal(now.cached - warm.cached, 1270);
	assert_int_equal(now.depot, warm.depot);
	assert_int_equal(mm_sim.cores[1].total, 0);
}

/*
 * Two cores that go to the tree at the same time: the second waits for the first's half pair, its
 * walk of one range and the two stores. No stalls, so that both come at the same moment. */
static void test_tree_lock(void **state)
{
	struct core *core;

	(void)state;
	no_stalls(&machine);
	run_on(0);
	iova_alloc(space, 64);
	core = run_on(1);
	iova_alloc(space, 64);
	assert_int_equal(core->by_cause[CAUSE_LOCK], TREE / 2 + LOAD + STORE);
	assert_int_equal(lock_counts_get().contended, 1);
}

/*
 * All addresses in magazines of another size: they are emptied into the tree, and it is tried
 * again.
 */
static void test_spill(void **state)
{
	static uint32_t range[NR];
	unsigned int n = 0;

	(void)state;
	while ((range[n] = iova_alloc(space, 1)) != 0)
		n++;
	assert_int_equal(n, NR - 1);
	for (unsigned int i = 0; i < n; i++)
		iova_free(space, range[i], 1);
	assert_int_equal(iova_in_use(space), 0);
	assert_int_equal(iova_alloc(space, 1024), NR - 1024);
	assert_int_equal(iova_in_use(space), 1);
	assert_int_equal(iova_alloc(space, 1), NR - 1025);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_top_down, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lifo_per_core, setup, teardown),
		cmocka_unit_test_setup_teardown(test_large_goes_to_the_tree, setup, teardown),
		cmocka_unit_test_setup_teardown(test_holes_above, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hole_of_a_page, setup, teardown),
		cmocka_unit_test_setup_teardown(test_magazines_travel, setup, teardown),
		cmocka_unit_test_setup_teardown(test_magazines_stay, setup, teardown),
		cmocka_unit_test_setup_teardown(test_tree_lock, setup, teardown),
		cmocka_unit_test_setup_teardown(test_spill, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
