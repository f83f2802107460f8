/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_held_before.c - a capture that begins in mid-flow: its packets are in the stack and its
 * pages in the pool when time begins.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sim/rx/held_before.h"
#include "tests/sim/recorded.h"
#include "tests/sim/sim_run.h"

#define HELD  50u
#define NEW   10u
#define START 258u
#define BYTES 1514u
#define US    1000u
#define MS    1000000u

static struct packet pkt[HELD + NEW];

/* 50 packets of before, released at 1 ms; 10 new ones 100 us apart, each held 50 us. */
static int setup(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < HELD + NEW; i++) {
		bool held = i < HELD;
		uint64_t arrival_ns = held ? 0 : 100 * US * (i - HELD);

		pkt[i] = (struct packet){.arrival_ns = arrival_ns,
					 .release_ns = held ? MS : arrival_ns + 50 * US,
					 .bytes = BYTES,
					 .flow = held ? 0x80000000u + i : 1,
					 .flags = held ? PACKET_HELD_BEFORE : 0,
					 .method = RELEASE_COPY};
	}
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	recorded_remove();
	return 0;
}

static void run_source(const char *strategy, const char *source, struct result *r)
{
	const char *const settings[] = {"nic.preset=veth", "traffic.release=recorded", source,
					NULL};
	char err[512] = "";

	if (sim_run(strategy, settings, r, err))
		fail_msg("%s: %s", strategy, err);
}

static void run(const char *strategy, uint64_t held_start, struct result *r)
{
	run_source(strategy, recorded_write_pool(pkt, HELD + NEW, held_start), r);
}

/* Neither offered nor received nor delivered, and no skb was allocated in the run for them. */
static void test_not_counted(void **state)
{
	struct result r;

	(void)state;
	run("page_pool", START, &r);
	assert_int_equal(r.u[METRIC_OFFERED], NEW);
	assert_int_equal(r.u[METRIC_RECEIVED], NEW);
	assert_int_equal(r.u[METRIC_DELIVERED], NEW);
	assert_int_equal(r.u[METRIC_SKB_ALLOCATED], NEW);
}

/*
 * The pool held 258 pages: 50 under the packets, 208 idle. They are there at the start, and serve
 * the 10 new packets. A pool that held none has the one batch that the packets take.
 */
static void test_pages_at_start(void **state)
{
	struct result r;

	(void)state;
	run("page_pool", START, &r);
	assert_int_equal(r.u[METRIC_TRUTH_ALLOCATED], START);
	assert_int_equal(r.u[METRIC_PG_ALLOCATED], START);
	assert_int_equal(r.u[METRIC_TRUTH_SIM_ALLOCATED], START);
	assert_int_equal(r.u[METRIC_HELD_PEAK], START);
	assert_int_equal(r.u[METRIC_PG_FREED], 0);
	assert_int_equal(r.u[METRIC_PG_HELD_END], START);
	run("page_pool", 0, &r);
	assert_int_equal(r.u[METRIC_PG_ALLOCATED], 64);
	/* to the page, in and between batches, up to what ring and cache take beside the packets */
	for (uint64_t start = HELD + 1; start <= HELD + 256 + 127; start += 61) {
		run("page_pool", start, &r);
		assert_int_equal(r.u[METRIC_HELD_PEAK], start);
		assert_int_equal(r.u[METRIC_PG_ALLOCATED], start);
	}
	/* none idle: the first new packet takes a batch; the packets cannot have fewer pages */
	for (uint64_t start = HELD - 1; start <= HELD; start++) {
		run("page_pool", start, &r);
		assert_int_equal(r.u[METRIC_PG_ALLOCATED], HELD + 64);
	}
}

static uint64_t freed_with(const struct pool_begin *begin)
{
	struct result r;

	sim_run_begin = begin;
	run_source("page_pool", recorded_write_pool(pkt, HELD + 1, HELD + 256), &r);
	sim_run_begin = NULL;
	assert_int_equal(r.u[METRIC_HELD_PEAK], HELD + 256);
	return r.u[METRIC_PG_FREED];
}

