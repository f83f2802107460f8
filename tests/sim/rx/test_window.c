/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_window.c - traffic.flow_control window: how much a sender sends, and when.
 *
 * With receive buffer R, truesize T and data D of a packet and ratio r = floor(256 D / T), a reader
 * that has read nothing after n packets has offered
 *	edge(n) = n D + floor((R - n T) r / 256)	while that part is at least R r / 256 / 16
 * and packets come while their data is below the highest edge.
 * Source: tcp-select-window, tcp-scaling-ratio
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "sim/rx/window.h"
#include "tests/sim/sim_run.h"
#include "tests/sim/socket_stage.h"

#define D	  STAGE_DATA
#define US	  1000u
#define WIRE_NS	  123u /* 1514 + 24 bytes at 100 Gbit/s: 123.04 */
#define PAGE_T	  4352u
#define MANY_FLOW "traffic.flows=1048576" /* so that each packet is an skb */

static int up(void **state)
{
	int ret = socket_stage_up(state);
	struct scenario *s = &stage.scenario;

	strcpy(s->source, "synthetic");
	s->flow_control = FLOW_CONTROL_WINDOW;
	s->rcvbuf_bytes = 20000;
	s->line_rate_bps = 100000000000u;
	s->nic.ring = 1024;
	return ret;
}

/* A packet made at @made_ns. Return: when it arrives, or UINT64_MAX: it waits */
static uint64_t arrives(uint64_t made_ns)
{
	struct packet pkt = {.arrival_ns = made_ns, .bytes = STAGE_FULL};
	uint64_t later;

	if (window_pass(&stage.sim, &pkt, &later) == TRAFFIC_PACKET)
		return pkt.arrival_ns;
	return UINT64_MAX;
}

/*
 * The ratio is a half: 10000 bytes are offered, 6 x 1448 = 8688. What has been read when it is
 * acknowledged moves the edge by as much: 7 x 1448 = 10136 of 11448. It is told at 500 ns.
 */
static void test_edge(void **state)
{
	const struct window *w = &stage.sim.window;

	(void)state;
	window_init(&stage.sim);
	for (unsigned int i = 0; i < 6; i++)
		assert_int_equal(arrives(100 + i), 100 + i);
	assert_int_equal(arrives(106), UINT64_MAX);
	window_received(&stage.sim, D, 1);
	assert_int_equal(w->edge, D + 10000);
	assert_int_equal(arrives(106), STAGE_NOW_NS);
	assert_int_equal(arrives(107), UINT64_MAX);
	assert_int_equal(w->delayed, 1);
	assert_int_equal(w->closed_ns, STAGE_NOW_NS - 106);
	/* two at once follow each other on the line, and one that is made later does not */
	window_received(&stage.sim, 2 * D, 2);
	assert_int_equal(arrives(107), STAGE_NOW_NS + WIRE_NS);
	assert_int_equal(arrives(108), STAGE_NOW_NS + 2 * WIRE_NS);
	window_received(&stage.sim, D, 1);
	assert_int_equal(arrives(2000), 2000);
	assert_int_equal(w->delayed, 3);
}

/* Never taken back: memory that is taken without data coming in leaves the edge where it is. */
static void test_never_shrinks(void **state)
{
	const struct window *w = &stage.sim.window;

	(void)state;
	window_init(&stage.sim);
	stage.sim.socket.truesize = 12000;
	window_received(&stage.sim, 0, 0);
	assert_int_equal(w->edge, 10000);
	/* less than a sixteenth, 625 of 10000, or than a segment of 536 is free: nothing more */
	stage.sim.socket.truesize = 20000 - 2 * 624;
	window_received(&stage.sim, 9900, 1);
	assert_int_equal(w->edge, 10000);
	stage.scenario.rcvbuf_bytes = 8000;
	stage.sim.socket.truesize = 8000 - 2 * 535;
	window_received(&stage.sim, 0, 0);
	assert_int_equal(w->edge, 10000);
	stage.sim.socket.truesize = 8000 - 2 * 536;
	window_received(&stage.sim, 0, 0);
	assert_int_equal(w->edge, 9900 + 536);
	stage.scenario.rcvbuf_bytes = 20000;
	stage.sim.socket.truesize = 20000 - 2 * 625;
	window_received(&stage.sim, 0, 0);
	assert_int_equal(w->edge, 9900 + 625);
	stage.sim.socket.truesize = 0;
}

/* The first to arrive when the duration has ended is not sent. */
static void test_end(void **state)
{
	struct packet pkt = {.arrival_ns = 106, .bytes = STAGE_FULL};
	uint64_t later;

	(void)state;
	window_init(&stage.sim);
	for (unsigned int i = 0; i < 6; i++)
		arrives(100);
	window_received(&stage.sim, 2 * D, 2);
	stage.scenario.duration_ns = STAGE_NOW_NS + WIRE_NS;
	assert_int_equal(arrives(106), STAGE_NOW_NS);
	assert_int_equal(window_pass(&stage.sim, &pkt, &later), TRAFFIC_END);
}

