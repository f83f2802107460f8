/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_router.c - packets that go out again: when they are complete, and where their pages go.
 *
 * The port is so slow that costs of cores do not matter: at 1 Mbit/s a packet of 1514 bytes, and 24
 * of preamble, FCS and gap, takes
 *	w = 1538 x 8 / 1e6 s = 12.304 ms
 * All packets arrive at time 0 and one poll sends them. A completion that wakes the queue is a poll
 * as well, each one charged machine.stack.poll to cause irq.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/sim/sim_run.h"
#include "tests/sim/tcp_pcap.h"

#define PACKETS	 12
#define POLL	 3000 /* cycles, stack.poll of x86-100g */
#define WIRE_NS	 12304000ull
#define COSTS_NS 50000

static struct tcp_segment segment[PACKETS];

static int teardown(void **state)
{
	(void)state;
	tcp_pcap_remove();
	return 0;
}

static void run_router(unsigned int nr, const char *batch, const char *usecs, const char *forward,
		       struct result *r)
{
	char err[512] = "";

	for (unsigned int i = 0; i < nr; i++)
		segment[i] = (struct tcp_segment){.bytes = 1514, .flow = 1};
	const char *const settings[] = {"workload.kind=router",
					"nic.link=1M",
					"nic.rx_frames=0",
					tcp_pcap_write(segment, nr),
					batch,
					usecs,
					forward,
					NULL};

	if (sim_run("page_pool", settings, r, err))
		fail_msg("%u packets, %s: %s", nr, batch, err);
	assert_int_equal(r->u[METRIC_DELIVERED], nr);
}

/*
 * n packets with a completion for every b of them: one poll sends, ceil(n / b) clean. The last one
 * is complete when the port has sent all, n w, and is cleaned then.
 */
static void test_completions(void **state)
{
	static const struct {
		unsigned int nr, batch;
		const char *setting;
	} c[] = {
		{1, 1, "nic.tx_batch=1"},    {6, 1, "nic.tx_batch=1"},	{6, 2, "nic.tx_batch=2"},
		{12, 3, "nic.tx_batch=3"},   {10, 4, "nic.tx_batch=4"}, {12, 12, "nic.tx_batch=12"},
		{11, 12, "nic.tx_batch=12"},
	};
	struct result r;

	(void)state;
	for (unsigned int i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		run_router(c[i].nr, c[i].setting, "nic.rx_usecs=0", "workload.forward=xdp_tx", &r);
		assert_int_equal(r.u[METRIC_CYC_IRQ],
				 POLL * (1 + (c[i].nr + c[i].batch - 1) / c[i].batch));
		assert_in_range(r.u[METRIC_SIMULATED_NS], c[i].nr * WIRE_NS,
				c[i].nr * WIRE_NS + COSTS_NS);
		assert_int_equal(r.u[METRIC_TX_PEAK], c[i].nr);
	}
}

/* A TX ring of 8 descriptors keeps one free: seven packets are sent, the rest finds it full. */
static void test_full_ring(void **state)
{
	char err[512] = "";
	struct result r;

	(void)state;
	for (unsigned int i = 0; i < PACKETS; i++)
		segment[i] = (struct tcp_segment){.bytes = 1514, .flow = 1};
	const char *const settings[] = {"workload.kind=router", "nic.link=1M", "nic.tx_ring=8",
					tcp_pcap_write(segment, PACKETS), NULL};

	if (sim_run("page_pool", settings, &r, err))
		fail_msg("%s", err);
	assert_int_equal(r.u[METRIC_DELIVERED], 7);
	assert_int_equal(r.u[METRIC_TX_PEAK], 7);
	assert_int_equal(r.u[METRIC_DROP_TX_FULL], PACKETS - 7);
}

/*
 * Moderation holds completions as it does arrivals: one packet is received, and cleaned, 5 ms late.
 */
static void test_moderation(void **state)
{
	struct result r;

	(void)state;
	run_router(1, "nic.tx_batch=1", "nic.rx_usecs=5ms", "workload.forward=xdp_tx", &r);
	assert_in_range(r.u[METRIC_SIMULATED_NS], WIRE_NS + 10000000,
			WIRE_NS + 10000000 + COSTS_NS);
}

/*
 * XDP_TX: the queue's own NAPI cleans, straight into the pool's alloc cache. redirect: the pool's
 * ring.
 */
static void test_where_pages_go(void **state)
{
	struct result r;

	(void)state;
	run_router(PACKETS, "nic.tx_batch=1", "nic.rx_usecs=0", "workload.forward=xdp_tx", &r);
	assert_int_equal(r.u[METRIC_PG_CACHED], PACKETS);
	assert_int_equal(r.u[METRIC_PG_RING], 0);
	run_router(PACKETS, "nic.tx_batch=1", "nic.rx_usecs=0", "workload.forward=redirect", &r);
	assert_int_equal(r.u[METRIC_PG_CACHED], 0);
	assert_int_equal(r.u[METRIC_PG_RING], PACKETS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_completions, teardown),
		cmocka_unit_test_teardown(test_full_ring, teardown),
		cmocka_unit_test_teardown(test_moderation, teardown),
		cmocka_unit_test_teardown(test_where_pages_go, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
