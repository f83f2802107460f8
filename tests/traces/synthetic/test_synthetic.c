/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_synthetic.c - made-up traffic has the rate, sizes and flows that were asked for.
 */
#include <errno.h>
#include <math.h>
#include <string.h>
#include "tests/traces/cmocka_all.h"
#include "tests/traces/packet_equal.h"
#include "traces/synthetic/synthetic.h"

#define PACKETS 1000000

static const struct synthetic_params base = {
	.seed = 1,
	.rate_bps = 100000000000u,
	.packets = PACKETS,
	.bytes = 1514,
	.flows = 1,
	.queues = 1,
};

static struct packet_source *start(const struct synthetic_params *params)
{
	struct packet_source *src = NULL;
	char err[256] = "";

	assert_int_equal(synthetic_open(params, &src, err, sizeof(err)), 0);
	return src;
}

/* (1514 + 24) * 8 bit / 100 Gbit/s = 123.04 ns: packet n arrives at floor(n * 123.04). */
static void constant_gaps(void **state)
{
	struct packet_source *src = start(&base);
	struct packet pkt;
	uint64_t nr;

	(void)state;
	for (nr = 0; packet_next(src, &pkt) > 0; nr++) {
		uint64_t ns = nr * 12304 / 100;

		/* the fraction is cut at 2^-32 ns per packet, so it may be just below a whole */
		assert_in_range(pkt.arrival_ns, ns ? ns - 1 : 0, ns);
		assert_int_equal(pkt.bytes, 1514);
		assert_true(pkt.release_ns == PACKET_UNKNOWN);
		assert_int_equal(pkt.method, RELEASE_UNKNOWN);
	}
	assert_int_equal(nr, PACKETS);
	packet_source_close(src);
}

/*
 * Exponential gaps of mean m: the mean of n has standard error m / sqrt(n), and the standard
 * deviation of a gap is m. Five standard errors are allowed.
 */
static void poisson_gaps(void **state)
{
	struct synthetic_params params = base;
	double mean_ns = 123.04, sum = 0, squares = 0, deviation;
	struct packet_source *src;
	struct packet pkt;
	uint64_t last = 0, longer = 0, nr = 0;

	(void)state;
	params.arrivals = ARRIVALS_POISSON;
	src = start(&params);
	for (; packet_next(src, &pkt) > 0; nr++) {
		double gap = (double)(pkt.arrival_ns - last);

		last = pkt.arrival_ns;
		sum += gap;
		squares += gap * gap;
		longer += gap > 2 * mean_ns;
	}
	deviation = sqrt(squares / PACKETS - (sum / PACKETS) * (sum / PACKETS));
	assert_true(fabs(sum / PACKETS - mean_ns) < 5 * mean_ns / sqrt(PACKETS));
	assert_true(fabs(deviation - mean_ns) < 0.01 * mean_ns);
	/* exp(-2) = 13.53 % are longer than twice the mean; 0.2 points for the rounding to ns */
	assert_true(fabs((double)longer / PACKETS - exp(-2)) < 0.002);
	packet_source_close(src);
}

/* 7:4:1 of 12; sqrt(p (1 - p) / n) <= 0.0005, five of them allowed. */
static void imix_shares(void **state)
{
	struct synthetic_params params = base;
	uint64_t small = 0, middle = 0, large = 0, last = 0;
	struct packet_source *src;
	struct packet pkt;
	double gap_ns;

	(void)state;
	params.sizes = SIZES_IMIX;
	src = start(&params);
	while (packet_next(src, &pkt) > 0) {
		small += pkt.bytes == 64;
		middle += pkt.bytes == 576;
		large += pkt.bytes == 1500;
		last = pkt.arrival_ns;
	}
	assert_int_equal(small + middle + large, PACKETS);
	assert_true(fabs((double)small / PACKETS - 7.0 / 12) < 0.0025);
	assert_true(fabs((double)middle / PACKETS - 4.0 / 12) < 0.0025);
	assert_true(fabs((double)large / PACKETS - 1.0 / 12) < 0.0025);
	/* (7 * 64 + 4 * 576 + 1500) / 12 = 354.33 bytes + 24, * 0.08 ns */
	gap_ns = (double)last / (PACKETS - 1);
	assert_true(fabs(gap_ns - (4252.0 / 12 + 24) * 0.08) < 0.005 * gap_ns);
	packet_source_close(src);
}

