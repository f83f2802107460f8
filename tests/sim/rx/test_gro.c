/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_gro.c - which segments of a flow become one skb.
 *
 * The rule of tcp_gro_receive() and skb_gro_receive(): a segment goes to the skb that is held if
 * its data is no longer than the first one's (gso_size) and the whole, without the Ethernet header,
 * stays below 64 KB; one that is shorter is the last. Packets here carry bytes - 66 of data, all
 * wait for the same poll, and what is held at its end goes up. So
 *	skbs = packets - merged
 * Source: linux-gro
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/sim/sim_run.h"
#include "tests/sim/tcp_pcap.h"
#include "traces/capture.h"

#define MAX	      64
#define HEADER	      66
#define IP_TCP_HEADER 52
#define GRO_MAX	      65536
#define OFF	      "nic.gro=off", "nic.header_split=no"
#define SW	      "nic.gro=sw", "nic.header_split=no"
#define HW	      "nic.gro=hw", "nic.header_split=yes"

static struct tcp_segment segment[MAX];

static int teardown(void **state)
{
	(void)state;
	tcp_pcap_remove();
	return 0;
}

/* Return: skbs that @nr segments become */
static unsigned int skbs(unsigned int nr, const char *gro, const char *split)
{
	const char *const settings[] = {"nic.rx_usecs=1ms",
					"nic.rx_frames=0",
					"traffic.release=modelled",
					tcp_pcap_write(segment, nr),
					gro,
					split,
					NULL};
	char err[512] = "";
	struct result r;

	if (sim_run("page_pool", settings, &r, err))
		fail_msg("%u segments: %s", nr, err);
	assert_int_equal(r.u[METRIC_DELIVERED], nr);
	assert_true(r.has[METRIC_SKB_MERGED]);
	return nr - r.u[METRIC_SKB_MERGED];
}

/* Segments of one flow; @sizes ends with 0. Software and hardware GRO follow the same rule. */
static void becomes(unsigned int expected, const uint16_t *sizes)
{
	unsigned int nr = 0;

	for (; sizes[nr]; nr++)
		segment[nr] = (struct tcp_segment){.bytes = sizes[nr], .flow = 1};
	assert_int_equal(skbs(nr, SW), expected);
	assert_int_equal(skbs(nr, HW), expected);
}

#define BECOMES(nr, ...) becomes(nr, (const uint16_t[]){__VA_ARGS__, 0})

/* n equal segments: none is longer than the first, none shorter: one skb. */
static void test_equal_segments(void **state)
{
	(void)state;
	BECOMES(1, 1514);
	BECOMES(1, 1514, 1514);
	BECOMES(1, 1514, 1514, 1514, 1514);
	BECOMES(1, 700, 700, 700);
	assert_int_equal(skbs(3, OFF), 3);
}

/*
 * A shorter one is taken and ends the skb: [1514 1514 700] [1514]; what follows begins a new one.
 */
static void test_shorter_is_the_last(void **state)
{
	(void)state;
	BECOMES(1, 1514, 700);
	BECOMES(2, 1514, 1514, 700, 1514);
	BECOMES(2, 1514, 700, 700);
	BECOMES(2, 1514, 1513, 1513);
	BECOMES(3, 1514, 700, 699, 1514);
	BECOMES(1, 1514, HEADER + 1);
}

/* A longer one is not taken, and begins an skb of its own: [700] [1514]. */
static void test_longer_begins_anew(void **state)
{
	(void)state;
	BECOMES(2, 700, 1514);
	BECOMES(2, 1513, 1514);
	BECOMES(2, 700, 700, 700, 1514, 1514);
	BECOMES(4, 700, 800, 900, 1000);
	BECOMES(3, 700, 1514, 700, 700);
}

/* A segment without data is not held, and nothing of its flow is merged across it. */
static void test_empty_ends_the_skb(void **state)
{
	(void)state;
	BECOMES(3, 1514, HEADER, 1514);
	BECOMES(3, HEADER, HEADER, 1514);
	BECOMES(2, HEADER, 1514, 1514);
}

/* Rules are a flow's own: the others' segments in between do not end it. */
static void test_flows_apart(void **state)
{
	static const uint16_t sizes[] = {1514, 700, 1514, 700, 700, 1514};

	(void)state;
	for (unsigned int i = 0; i < 6; i++)
		segment[i] = (struct tcp_segment){.bytes = sizes[i], .flow = 1 + i % 2};
	/* flow 1: 1514 1514 700, one skb; flow 2: 700 700, then 1514 */
	assert_int_equal(skbs(6, SW), 3);
	/* hardware follows one flow at a time: none of these continues the one before */
	assert_int_equal(skbs(6, HW), 6);
}

