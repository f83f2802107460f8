/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_core_exec.c - what hits and misses take on a core: 4 instructions, 2 loads and 1 store per
 * cycle, 3 more instructions in a basic block, 50 cycles of reorder buffer, 8 waiting stores.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "models/cpu/core.h"

#define CY	MCYCLES_PER_CY
#define UNIT(x) ((uint64_t)(x) << CORE_EXEC_SHIFT)

static struct core core;

static int set_up(void **state)
{
	const struct core_exec exec = {.issue = UNIT(CY / 4),
				       .block = UNIT(3 * CY / 4),
				       .load = UNIT(CY / 2),
				       .store = UNIT(CY),
				       .window = 50 * CY,
				       .store_buffer = 8};

	(void)state;
	core_exec_set(&exec);
	core_init(&core, 0, 1000000);
	return 0;
}

static int tear_down(void **state)
{
	const struct core_exec none = {0};

	(void)state;
	core_exec_set(&none);
	return 0;
}

/* Time taken by so many blocks, loads and stores, settled together. */
static uint64_t stretch(unsigned int blocks, unsigned int loads, unsigned int stores)
{
	uint64_t before = core_clock(&core);

	core.blocks += blocks;
	core.loads += loads;
	core.stores += stores;
	return core_clock(&core) - before;
}

static uint64_t stalled(void)
{
	return core.by_cause[CAUSE_CACHE_MISS];
}

/* max((3 b + l + s) / 4, l / 2, s): 44 / 4 = 11; 20 / 2 = 10; 12 / 1. Syncs keep them apart. */
static void test_busiest_resource(void **state)
{
	(void)state;
	assert_int_equal(stretch(10, 8, 6), 11 * CY);
	core_sync(&core);
	assert_int_equal(stretch(1, 20, 0), 10 * CY);
	core_sync(&core);
	assert_int_equal(stretch(1, 2, 12), 12 * CY);
	assert_int_equal(core.by_cause[CAUSE_ALLOC], 33 * CY);
	assert_true(core_check(&core));
}

/*
 * However a stretch is cut into settled pieces, it takes the same: 40 stores take 40 cycles and
 * leave the front end 30 behind, so 40 blocks after them take no time; 4 more take 3 cycles.
 */
static void test_slack_is_used(void **state)
{
	uint64_t sum = 0;

	(void)state;
	for (int i = 0; i < 10; i++)
		sum += stretch(0, 0, 4);
	assert_int_equal(sum, 40 * CY);
	assert_int_equal(stretch(40, 0, 0), 0);
	assert_int_equal(stretch(4, 0, 0), 3 * CY);
}

/*
 * Slack ends with the reorder buffer: 200 stores leave 50 cycles of it, not 150, or none by a sync.
 */
static void test_slack_is_bounded(void **state)
{
	(void)state;
	stretch(0, 0, 200);
	assert_int_equal(stretch(100, 0, 0), (75 - 50) * CY);
	stretch(0, 0, 200);
	core_sync(&core);
	assert_int_equal(stretch(100, 0, 0), 75 * CY);
}

/* An L2 hit (9 cycles) hides behind what follows; memory (200) stalls 200 - 50. */
static void test_load_misses(void **state)
{
	(void)state;
	core_miss(&core, 9 * CY, false, false);
	assert_int_equal(stretch(40, 0, 0), 30 * CY);
	assert_int_equal(stalled(), 0);
	core_miss(&core, 200 * CY, false, false);
	assert_int_equal(stretch(40, 0, 0), 30 * CY);
	assert_int_equal(stretch(40, 0, 0), (30 + 150) * CY);
	assert_int_equal(stalled(), 150 * CY);
	assert_true(core_check(&core));
}

/*
 * Two inside one reorder buffer stall once; 200 + 200 - 50 when the second had to wait for the
 * first. A charge of 100 cycles is longer than the buffer; what a drain leaves is over.
 */