/* The reader speaks up when it has doubled the offer, or when more than a segment is not told. */
static void test_reader(void **state)
{
	const struct window *w = &stage.sim.window;

	(void)state;
	window_init(&stage.sim);
	stage.sim.socket.truesize = 16000;
	window_received(&stage.sim, 8000, 1);
	assert_int_equal(w->edge, 8000 + 2000);
	stage.sim.socket.truesize = 20000 - 2 * 3999;
	window_freed(&stage.sim);
	assert_int_equal(w->edge, 8000 + 2000);
	stage.sim.socket.truesize = 20000 - 2 * 4000;
	window_freed(&stage.sim);
	assert_int_equal(w->edge, 8000 + 4000);
	stage.sim.socket.truesize = 20000 - 2 * 4001;
	window_freed(&stage.sim);
	assert_int_equal(w->edge, 8000 + 4000);
	window_lost(&stage.sim, STAGE_HEADERS + 537, 1);
	window_freed(&stage.sim);
	assert_int_equal(w->edge, 8537 + 4001);
	stage.sim.socket.truesize = 0;
}

/* Half of a ring of 8, and what the line holds in a round trip: 984 / 123 = 8 packets. */
static void test_in_flight(void **state)
{
	(void)state;
	stage.scenario.rcvbuf_bytes = 1 << 20;
	stage.scenario.nic.ring = 8;
	stage.sim.socket.mss = D;
	window_init(&stage.sim);
	for (unsigned int i = 0; i < 4; i++)
		assert_int_equal(arrives(i), i);
	assert_int_equal(arrives(4), UINT64_MAX);
	window_lost(&stage.sim, STAGE_FULL, 1);
	window_received(&stage.sim, D, 1);
	for (unsigned int i = 0; i < 2; i++)
		assert_int_equal(arrives(4), STAGE_NOW_NS + i * WIRE_NS);
	assert_int_equal(arrives(4), UINT64_MAX);
	stage.scenario.rtt_ns = 8 * WIRE_NS;
	window_received(&stage.sim, D, 1);
	for (unsigned int i = 0; i < 1 + 8; i++)
		assert_int_equal(arrives(4), STAGE_NOW_NS + (8 + i) * WIRE_NS);
	assert_int_equal(arrives(4), UINT64_MAX);
}

/* More updates than are kept: the sender learns later of what was told last, and of all. */
static void test_many_updates(void **state)
{
	(void)state;
	window_init(&stage.sim);
	for (unsigned int i = 0; i < 2 * WINDOW_STEPS; i++) {
		core_set_clock(core_current, (1000 + i) * 1000);
		window_received(&stage.sim, D, 1);
	}
	assert_int_equal(stage.sim.window.nr, WINDOW_STEPS);
	for (unsigned int i = 0; i < 2 * WINDOW_STEPS + 6; i++)
		assert_int_equal(arrives(100000), 100000);
	assert_int_equal(arrives(100000), UINT64_MAX);
}

static void run(const char *strategy, const char *const *settings, struct result *r)
{
	char err[512] = "";

	if (sim_run(strategy, settings, r, err))
		fail_msg("%s: %s", strategy, err);
}

/*
 * R = 6291456, T = 4352, r = 85: the whole is 2088960, a sixteenth of it 130560. That is free up to
 * n = 1355: edge = 1355 x 1448 + 130985 = 2093025, which is 1445 packets. They take 6288640 of R.
 */
static void test_stalled(void **state)
{
	static const char *const settings[] = {"traffic.flow_control=window",
					       MANY_FLOW,
					       "seed=2",
					       "traffic.rate=1G",
					       "duration=20ms",
					       "nic.rx_usecs=0",
					       "workload.reader.pattern=stalled",
					       NULL};
	struct result r;

	(void)state;
	run("page_pool", settings, &r);
	assert_int_equal(r.u[METRIC_SKB_TAIL_COPIES] + r.u[METRIC_SKB_TAIL_MOVES], 0);
	assert_int_equal(r.u[METRIC_DELIVERED], 1445);
	/* at 12.304 us a packet */
	assert_int_equal(r.u[METRIC_UNSENT], 1626 - 1445);
	assert_in_range(r.u[METRIC_SIMULATED_NS], 20000 * US, 21000 * US);
}

/*
 * R = 64K: 32768 x 1/2 at first, 22 packets; then 21760, at most 15 packets in each round trip of 1
 * ms, and no less than half of it, which the reader does not speak up for. So 150 packets take from
 * ceil((150 - 22) / 15) = 9 to ceil((150 - 22) / 7) = 19 ms.
 */
