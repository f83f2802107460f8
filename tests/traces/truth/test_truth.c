/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_truth.c - the ground truth series: its points, its halving, and pools of earlier runs.
 */
#include <stdlib.h>
#include <unistd.h>
#include "tests/traces/cmocka_all.h"
#include "traces/truth/truth.h"
#include "traces/truth/truth_pool.h"

#define MS  UINT64_C(1000000)
#define DAY (86400000 * MS)

static struct truth truth;
static struct truth_builder builder;

static void pool(enum event_kind kind, uint64_t address, uint32_t count, uint64_t time_ns)
{
	struct event ev = {.kind = (uint8_t)kind, .object = address, .len = count};

	truth_event(&builder, &ev, time_ns);
}

static void on_cpu(enum event_kind kind, uint16_t cpu, uint64_t address, uint16_t queue,
		   uint8_t flags)
{
	struct event ev = {.kind = (uint8_t)kind,
			   .cpu = cpu,
			   .object = address,
			   .len = 2,
			   .dev = 3,
			   .queue = queue,
			   .flags = flags};

	truth_event(&builder, &ev, 1);
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
	static const uint64_t times[] = {UINT64_C(1) << 62, INT64_MAX, UINT64_MAX - 79 * DAY,
					 UINT64_MAX};

	(void)state;
	alarm(30);
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		truth_begin(&builder, &truth);
		pool(EVENT_POOL_HOLD, 1, 1, 0);
		pool(EVENT_POOL_HOLD, 1, 2, times[i]);
		truth_end(&builder, times[i]);
		assert_true(truth.nr_points <= TRUTH_MAX_POINTS);
		assert_int_equal(truth.last.time_ns, times[i]);
		assert_int_equal(truth.last.pool_hold, 2);
	}
	alarm(0);
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
	/* releases number 41 and 42 before the first hold tell the same; 58 were left for it */
	truth_begin(&builder, &truth);
	pool(EVENT_POOL_RELEASE, 1, 41, 0);
	pool(EVENT_POOL_RELEASE, 1, 42, 1);
	pool(EVENT_POOL_HOLD, 1, 101, 2);
	pool(EVENT_POOL_RELEASE, 1, 43, 3);
	truth_end(&builder, 4);
	assert_int_equal(truth.pool_held_start, 60);
	assert_int_equal(truth.pool_held_peak, 60);
	assert_int_equal(truth.pools[0].held_start, 60);
	assert_int_equal(truth.pools[0].held_peak, 60);
	assert_int_equal(truth.pools[0].releases, 3);
	assert_int_equal(truth.last.pool_release, 3);
	assert_int_equal(truth.pool_points[0][0].release, 3);
	/* 60, of which two had left */
	assert_int_equal(truth.hold_ns, 2);
	assert_int_equal(truth.pool_hold_ns[0], 2);
	assert_int_equal(truth.pool_held_before_hold[0], 58);
}

/*
 * Pools 7 and 8 release 3 and 1 pages and hold none: they are of an earlier run, and leave the list
 * and every total. Pool 5, which was second, is first then, with its points and its queue.
 */
static void earlier_pools_leave_the_totals(void **state)
{
	uint16_t dev = 0, queue = 0;

	(void)state;
	truth_begin(&builder, &truth);
	pool(EVENT_POOL_RELEASE, 7, 50, 0);
	pool(EVENT_POOL_RELEASE, 5, 41, 1);
	pool(EVENT_POOL_RELEASE, 8, 90, 2);
	pool(EVENT_POOL_RELEASE, 7, 51, 3);
	on_cpu(EVENT_POOL_HOLD, 0, 5, 0, EVENT_SOFTIRQ);
	on_cpu(EVENT_GRO_RECEIVE, 0, 0, 6, 0);
	on_cpu(EVENT_NAPI_POLL, 0, 0, 0, 0);
	pool(EVENT_POOL_RELEASE, 7, 52, 100000);
	pool(EVENT_POOL_RELEASE, 5, 42, 100001);
	truth_end(&builder, 150000);
	assert_int_equal(truth.nr_pools, 1);
	assert_int_equal(truth.pools_seen, 1);
	assert_int_equal(truth.pools[0].address, 5);
	assert_int_equal(truth.pools[0].releases, 2);
	assert_int_equal(truth.last.pool_hold, 1);
	assert_int_equal(truth.last.pool_release, 2);
	assert_int_equal(truth.nr_points, 2);
	assert_int_equal(truth.points[0].pool_release, 1);
	assert_int_equal(truth.points[1].pool_release, 2);
	assert_int_equal(truth.pool_points[0][0].hold, 1);
	assert_int_equal(truth.pool_points[0][0].release, 1);
	assert_int_equal(truth.pool_points[0][1].release, 2);
	assert_int_equal(truth.pool_points[1][0].release, 0);
	assert_true(truth_pool_queue(&builder, 0, &dev, &queue));
	assert_int_equal(queue, 6);
}

