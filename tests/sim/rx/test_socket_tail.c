/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_socket_tail.c - what the modelled reader's socket appends to the last skb of a flow, or
 * copies out of its buffers.
 *
 * The rule of skb_try_coalesce(): data D = bytes - 66 of headers is copied if it is no more than
 * the room behind the data of a linear skb,
 *	truesize of its buffer - 256 headroom - bytes - 320 shared info - what was copied there
 * else its buffers become frags, up to 17 in all. So full-sized packets of a flow in pages of
 * their own are read 1 + 1 + 17 = 19 at a time, from 18 pages; in half pages 1 + 17 = 18 from 18.
 * Source: skb-coalesce, skb-condense
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "sim/rx/deliver.h"
#include "sim/rx/socket.h"
#include "tests/sim/sim_run.h"
#include "tests/sim/socket_stage.h"

#define FULL	STAGE_FULL
#define HEADERS STAGE_HEADERS
#define DATA	STAGE_DATA
#define ROOM	2006u /* 4096 - 256 - 1514 - 320 */
#define PAGE	STAGE_PAGE
#define FLOW	STAGE_FLOW
#define NOW_NS	STAGE_NOW_NS
#define WAKE_NS 2000u

enum how { AS_IT_IS, COPIED, MOVED };

static enum how deliver(struct skb *skb)
{
	const struct skb_counts before = stage.sim.skb_model.counts;
	uint64_t payload = stage.sim.gauges.payload_bytes + skb->len;
	unsigned int put = stage.put, bufs = skb->nr + (skb->chain ? skb->chain->nr : 0);
	enum how how = AS_IT_IS;

	deliver_skb(&stage.sim, skb, NULL);
	if (stage.sim.skb_model.counts.tail_copies > before.tail_copies)
		how = COPIED;
	else if (stage.sim.skb_model.counts.tail_moves > before.tail_moves)
		how = MOVED;
	assert_int_equal(stage.put - put, how == COPIED ? bufs : 0);
	assert_int_equal(stage.sim.gauges.payload_bytes, payload - (how == AS_IT_IS ? 0 : HEADERS));
	return how;
}

static enum how receive_in(uint32_t bytes, uint32_t truesize, uint32_t at)
{
	return deliver(socket_stage_packet(bytes, 0, truesize, at));
}

static enum how receive(uint32_t bytes)
{
	return receive_in(bytes, PAGE, 0);
}

/*
 * 19 packets on 18 pages, twice. What is copied adds no truesize, what is moved not its sk_buff:
 *	18 x 4096 + 256
 */
static void test_full_sized(void **state)
{
	(void)state;
	for (unsigned int group = 0; group < 2; group++) {
		assert_int_equal(receive(FULL), AS_IT_IS);
		assert_int_equal(receive(FULL), COPIED);
		for (unsigned int i = 0; i < 17; i++)
			assert_int_equal(receive(FULL), MOVED);
	}
	assert_int_equal(stage.sim.gauges.pages_in_stack, 2 * 18);
	assert_int_equal(stage.sim.skbs.live, 2);
	assert_int_equal(stage.sim.packets.delivered, 2 * 19);
	assert_int_equal(stage.sim.socket.truesize, 2 * (18 * PAGE + 256));
	assert_int_equal(stage.sim.gauges.payload_bytes, 2 * (FULL + 18 * DATA));
}

/* Half a page of 4K has no room: 2048 < 256 + 1514 + 320. */
static void test_half_pages(void **state)
{
	(void)state;
	assert_int_equal(receive_in(FULL, 2048, 2048), AS_IT_IS);
	for (unsigned int i = 0; i < 17; i++)
		assert_int_equal(receive_in(FULL, 2048, 2048), MOVED);
	assert_int_equal(receive_in(FULL, 2048, 0), AS_IT_IS);
	assert_int_equal(stage.sim.socket.truesize, 19 * 2048 + 2 * 256);
}

/*
 * In a buffer of 64K pages, whole cache lines: 256 + 1536 + 320 = 2112, of which 22 bytes are left
 * wherever it is in its page. The last of 31 has the 64 bytes that are left of the page, too.
 */
static void test_buffers_of_64k_pages(void **state)
{
	(void)state;
	receive_in(FULL, 2112, 2112);
	assert_int_equal(receive_in(FULL, 2112, 2 * 2112), MOVED);
	socket_stage_read_all();
	receive_in(FULL, 2112, 0);
	assert_int_equal(receive_in(HEADERS + 22, 2112, 2112), COPIED);
	assert_int_equal(receive_in(HEADERS + 1, 2112, 2 * 2112), MOVED);
	socket_stage_read_all();
	receive_in(FULL, 2112 + 64, 0);
	assert_int_equal(receive_in(HEADERS + 86, 2112, 0), COPIED);
}

