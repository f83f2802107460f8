/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_consumer.c - when the application reads: at once, at multiples of its pause, or at the end.
 *
 * With free_path remote each packet is in the stack from its poll to its copy, so the time-weighted
 * mean of payload held, times the length of the run, is bytes x that time.
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
#define COSTS_NS (20 * US)

static int teardown(void **state)
{
	(void)state;
	tcp_pcap_remove();
	return 0;
}

/*
 * Packets of a flow each at 0, 300 us, 1700 us and 9500 us; the last one ends the traffic.
 * Return: ns that the packets were held, all together
 */
static double held_ns(const char *pattern)
{
	static const uint32_t at_us[] = {0, 300, 1700, 9500};
	struct tcp_segment segment[4];
	const char *settings[] = {"nic.rx_usecs=0",
				  "nic.rx_frames=0",
				  "nic.free_path=remote",
				  "workload.reader.pause=1ms",
				  pattern,
				  NULL,
				  NULL};
	char err[512] = "";
	struct result r;

	for (unsigned int i = 0; i < 4; i++)
		segment[i] = (struct tcp_segment){
			.arrival_ns = at_us[i] * US, .bytes = BYTES, .flow = (uint16_t)(i + 1)};
	settings[5] = tcp_pcap_write(segment, 4);
	if (sim_run("page_pool", settings, &r, err))
		fail_msg("%s: %s", pattern, err);
	assert_int_equal(r.u[METRIC_DELIVERED], 4);
	return r.r[METRIC_PAYLOAD_MEAN] * (double)r.u[METRIC_SIMULATED_NS] / BYTES;
}

static void held_about(const char *pattern, uint64_t ns)
{
	double held = held_ns(pattern);

	if (held < (double)ns || held > (double)(ns + COSTS_NS))
		fail_msg("%s: held %.0f ns, expected %u and little more", pattern, held,
			 (unsigned int)ns);
}

/*
 * steady: at once. bursty, every 1 ms: at 1000, 1000, 2000 and 10000 us. stalled: all at 9500 us.
 */
static void test_patterns(void **state)
{
	(void)state;
	held_about("workload.reader.pattern=steady", 0);
	held_about("workload.reader.pattern=bursty", (1000 + 700 + 300 + 500) * US);
	held_about("workload.reader.pattern=stalled", (9500 + 9200 + 7800) * US);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_patterns, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
