/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_rcvbuf.c - where exactly a socket's receive buffer is full.
 *
 * The rule is that of Linux 6.12, UDP and TCP: a packet is dropped if what the socket holds already
 * is above sk_rcvbuf, whatever its own truesize T is. So of packets that nobody reads, the socket
 *	takes n = floor(rcvbuf / T) + 1
 * as long as each is an skb of its own, as datagrams are.
 * rcvbuf = k T tells this rule from others: it takes k + 1. Where holding as much as sk_rcvbuf were
 * enough to drop (>=), and where the packet's own truesize counted (UDP of 7.x: rmem + T > rcvbuf,
 * unless the queue is empty), it would be k.
 * Source: skb-truesize
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "tests/sim/sim_run.h"

#define PACKETS 50

/* page_pool_frag: a buffer of 2K is the head: 2048 and sizeof(struct sk_buff). page_pool: a page */
#define FRAG_TRUESIZE (2048 + 256)
#define PAGE_TRUESIZE (4096 + 256)

/* Return: packets that a socket of @rcvbuf bytes takes while nobody reads */
static unsigned int taken(const char *strategy, unsigned int rcvbuf, const char *more,
			  const char *also)
{
	char limit[64], err[512] = "";
	const char *const settings[] = {"traffic.packets=50",
					"traffic.rate=1G",
					"traffic.protocol=udp",
					"workload.reader.pattern=stalled",
					limit,
					more,
					more ? also : NULL,
					NULL};
	struct result r;

	snprintf(limit, sizeof(limit), "workload.rcvbuf=%u", rcvbuf);
	if (sim_run(strategy, settings, &r, err))
		fail_msg("%s: %s", limit, err);
	assert_int_equal(r.u[METRIC_DELIVERED] + r.u[METRIC_DROP_RCVBUF], PACKETS);
	return r.u[METRIC_DELIVERED];
}

static void test_exactly_full_still_takes_one(void **state)
{
	(void)state;
	for (unsigned int k = 2; k <= 20; k += 6) {
		assert_int_equal(taken("page_pool_frag", k * FRAG_TRUESIZE - 1, NULL, NULL), k);
		assert_int_equal(taken("page_pool_frag", k * FRAG_TRUESIZE, NULL, NULL), k + 1);
		assert_int_equal(taken("page_pool_frag", k * FRAG_TRUESIZE + 1, NULL, NULL), k + 1);
	}
	assert_int_equal(taken("page_pool", 7 * PAGE_TRUESIZE - 1, NULL, NULL), 7);
	assert_int_equal(taken("page_pool", 7 * PAGE_TRUESIZE, NULL, NULL), 8);
}

/*
 * A packet larger than the whole buffer finds it empty and is taken; the next is not. 9014 bytes in
 * buffers of 2048 - 64 - 320 = 1664: 6 of them, 6 x 2048 + 256 > 4096.
 */
static void test_empty_takes_any(void **state)
{
	(void)state;
	assert_int_equal(taken("page_pool_frag", 4096, "traffic.bytes=9014", NULL), 1);
	assert_int_equal(taken("page_pool_frag", 6 * 2048 + 256, "traffic.bytes=9014", NULL), 2);
}

/*
 * TCP appends: 18 packets of a flow in half pages are one skb of 18 x 2048 + 256. 40 of them hold
 * 40 x 2048 + 3 x 256.
 */
static void test_appended(void **state)
{
	const unsigned int held = 40 * 2048 + 3 * 256;

	(void)state;
	for (unsigned int i = 0; i < 2; i++)
		assert_int_equal(taken("page_pool_frag", held - 1 + i, "traffic.flows=1",
				       "traffic.protocol=tcp"),
				 40 + i);
}

/*
 * Headers split off: a head of 640 bytes beside the buffer, 2048 + 640 + 256 = 2944. Datagrams that
 * find more than half of it taken are condensed if their data fits 640 - 64 - 320 - 66 = 190 bytes:
 * 640 + 256 = 896. Of 20 x 2944 the first 11 leave more than half, and the rest takes
 *	floor((20 - 11) x 2944 / 896) + 1 = 30
 * One byte more: none. A head that is a buffer has nothing to give. TCP condenses none, but
 * collapses its queue when 21 are above 20 x 2944: each packet, of a flow of its own, is copied to
 * a head of 640. Beside 21 x 896 there is room for 14 of 2944, beside 35 x 896 for 10, then for
 * all.
 */
static void test_condensed(void **state)
{
	static const struct {
		const char *bytes, *protocol, *split;
		unsigned int taken, condensed;
	} row[] = {
		{"traffic.bytes=256", "traffic.protocol=udp", "nic.header_split=yes", 41, 30},
		{"traffic.bytes=257", "traffic.protocol=udp", "nic.header_split=yes", 21, 0},
		{"traffic.bytes=256", "traffic.protocol=tcp", "nic.header_split=yes", 50, 0},
		{"traffic.bytes=256", "traffic.protocol=udp", "nic.header_split=no", 26, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		const char *const settings[] = {"traffic.packets=50",
						"traffic.rate=1G",
						"traffic.flows=1048576",
						"workload.reader.pattern=stalled",
						"workload.rcvbuf=58880",
						row[i].bytes,
						row[i].protocol,
						row[i].split,
						NULL};
		char err[512] = "";
		struct result r;

		if (sim_run("page_pool_frag", settings, &r, err))
			fail_msg("%s", err);
		assert_int_equal(r.u[METRIC_DELIVERED], row[i].taken);
		assert_int_equal(r.u[METRIC_SKB_CONDENSED], row[i].condensed);
	}
}

/* A reader that keeps up takes its truesize out again: a buffer of one packet drops none. */
static void test_reading_makes_room(void **state)
{
	char err[512] = "";
	struct result r;
	const char *const settings[] = {"traffic.packets=50", "traffic.rate=1G",
					"workload.rcvbuf=4K", NULL};

	(void)state;
	assert_int_equal(sim_run("page_pool_frag", settings, &r, err), 0);
	assert_int_equal(r.u[METRIC_DELIVERED], PACKETS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exactly_full_still_takes_one),
		cmocka_unit_test(test_empty_takes_any),
		cmocka_unit_test(test_appended),
		cmocka_unit_test(test_condensed),
		cmocka_unit_test(test_reading_makes_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