static void test_misses_overlap(void **state)
{
	(void)state;
	core_miss(&core, 200 * CY, false, false);
	core_miss(&core, 200 * CY, false, false);
	core_charge(&core, CAUSE_SKB, 100 * CY);
	assert_int_equal(stalled(), 150 * CY);
	core_miss(&core, 200 * CY, false, false);
	core_miss(&core, 200 * CY, false, true);
	core_drain(&core);
	assert_int_equal(stalled(), (150 + 350) * CY);
	assert_int_equal(stretch(4, 0, 0), 3 * CY);
	assert_int_equal(core.by_cause[CAUSE_SKB], 100 * CY);
}

/* A locked operation 30 cycles after a miss of 200 waits for the other 170. */
static void test_sync_waits(void **state)
{
	(void)state;
	core_miss(&core, 200 * CY, false, false);
	stretch(40, 0, 0);
	core_sync(&core);
	assert_int_equal(stalled(), 170 * CY);
	core_miss(&core, 90 * CY, true, false);
	core_sync(&core);
	assert_int_equal(stalled(), (170 + 90) * CY);
}

/* After a locked operation of 20 cycles 80 instructions have been issued; loads begin only then. */
static void test_shadow(void **state)
{
	(void)state;
	core_locked_miss(&core, 0, false);
	core_locked(&core, CAUSE_REFCOUNT, 20 * CY);
	assert_int_equal(core_clock(&core), 20 * CY);
	assert_int_equal(stretch(20, 0, 0), 0);
	assert_int_equal(stretch(0, 10, 0), 5 * CY);
	core_locked_miss(&core, 0, false);
	core_locked(&core, CAUSE_REFCOUNT, 200 * CY);
	assert_int_equal(stretch(80, 0, 0), (60 - 50) * CY);
}

/*
 * Where everything goes past it, a locked operation is one more resource: one of 6 cycles beside 32
 * loads (16 cycles) takes nothing, two in turn take 12; a line from another core, 100 cycles, is a
 * miss of which 50 hide.
 */
static void test_locked_overlaps(void **state)
{
	const struct core_exec exec = {.issue = UNIT(CY / 4),
				       .load = UNIT(CY / 2),
				       .window = 50 * CY,
				       .locked_overlaps = true};

	(void)state;
	core_exec_set(&exec);
	assert_int_equal(stretch(0, 32, 0), 16 * CY);
	core_locked_miss(&core, 0, false);
	core_locked(&core, CAUSE_REFCOUNT, 6 * CY);
	assert_int_equal(core_clock(&core), 16 * CY);
	core_sync(&core);
	core_locked(&core, CAUSE_REFCOUNT, 6 * CY);
	core_locked(&core, CAUSE_REFCOUNT, 6 * CY);
	assert_int_equal(core_clock(&core), (16 + 12) * CY);
	assert_int_equal(stretch(0, 24, 0), 0);
	core_locked_miss(&core, 100 * CY, false);
	core_drain(&core);
	assert_int_equal(stalled(), 50 * CY);
	assert_true(core_check(&core));
}

/* 8 stores fit behind one that misses; the ninth waits for the 200 - 8 cycles that are left. */
static void test_store_buffer(void **state)
{
	(void)state;
	core_miss(&core, 200 * CY, true, false);
	assert_int_equal(stretch(0, 0, 8), 8 * CY);
	assert_int_equal(stalled(), 0);
	core_miss(&core, 150 * CY, true, false);
	assert_int_equal(stretch(0, 0, 1), (1 + 200 - 9) * CY);
	assert_int_equal(stalled(), 191 * CY);
	core_miss(&core, 200 * CY, true, false);
	core_charge(&core, CAUSE_SKB, 200 * CY);
	stretch(0, 0, 20);
	assert_int_equal(stalled(), 191 * CY);
	assert_true(core_check(&core));
}

/* Without buffers everything stalls at once and in full, as tests of counts want it. */
static void test_no_buffers(void **state)
{
	const struct core_exec none = {0};

	(void)state;
	core_exec_set(&none);
	core_miss(&core, 7 * CY, false, false);
	core_miss(&core, 11 * CY, true, false);
	assert_int_equal(stalled(), 18 * CY);
	assert_int_equal(stretch(9, 9, 9), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_busiest_resource, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_slack_is_used, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_slack_is_bounded, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_load_misses, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_misses_overlap, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_sync_waits, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_shadow, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_locked_overlaps, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_store_buffer, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_no_buffers, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
