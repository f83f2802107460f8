/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_recorded.c - what a capture says is done: polls, releases, packets the device sent.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/sim/machine_file.h"
#include "tests/sim/recorded.h"
#include "tests/sim/sim_run.h"

#define PACKETS 24
#define US	1000u
#define MS	1000000u
#define POLL	3000 /* cycles, stack.poll of x86-100g */
#define BYTES	1514

static struct packet pkt[PACKETS];

static int setup(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < PACKETS; i++)
		pkt[i] = (struct packet){.release_ns = PACKET_UNKNOWN,
					 .bytes = BYTES,
					 .flow = 1,
					 .method = RELEASE_UNKNOWN};
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	recorded_remove();
	machine_file_remove();
	return 0;
}

static void run_on(const char *on, const char *iommu, unsigned int nr, struct result *r)
{
	const char *const settings[] = {
		"nic.rx_usecs=0", "nic.rx_frames=0", iommu, on, recorded_write(pkt, nr), NULL};
	char err[512] = "";

	if (sim_run("page_pool", settings, r, err))
		fail_msg("%s", err);
}

static void run_recorded(const char *iommu, unsigned int nr, struct result *r)
{
	run_on("machine=x86-100g", iommu, nr, r);
}

/*
 * 24 packets, 7.013 us apart, in recorded polls of n: each but the last of a poll says that it goes
 * on. So many polls: 24 / n, each charged stack.poll to cause irq, also at a clock of which a
 * nanosecond is no whole number of mcycles.
 */
static void test_polls(void **state)
{
	static const unsigned int per_poll[] = {1, 2, 6, 24};
	const char *odd_clock =
		machine_file_write("clock: {value: 3000,", "clock: {value: 2194.843,");
	struct result r;

	(void)state;
	for (unsigned int n = 0; n < 4; n++) {
		for (unsigned int i = 0; i < PACKETS; i++) {
			pkt[i].arrival_ns = 7013 * i;
			pkt[i].flags = (i + 1) % per_poll[n] ? PACKET_POLL_MORE : 0;
			/* no reader, which would wake softirqs of its own */
			pkt[i].method = RELEASE_FREE;
			pkt[i].release_ns = pkt[i].arrival_ns + 500 * US;
		}
		for (unsigned int odd = 0; odd < 2; odd++) {
			run_on(odd ? odd_clock : "machine=x86-100g", "iommu=off", PACKETS, &r);
			assert_int_equal(r.u[METRIC_DELIVERED], PACKETS);
			assert_int_equal(r.u[METRIC_CYC_IRQ], POLL * (PACKETS / per_poll[n]));
		}
	}
}

static void all_released(enum release_method method, uint16_t cpu, struct result *r)
{
	for (unsigned int i = 0; i < PACKETS; i++) {
		pkt[i].arrival_ns = 100 * US * i;
		pkt[i].release_ns = pkt[i].arrival_ns + 50 * US;
		pkt[i].release_cpu = cpu;
		pkt[i].method = (uint8_t)method;
	}
	run_recorded("iommu=off", PACKETS, r);
	assert_int_equal(r->u[METRIC_DELIVERED], PACKETS);
	assert_int_equal(r->u[METRIC_PG_CACHED] + r->u[METRIC_PG_RING], PACKETS);
}

/*
 * A free on the CPU whose NAPI owns the pool goes to its alloc cache, all 24; one on another CPU,
 * or known by a copy to user space only, goes to its ring.
 */
static void test_where_pages_go(void **state)
{
	struct result r;

	(void)state;
	all_released(RELEASE_FREE, 0, &r);
	assert_int_equal(r.u[METRIC_PG_CACHED], PACKETS);
	all_released(RELEASE_FREE, 1, &r);
	assert_int_equal(r.u[METRIC_PG_RING], PACKETS);
	all_released(RELEASE_COPY, 0, &r);
	assert_int_equal(r.u[METRIC_PG_RING], PACKETS);
}

/* Packets 20 us apart, each held 100 us by the CPU that received it; the first one @first_us. */
static uint64_t pages_of_held(unsigned int first_us)
{
	static struct packet held[20000];
	const size_t nr = sizeof(held) / sizeof(held[0]);
	const char *settings[] = {"nic.preset=veth", "traffic.release=recorded", NULL, NULL};
	char err[512] = "";
	struct result r;

	for (size_t i = 0; i < nr; i++)
		held[i] = (struct packet){.arrival_ns = 20 * US * i,
					  .release_ns = 20 * US * i + (i ? 100 : first_us) * US,
					  .bytes = BYTES,
					  .flow = 1,
					  .method = RELEASE_COPY};
	settings[2] = recorded_write(held, nr);
	if (sim_run("page_pool", settings, &r, err))
		fail_msg("%s", err);
	assert_int_equal(r.u[METRIC_DELIVERED], nr);
	return r.u[METRIC_PG_ALLOCATED];
}

/*
 * At most six packets are held at once, so the pool's first refill of 64 pages serves them all. One
 * that is held until 309 ms is released last of those known by then, and must not hold up the rest.
 */
static void test_one_held_long(void **state)
{
	(void)state;
	assert_int_equal(pages_of_held(100), 64);
	assert_int_equal(pages_of_held(309 * 1000), 64);
}

static void send(struct packet *p, unsigned int at_ms, unsigned int done_ms, unsigned int maps)
{
	p->flags = PACKET_SENT;
	p->arrival_ns = (uint64_t)at_ms * MS;
	p->release_ns = (uint64_t)done_ms * MS;
	p->method = RELEASE_FREE;
	p->flow = 0;
	p->mappings = maps;
}

/*
 * Three packets sent, complete after 6, 1 and 3 ms, with a mapping of a page for each head and
 * frag: 1, 3 and 18. Lazy: the first unmap arms the timer of 10 ms, so up to its flush, at 11 ms,
 * pages are exposed for 11 - 6, 11 - 1 and 11 - 3 ms, but for the us that unmapping takes. A packet
 * received at 20 ms keeps the run going.
 */
static void test_sent(void **state)
{
	static const unsigned int maps[] = {1, 3, 18};
	double page_ms = 4096.0 * MS, exposed;
	struct result r;

	(void)state;
	send(&pkt[0], 0, 6, maps[0]);
	send(&pkt[1], 0, 1, maps[1]);
	send(&pkt[2], 0, 3, maps[2]);
	pkt[3].arrival_ns = 20 * MS;
	run_recorded("iommu=lazy", 4, &r);
	assert_int_equal(r.u[METRIC_DELIVERED], 1);
	assert_int_equal(r.u[METRIC_IOMMU_SENT_MAPS], 1 + 3 + 18);
	exposed = (double)r.u[METRIC_IOMMU_EXPOSURE] / page_ms;
	assert_true(exposed > (1 * 5 + 3 * 10 + 18 * 8) * 0.99);
	assert_true(exposed < (1 * 5 + 3 * 10 + 18 * 8) * 1.01);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_polls, setup, teardown),
		cmocka_unit_test_setup_teardown(test_where_pages_go, setup, teardown),
		cmocka_unit_test_setup_teardown(test_one_held_long, setup, teardown),
		cmocka_unit_test_setup_teardown(test_sent, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