static void test_round_trips(void **state)
{
	static const char *const settings[] = {"traffic.flow_control=window",
					       MANY_FLOW,
					       "traffic.packets=150",
					       "traffic.rtt=1ms",
					       "nic.rx_usecs=0",
					       "nic.free_path=remote",
					       "workload.rcvbuf=64K",
					       NULL};
	struct result r;

	(void)state;
	run("page_pool", settings, &r);
	assert_int_equal(r.u[METRIC_DELIVERED], 150);
	assert_in_range(r.u[METRIC_SIMULATED_NS], 9000 * US, 19000 * US);
	assert_in_range(r.u[METRIC_WINDOW_CLOSED_NS], r.u[METRIC_SIMULATED_NS] - 300 * US,
			r.u[METRIC_SIMULATED_NS]);
}

static const char *const strategies[] = {
	"page_alloc", "refcount_reuse", "recycle_cache",  "pingpong",
	"page_pool",  "page_pool_frag", "frag_countdown", "frag_countup",
};

/* 4096 x 85 / 256 = 1360 bytes at most are never enough for a packet: it comes when all is read. */
static void test_larger_than_window(void **state)
{
	static const char *const settings[] = {"traffic.flow_control=window", "traffic.packets=50",
					       "workload.rcvbuf=4K", NULL};
	struct result r;

	(void)state;
	run("page_pool", settings, &r);
	assert_int_equal(r.u[METRIC_DELIVERED], 50);
	assert_in_range(r.u[METRIC_DELAYED], 48, 50);
}

/* A reader slower than the load: none is lost, all come in the end. Twice the same. */
static void test_all_come(void **state)
{
	static const char *const settings[] = {
		"traffic.flow_control=window",	  "traffic.packets=8000",
		"traffic.arrivals=poisson",	  "nic.queues=3",
		"workload.reader.core=3",	  "workload.rcvbuf=300K",
		"workload.reader.pattern=bursty", "workload.reader.pause=200us",
		"workload.reader.bytes=40000",	  NULL};

	(void)state;
	for (size_t i = 0; i < sizeof(strategies) / sizeof(strategies[0]); i++) {
		struct result r[2];

		for (unsigned int n = 0; n < 2; n++)
			run(strategies[i], settings, &r[n]);
		assert_int_equal(r[0].u[METRIC_DELIVERED], 8000);
		assert_int_equal(r[0].u[METRIC_UNSENT], 0);
		assert_in_range(r[0].u[METRIC_DELAYED], 4000, 8000);
		/* 40000 bytes each 200 us */
		assert_in_range(r[0].u[METRIC_SIMULATED_NS], 8000ull * D / 40000 * 195 * US,
				8000ull * D / 40000 * 205 * US);
		assert_memory_equal(&r[0], &r[1], sizeof(r[0]));
	}
}

/*
 * The window counts on large packets, so that small ones of 334 bytes overrun the receive buffer.
 * Collapsed they fit it, but for a few. Without a window most of 8000 are dropped.
 */
static void test_small_packets(void **state)
{
	const char *settings[] = {"traffic.flow_control=window",
				  "traffic.packets=8000",
				  "traffic.flows=1",
				  "traffic.sizes=bimodal",
				  "traffic.bimodal.small=400",
				  "workload.rcvbuf=300K",
				  "workload.reader.pattern=bursty",
				  "workload.reader.pause=200us",
				  "workload.reader.bytes=40000",
				  NULL};

	(void)state;
	for (size_t i = 0; i < sizeof(strategies) / sizeof(strategies[0]); i++) {
		struct result r;

		settings[0] = "traffic.flow_control=window";
		run(strategies[i], settings, &r);
		assert_in_range(r.u[METRIC_SKB_COLLAPSED], 1, 20000);
		assert_in_range(r.u[METRIC_DROP_RCVBUF], 0, 80);
		assert_int_equal(r.u[METRIC_DELIVERED] + r.u[METRIC_DROP_RCVBUF], 8000);
		settings[0] = "traffic.flow_control=none";
		run(strategies[i], settings, &r);
		assert_in_range(r.u[METRIC_DROP_RCVBUF], 4000, 8000);
		assert_false(r.has[METRIC_DELAYED]);
	}
}

#define STAGE_TEST(f) cmocka_unit_test_setup_teardown(f, up, socket_stage_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STAGE_TEST(test_edge),
		STAGE_TEST(test_never_shrinks),
		STAGE_TEST(test_end),
		STAGE_TEST(test_reader),
		STAGE_TEST(test_in_flight),
		STAGE_TEST(test_many_updates),
		cmocka_unit_test(test_stalled),
		cmocka_unit_test(test_round_trips),
		cmocka_unit_test(test_larger_than_window),
		cmocka_unit_test(test_all_come),
		cmocka_unit_test(test_small_packets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
