/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_synthetic_kinds.c - each kind of made-up traffic is distributed as its name says.
 *
 * Seeds are fixed, so a test passes always or never; bounds are those of the statistic named.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "tests/traces/cmocka_all.h"
#include "tests/traces/packet_equal.h"
#include "traces/synthetic/alias.h"
#include "traces/synthetic/size_cdf.h"
#include "traces/synthetic/synthetic.h"

#define PACKETS 200000
#define WIRE(n) (((n) + SYNTHETIC_WIRE_OVERHEAD) * 8.0)

static struct packet pkts[PACKETS];
static char err[512];

static struct synthetic_params params_of(enum synthetic_arrivals arrivals)
{
	return (struct synthetic_params){
		.seed = 1,
		.rate_bps = 10000000000u,
		.line_rate_bps = 100000000000u,
		.packets = PACKETS,
		.arrivals = arrivals,
		.bytes = 1514,
		.flows = 1,
		.queues = 1,
		.on_ns = 1000000,
		.off_ns = 3000000,
		.burst_packets = 32,
		.incast_senders = 8,
		.incast_period_ns = 100000,
		.incast_bytes = 10000,
	};
}

static void generate(const struct synthetic_params *params)
{
	struct packet_source *src = NULL;
	size_t nr = 0;

	assert_int_equal(synthetic_open(params, &src, err, sizeof(err)), 0);
	while (nr < PACKETS && packet_next(src, &pkts[nr]) > 0)
		nr++;
	assert_int_equal(nr, PACKETS);
	packet_source_close(src);
}

static double gap_ns(size_t i)
{
	return (double)(pkts[i + 1].arrival_ns - pkts[i].arrival_ns);
}

static double seconds(void)
{
	return (double)pkts[PACKETS - 1].arrival_ns * 1e-9;
}

/* Bits on the wire per second, the last packet left out: its gap is not seen. */
static double rate_bps(void)
{
	double bits = 0;

	for (size_t i = 0; i < PACKETS - 1; i++)
		bits += WIRE(pkts[i].bytes);
	return bits / seconds();
}