/* Evenly over 64 flows: expected 15625 each, sigma 124; a flow stays on one queue. */
static void flows_and_queues(void **state)
{
	struct synthetic_params params = base;
	uint32_t flow_of[64] = {0}, queue_of[64];
	uint64_t count[64] = {0};
	unsigned int nr = 0;
	struct packet_source *src;
	struct packet pkt;

	(void)state;
	params.flows = 64;
	params.queues = 4;
	src = start(&params);
	while (packet_next(src, &pkt) > 0) {
		unsigned int i = 0;

		assert_true(pkt.flow != 0 && pkt.queue < 4);
		while (i < nr && flow_of[i] != pkt.flow)
			i++;
		if (i == nr) {
			assert_true(nr < 64);
			flow_of[nr] = pkt.flow;
			queue_of[nr++] = pkt.queue;
		}
		assert_int_equal(queue_of[i], pkt.queue);
		count[i]++;
	}
	assert_int_equal(nr, 64);
	for (unsigned int i = 0; i < 64; i++)
		assert_in_range(count[i], 15625 - 620, 15625 + 620);
	packet_source_close(src);
}

static void seed_decides(void **state)
{
	struct synthetic_params params = base;
	struct packet_source *a, *b, *c;
	struct packet pa, pb, pc;
	unsigned int same = 0;

	(void)state;
	params.arrivals = ARRIVALS_POISSON;
	params.sizes = SIZES_IMIX;
	params.flows = 100;
	params.packets = 10000;
	a = start(&params);
	b = start(&params);
	params.seed = 2;
	c = start(&params);
	while (packet_next(a, &pa) > 0) {
		assert_int_equal(packet_next(b, &pb), 1);
		assert_int_equal(packet_next(c, &pc), 1);
		assert_true(packet_equal(&pa, &pb));
		same += packet_equal(&pa, &pc);
	}
	assert_true(same < 100);
	packet_source_close(a);
	packet_source_close(b);
	packet_source_close(c);
}

/* 1 ms at 123.04 ns a packet: 8127.4 gaps, so packets 0 ... 8127 arrive before the end. */
static void duration_ends_it(void **state)
{
	struct synthetic_params params = base;
	struct packet_source *src;
	struct packet pkt;
	unsigned int nr = 0;

	(void)state;
	params.packets = 0;
	params.duration_ns = 1000000;
	src = start(&params);
	while (packet_next(src, &pkt) > 0) {
		assert_true(pkt.arrival_ns < 1000000);
		nr++;
	}
	assert_int_equal(nr, 8128);
	packet_source_close(src);
}

static void nonsense_is_refused(void **state)
{
	static const struct {
		uint64_t rate, duration, packets;
		uint32_t bytes, flows, queues;
		const char *word;
	} rows[] = {
		{0, 1, 1, 64, 1, 1, "rate"},   {1, 0, 0, 64, 1, 1, "would not end"},
		{1, 1, 0, 0, 1, 1, "0 bytes"}, {1, 1, 0, 64, 0, 1, "flows"},
		{1, 1, 0, 64, 1, 0, "queues"}, {1, 1, 0, 64, 1, 70000, "queues"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct synthetic_params params = {.rate_bps = rows[i].rate,
						  .duration_ns = rows[i].duration,
						  .packets = rows[i].packets,
						  .bytes = rows[i].bytes,
						  .flows = rows[i].flows,
						  .queues = rows[i].queues};
		struct packet_source *src = NULL;
		char err[256] = "";

		assert_int_equal(synthetic_open(&params, &src, err, sizeof(err)), -EINVAL);
		assert_non_null(strstr(err, rows[i].word));
		assert_null(src);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(constant_gaps),       cmocka_unit_test(poisson_gaps),
		cmocka_unit_test(imix_shares),	       cmocka_unit_test(flows_and_queues),
		cmocka_unit_test(seed_decides),	       cmocka_unit_test(duration_ends_it),
		cmocka_unit_test(nonsense_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
