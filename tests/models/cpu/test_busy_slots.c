/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_busy_slots.c - one thing at a time, however out of order it is asked for. Slots of 100.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "models/cpu/busy_slots.h"

static struct busy_slots busy;

static int setup(void **state)
{
	(void)state;
	return busy_slots_init(&busy, 100, 16);
}

static int teardown(void **state)
{
	(void)state;
	busy_slots_fini(&busy);
	return 0;
}

/* One party, in order: done = begin + need, always. */
static void test_one_party(void **state)
{
	uint64_t at = 7;

	(void)state;
	for (uint64_t need = 1; need < 400; need += 13) {
		assert_int_equal(busy_slots_take(&busy, at, need), at + need);
		at += need + need % 5;
	}
}

/* Two at the same moment, 250 each: the second is done when 500 have been. What came later but was
 * asked for first stays where it is: a third, at the same moment again, fits in before it. */
static void test_same_moment(void **state)
{
	(void)state;
	assert_int_equal(busy_slots_take(&busy, 1000, 100), 1100);
	assert_int_equal(busy_slots_take(&busy, 0, 250), 250);
	assert_int_equal(busy_slots_take(&busy, 0, 250), 500);
	assert_int_equal(busy_slots_take(&busy, 0, 450), 950);
	assert_int_equal(busy_slots_take(&busy, 0, 100), 1150);
}

/* What is longer ago than 16 slots is forgotten and taken to have been free; reset forgets all. */
static void test_forgotten(void **state)
{
	(void)state;
	assert_int_equal(busy_slots_take(&busy, 0, 100), 100);
	assert_int_equal(busy_slots_take(&busy, 1600, 100), 1700);
	assert_int_equal(busy_slots_take(&busy, 0, 50), 50);
	assert_int_equal(busy_slots_take(&busy, 1600, 50), 1750);
	busy_slots_reset(&busy);
	assert_int_equal(busy_slots_take(&busy, 1600, 50), 1650);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_one_party, setup, teardown),
		cmocka_unit_test_setup_teardown(test_same_moment, setup, teardown),
		cmocka_unit_test_setup_teardown(test_forgotten, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
