/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_ring.c - how many packets that come at once find room in the ring and in the NIC's own
 * buffer.
 *
 * All arrive at time 0 and the first poll comes 1 ms later, so nothing is refilled in between. A
 * ring of n descriptors keeps one free: next_to_use never reaches next_to_clean, n - 1 are posted.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/sim/machine_file.h"
#include "tests/sim/sim_run.h"
#include "tests/sim/tcp_pcap.h"

#define PACKETS 20
#define RING	8

static struct tcp_segment segment[PACKETS];

static int teardown(void **state)
{
	(void)state;
	tcp_pcap_remove();
	machine_file_remove();
	return 0;
}

/* PACKETS of @bytes and one flow, on a ring of RING */
static void run_at_once(uint16_t bytes, const char *const *more, struct result *r)
{
	const char *settings[16] = {"nic.rx_usecs=1ms", "nic.rx_frames=0", "nic.ring=8",
				    "nic.refill_batch=1", "traffic.release=modelled"};
	char err[512] = "";
	unsigned int n = 5;

	for (unsigned int i = 0; i < PACKETS; i++)
		segment[i] = (struct tcp_segment){.bytes = bytes, .flow = 1};
	settings[n++] = tcp_pcap_write(segment, PACKETS);
	while (*more)
		settings[n++] = *more++;
	if (sim_run("page_pool", settings, r, err))
		fail_msg("%u bytes: %s", bytes, err);
	assert_int_equal(r->u[METRIC_OFFERED], PACKETS);
}

#define RUN(r, bytes, ...) run_at_once(bytes, (const char *const[]){__VA_ARGS__, NULL}, r)

/* A packet of one buffer takes one descriptor, one of b buffers all of its b or none. */
static void test_descriptors(void **state)
{
	struct result r;

	(void)state;
	RUN(&r, 1514, "iommu=off");
	assert_int_equal(r.u[METRIC_DELIVERED], RING - 1);
	assert_int_equal(r.u[METRIC_DROP_NO_DESC], PACKETS - (RING - 1));
	/* 5000 bytes in buffers of 1664: 4, so one packet fits 7; 4000: 3, two packets */
	RUN(&r, 5000, "iommu=off");
	assert_int_equal(r.u[METRIC_DELIVERED], 1);
	RUN(&r, 4000, "iommu=off");
	assert_int_equal(r.u[METRIC_DELIVERED], 2);
	assert_int_equal(r.u[METRIC_DROP_NO_DESC], PACKETS - 2);
}

/* On demand the queue is as long as the ring, and keeps none free. */
static void test_queue_on_demand(void **state)
{
	struct result r;

	(void)state;
	RUN(&r, 1514, "nic.preset=veth", "nic.refill_batch=0", "iommu=off");
	assert_int_equal(r.u[METRIC_DELIVERED], RING);
	assert_int_equal(r.u[METRIC_DROP_NO_DESC], PACKETS - RING);
}

/*
 * Hardware GRO goes on in the same buffers of 2048: n segments of 1448 bytes of data need ceil(n x
 * 1448 / 2048). Nine need 7, all that are posted; for the tenth there is none, nor for what comes
 * after it.
 */
static void test_descriptors_of_a_session(void **state)
{
	struct result r;

	(void)state;
	assert_int_equal((9 * 1448 + 2047) / 2048, RING - 1);
	RUN(&r, 1514, "iommu=off", "nic.gro=hw", "nic.header_split=yes");
	assert_int_equal(r.u[METRIC_DELIVERED], 9);
	assert_int_equal(r.u[METRIC_SKB_MERGED], 8);
	assert_int_equal(r.u[METRIC_DROP_NO_DESC], PACKETS - 9);
}

/*
 * Behind an IOMMU packets wait for the DMA engine. The first finds it free and needs no room; of
 * 1024 bytes each, a buffer of k KiB holds k more.
 */
static void test_fifo(void **state)
{
	struct result r;

	(void)state;
	RUN(&r, 1024, "iommu=strict", "nic.ring=64", "nic.fifo=8K");
	assert_int_equal(r.u[METRIC_DELIVERED], 1 + 8);
	assert_int_equal(r.u[METRIC_DROP_NIC_FIFO], PACKETS - (1 + 8));
	RUN(&r, 1024, "iommu=strict", "nic.ring=64", "nic.fifo=8191");
	assert_int_equal(r.u[METRIC_DELIVERED], 1 + 7);
}

/*
 * A page costs 10^6 cycles, half of them at its allocation: 166.7 us at 3 GHz. The poll at 1 ms
 * takes seven packets in a few us and refills the empty ring. What comes while the first page is
 * allocated finds no descriptor; what comes during the second one finds the first.
 */
static void test_arrivals_in_refill(void **state)
{
	const char *machine =
		machine_file_write("order0: {value: 246,", "order0: {value: 1000000,");
	static const uint32_t at_us[] = {1100, 1300};

	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		char err[512] = "";
		struct result r;

		for (unsigned int p = 0; p < RING; p++)
			segment[p] = (struct tcp_segment){.bytes = 1514, .flow = p + 1};
		segment[RING - 1].arrival_ns = at_us[i] * 1000;
		const char *const settings[] = {"nic.rx_usecs=1ms",
						"nic.rx_frames=0",
						"nic.ring=8",
						"nic.refill_batch=8",
						"iommu=off",
						machine,
						tcp_pcap_write(segment, RING),
						NULL};

		if (sim_run("page_alloc", settings, &r, err))
			fail_msg("%s", err);
		assert_int_equal(r.u[METRIC_DELIVERED], RING - 1 + i);
		assert_int_equal(r.u[METRIC_DROP_NO_DESC], 1 - i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_descriptors, teardown),
		cmocka_unit_test_teardown(test_queue_on_demand, teardown),
		cmocka_unit_test_teardown(test_descriptors_of_a_session, teardown),
		cmocka_unit_test_teardown(test_fifo, teardown),
		cmocka_unit_test_teardown(test_arrivals_in_refill, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