/*
 * 306 pages: 50 under the packets that are released at 1 ms, 256 idle. With 100 of these in the
 * cache the ring takes the 50; with 16 it has 16 slots left, less those not cleared. Eight
 * positions on, eight more or less are cleared.
 */
static void test_arranged(void **state)
{
	uint64_t here, there;

	(void)state;
	pkt[HELD].arrival_ns = 4 * MS;
	pkt[HELD].release_ns = 5 * MS;
	assert_int_equal(freed_with(&(struct pool_begin){.arranged = true, .cache = 100}), 0);
	here = freed_with(&(struct pool_begin){.arranged = true, .cache = 16});
	there = freed_with(&(struct pool_begin){.arranged = true, .cache = 16, .position = 8});
	assert_in_range(here, HELD - 16, HELD - 1);
	assert_in_range(there, HELD - 16, HELD - 1);
	assert_int_equal(here > there ? here - there : there - here, 8);
}

/*
 * What is no page_pool has no idle pages: a page a packet, or a block of 32K for 15 buffers of
 * 2112, and 4 of those for 60 packets.
 */
static void test_no_idle_pages_without_a_pool(void **state)
{
	struct result r;

	(void)state;
	run("page_alloc", START, &r);
	assert_int_equal(r.u[METRIC_PG_ALLOCATED], HELD + NEW);
	assert_int_equal(r.u[METRIC_HELD_PEAK], HELD + 1);
	assert_int_equal(r.u[METRIC_PG_FREED], HELD + NEW);
	run("refcount_reuse", START, &r);
	assert_int_equal(r.u[METRIC_PG_ALLOCATED], HELD + NEW);
	run("frag_countup", START, &r);
	assert_int_equal(r.u[METRIC_PG_ALLOCATED], 4 * 8);
}

/*
 * 50 packets from time 0 to 1 ms, one from 4 to 5 ms, when the run ends: (50 + 1) * 1514 bytes *
 * 1 ms in 5 ms. The page of each is held as long.
 */
static void test_in_the_stack_until_released(void **state)
{
	const double mean = (HELD + 1) / 5.0;
	struct result r;

	(void)state;
	pkt[HELD].arrival_ns = 4 * MS;
	pkt[HELD].release_ns = 5 * MS;
	run_source("page_alloc", recorded_write(pkt, HELD + 1), &r);
	assert_int_equal(r.u[METRIC_DELIVERED], 1);
	assert_true(r.r[METRIC_PAYLOAD_MEAN] > 0.99 * mean * BYTES);
	assert_true(r.r[METRIC_PAYLOAD_MEAN] < 1.01 * mean * BYTES);
	assert_true(r.r[METRIC_HELD_MEAN] > 0.99 * mean);
	assert_true(r.r[METRIC_HELD_MEAN] < 1.01 * mean);
}

static uint64_t allocated_with(const struct pool_begin *begin)
{
	struct result r;

	sim_run_begin = begin;
	run("page_alloc", START, &r);
	sim_run_begin = NULL;
	assert_int_equal(r.u[METRIC_PG_FREED], r.u[METRIC_PG_ALLOCATED]);
	return r.u[METRIC_PG_ALLOCATED];
}

/*
 * A page for each packet: 50 of before and 10 new ones; 20 more, in the first skb; 20 fewer, the
 * last ones; none.
 */
static void test_resized(void **state)
{
	(void)state;
	assert_int_equal(allocated_with(&(struct pool_begin){.resized = 20}), HELD + 20 + NEW);
	assert_int_equal(allocated_with(&(struct pool_begin){.resized = -20}), HELD - 20 + NEW);
	assert_int_equal(allocated_with(&(struct pool_begin){.resized = -60}), NEW);
}