/* Several small ones fit; one that does not makes the skb non-linear, so that 100 do not either. */
static void test_several_small(void **state)
{
	(void)state;
	receive(FULL);
	for (unsigned int i = 0; i < 10; i++)
		assert_int_equal(receive(HEADERS + 200), COPIED);
	assert_int_equal(stage.sim.gauges.pages_in_stack, 1);
	assert_int_equal(stage.sim.socket.truesize, PAGE + 256);
	assert_int_equal(receive(HEADERS + 7), MOVED);
	assert_int_equal(receive(HEADERS + 1), MOVED);
	socket_stage_read_all();
	receive(FULL);
	assert_int_equal(receive(HEADERS + ROOM), COPIED);
	socket_stage_read_all();
	receive(FULL);
	assert_int_equal(receive(HEADERS + ROOM + 1), MOVED);
}

/* Other flows, of the same cell or not; datagrams; packets without data, which change nothing. */
static void test_not_of_it(void **state)
{
	struct skb *skb = socket_stage_packet(FULL, 0, PAGE, 0);

	(void)state;
	receive(FULL);
	skb->flow = FLOW + 1;
	assert_int_equal(deliver(skb), AS_IT_IS);
	skb = socket_stage_packet(FULL, 0, PAGE, 0);
	skb->datagram = true;
	assert_int_equal(deliver(skb), AS_IT_IS);
	assert_int_equal(receive(HEADERS), AS_IT_IS);
	assert_int_equal(receive(FULL), COPIED);
	skb = socket_stage_packet(FULL, 0, PAGE, 0);
	skb->flow = FLOW + COALESCE_FLOWS;
	assert_int_equal(deliver(skb), AS_IT_IS);
	assert_int_equal(receive(FULL), AS_IT_IS);
	assert_int_equal(receive(FULL), COPIED);
}

/*
 * A reader that waits begins 2000 ns after the first packet, and copies a byte per ns: the second
 * skb is safe for 1514 ns more. What a reader has taken is its own.
 */
static void test_until_it_is_read(void **state)
{
	struct core *core = core_current;
	struct skb *skb = socket_stage_packet(FULL, 0, 2048, 0);

	(void)state;
	stage.scenario.pattern = READER_STEADY;
	stage.machine.reader_wake_mcycles = WAKE_NS * 1000;
	stage.machine.copy_byte_mcycles = 1000;
	skb->flow = FLOW + 1;
	deliver(skb);
	receive_in(FULL, 2048, 0);
	core_set_clock(core, (NOW_NS + WAKE_NS) * 1000);
	skb = socket_stage_packet(FULL, 0, 2048, 0);
	skb->flow = FLOW + 1;
	assert_int_equal(deliver(skb), AS_IT_IS);
	core_set_clock(core, (NOW_NS + WAKE_NS + FULL - 1) * 1000);
	assert_int_equal(receive_in(FULL, 2048, 0), MOVED);
	core_set_clock(core, (NOW_NS + WAKE_NS + FULL) * 1000);
	assert_int_equal(receive_in(FULL, 2048, 0), AS_IT_IS);
	socket_stage_read_all();
	assert_int_equal(receive_in(FULL, 2048, 0), AS_IT_IS);
	/* busy with what it has taken, it wakes later */
	stage.sim.socket.busy_ns = 50000;
	core_set_clock(core, 49999 * 1000);
	assert_int_equal(receive_in(FULL, 2048, 0), MOVED);
	skb = socket_take(&stage.sim);
	assert_int_equal(receive_in(FULL, 2048, 0), AS_IT_IS);
	skb_consume(&stage.sim, skb, false);
}

/* Two packets of @bytes that GRO made one skb */
static struct skb *merged(uint32_t bytes)
{
	struct skb *first = socket_stage_packet(bytes, 0, PAGE, 0),
		   *second = socket_stage_packet(bytes, 0, PAGE, 0);

	skb_cost_merge(&stage.sim.skb_model, &first->cost, &second->cost);
	first->chain = first->last = second;
	first->len += bytes - HEADERS;
	first->pkts++;
	return first;
}

/*
 * Behind what GRO merged there is no room, but what it merged can be copied whole (100 + 100). 2
 * and 2 buffers are a head and 3 frags. Nothing is moved to an skb with a frag_list.
 */
static void test_merged_by_gro(void **state)
{
	(void)state;
	deliver(merged(FULL));
	assert_int_equal(receive(HEADERS + 1), MOVED);
	assert_int_equal(deliver(merged(FULL)), MOVED);
	assert_int_equal(stage.sim.socket.head->cost.nr_frags, 1 + 1 + 2);
	socket_stage_read_all();
	receive(FULL);
	assert_int_equal(deliver(merged(HEADERS + 100)), COPIED);
	assert_int_equal(stage.sim.gauges.pages_in_stack, 1);
	socket_stage_read_all();
	receive_in(FULL, 2048, 0);
	for (unsigned int i = 0; i < 15; i++)
		assert_int_equal(receive_in(FULL, 2048, 0), MOVED);
	assert_int_equal(deliver(merged(FULL)), MOVED);
	stage.sim.socket.head->cost.skbs++;
	stage.sim.socket.head->cost.nr_frags = 0;
	assert_int_equal(receive_in(FULL, 2048, 0), AS_IT_IS);
}