/* Nine flows whose hashes share one of the 8 buckets; the capture says what each flow's is. */
static void nine_of_a_bucket(uint16_t flow[9])
{
	static struct capture_info info;
	unsigned int in[8] = {0}, found = 8;
	uint16_t of[8][9];
	struct packet_source *src;
	struct packet pkt;
	char err[512];

	for (uint16_t i = 0; i < 64; i++)
		segment[i] = (struct tcp_segment){.arrival_ns = i, .bytes = 1514, .flow = 1 + i};
	assert_int_equal(capture_scan(tcp_pcap_write(segment, 64) + strlen("traffic.source="),
				      &info, err, sizeof(err)),
			 0);
	assert_int_equal(capture_open(&info, info.devices[0].name, &src, err, sizeof(err)), 0);
	for (uint16_t i = 0; found == 8 && packet_next(src, &pkt) > 0; i++) {
		unsigned int b = pkt.flow % 8;

		of[b][in[b]++] = 1 + i;
		if (in[b] == 9)
			found = b;
	}
	packet_source_close(src);
	assert_true(found < 8); /* 64 flows, so a bucket has 8; one has more unless all are alike */
	memcpy(flow, of[found], sizeof(of[0]));
}

/*
 * A bucket holds 8 flows (MAX_GRO_SKBS). Eight flows twice are 8 skbs. The ninth has the oldest
 * delivered: of 1 to 9, then 9 and 2, those two are merged; the next of flow 1 begins an skb.
 */
static void test_flows_of_a_bucket(void **state)
{
	uint16_t flow[9];
	unsigned int i;

	(void)state;
	nine_of_a_bucket(flow);
	for (i = 0; i < 16; i++)
		segment[i] = (struct tcp_segment){.bytes = 1514, .flow = flow[i % 8]};
	assert_int_equal(skbs(16, SW), 8);
	for (i = 0; i < 9; i++)
		segment[i].flow = flow[i];
	segment[9].flow = flow[8];
	segment[10].flow = flow[1];
	assert_int_equal(skbs(11, SW), 9);
	segment[11].flow = flow[0];
	assert_int_equal(skbs(12, SW), 10);
}

/*
 * Below 64 KB: 36 segments of 1819 are 52 + 36 x 1819 = 65536 and so one too many; with 1818 in the
 * last they are 65535 and one skb.
 */
static void test_64k(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 36; i++)
		segment[i] = (struct tcp_segment){.bytes = HEADER + 1819, .flow = 1};
	assert_int_equal(IP_TCP_HEADER + 36 * 1819, GRO_MAX);
	assert_int_equal(skbs(36, SW), 2);
	assert_int_equal(skbs(36, HW), 2);
	segment[35].bytes--;
	assert_int_equal(skbs(36, SW), 1);
	assert_int_equal(skbs(36, HW), 1);
}

/* Datagrams: the same packets, 12 of one flow in a poll, are not merged by software or device. */
static void test_datagrams(void **state)
{
	static const char *const gro[][2] = {{SW}, {HW}};

	(void)state;
	for (unsigned int i = 0; i < 4; i++) {
		const char *const settings[] = {"nic.rx_usecs=1ms",
						"nic.rx_frames=0",
						"traffic.packets=12",
						"traffic.flows=1",
						gro[i / 2][0],
						gro[i / 2][1],
						i % 2 ? "traffic.protocol=udp"
						      : "traffic.protocol=tcp",
						NULL};
		char err[512] = "";
		struct result r;

		if (sim_run("page_pool", settings, &r, err))
			fail_msg("%s", err);
		assert_int_equal(r.u[METRIC_DELIVERED], 12);
		assert_int_equal(r.u[METRIC_SKB_MERGED], i % 2 ? 0 : 11);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_equal_segments, teardown),
		cmocka_unit_test_teardown(test_shorter_is_the_last, teardown),
		cmocka_unit_test_teardown(test_longer_begins_anew, teardown),
		cmocka_unit_test_teardown(test_empty_ends_the_skb, teardown),
		cmocka_unit_test_teardown(test_flows_apart, teardown),
		cmocka_unit_test_teardown(test_flows_of_a_bucket, teardown),
		cmocka_unit_test_teardown(test_64k, teardown),
		cmocka_unit_test(test_datagrams),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
