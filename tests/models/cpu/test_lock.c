/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_lock.c - waiting equals overlap.
 *
 * All cores run at 1 GHz here: 1 ns = 1000 mcycles.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "models/cpu/core.h"
#include "models/cpu/lock.h"

static struct core cores[3];
static char key[2][1000];

static int set_up(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 3; i++)
		core_init(&cores[i], i, 1000000);
	lock_reset();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	core_current = NULL;
	return 0;
}

/* @core takes the lock at @at_ns and keeps it @for_ns after it got it. Return: mcycles waited. */
static uint64_t hold(unsigned int core, const void *lock, uint64_t at_ns, uint64_t for_ns)
{
	uint64_t waited = cores[core].by_cause[CAUSE_LOCK];

	core_enter(&cores[core], at_ns);
	lock_acquire(lock);
	core_charge(&cores[core], CAUSE_ALLOC, for_ns * 1000);
	lock_release(lock);
	return cores[core].by_cause[CAUSE_LOCK] - waited;
}

/* Held [100, 150): asked for at 99 and 150 free at once, at 100 a wait of 50, at 149 of 1. */
static void test_waits_equal_overlap(void **state)
{
	(void)state;
	assert_int_equal(hold(0, key[0], 100, 50), 0);
	assert_int_equal(hold(1, key[0], 99, 0), 0);
	assert_int_equal(hold(1, key[0], 100, 0), 50000);
	assert_int_equal(hold(2, key[0], 149, 0), 1000);
	assert_int_equal(hold(2, key[0], 150, 0), 0);
	assert_int_equal(lock_counts_get().acquired, 5);
	assert_int_equal(lock_counts_get().contended, 2);
	assert_int_equal(lock_counts_get().waited, 51000);
	assert_true(core_check(&cores[1]));
}

/*
 * Core 0 holds [0, 100), core 1 waits for it and holds [100, 130): core 2 at 50 waits for both, and
 * just so where cores 0 and 1 change places.
 */
static void test_queue(void **state)
{
	(void)state;
	hold(0, key[0], 0, 100);
	assert_int_equal(hold(1, key[0], 10, 30), 90000);
	assert_int_equal(hold(2, key[0], 50, 1), 80000);
	set_up(state);
	hold(1, key[0], 0, 100);
	assert_int_equal(hold(0, key[0], 10, 30), 90000);
	assert_int_equal(hold(2, key[0], 50, 1), 80000);
}

static void test_own_and_other_locks(void **state)
{
	(void)state;
	hold(0, key[0], 100, 50);
	assert_int_equal(hold(1, key[1], 120, 10), 0);
	core_enter(&cores[0], 0);
	lock_acquire(key[0]);
	lock_release(key[0]);
	lock_release(key[0]); /* not held: nothing to remember */
	lock_release(key[0] + 1);
	assert_int_equal(cores[0].by_cause[CAUSE_LOCK], 0);
	lock_reset();
	assert_int_equal(hold(2, key[0], 100, 0), 0);
	assert_int_equal(lock_counts_get().acquired, 1);
	core_current = NULL;
	lock_acquire(key[0]);
	lock_release(key[0]);
	assert_int_equal(lock_counts_get().acquired, 1);
}

/*
 * Core 0 holds [1000 i, 1000 i + 500) for i < 200; the latest 128 are remembered. Core 1 asks at
 * 1000 i + 250 for every i: 128 waits of 250 ns.
 */
static void test_history(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 200; i++)
		hold(0, key[0], 1000 * i, 500);
	for (unsigned int i = 0; i < 200; i++)
		hold(1, key[0], 1000 * i + 250, 0);
	assert_int_equal(lock_counts_get().contended, 128);
	assert_int_equal(lock_counts_get().waited, 128 * 250000);
}

/*
 * 256 locks are remembered. Lock 0 is used again after 255 others; one more displaces lock 1, the
 * longest unused, whichever addresses they have.
 */
static void test_many_locks(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 256; i++)
		hold(0, &key[0][i], 1000 * i, 500);
	hold(0, &key[0][0], 256000, 500);
	hold(0, &key[0][256], 257000, 500);
	assert_int_equal(hold(1, &key[0][1], 1100, 0), 0);
	assert_int_equal(hold(1, &key[0][3], 3100, 0), 400000);
	assert_int_equal(hold(1, &key[0][0], 256100, 0), 400000);
	assert_int_equal(hold(1, &key[0][256], 257100, 0), 400000);
	for (unsigned int i = 0; i < 4000; i++)
		hold(0, &key[0][i % 1000], 300000 + 1000 * i, 500);
	assert_int_equal(hold(1, &key[0][999], 300000 + 3999100, 0), 400000);
	assert_int_equal(hold(2, &key[0][1], 300000 + 3001100, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_waits_equal_overlap, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_queue, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_own_and_other_locks, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_history, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_many_locks, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
