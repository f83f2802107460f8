// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * test_truth.c - the ground truth series: its points, its halving, and pools of earlier runs.
 */
#include <stdlib.h>
#include "cmocka_all.h"
#include "traces/truth.h"

#define MS UINT64_C(1000000)

static struct truth truth;
static struct truth_builder builder;

static void pool(enum event_kind kind, uint64_t address, uint32_t count, uint64_t time_ns)
{
	struct event ev = {.kind = (uint8_t)kind, .object = address, .len = count};

	truth_event(&builder, &ev, time_ns);
}

/* Interval 0.1 ms: a point holds what happened before the end of its interval. */
static void points_close_intervals(void **state)
{
	(void)state;
	truth_begin(&builder, &truth);
	pool(EVENT_POOL_HOLD, 1, 1, 0);
	pool(EVENT_POOL_HOLD, 1, 2, 99999);
	pool(EVENT_POOL_HOLD, 1, 3, 100000);
	pool(EVENT_POOL_RELEASE, 1, 1, 250000);
	truth_end(&builder, 250000);
	assert_int_equal(truth.nr_points, 3);
	assert_int_equal(truth.points[0].time_ns, 100000);
	assert_int_equal(truth.points[0].pool_hold, 2);
	assert_int_equal(truth.points[1].time_ns, 200000);
	assert_int_equal(truth.points[1].pool_hold, 3);
	assert_int_equal(truth.points[2].time_ns, 250000);
	assert_int_equal(truth.points[2].pool_release, 1);
	assert_int_equal(truth.pool_held_peak, 3);
}

/* 10 s in 4096 points: 0.1 ms doubles until 10 s / interval < 4096, which is 3.2 ms: 3125. */
static void length_doubles_interval(void **state)
{
	(void)state;
	truth_begin(&builder, &truth);
	for (uint32_t ms = 0; ms < 10000; ms++)
		pool(EVENT_POOL_HOLD, 1, ms + 1, ms * MS);
	truth_end(&builder, 10000 * MS);
	assert_int_equal(truth.interval_ns, 3200000);
	assert_int_equal(truth.nr_points, 3125);
	for (unsigned int i = 0; i < 3125; i++) {
		uint64_t end_ns = (i + 1) * UINT64_C(3200000);

		assert_int_equal(truth.points[i].time_ns, end_ns);
		/* holds at 0, 1, 2 ... ms before the end */
		assert_int_equal(truth.points[i].pool_hold, (end_ns + MS - 1) / MS);
	}
}

/* A timestamp of years must not take long, nor leave the array. */
static void absurd_time_is_bounded(void **state)
{
	(void)state;
	truth_begin(&builder, &truth);
	pool(EVENT_POOL_HOLD, 1, 1, 0);
	pool(EVENT_POOL_HOLD, 1, 2, UINT64_C(1) << 62);
	truth_end(&builder, UINT64_C(1) << 62);
	assert_true(truth.nr_points <= TRUTH_MAX_POINTS);
	assert_int_equal(truth.last.pool_hold, 2);
}

/* Pool 7 only releases: of an earlier run, not counted. */
static void releasing_pool_does_not_count(void **state)
{
	(void)state;
	truth_begin(&builder, &truth);
	pool(EVENT_POOL_RELEASE, 7, 50, 0);
	pool(EVENT_POOL_RELEASE, 7, 51, 1);
	truth_end(&builder, 2);
	assert_false(truth.has_pool);
	assert_int_equal(truth.last.pool_release, 0);
	assert_int_equal(truth.nr_points, 0);
}

/*
 * The recording starts in the middle: hold number 101 comes first, then release number 41, so 60
 * pages were in the pool before: 100 held - 40 released.
 */
static void pool_held_before_start(void **state)
{
	(void)state;
	truth_begin(&builder, &truth);
	pool(EVENT_POOL_HOLD, 1, 101, 0);
	pool(EVENT_POOL_HOLD, 1, 102, 1);
	pool(EVENT_POOL_RELEASE, 1, 41, 2);
	truth_end(&builder, 3);
	assert_int_equal(truth.pool_held_start, 60);
	assert_int_equal(truth.pool_held_peak, 62);
	/* a release seen before the first hold tells the same: number 40 has just gone */
	truth_begin(&builder, &truth);
	pool(EVENT_POOL_RELEASE, 1, 40, 0);
	pool(EVENT_POOL_HOLD, 1, 101, 1);
	truth_end(&builder, 2);
	assert_int_equal(truth.pool_held_start, 60);
	assert_int_equal(truth.pool_held_peak, 61);
}

/* Order-1 blocks are two pages each. A pool that held nothing here closes unnoticed. */
static void pages_and_closing(void **state)
{
	struct event ev = {.kind = EVENT_PAGE_ALLOC, .len = 1, .flags = EVENT_MEMALLOC};

	(void)state;
	truth_begin(&builder, &truth);
	truth_event(&builder, &ev, 0);
	truth_event(&builder, &ev, 1);
	pool(EVENT_POOL_CLOSE, 2, 0, 2);
	assert_int_equal(truth.closed_ns, 0);
	pool(EVENT_POOL_HOLD, 1, 1, 3);
	pool(EVENT_POOL_CLOSE, 1, 0, 4);
	pool(EVENT_POOL_CLOSE, 1, 0, 5);
	truth_end(&builder, MS);
	assert_int_equal(truth.last.driver_pages, 4);
	assert_int_equal(truth.closed_ns, 4);
}

static void maps(int one, unsigned int nr, uint64_t time_ns)
{
	struct event ev = {.kind = one > 0 ? EVENT_IOMMU_MAP : EVENT_IOMMU_UNMAP};

	while (nr--)
		truth_event(&builder, &ev, time_ns);
}

/*
 * 100 mappings before the first packet are rings. Once no more than 16 are left the device is down,
 * unless they come back. Without rings seen, nothing is known of it.
 */
static void unmapped_rings_are_closed(void **state)
{
	struct event packet = {.kind = EVENT_GRO_RECEIVE};

	(void)state;
	truth_begin(&builder, &truth);
	maps(1, 100, 0);
	truth_event(&builder, &packet, 1);
	maps(-1, 84, 2);
	maps(1, 1, 3);
	maps(-1, 1, 4);
	maps(-1, 10, 5);
	truth_end(&builder, MS);
	assert_int_equal(truth.closed_ns, 4);

	truth_begin(&builder, &truth);
	truth_event(&builder, &packet, 1);
	maps(1, 100, 2);
	maps(-1, 100, 3);
	truth_end(&builder, MS);
	assert_int_equal(truth.closed_ns, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(points_close_intervals),
		cmocka_unit_test(unmapped_rings_are_closed),
		cmocka_unit_test(length_doubles_interval),
		cmocka_unit_test(absurd_time_is_bounded),
		cmocka_unit_test(releasing_pool_does_not_count),
		cmocka_unit_test(pool_held_before_start),
		cmocka_unit_test(pages_and_closing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