/* The last 20 of 50 are released at 3 ms, when the run ends, others at once: 10 fewer leave 10. */
static void test_fewer_of_the_last(void **state)
{
	const struct pool_begin begin = {.resized = -10};
	struct result r;

	(void)state;
	for (unsigned int i = 0; i < HELD; i++)
		pkt[i].release_ns = i < HELD - 20 ? 1 : 3 * MS;
	sim_run_begin = &begin;
	run_source("page_alloc", recorded_write_pool(pkt, HELD + 1, START), &r);
	sim_run_begin = NULL;
	assert_true(r.r[METRIC_HELD_MEAN] > 9.9);
	assert_true(r.r[METRIC_HELD_MEAN] < 10.3);
}

/* More packets of the first skb are like its second one, which ends at once. */
static void test_more_of_the_first(void **state)
{
	const struct pool_begin begin = {.resized = 20};
	struct result r;

	(void)state;
	for (unsigned int i = 0; i < HELD; i++)
		pkt[i].flow = i < 2 ? 7 : 8 + i;
	for (unsigned int i = 1; i < HELD; i++)
		pkt[i].release_ns = 1;
	pkt[HELD].arrival_ns = MS / 2;
	pkt[HELD].release_ns = 2 * MS;
	sim_run_begin = &begin;
	run_source("page_alloc", recorded_write_pool(pkt, HELD + 1, START), &r);
	sim_run_begin = NULL;
	assert_int_equal(r.u[METRIC_PG_ALLOCATED], HELD + 20 + 1);
	assert_true(r.r[METRIC_HELD_MEAN] < 2.5);
}

/*
 * The last 20 are not known to end: held to the end of the run, at 3 ms, a page each; or released
 * with the first one that ends, at once. The first 10 are of that kind too, which changes nothing.
 */
static void test_ended(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < HELD; i++) {
		bool ends = i >= 10 && i < HELD - 20;

		pkt[i].release_ns = ends ? 1 : 3 * MS;
		pkt[i].method = ends ? RELEASE_FREE : RELEASE_HELD;
	}
	pkt[HELD].arrival_ns = 2 * MS;
	pkt[HELD].release_ns = 3 * MS;
	for (unsigned int ended = 0; ended < 2; ended++) {
		const struct pool_begin begin = {.ended = ended};
		const double mean = ended ? 1.0 / 3 : 30 + 1.0 / 3;
		struct result r;

		sim_run_begin = &begin;
		run_source("page_alloc", recorded_write_pool(pkt, HELD + 1, START), &r);
		sim_run_begin = NULL;
		assert_true(r.r[METRIC_HELD_MEAN] > mean - 0.2);
		assert_true(r.r[METRIC_HELD_MEAN] < mean + 0.2);
	}
}

/* 258 pages: 50 under packets, 208 idle; 5 of these are in frames, and leave before time begins. */
static void test_in_no_skb(void **state)
{
	const struct pool_begin begin = {.out = 5};
	struct result r;

	(void)state;
	sim_run_begin = &begin;
	run("page_pool", START, &r);
	sim_run_begin = NULL;
	assert_int_equal(r.u[METRIC_PG_ALLOCATED], START - 5);
	assert_int_equal(r.u[METRIC_PG_FREED], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_not_counted, setup, teardown),
		cmocka_unit_test_setup_teardown(test_pages_at_start, setup, teardown),
		cmocka_unit_test_setup_teardown(test_arranged, setup, teardown),
		cmocka_unit_test_setup_teardown(test_resized, setup, teardown),
		cmocka_unit_test_setup_teardown(test_fewer_of_the_last, setup, teardown),
		cmocka_unit_test_setup_teardown(test_more_of_the_first, setup, teardown),
		cmocka_unit_test_setup_teardown(test_ended, setup, teardown),
		cmocka_unit_test_setup_teardown(test_in_no_skb, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_idle_pages_without_a_pool, setup, teardown),
		cmocka_unit_test_setup_teardown(test_in_the_stack_until_released, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