static int gap_order(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

/*
 * Kolmogorov-Smirnov: for n gaps of an exponential distribution sqrt(n) * D exceeds 1.63 with a
 * chance of 1 %. At 1000 packets a second gaps are a million times the rounding to ns.
 */
static void poisson_gaps_are_exponential(void **state)
{
	struct synthetic_params params = params_of(ARRIVALS_POISSON);
	static double gaps[PACKETS];
	double worst = 0;
	const size_t n = PACKETS - 1;

	(void)state;
	params.rate_bps = 0;
	params.pps = 1000;
	generate(&params);
	for (size_t i = 0; i < n; i++)
		gaps[i] = gap_ns(i);
	qsort(gaps, n, sizeof(gaps[0]), gap_order);
	for (size_t i = 0; i < n; i++) {
		double share = 1 - exp(-gaps[i] / 1e6);

		worst = fmax(worst,
			     fmax(fabs(share - (double)i / n), fabs((double)(i + 1) / n - share)));
	}
	print_message("sqrt(n) * D = %.3f\n", sqrt((double)n) * worst);
	assert_true(sqrt((double)n) * worst < 1.63);
}

/* By packets, every gap is 1 / pps whatever the sizes: 2.5 million packets/s are 400 ns apart. */
static void packet_rate(void **state)
{
	struct synthetic_params params = params_of(ARRIVALS_CONSTANT);

	(void)state;
	params.rate_bps = 0;
	params.pps = 2500000;
	params.sizes = SIZES_IMIX;
	generate(&params);
	for (size_t i = 0; i < PACKETS; i++)
		assert_int_equal(pkts[i].arrival_ns, 400 * i);
}

/*
 * Packets of a burst of 32 are 1538 * 8 / 100G = 123.04 ns apart; bursts begin every
 * 32 * 1230.4 ns. Each burst is of one flow.
 */
static void bursts(void **state)
{
	struct synthetic_params params = params_of(ARRIVALS_BURST);

	(void)state;
	params.flows = 1000;
	generate(&params);
	for (size_t i = 0; i + 1 < PACKETS; i++) {
		if (i % 32 == 0) {
			double begin = (double)(i / 32) * 32 * 1230.4;

			assert_true(fabs((double)pkts[i].arrival_ns - begin) < 2);
		} else {
			assert_int_equal(pkts[i].flow, pkts[i - 1].flow);
		}
		if (i % 32 != 31)
			assert_in_range((uint64_t)gap_ns(i), 123, 124);
	}
	assert_true(fabs(rate_bps() / 10e9 - 1) < 0.001);
}

/* With mixed sizes and a rate in packets the mean is kept as well: 1 million/s within 0.1 %. */
static void bursts_by_packets(void **state)
{
	struct synthetic_params params = params_of(ARRIVALS_BURST);

	(void)state;
	params.rate_bps = 0;
	params.pps = 1000000;
	params.sizes = SIZES_IMIX;
	generate(&params);
	assert_true(fabs((PACKETS - 1) / seconds() / 1e6 - 1) < 0.001);
}

/*
 * On 1 ms, off 3 ms: while on, packets come four times as fast, 307.6 ns apart. Fixed lengths: of
 * any 4 ms 1 ms has packets, 3251 packets, and every longer gap holds one off time.
 */
static void onoff_fixed(void **state)
{
	struct synthetic_params params = params_of(ARRIVALS_ONOFF);
	unsigned int pauses = 0;

	(void)state;
	params.lengths = LENGTHS_FIXED;
	generate(&params);
	for (size_t i = 0; i + 1 < PACKETS; i++) {
		double gap = gap_ns(i);

		if (gap > 1000) {
			assert_true(gap >= 3000000 && gap < 3000000 + 309);
			pauses++;
		} else {
			assert_in_range((uint64_t)gap, 307, 308);
		}
		assert_true(pkts[i].arrival_ns % 4000000 <= 1000000);
	}
	assert_in_range(pauses, PACKETS / 3252, PACKETS / 3251);
	assert_true(fabs(rate_bps() / 10e9 - 1) < 0.01);
}

/*
 * Exponential lengths, 2 us on and 6 us off: time that a packet takes while on is 307.6 ns, so off
 * times are the rest, PACKETS * 307.6 / 2000 = 30760 of them; their mean has a standard error of
 * 6 us / sqrt(30760) = 0.6 %. The share of time that is on is 1/4 within 2 %.
 */
static void onoff_exponential(void **state)
{
	struct synthetic_params params = params_of(ARRIVALS_ONOFF);
	double on;

	(void)state;
	params.on_ns = 2000;
	params.off_ns = 6000;
	generate(&params);
	on = (PACKETS - 1) * 307.6e-9 / seconds();
	print_message("on for %.4f of the time\n", on);
	assert_true(fabs(on - 0.25) < 0.25 * 0.02);
	assert_true(fabs(rate_bps() / 10e9 - 1) < 0.02);
}

/*
 * 8 senders of 10000 bytes: 6 packets of 1514 and one of 916 each, 56 in a round, which begins
 * every 100 us and takes turns: the first 8 packets are of 8 flows. The sums are exact.
 */
static void incast(void **state)
{
	struct synthetic_params params = params_of(ARRIVALS_INCAST);

	(void)state;
	generate(&params);
	for (size_t i = 0; i + 56 <= PACKETS; i += 56) {
		uint64_t bytes = 0;

		assert_int_equal(pkts[i].arrival_ns, i / 56 * 100000);
		for (size_t j = 0; j < 56; j++) {
			bytes += pkts[i + j].bytes;
			assert_true(pkts[i + j].bytes == (j < 48 ? 1514 : 916));
			for (size_t k = 0; k < j && j < 8; k++)
				assert_int_not_equal(pkts[i + j].flow, pkts[i + k].flow);
			if (j)
				assert_in_range((uint64_t)gap_ns(i + j - 1), 75, 124);
		}
		assert_int_equal(bytes, 8 * 10000);
	}
}

/* 30 % of 66 bytes, else 1514: standard error sqrt(.3 * .7 / n) = 0.001, five of them allowed. */
static void bimodal(void **state)
{
	struct synthetic_params params = params_of(ARRIVALS_CONSTANT);
	double small = 0;

	(void)state;
	params.sizes = SIZES_BIMODAL;
	params.small_bytes = 66;
	params.large_bytes = 1514;
	params.small_milli = 300;
	generate(&params);
	for (size_t i = 0; i < PACKETS; i++) {
		assert_true(pkts[i].bytes == 66 || pkts[i].bytes == 1514);
		small += pkts[i].bytes == 66;
	}
	assert_true(fabs(small / PACKETS - 0.3) < 0.005);
	assert_true(fabs(rate_bps() / 10e9 - 1) < 0.01);
}

/*
 * The sample: a quarter each of exactly 60, of 61 ... 107, of 108 ... 590 and of 591 ... 1514
 * bytes, a fifth of the last of exactly 1514. Mean 0.25 * 60 + 0.25 * 83.5 + 0.25 * 348.5 +
 * 0.2 * 1052 + 0.05 * 1514 = 409.1; its standard error is 1.1 bytes (deviation 479 / sqrt(n)),
 * five are allowed.
 */
static void empirical(void **state)
{
	struct synthetic_params params = params_of(ARRIVALS_CONSTANT);
	double part[5] = {0}, sum = 0;
	struct size_cdf *cdf = NULL;

	(void)state;
	params.sizes = SIZES_EMPIRICAL;
	params.sizes_file = FRAGSIM_SOURCE_DIR "/scenarios/aix-1999.cdf";
	generate(&params);
	for (size_t i = 0; i < PACKETS; i++) {
		uint32_t bytes = pkts[i].bytes;

		assert_in_range(bytes, 60, 1514);
		part[bytes == 60    ? 0
		     : bytes <= 107 ? 1
		     : bytes <= 590 ? 2
		     : bytes < 1514 ? 3
				    : 4]++;
		sum += bytes;
	}
	/* half a byte of each range is rounded into its neighbour: 0.25 / 47 / 2 = 0.0027 */
	for (unsigned int i = 0; i < 3; i++)
		assert_true(fabs(part[i] / PACKETS - 0.25) < 0.005 + 0.0027);
	assert_true(fabs(part[3] / PACKETS - 0.20) < 0.005);
	assert_true(fabs(part[4] / PACKETS - 0.05) < 0.003);
	assert_true(fabs(sum / PACKETS - 409.1) < 5.5);
	assert_int_equal(size_cdf_load(params.sizes_file, &cdf, err, sizeof(err)), 0);
	assert_true(fabs(size_cdf_mean(cdf) - 409.1) < 0.01);
	free(cdf);
}

static unsigned int rank_of(uint32_t flow, uint32_t flows)
{
	for (uint32_t i = 0; i < flows; i++) {
		uint64_t hash = i;

		if (((uint32_t)rng_splitmix(&hash) | 1) == flow)
			return i;
	}
	fail_msg("a flow that is none");
	return 0;
}

/*
 * 100 flows, exponent 1: flow n has 1 / n / H, H = 5.1874. Chi-square with 99 degrees of freedom
 * exceeds 135.8 with a chance of 1 %.
 */
static void zipf(void **state)
{
	struct synthetic_params params = params_of(ARRIVALS_CONSTANT);
	double count[100] = {0}, chi = 0, harmonic = 0;

	(void)state;
	params.flows = 100;
	params.zipf_milli = 1000;
	generate(&params);
	for (size_t i = 0; i < PACKETS; i++)
		count[rank_of(pkts[i].flow, 100)]++;
	for (unsigned int i = 0; i < 100; i++)
		harmonic += 1.0 / (i + 1);
	for (unsigned int i = 0; i < 100; i++) {
		double expected = PACKETS / (i + 1.0) / harmonic;

		chi += (count[i] - expected) * (count[i] - expected) / expected;
	}
	print_message("chi-square %.1f\n", chi);
	assert_true(chi < 135.8);
	assert_true(count[0] > 1.8 * count[1] && count[0] < 2.2 * count[1]);
}

/* Weights of any shape: one cell alone, a zero, and 3 : 1 : 0 : 4 over 200000 draws. */
static void alias_method(void **state)
{
	static const double one[] = {7}, some[] = {3, 1, 0, 4};
	double count[4] = {0};
	struct alias alias;
	struct rng rng;

	(void)state;
	rng_seed(&rng, 1, "test");
	assert_int_equal(alias_init(&alias, one, 1), 0);
	assert_int_equal(alias_draw(&alias, &rng), 0);
	alias_fini(&alias);
	assert_int_equal(alias_init(&alias, some, 4), 0);
	for (unsigned int i = 0; i < PACKETS; i++)
		count[alias_draw(&alias, &rng)]++;
	for (unsigned int i = 0; i < 4; i++)
		assert_true(fabs(count[i] / PACKETS - some[i] / 8) < 0.005);
	assert_true(count[2] < 5); /* a cell of 0 keeps itself with a chance of 2^-32 */
	alias_fini(&alias);
}

static void cdf_mistakes(void **state)
{
	static const struct {
		const char *text, *word;
	} rows[] = {
		{"", ":0: found 0 as the last cumulative share, expected 1"},
		{"# nothing\n\n", ":2: found 0 as the last"},
		{"60 0.5\nsixty 1\n", ":2: found \"sixty 1\""},
		{"60 0.5\n1514\n", ":2: found \"1514\""},
		{"60 0.5 x\n", ":1: found"},
		{"60 0.5\n50 1\n", ":2: found a size of 50 bytes"},
		{"60 0.5\n70000 1\n", ":2: found a size of 70000 bytes"},
		{"60 0.5\n1514 1.5\n", ":2: found a cumulative share of 1.5"},
		{"60 0.5\n1514 nan\n", ":2: found a cumulative share of nan"},
		{"600 0.5\n60 1\n", ":2: found 60 1 after 600 0.5"},
		{"60 0.5\n90 0.4\n", ":2: found 90 0.4 after 60 0.5"},
		{"60 0.5\n1514 0.9\n", ":2: found 0.9 as the last"},
	};
	char path[] = "/tmp/fragsim-test-XXXXXX";
	int fd = mkstemp(path);
	struct size_cdf *cdf = NULL;

	(void)state;
	assert_true(fd >= 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t len = strlen(rows[i].text);

		assert_int_equal(ftruncate(fd, 0), 0);
		assert_int_equal(pwrite(fd, rows[i].text, len, 0), len);
		assert_int_equal(size_cdf_load(path, &cdf, err, sizeof(err)), -EINVAL);
		if (strncmp(err, path, strlen(path)) || !strstr(err, rows[i].word))
			fail_msg("\"%s\" does not say \"%s\"", err, rows[i].word);
		assert_null(cdf);
	}
	close(fd);
	unlink(path);
	assert_int_equal(size_cdf_load(path, &cdf, err, sizeof(err)), -ENOENT);
}

static void contradictions(void **state)
{
	struct synthetic_params params = params_of(ARRIVALS_BURST);
	struct packet_source *src;

	(void)state;
	params.rate_bps = 101000000000u;
	assert_int_equal(synthetic_open(&params, &src, err, sizeof(err)), -EINVAL);
	assert_non_null(strstr(err, "traffic.line_rate"));
	params = params_of(ARRIVALS_INCAST);
	params.incast_bytes = 1000000;
	assert_int_equal(synthetic_open(&params, &src, err, sizeof(err)), -EINVAL);
	assert_non_null(strstr(err, "rounds"));
	params = params_of(ARRIVALS_ONOFF);
	params.rate_bps = 1000;
	params.on_ns = params.off_ns = 1000;
	assert_int_equal(synthetic_open(&params, &src, err, sizeof(err)), -EINVAL);
	assert_non_null(strstr(err, "on-off periods to a packet"));
	/* 10 Gbit/s in 1 ms of 1001 ms are 10010 Gbit/s while on */
	params = params_of(ARRIVALS_ONOFF);
	params.on_ns = 1000000;
	params.off_ns = 1000000000;
	assert_int_equal(synthetic_open(&params, &src, err, sizeof(err)), -EINVAL);
	assert_non_null(strstr(err, "1.001e+04 Gbit/s on the wire in traffic.onoff.on"));
	params = params_of(ARRIVALS_CONSTANT);
	params.pps = 1;
	assert_int_equal(synthetic_open(&params, &src, err, sizeof(err)), -EINVAL);
	assert_non_null(strstr(err, "two rates"));
}

/* Another seed, another traffic; the same seed, the same, in every kind. */
static void seeds(void **state)
{
	static struct packet first[PACKETS];

	(void)state;
	for (enum synthetic_arrivals a = ARRIVALS_CONSTANT; a <= ARRIVALS_BURST; a++) {
		struct synthetic_params params = params_of(a);
		size_t same = 0;

		params.sizes = SIZES_BIMODAL;
		params.small_bytes = 66;
		params.large_bytes = 1514;
		params.small_milli = 500;
		params.flows = 1000;
		params.zipf_milli = 500;
		generate(&params);
		memcpy(first, pkts, sizeof(pkts));
		generate(&params);
		for (size_t i = 0; i < PACKETS; i++)
			assert_true(packet_equal(&first[i], &pkts[i]));
		params.seed = 2;
		generate(&params);
		for (size_t i = 0; i < PACKETS; i++)
			same += packet_equal(&first[i], &pkts[i]);
		assert_true(same < PACKETS / 2);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(poisson_gaps_are_exponential),
		cmocka_unit_test(packet_rate),
		cmocka_unit_test(bursts),
		cmocka_unit_test(bursts_by_packets),
		cmocka_unit_test(onoff_fixed),
		cmocka_unit_test(onoff_exponential),
		cmocka_unit_test(incast),
		cmocka_unit_test(bimodal),
		cmocka_unit_test(empirical),
		cmocka_unit_test(zipf),
		cmocka_unit_test(alias_method),
		cmocka_unit_test(cdf_mistakes),
		cmocka_unit_test(contradictions),
		cmocka_unit_test(seeds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