/*
 * Hold number 101 after release 40: 60. Number 1 came first: 0. Number 50 or 2 and no release, or
 * counters that contradict each other (100 holds, 200 releases): not known, and counted as 0.
 */
static void starts_known_and_unknown(void **state)
{
	static const bool known[] = {true, true, false, false, false};

	(void)state;
	truth_begin(&builder, &truth);
	pool(EVENT_POOL_HOLD, 1, 101, 0);
	pool(EVENT_POOL_RELEASE, 1, 41, 1);
	pool(EVENT_POOL_HOLD, 2, 1, 2);
	pool(EVENT_POOL_HOLD, 3, 50, 3);
	pool(EVENT_POOL_HOLD, 4, 101, 4);
	pool(EVENT_POOL_RELEASE, 4, 201, 5);
	pool(EVENT_POOL_HOLD, 5, 2, 6);
	truth_end(&builder, 7);
	/* times of the first holds, and the pages before them where the start is known */
	assert_int_equal(truth.pool_hold_ns[0], 0);
	for (unsigned int i = 1; i < 5; i++)
		assert_int_equal(truth.pool_hold_ns[i], i == 4 ? 6 : i + 1);
	assert_int_equal(truth.pool_held_before_hold[0], 60);
	assert_int_equal(truth.pool_held_before_hold[1], 0);
	assert_int_equal(truth.nr_pools, 5);
	for (unsigned int i = 0; i < 5; i++) {
		assert_int_equal(truth.pools[i].start_known, known[i]);
		assert_int_equal(truth.pools[i].held_start, i ? 0 : 60);
	}
	assert_int_equal(truth.starts_unknown, 3);
	assert_int_equal(truth.pool_held_start, 60);
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

/* Pool 5 holds 3 and gives 1 back, pool 9 holds 1: each its own totals, the sum of both as one. */
static void pools_apart(void **state)
{
	(void)state;
	truth_begin(&builder, &truth);
	pool(EVENT_POOL_HOLD, 5, 1, 0);
	pool(EVENT_POOL_HOLD, 5, 2, 1);
	pool(EVENT_POOL_HOLD, 9, 101, 100000);
	pool(EVENT_POOL_RELEASE, 5, 1, 100001);
	pool(EVENT_POOL_HOLD, 5, 3, 100002);
	pool(EVENT_POOL_RELEASE, 9, 41, 200000);
	pool(EVENT_POOL_CLOSE, 9, 0, 200001);
	truth_end(&builder, 250000);
	assert_int_equal(truth.nr_pools, 2);
	assert_int_equal(truth.pools_seen, 2);
	assert_int_equal(truth.pools[0].address, 5);
	assert_int_equal(truth.pools[0].holds, 3);
	assert_int_equal(truth.pools[0].releases, 1);
	assert_int_equal(truth.pools[0].held_start, 0);
	assert_int_equal(truth.pools[0].held_peak, 2);
	assert_int_equal(truth.pools[0].closed_ns, 0);
	assert_int_equal(truth.pools[1].address, 9);
	assert_int_equal(truth.pools[1].holds, 1);
	assert_int_equal(truth.pools[1].releases, 1);
	assert_int_equal(truth.pools[1].held_start, 60); /* 100 holds - 40 releases before */
	assert_int_equal(truth.pools[1].held_peak, 61);
	assert_int_equal(truth.pools[1].closed_ns, 200001);
	assert_int_equal(truth.pool_held_start, 60);
	assert_int_equal(truth.pool_held_peak, 63);
	assert_int_equal(truth.nr_points, 3);
	assert_int_equal(truth.pool_points[0][0].hold, 2);
	assert_int_equal(truth.pool_points[1][0].hold, 0);
	assert_int_equal(truth.pool_points[0][1].hold, 3);
	assert_int_equal(truth.pool_points[0][1].release, 1);
	assert_int_equal(truth.pool_points[1][2].release, 1);
	for (unsigned int i = 0; i < truth.nr_points; i++)
		assert_int_equal(truth.points[i].pool_hold,
				 truth.pool_points[0][i].hold + truth.pool_points[1][i].hold);
}

/*
 * 20 pools: the series of 16, the sums of 20. Pools that have released only, and may hold pages
 * later, make room for those that do.
 */
static void pools_beyond_the_list(void **state)
{
	(void)state;
	for (unsigned int earlier = 0; earlier < 2; earlier++) {
		truth_begin(&builder, &truth);
		for (uint64_t address = 1000; earlier && address < 1020; address++)
			pool(EVENT_POOL_RELEASE, address, 7, 0);
		for (uint64_t address = 1; address <= 20; address++)
			pool(EVENT_POOL_HOLD, address, 1, address);
		pool(EVENT_POOL_RELEASE, 20, 1, 30);
		truth_end(&builder, MS);
		assert_int_equal(truth.nr_pools, TRUTH_MAX_POOLS);
		assert_int_equal(truth.pools_seen, 20);
		assert_int_equal(truth.pools[TRUTH_MAX_POOLS - 1].address, TRUTH_MAX_POOLS);
		assert_int_equal(truth.last.pool_hold, 20);
		assert_int_equal(truth.last.pool_release, 1);
		assert_int_equal(truth.pool_held_peak, 20);
	}
}

/*
 * Three pools at one address: one after the other's end was recorded, though its count (two
 * holds were not recorded) goes on as the other's would; and one that begins with hold number 1
 * again.
 */
static void pool_address_again(void **state)
{
	(void)state;
	truth_begin(&builder, &truth);
	pool(EVENT_POOL_HOLD, 5, 1, 0);
	pool(EVENT_POOL_HOLD, 5, 2, 0);
	pool(EVENT_POOL_RELEASE, 5, 1, 1);
	pool(EVENT_POOL_CLOSE, 5, 0, 2);
	pool(EVENT_POOL_RELEASE, 5, 2, 3); /* what was still out comes home to the first */
	pool(EVENT_POOL_CLOSE, 5, 0, 4);
	pool(EVENT_POOL_HOLD, 5, 3, 5);
	pool(EVENT_POOL_RELEASE, 5, 1, 6);
	pool(EVENT_POOL_HOLD, 5, 1, 7);
	truth_end(&builder, MS);
	assert_int_equal(truth.nr_pools, 3);
	assert_int_equal(truth.pools[0].holds, 2);
	assert_int_equal(truth.pools[0].releases, 2);
	assert_int_equal(truth.pools[0].closed_ns, 2);
	assert_int_equal(truth.pools[1].holds, 1);
	assert_int_equal(truth.pools[1].releases, 1);
	assert_int_equal(truth.pools[1].held_start, 2);
	assert_int_equal(truth.pools[2].holds, 1);
	assert_int_equal(truth.pools[2].releases, 0);
	assert_int_equal(truth.last.pool_hold, 4);
}

/*
 * The kernel's counters are 32 bits wide. Hold number 2^32 - 1 and release 2^32 - 11: before them
 * 2^32 - 2 - (2^32 - 12) = 10 pages were held; the counter going on with 0 and 1 is the same pool.
 */
static void pool_counters_wrap(void **state)
{
	(void)state;
	truth_begin(&builder, &truth);
	pool(EVENT_POOL_RELEASE, 5, UINT32_MAX - 10, 0);
	pool(EVENT_POOL_HOLD, 5, UINT32_MAX, 1);
	pool(EVENT_POOL_HOLD, 5, 0, 2);
	pool(EVENT_POOL_HOLD, 5, 1, 3);
	truth_end(&builder, MS);
	assert_int_equal(truth.nr_pools, 1);
	assert_int_equal(truth.pools[0].holds, 3);
	assert_int_equal(truth.pools[0].held_start, 10);
	assert_int_equal(truth.pools[0].held_peak, 12); /* 10 - 1 + 3 */
	/* the other way round: hold number 3 and release 2^32 - 5: 2 + 6 were held */
	truth_begin(&builder, &truth);
	pool(EVENT_POOL_RELEASE, 5, UINT32_MAX - 4, 0);
	pool(EVENT_POOL_HOLD, 5, 3, 1);
	truth_end(&builder, MS);
	assert_int_equal(truth.pools[0].held_start, 8);
	assert_true(truth.pools[0].start_known);
	/* release number 0 is the one after 2^32 - 1 */
	truth_begin(&builder, &truth);
	pool(EVENT_POOL_HOLD, 5, 5, 0);
	pool(EVENT_POOL_RELEASE, 5, 0, 1);
	truth_end(&builder, MS);
	assert_int_equal(truth.pools[0].held_start, 5); /* 4 - (2^32 - 1) */
}

/*
 * Pool 5 is filled outside of softirqs on a CPU that then polls queue 2, its own polls are
 * queue 1's; pool 6 takes pages in polls of queues 2 and 1, pool 7 in one without a packet,
 * pool 8 (threaded NAPI) after a packet of queue 4.
 */
static void pool_queues(void **state)
{
	uint16_t dev = 0, queue = 0;

	(void)state;
	truth_begin(&builder, &truth);
	on_cpu(EVENT_POOL_HOLD, 0, 5, 0, 0);
	on_cpu(EVENT_POOL_HOLD, 0, 6, 0, EVENT_SOFTIRQ);
	on_cpu(EVENT_POOL_HOLD, 1, 5, 0, EVENT_SOFTIRQ);
	on_cpu(EVENT_GRO_RECEIVE, 1, 0, 1, 0);
	on_cpu(EVENT_GRO_RECEIVE, 0, 0, 2, 0);
	on_cpu(EVENT_NAPI_POLL, 0, 0, 0, 0);
	on_cpu(EVENT_NAPI_POLL, 1, 0, 0, 0);
	on_cpu(EVENT_POOL_HOLD, 0, 7, 0, EVENT_SOFTIRQ);
	on_cpu(EVENT_NAPI_POLL, 0, 0, 0, 0);
	on_cpu(EVENT_POOL_HOLD, 0, 6, 0, EVENT_SOFTIRQ);
	on_cpu(EVENT_GRO_RECEIVE, 0, 0, 1, 0);
	on_cpu(EVENT_NAPI_POLL, 0, 0, 0, 0);
	on_cpu(EVENT_GRO_RECEIVE, 0, 0, 4, 0);
	on_cpu(EVENT_POOL_HOLD, 0, 8, 0, 0);
	on_cpu(EVENT_NAPI_POLL, 0, 0, 0, 0);
	on_cpu(EVENT_POOL_HOLD, UINT16_MAX, 5, 0, EVENT_SOFTIRQ);
	on_cpu(EVENT_NAPI_POLL, UINT16_MAX, 0, 0, 0);
	truth_end(&builder, MS);
	assert_int_equal(truth.nr_pools, 4);
	assert_true(truth_pool_queue(&builder, 0, &dev, &queue));
	assert_int_equal(dev, 3);
	assert_int_equal(queue, 1);
	assert_false(truth_pool_queue(&builder, 1, &dev, &queue));
	assert_false(truth_pool_queue(&builder, 2, &dev, &queue));
	assert_true(truth_pool_queue(&builder, 3, &dev, &queue));
	assert_int_equal(queue, 4);
}

/* Two mappings inside a transmit function, one for a page table's page between; others are not. */
static void maps_of_sent_packets(void **state)
{
	(void)state;
	truth_begin(&builder, &truth);
	on_cpu(EVENT_IOMMU_MAP, 0, 0, 0, 0);
	on_cpu(EVENT_TX_START, 0, 0, 0, 0);
	on_cpu(EVENT_IOMMU_MAP, 0, 0, 0, 0);
	on_cpu(EVENT_PAGE_ALLOC, 0, 0, 0, 0);
	on_cpu(EVENT_IOMMU_MAP, 0, 0, 0, 0);
	on_cpu(EVENT_IOMMU_MAP, 1, 0, 0, 0);
	on_cpu(EVENT_TX_END, 0, 0, 0, 0);
	on_cpu(EVENT_IOMMU_MAP, 0, 0, 0, 0);
	on_cpu(EVENT_TX_START, 1, 0, 0, 0);
	on_cpu(EVENT_GRO_RECEIVE, 1, 0, 0, 0);
	on_cpu(EVENT_IOMMU_MAP, 1, 0, 0, 0);
	truth_end(&builder, MS);
	assert_int_equal(truth.last.iommu_maps, 6);
	assert_int_equal(truth.maps_sent, 2);
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
		cmocka_unit_test(earlier_pools_leave_the_totals),
		cmocka_unit_test(starts_known_and_unknown),
		cmocka_unit_test(pages_and_closing),
		cmocka_unit_test(pools_apart),
		cmocka_unit_test(pools_beyond_the_list),
		cmocka_unit_test(pool_address_again),
		cmocka_unit_test(pool_counters_wrap),
		cmocka_unit_test(pool_queues),
		cmocka_unit_test(maps_of_sent_packets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
