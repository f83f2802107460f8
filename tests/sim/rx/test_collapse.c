/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_collapse.c - a full TCP socket copies its queue before it drops anything.
 *
 * A new skb takes 4096 - 320 = 3776 bytes, as truesize 4096 + 256 = 4352; the last one of a flow
 * what is left, in a head of a power of two. Full-sized packets of one flow in half pages are skbs
 * of 18 x 2048 + 256 = 37120 with 18 x 1448 bytes of data.
 * Source: tcp-collapse, tcp-scaling-ratio
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "sim/rx/collapse.h"
#include "sim/rx/deliver.h"
#include "tests/sim/sim_run.h"
#include "tests/sim/socket_stage.h"

#define DATA	 STAGE_DATA
#define HALF	 2048u
#define RCVBUF	 65536u
#define LINEAR	 3776u
#define LINEAR_T 4352u

/* Return: was it dropped? */
static bool receive(uint32_t bytes, uint32_t flow)
{
	struct skb *skb = socket_stage_packet(bytes, 0, HALF, 0);
	uint64_t dropped = stage.sim.drops.pkts[DROP_RCVBUF];

	skb->flow = flow;
	deliver_skb(&stage.sim, skb, NULL);
	return stage.sim.drops.pkts[DROP_RCVBUF] > dropped;
}

static void receive_full(unsigned int nr)
{
	for (unsigned int i = 0; i < nr; i++)
		assert_false(receive(STAGE_FULL, STAGE_FLOW));
}

static const struct skb_counts *counts(void)
{
	return &stage.sim.skb_model.counts;
}

static uint64_t truesize(void)
{
	return stage.sim.socket.truesize;
}

static uint64_t pages(void)
{
	return stage.sim.gauges.pages_in_stack;
}

/*
 * No skb has less data for its truesize than the packet that the ratio was taken from, so that
 * nothing is bloated and nothing is copied: 18 + 14 packets are 37120 + 256 + 14 x 2048 = 66048,
 * above 65536, and the next is dropped.
 */
static void test_not_bloated(void **state)
{
	(void)state;
	stage.scenario.rcvbuf_bytes = RCVBUF;
	receive_full(32);
	assert_int_equal(stage.sim.socket.ratio, DATA * 256 / (HALF + 256));
	assert_int_equal(truesize(), 66048);
	assert_true(receive(STAGE_FULL, STAGE_FLOW));
	assert_int_equal(counts()->collapsed, 0);
	assert_int_equal(pages(), 32);
}

/*
 * The application has read one byte: 32 x 1448 - 1 = 12 x 3776 + 1023. The last one's head is
 * 1023 + 320 -> 2048: 12 x 4352 + 2304 = 54528, 13 pages for 32. It takes 6 more, each 2048 in a
 * frag of the last: 54528 + 6 x 2048 = 66816, and they are not bloated.
 */
static void test_read_in_part(void **state)
{
	(void)state;
	stage.scenario.rcvbuf_bytes = RCVBUF;
	receive_full(32);
	socket_read_part(&stage.sim, 1);
	assert_int_equal(pages(), 32);
	assert_int_equal(stage.put, 0);
	receive_full(1);
	assert_int_equal(counts()->collapsed, 2);
	assert_int_equal(counts()->collapsed_bytes, 32 * DATA - 1);
	assert_int_equal(stage.put, 32);
	assert_int_equal(truesize(), 12 * LINEAR_T + 2304 + HALF);
	assert_int_equal(pages(), 13 + 1);
	assert_int_equal(stage.sim.skbs.live, 13);
	assert_int_equal(stage.sim.gauges.payload_bytes, 33 * DATA - 1);
	receive_full(5);
	assert_int_equal(truesize(), 12 * LINEAR_T + 2304 + 6 * HALF);
	assert_true(receive(STAGE_FULL, STAGE_FLOW));
	assert_int_equal(counts()->collapsed, 2);
	/* seen as bloated, 38 x 1448 - 1 bytes take 15; the next is copied behind the last */
	stage.sim.socket.ratio = 256;
	stage.sim.socket.collapsible = true;
	receive_full(1);
	assert_int_equal(counts()->collapsed, 2 + 13);
	assert_int_equal(truesize(), 15 * LINEAR_T);
}