/* With a header split the data is in frags: no room, 17 of them. Heads and sk_buffs are freed. */
static void test_header_split(void **state)
{
	(void)state;
	deliver(socket_stage_packet(FULL, HEADERS, 2048, 0));
	for (unsigned int i = 0; i < 16; i++)
		assert_int_equal(deliver(socket_stage_packet(FULL, HEADERS, 2048, 0)), MOVED);
	assert_int_equal(deliver(socket_stage_packet(HEADERS + 1, HEADERS, 2048, 0)), AS_IT_IS);
	assert_int_equal(stage.sim.socket.truesize, 18 * 2048 + 2 * (256 + 640));
}

/*
 * A copy in a head of 640 bytes has 640 - 64 - 320 - 100 = 156 bytes left, and its head cannot
 * become a frag. It does not recycle pages as an skb of a page_pool does: those are not mixed.
 */
static void test_copybreak(void **state)
{
	(void)state;
	assert_int_equal(deliver(socket_stage_packet(100, 100, 0, 0)), AS_IT_IS);
	assert_int_equal(deliver(socket_stage_packet(100, 100, 0, 0)), COPIED);
	assert_int_equal(receive(HEADERS + 156 - 34), COPIED);
	assert_int_equal(receive(FULL), MOVED);
	assert_int_equal(deliver(socket_stage_packet(100, 100, 0, 0)), AS_IT_IS);
	stage.strategy.has_pool_stats = true;
	assert_int_equal(receive(HEADERS + 1), AS_IT_IS);
	assert_int_equal(deliver(socket_stage_packet(100, 100, 0, 0)), AS_IT_IS);
	assert_int_equal(deliver(socket_stage_packet(100, 100, 0, 0)), COPIED);
}

/* A datagram for a socket that is more than half full: its page is free at once. */
static void test_condensed(void **state)
{
	const uint64_t half = stage.scenario.rcvbuf_bytes / 2;

	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		struct skb *skb = socket_stage_packet(HEADERS + 190, HEADERS, PAGE, 0);

		skb->datagram = true;
		stage.sim.socket.truesize = half + i;
		deliver_skb(&stage.sim, skb, NULL);
		assert_int_equal(stage.put, i);
		assert_int_equal(stage.sim.gauges.pages_in_stack, 1);
		assert_int_equal(stage.sim.socket.truesize, half + i + 256 + 640 + (i ? 0 : PAGE));
	}
	stage.sim.socket.truesize = 2 * (256 + 640) + PAGE;
}

/* Pages of page_pool_frag on a veth, for @packets of one flow that nobody reads before the end. */
static uint64_t pages_of(const char *packets, const char *protocol)
{
	const char *const settings[] = {"nic.preset=veth",
					"nic.gro=off",
					"traffic.flows=1",
					"traffic.rate=1G",
					"workload.reader.pattern=stalled",
					"workload.rcvbuf=64M",
					packets,
					protocol,
					NULL};
	char err[512] = "";
	struct result r;

	if (sim_run("page_pool_frag", settings, &r, err))
		fail_msg("%s", err);
	assert_int_equal(r.u[METRIC_SKB_TAIL_COPIES] + r.u[METRIC_SKB_TAIL_MOVES] > 0,
			 !strcmp(protocol, "traffic.protocol=tcp"));
	return r.u[METRIC_PG_ALLOCATED];
}

/*
 * Packets of 2112 bytes with all else have a page each, and a pool takes 64 at a time. 68 packets
 * are 3 groups of 19 and 11 more: 4 are copied, so 64 pages are enough; 69 need 65.
 */
static void test_pages(void **state)
{
	(void)state;
	assert_int_equal(pages_of("traffic.packets=68", "traffic.protocol=tcp"), 64);
	assert_int_equal(pages_of("traffic.packets=69", "traffic.protocol=tcp"), 128);
	assert_int_equal(pages_of("traffic.packets=64", "traffic.protocol=udp"), 64);
	assert_int_equal(pages_of("traffic.packets=65", "traffic.protocol=udp"), 128);
}

#define TAIL_TEST(f) cmocka_unit_test_setup_teardown(f, socket_stage_up, socket_stage_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TAIL_TEST(test_full_sized),
		TAIL_TEST(test_half_pages),
		TAIL_TEST(test_buffers_of_64k_pages),
		TAIL_TEST(test_several_small),
		TAIL_TEST(test_not_of_it),
		TAIL_TEST(test_until_it_is_read),
		TAIL_TEST(test_merged_by_gro),
		TAIL_TEST(test_header_split),
		TAIL_TEST(test_condensed),
		TAIL_TEST(test_copybreak),
		cmocka_unit_test(test_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
