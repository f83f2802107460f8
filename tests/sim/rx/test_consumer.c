/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_consumer.c - when the application reads: at once, at multiples of its pause, or at the end.
 *
 * With free_path remote each packet is in the stack from its poll to its copy, so the time-weighted
 * mean of payload held, times the length of the run, is bytes x that time. The same of pages held
 * is the time of each packet's page, where packets have pages of their own that are freed at once
 * (page_alloc on demand).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/sim/sim_run.h"
#include "tests/sim/tcp_pcap.h"

#define US	 1000u
#define BYTES	 1514
#define COSTS_NS (20.0 * US)

static int teardown(void **state)
{
	(void)state;
	tcp_pcap_remove();
	return 0;
}

/*
 * Packets of a flow each at 0, 300 us, 1700 us and 9500 us; the last one ends the traffic. The
 * reader wakes every ms.
 */
static void run(const char *pattern, const char *more, struct result *r)
{
	static const uint32_t at_us[] = {0, 300, 1700, 9500};
	struct tcp_segment segment[4];
	const char *settings[] = {"nic.preset=veth",
				  "nic.gro=off",
				  "nic.free_path=remote",
				  "workload.reader.pause=1ms",
				  pattern,
				  NULL,
				  more,
				  NULL};
	char err[512] = "";

	for (unsigned int i = 0; i < 4; i++)
		segment[i] = (struct tcp_segment){
			.arrival_ns = at_us[i] * US, .bytes = BYTES, .flow = (uint16_t)(i + 1)};
	settings[5] = tcp_pcap_write(segment, 4);
	if (sim_run("page_alloc", settings, r, err))
		fail_msg("%s: %s", pattern, err);
	assert_int_equal(r->u[METRIC_DELIVERED], 4);
}

static void about(const char *what, double held, uint64_t ns)
{
	if (held < (double)ns - COSTS_NS || held > (double)ns + COSTS_NS)
		fail_msg("%s: held %.0f ns, expected about %u", what, held, (unsigned int)ns);
}

/* @bytes_ns: packets that were held x time; @page_ns: their pages x time */
static void held_about(const char *pattern, const char *more, uint64_t bytes_ns, uint64_t page_ns)
{
	struct result r;
	double span;

	run(pattern, more, &r);
	span = (double)r.u[METRIC_SIMULATED_NS];
	about(pattern, r.r[METRIC_PAYLOAD_MEAN] * span / BYTES, bytes_ns);
	about(pattern, r.r[METRIC_HELD_MEAN] * span, page_ns);
}

/*
 * steady: at once. bursty, every 1 ms: at 1000, 1000, 2000 and 10000 us. stalled: all at 9500 us.
 */
static void test_patterns(void **state)
{
	const uint64_t bursty = (1000 + 700 + 300 + 500) * US, stalled = (9500 + 9200 + 7800) * US;

	(void)state;
	held_about("workload.reader.pattern=steady", NULL, 0, 0);
	held_about("workload.reader.pattern=bursty", NULL, bursty, bursty);
	held_about("workload.reader.pattern=stalled", NULL, stalled, stalled);
}

/*
 * At most so many bytes in a wake-up, of 1448 in a packet. As many as packet 1 has: packet 2 waits
 * for 2000 us and packet 3 for 3000 us. One byte less: the last byte of each waits for the next
 * wake-up, and so do its 66 of headers and its page. At 3000 us 3 x 1447 bytes of 3 x 1448 have
 * been read, so packet 3 goes at 4000 us; packet 4 comes when the traffic ends, and then there is
 * no limit. With 724 more than a packet: 1 and half of 2 at 1000 us, the rest and 3 at 2000 us.
 */
static void test_limit(void **state)
{
	const uint64_t rest = 1000 * US * (66 + 1) / BYTES;

	(void)state;
	held_about("workload.reader.pattern=bursty", "workload.reader.bytes=1448",
		   (1000 + 1700 + 1300 + 500) * US, (1000 + 1700 + 1300 + 500) * US);
	held_about("workload.reader.pattern=bursty", "workload.reader.bytes=1447",
		   (1000 + 1700 + 1300 + 500) * US + rest + 1000 * US * (66 + 2) / BYTES +
			   1000 * US * (66 + 3) / BYTES,
		   (2000 + 2700 + 2300 + 500) * US);
	held_about("workload.reader.pattern=bursty", "workload.reader.bytes=2172",
		   (1000 + 700 + 300 + 500) * US + 1000 * US * (66 + 724) / BYTES,
		   (1000 + 1700 + 300 + 500) * US);
	held_about("workload.reader.pattern=stalled", "workload.reader.bytes=1448",
		   (9500 + 9200 + 7800) * US, (9500 + 9200 + 7800) * US);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_patterns, teardown),
		cmocka_unit_test_teardown(test_limit, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