/* What is appended to the last skb changes the queue, too: it is collapsed again. */
static void test_again(void **state)
{
	(void)state;
	stage.scenario.rcvbuf_bytes = RCVBUF;
	receive_full(32);
	stage.sim.socket.ratio = 256;
	stage.sim.socket.collapsible = true;
	receive_full(7);
	assert_int_equal(counts()->collapsed, 2 + 13);
	assert_int_equal(stage.sim.skbs.live, 15);
}

/*
 * Again and again, until data alone is above rcvbuf: 15 skbs of 3776 are 65280, which takes one
 * packet more. 39 x 1448 are 56472 bytes of these 56640; after the 40th a head of 2048 makes it
 * 65280 + 2304, and that is all.
 */
static void test_until_it_is_data(void **state)
{
	unsigned int taken = 0;
	uint64_t collapsed;

	(void)state;
	stage.scenario.rcvbuf_bytes = RCVBUF;
	do {
		/* nothing is read, but what is at the head is begun */
		if (stage.sim.socket.head && !stage.sim.socket.head->done)
			socket_read_part(&stage.sim, 1);
	} while (!receive(STAGE_FULL, STAGE_FLOW) && ++taken < 100);
	assert_int_equal(taken, 40);
	assert_int_equal(truesize(), 15 * LINEAR_T + 2304);
	assert_int_equal(pages(), 16);
	/* what is collapsed is not copied again for each packet that is dropped */
	collapsed = counts()->collapsed;
	assert_true(receive(STAGE_FULL, STAGE_FLOW));
	assert_int_equal(counts()->collapsed, collapsed);
}

/*
 * Before a packet of more than 536 bytes the ratio is a half: 300 of data in 2304 is bloated. Three
 * flows of 9 packets each, interleaved, one of datagrams: the two others are 2700 bytes each, in a
 * head of 4096. Of the last packet of each flow its own: what is appended follows its flow's.
 */
static void test_flows(void **state)
{
	const uint32_t bytes = STAGE_HEADERS + 300;
	struct skb *skb;

	(void)state;
	for (unsigned int i = 0; i < 27; i++) {
		skb = socket_stage_packet(bytes, 0, HALF, 0);
		skb->flow = STAGE_FLOW + i % 3;
		skb->datagram = i % 3 == 2;
		memset(&stage.sim.coalesce, 0, sizeof(stage.sim.coalesce));
		deliver_skb(&stage.sim, skb, NULL);
	}
	assert_int_equal(truesize(), 27 * (HALF + 256));
	collapse(&stage.sim, &stage.queue);
	assert_int_equal(counts()->collapsed, 18);
	assert_int_equal(truesize(), 9 * (HALF + 256) + 2 * LINEAR_T);
	assert_int_equal(stage.put, 18);
	assert_int_equal(stage.sim.skbs.live, 9 + 2);
	skb = stage.sim.socket.head;
	assert_int_equal(skb->flow, STAGE_FLOW);
	assert_int_equal(skb->len, 2700);
	assert_int_equal(skb->next->flow, STAGE_FLOW + 1);
	assert_true(skb->next->next->datagram);
	/* 4096 - 320 - 2700 = 1076 bytes of room */
	assert_false(receive(STAGE_HEADERS + 1077, STAGE_FLOW + 1));
	assert_int_equal(counts()->tail_moves, 1);
	assert_false(receive(STAGE_HEADERS + 1076, STAGE_FLOW));
	assert_int_equal(counts()->tail_copies, 1);
	assert_int_equal(skb->len, LINEAR);
	assert_int_equal(skb->frag[0].len, LINEAR);
	assert_int_equal(skb->next->len, 2700 + 1077);
	/* nothing is bloated any more */
	collapse(&stage.sim, &stage.queue);
	assert_int_equal(counts()->collapsed, 18);
}

