/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_truth_driver.c - pages of drivers without a page_pool: taken, held and given back.
 */
#include <string.h>
#include "tests/traces/cmocka_all.h"
#include "traces/truth/truth.h"

#define RING 255u

static struct truth truth;
static struct truth_builder builder;

static int begin(void **state)
{
	(void)state;
	truth_begin(&builder, &truth);
	return 0;
}

static void page(enum event_kind kind, uint64_t frame, uint32_t order, uint8_t flags,
		 uint64_t time_ns)
{
	const struct event ev = {
		.kind = (uint8_t)kind, .object = frame, .len = order, .flags = flags};

	truth_event(&builder, &ev, time_ns);
}

static void take(uint64_t frame, uint64_t time_ns)
{
	page(EVENT_PAGE_ALLOC, frame, 0, EVENT_MEMALLOC, time_ns);
}

static void give(uint64_t frame, uint64_t time_ns)
{
	page(EVENT_PAGE_FREE, frame, 0, 0, time_ns);
}

static void packet(uint64_t time_ns)
{
	const struct event ev = {.kind = EVENT_GRO_RECEIVE, .dev = 1};

	truth_event(&builder, &ev, time_ns);
}

/* Rings of 255, then 100 pages more, of which 40 come back: 255 + 60 at the end, 355 at most. */
static void test_held(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < RING; i++)
		take(1000 + i, i);
	packet(1000);
	for (uint64_t i = 0; i < 100; i++)
		take(5000 + 3 * i, 2000 + i);
	for (uint64_t i = 0; i < 40; i++)
		give(1000 + i, 3000 + i);
	give(77, 3500);				  /* somebody else's */
	page(EVENT_PAGE_ALLOC, 5001, 0, 0, 3600); /* not a driver's */
	give(5001, 3700);
	give(1000, 3800); /* gone already */
	truth_end(&builder, 4000);
	assert_true(truth.has_driver_pages && truth.driver_from_start);
	assert_int_equal(truth.last.driver_pages, 355);
	assert_int_equal(truth.last.driver_freed, 40);
	assert_int_equal(truth.driver_held_peak, 355);
	assert_int_equal(truth.driver_filled_ns, RING - 1);
	assert_int_equal(truth.points[truth.nr_points - 1].driver_freed, 40);
}

/* Blocks of order 1 are two base pages, taken and freed by their first frame. */
static void test_order(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 64; i++)
		page(EVENT_PAGE_ALLOC, 2 * i, 1, EVENT_MEMALLOC, 0);
	packet(1);
	page(EVENT_PAGE_FREE, 3, 1, 0, 2); /* the second half is no block */
	page(EVENT_PAGE_FREE, 4, 1, 0, 2);
	truth_end(&builder, 3);
	assert_int_equal(truth.last.driver_pages, 128);
	assert_int_equal(truth.last.driver_freed, 2);
	assert_int_equal(truth.driver_held_peak, 128);
	assert_true(truth.driver_from_start);
}

/* What was held at the beginning is not known: rings filled before it, or no free recorded. */
static void test_start_unknown(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 63; i++)
		take(i, i);
	packet(100);
	take(500, 101);
	give(500, 102);
	truth_end(&builder, 103);
	assert_true(truth.has_driver_pages);
	assert_false(truth.driver_from_start);
	begin(state);
	for (uint64_t i = 0; i < 64; i++)
		take(i, i);
	packet(100);
	truth_end(&builder, 103);
	assert_false(truth.driver_from_start);
}

/* A frame that is taken twice was freed in an event that is missing. */
static void test_taken_twice(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 64; i++)
		take(i, i);
	take(5, 70);
	give(1, 71);
	truth_end(&builder, 72);
	assert_int_equal(truth.last.driver_pages, 65);
	assert_int_equal(truth.last.driver_freed, 2);
	assert_int_equal(truth.driver_held_peak, 64);
}

/* Many frames in any order: the table grows and loses none. More than it takes: unknown. */
static void test_many(void **state)
{
	const uint64_t nr = 100000;
	uint64_t frame = 1;

	(void)state;
	for (uint64_t i = 0; i < nr; i++)
		take(i * 7919 % 1000003, i);
	for (uint64_t i = 0; i < nr; i++) {
		frame = (frame + 61781) % nr;
		give(frame * 7919 % 1000003, nr + i);
	}
	truth_end(&builder, 2 * nr);
	assert_int_equal(truth.last.driver_freed, nr);
	assert_int_equal(truth.driver_held_peak, nr);
	assert_true(truth.driver_from_start);
	/* those given back make room */
	begin(state);
	for (uint64_t i = 0; i < 64; i++)
		take(i, i);
	for (uint64_t i = 64; i < 2 * (uint64_t)TRUTH_DRIVER_PAGES; i++) {
		take(i, i);
		give(i, i);
	}
	truth_end(&builder, 4 * (uint64_t)TRUTH_DRIVER_PAGES);
	assert_true(truth.driver_from_start);
	assert_int_equal(truth.driver_held_peak, 65);
	begin(state);
	give(1, 0);
	for (uint64_t i = 0; i <= TRUTH_DRIVER_PAGES; i++)
		take(i, i);
	truth_end(&builder, TRUTH_DRIVER_PAGES + 1);
	assert_false(truth.driver_from_start);
	assert_int_equal(truth.last.driver_pages, TRUTH_DRIVER_PAGES + 1);
}

#define T(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_held),	     T(test_order), T(test_start_unknown),
		T(test_taken_twice), T(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