/* Small heads of several flows share a page: 4 of 1024 bytes, for 600 of data each. */
static void test_heads_share_pages(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 8; i++)
		assert_false(receive(STAGE_HEADERS + 600, i));
	assert_int_equal(stage.sim.socket.ratio, 600 * 256 / (HALF + 256));
	stage.sim.socket.ratio = 128;
	collapse(&stage.sim, &stage.queue);
	assert_int_equal(truesize(), 8 * (1024 + 256));
	assert_int_equal(pages(), 2);
	assert_int_equal(stage.sim.heads.held, 2);
}

/* Buffers of the queue that is polled go straight back to its pool, where frees go there at all. */
static void test_direct(void **state)
{
	struct rx_queue other = stage.queue;

	(void)state;
	stage.scenario.nic.free_path = NIC_FREE_DEFER;
	receive(STAGE_HEADERS + 300, STAGE_FLOW);
	collapse(&stage.sim, &other);
	assert_int_equal(stage.put, 1);
	assert_int_equal(stage.direct, 0);
	receive(STAGE_HEADERS + 300, STAGE_FLOW + 1);
	collapse(&stage.sim, &stage.queue);
	assert_int_equal(stage.put, 2);
	assert_int_equal(stage.direct, 1);
}

/*
 * Two pages are left for 13: of 32 x 1448 bytes 2 x 3776 are copied, and the first skb, which they
 * were part of, keeps its buffers.
 */
static void test_no_memory(void **state)
{
	struct page *taken[4096 + 1];
	unsigned int nr = 0, left = 2;

	(void)state;
	stage.scenario.rcvbuf_bytes = RCVBUF;
	receive_full(32);
	socket_read_part(&stage.sim, 1);
	while ((taken[nr] = mm_sim_alloc_pages(GFP_ATOMIC | __GFP_NOMEMALLOC, 0, NUMA_NO_NODE)))
		nr++;
	while (left) {
		taken[--nr]->_refcount.counter = 0;
		mm_sim_free_pages(taken[nr], 0);
		left--;
	}
	assert_true(receive(STAGE_FULL, STAGE_FLOW));
	assert_int_equal(counts()->collapsed, 0);
	assert_int_equal(counts()->collapsed_bytes, 2 * LINEAR);
	assert_int_equal(truesize(), 66048 + 2 * LINEAR_T);
	assert_int_equal(stage.sim.gauges.payload_bytes, STAGE_HEADERS * 2 + 32 * DATA - 1);
	while (nr--) {
		taken[nr]->_refcount.counter = 0;
		mm_sim_free_pages(taken[nr], 0);
	}
}

/* A reader of 30000 bytes each 100 us, of a flow that brings 125000. Twice the same. */
static void test_strategies(void **state)
{
	static const char *const strategies[] = {
		"page_alloc", "refcount_reuse", "recycle_cache",  "pingpong",
		"page_pool",  "page_pool_frag", "frag_countdown", "frag_countup",
	};
	static const char *const settings[] = {"traffic.flows=1",
					       "traffic.sizes=bimodal",
					       "traffic.bimodal.small=400",
					       "duration=5ms",
					       "workload.rcvbuf=100K",
					       "workload.reader.pattern=bursty",
					       "workload.reader.pause=100us",
					       "workload.reader.bytes=30000",
					       NULL};
	char err[512] = "";

	(void)state;
	for (size_t i = 0; i < sizeof(strategies) / sizeof(strategies[0]); i++) {
		struct result r[2];

		for (unsigned int n = 0; n < 2; n++)
			if (sim_run(strategies[i], settings, &r[n], err))
				fail_msg("%s: %s", strategies[i], err);
		assert_in_range(r[0].u[METRIC_SKB_COLLAPSED], 10, 100000);
		assert_in_range(r[0].u[METRIC_DROP_RCVBUF], 1, 100000);
		assert_memory_equal(&r[0], &r[1], sizeof(r[0]));
	}
}

#define STAGE_TEST(f) cmocka_unit_test_setup_teardown(f, socket_stage_up, socket_stage_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STAGE_TEST(test_not_bloated),
		STAGE_TEST(test_read_in_part),
		STAGE_TEST(test_again),
		STAGE_TEST(test_until_it_is_data),
		STAGE_TEST(test_flows),
		STAGE_TEST(test_heads_share_pages),
		STAGE_TEST(test_direct),
		STAGE_TEST(test_no_memory),
		cmocka_unit_test(test_strategies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
