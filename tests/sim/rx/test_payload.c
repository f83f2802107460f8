/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_payload.c - payload through the caches: the device's share, hot against cold reuse, and
 * how far sampled sets are from all of them. x86-100g throughout; 1514 bytes at a headroom of
 * whole lines are 24 lines.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "models/machine.h"
#include "sim/rx/payload.h"
#include "sim/scenario/scenario.h"
#include "tests/sim/sim_run.h"

#define LINES 24 /* of a packet */

/* (memory 202 - LLC 55) / 12 lines in flight, cycles */
#define STREAM_STALL 16.0

static uint64_t u(const struct result *r, enum metric m)
{
	assert_true(r->has[m]);
	return r->u[m];
}

/* @settings and one more, which may be NULL; datagrams: no CPU but the reader's copies them */
static void run_with(const char *strategy, const char *const *settings, const char *more,
		     struct result *res)
{
	const char *all[16];
	char err[512] = "";
	unsigned int n = 0;

	for (; settings[n]; n++)
		all[n] = settings[n];
	all[n++] = "traffic.protocol=udp";
	all[n++] = more;
	all[n] = NULL;
	if (sim_run(strategy, all, res, err))
		fail_msg("%s, %s: %s", strategy, more, err);
}

/*
 * A burst of b packets that no core reads before all have arrived, each in a page of its own. The
 * device has 2 ways of 36864 sets; lines 1 to 24 of a 4K page, at a stride of 64 lines, use 24/64
 * of the sets (set bits within a page are not hashed), so 2 x 36864 x 24/64 / 24 = 1152 packets
 * fit.
 *	b <= 1152: nothing is lost
 *	b > 1152: the oldest b - 1152, 24 lines each; their header comes back when the driver
 *	reads it, the other 23 with the copy
 */
static void burst(unsigned int packets, const char *ring, uint64_t lost)
{
	const char *settings[] = {
		"cache.payload_sampling=1", NULL, ring, "nic.rx_usecs=9ms", "nic.rx_frames=0",
		"traffic.rate=100G",	    NULL};
	char count[64];
	struct result r;

	snprintf(count, sizeof(count), "traffic.packets=%u", packets);
	settings[1] = count;
	run_with("page_alloc", settings, NULL, &r);
	assert_int_equal(u(&r, METRIC_DELIVERED), packets);
	assert_int_equal(u(&r, METRIC_CACHE_PAYLOAD), packets * LINES);
	assert_int_equal(u(&r, METRIC_CACHE_DDIO_EVICTED), lost * LINES);
	assert_int_equal(u(&r, METRIC_CACHE_FROM_MEMORY), lost * (LINES - 1));
}

static void test_ddio_share(void **state)
{
	(void)state;
	burst(1000, "nic.ring=1024", 0);
	burst(1152, "nic.ring=2048", 0);
	burst(1153, "nic.ring=2048", 1);
	burst(2000, "nic.ring=2048", 2000 - 1152);
}

/*
 * Hot against cold: the same on-demand traffic (the driver copies into buffers, as veth does) into
 * page_pool, whose alloc cache returns the page put last, and into one page for each of 32768
 * slots in turn, which with 24 lines each are 786432 lines, twice the LLC. Both copies of a packet,
 * in and out, count. After the first round every line that the cold one writes comes from memory;
 * the copy out finds what was just written:
 *	24 of 48 lines from memory, 24 x 16 = 384 cycles per packet, and the page's struct page
 */
static void test_hot_and_cold(void **state)
{
	const char *const settings[] = {"traffic.packets=100000", "traffic.rate=5G",
					"nic.preset=veth", "nic.ring=32768", NULL};
	struct result hot, cold;
	double more;

	(void)state;
	run_with("page_pool", settings, "cache.payload_sampling=1", &hot);
	run_with("refcount_reuse", settings, "cache.payload_sampling=1", &cold);
	assert_int_equal(u(&cold, METRIC_CACHE_PAYLOAD), 100000 * 2 * LINES);
	assert_int_equal(u(&cold, METRIC_CACHE_FROM_MEMORY), 100000 * LINES);
	/* 64 pages are all it ever takes, 24 lines each, from memory once */
	assert_int_equal(u(&hot, METRIC_PG_ALLOCATED), 64);
	assert_int_equal(u(&hot, METRIC_CACHE_FROM_MEMORY), 64 * LINES);
	more = ((double)u(&cold, METRIC_CYC_MISS) - u(&hot, METRIC_CYC_MISS)) / 100000;
	print_message("cold reuse: %.1f cycles of misses per packet more\n", more);
	assert_true(more > LINES * STREAM_STALL + 40);
	/* the same without the payload: what is left are lines of struct page and of the slots */
	run_with("page_pool", settings, "cache.payload_sampling=0", &hot);
	run_with("refcount_reuse", settings, "cache.payload_sampling=0", &cold);
	assert_false(cold.has[METRIC_CACHE_PAYLOAD]);
	more = ((double)u(&cold, METRIC_CYC_MISS) - u(&hot, METRIC_CYC_MISS)) / 100000;
	print_message("without the payload: %.1f more\n", more);
	assert_true(more > 40);
}

/*
 * A copy costs 0.214 cycles per byte and 16 per line from memory. Read at once: 24 lines from the
 * LLC, nothing added. From a reader that sleeps while 3000 packets gather (72000 lines; the share
 * holds 27648): the oldest 3000 - 1152 are read from memory. The other socket costs (403 - 73) /
 * 12 = 27.5 a line.
 */
static void test_copy_cost(void **state)
{
	const char *const stalled[] = {"traffic.packets=3000", "traffic.rate=5G",
				       "workload.reader.pattern=stalled", "workload.rcvbuf=64M",
				       NULL};
	struct result off, on, far;
	uint64_t memory, socket;

	(void)state;
	run_with("page_alloc", stalled, "cache.payload_sampling=0", &off);
	run_with("page_alloc", stalled, "cache.payload_sampling=1", &on);
	memory = u(&on, METRIC_CACHE_FROM_MEMORY);
	assert_in_range(memory, (3000 - 1152) * (LINES - 1), 3000 * LINES);
	/* as many wake-ups in both */
	assert_in_range(u(&off, METRIC_CYC_COPY) - u(&on, METRIC_CYC_COPY), 3000 * 1514 * 0.136 - 1,
			3000 * 1514 * 0.136 + 1);
	/* metadata pays a little more, too: payload takes its room */
	assert_in_range(u(&on, METRIC_CYC_MISS) - u(&off, METRIC_CYC_MISS),
			(uint64_t)(memory * STREAM_STALL) - 1,
			(uint64_t)(memory * 1.1 * STREAM_STALL));
	run_with("page_alloc",
		 (const char *const[]){"traffic.packets=1000", "traffic.rate=5G",
				       "workload.reader.socket=1", NULL},
		 "cache.payload_sampling=1", &far);
	socket = u(&far, METRIC_CACHE_FROM_SOCKET);
	assert_int_equal(socket, 1000 * LINES);
	assert_true(u(&far, METRIC_CYC_MISS) > socket * 27);
}

/*
 * 9014 bytes into 2K buffers with room for 2048 - 64 - 320 = 1664: five of 26 lines and 694 bytes
 * in 11 are 141 lines a packet. With one in 64 sets, 2.2 are looked up, and they count for all
 * but the last.
 */
static void test_many_buffers(void **state)
{
	const char *const settings[] = {"traffic.packets=2000", "traffic.bytes=9014", NULL};
	struct result r;

	(void)state;
	run_with("page_pool", settings, "cache.payload_sampling=1", &r);
	assert_int_equal(u(&r, METRIC_CACHE_PAYLOAD), 2000 * 141);
	assert_int_equal(u(&r, METRIC_CACHE_FROM_LLC), 2000 * 141);
	run_with("page_pool", settings, "cache.payload_sampling=64", &r);
	assert_in_range(u(&r, METRIC_CACHE_PAYLOAD), 2000 * 141 - 128, 2000 * 141);
	assert_int_equal(u(&r, METRIC_CACHE_FROM_LLC), u(&r, METRIC_CACHE_PAYLOAD));
}

/*
 * Buffers on the other node: the device's writes go to that memory, and every line is fetched from
 * there; the header by the driver, which the reader's copy then finds in its caches.
 */
static void test_memory_of_the_other_node(void **state)
{
	const char *const settings[] = {"traffic.packets=1000", "page_allocator.node1=2G",
					"page_allocator.nid=1", "cache.payload_sampling=1", NULL};
	struct result far;

	(void)state;
	run_with("page_pool", settings, NULL, &far);
	assert_int_equal(u(&far, METRIC_CACHE_FROM_MEMORY), 1000 * (LINES - 1));
	assert_int_equal(u(&far, METRIC_CACHE_FROM_LLC), 1000);
	assert_int_equal(u(&far, METRIC_CACHE_DDIO_EVICTED), 0);
	/* (340 - 55) / 12 = 23.75 a line, and the driver's look at the header */
	assert_true(u(&far, METRIC_CYC_MISS) > 1000 * ((LINES - 1) * 23.75 + 200));
}

/* Sampled against every line: sum of cycles, and the lines from memory as a share of all. */
static void compare(const char *name, const char *strategy, const char *const *settings)
{
	struct result exact, sampled;
	double cycles, lines, lost;
	uint64_t all;

	run_with(strategy, settings, "cache.payload_sampling=1", &exact);
	run_with(strategy, settings, NULL, &sampled);
	all = u(&exact, METRIC_CACHE_PAYLOAD);
	/* but for the last, waiting for a line to stand for them */
	assert_in_range(u(&sampled, METRIC_CACHE_PAYLOAD), all - 8 * 64, all);
	cycles = (double)u(&sampled, METRIC_CYC_TOTAL) / u(&exact, METRIC_CYC_TOTAL) - 1;
	lines = ((double)u(&sampled, METRIC_CACHE_FROM_MEMORY) -
		 u(&exact, METRIC_CACHE_FROM_MEMORY)) /
		all;
	lost = ((double)u(&sampled, METRIC_CACHE_DDIO_EVICTED) -
		u(&exact, METRIC_CACHE_DDIO_EVICTED)) /
	       all;
	print_message(
		"%s: cycles %+.2f %%; from memory %+.2f %% of %.1f %%, lost to DDIO %+.2f %%\n",
		name, 100 * cycles, 100 * lines, 100.0 * u(&exact, METRIC_CACHE_FROM_MEMORY) / all,
		100 * lost);
	assert_true(cycles < 0.03 && cycles > -0.03);
	assert_true(lines < 0.03 && lines > -0.03);
	assert_true(lost < 0.03 && lost > -0.03);
}

static void test_sampling_error(void **state)
{
	(void)state;
	compare("steady, hot", "page_pool",
		(const char *const[]){"traffic.packets=60000", "nic.free_path=remote", NULL});
	compare("ring beyond the share", "page_alloc",
		(const char *const[]){"traffic.packets=60000", "traffic.rate=5G", "nic.ring=16384",
				      "nic.rx_usecs=8ms", "nic.rx_frames=0", NULL});
	compare("slow reader", "page_pool",
		(const char *const[]){"traffic.packets=60000", "workload.reader.pattern=bursty",
				      "workload.reader.pause=20ms", "workload.rcvbuf=256M", NULL});
}

static void test_refusals(void **state)
{
	struct result r;
	char err[512];

	(void)state;
	assert_int_not_equal(sim_run("page_pool",
				     (const char *const[]){"traffic.packets=9",
							   "cache.payload_sampling=12", NULL},
				     &r, err),
			     0);
	assert_string_equal(err,
			    "--set: cache.payload_sampling: \"12\" is not valid; expected 0, or a "
			    "power of two up to 64");
}

/*
 * Whether a line is looked up depends on its set in L2 (line % 1024) alone, and so on its set in
 * the LLC (line % 36864, a multiple of 1024): a sampled set sees all its lines. Each 64 lines
 * have 64 / N.
 */
static void test_whole_sets(void **state)
{
	const struct machine machine = {.l2_bytes = 1024 * 16 * 64,
					.l2_ways = 16,
					.llc_bytes = 36864 * 11 * 64,
					.llc_ways = 11};
	struct payload p;
	char err[256];

	(void)state;
	for (unsigned int n = 1; n <= PAYLOAD_SAMPLING_MAX; n *= 2) {
		bool set[1024] = {false};
		unsigned int sets = 0, samples = 0;

		assert_int_equal(payload_init(&p, &machine, n, err, sizeof(err)), 0);
		for (uint32_t line = 0; line < 1024; line++) {
			set[line] = payload_sample(&p, line) == line;
			sets += set[line];
			samples += set[line];
			if (line % 64 < 63)
				continue;
			assert_int_equal(samples, 64 / n);
			samples = 0;
		}
		assert_int_equal(sets, 1024 / n);
		for (uint32_t line = 0; line < 2 * 36864; line++) {
			uint32_t next = line;

			while (!set[next % 1024])
				next++;
			assert_int_equal(payload_sample(&p, line), next);
		}
	}
}

/* 48 sets have only 16 in common with 1024: one in 32 of both at once cannot be chosen. */
static void test_sets_in_common(void **state)
{
	const struct machine machine = {.name = "odd",
					.l2_bytes = 1024 * 64,
					.l2_ways = 1,
					.llc_bytes = 48 * 64 * 64,
					.llc_ways = 64};
	struct payload p;
	char err[256];

	(void)state;
	assert_int_equal(payload_init(&p, &machine, 16, err, sizeof(err)), 0);
	assert_int_equal(payload_init(&p, &machine, 1, err, sizeof(err)), 0);
	assert_int_equal(payload_init(&p, &machine, 0, err, sizeof(err)), 0);
	assert_int_equal(payload_init(&p, &machine, 32, err, sizeof(err)), -EINVAL);
	assert_string_equal(err,
			    "cache.payload_sampling: found 32, but the sets of odd's L2 and last "
			    "level have only 16 in common; expected 0, 1 or at most that");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ddio_share),
		cmocka_unit_test(test_hot_and_cold),
		cmocka_unit_test(test_copy_cost),
		cmocka_unit_test(test_sampling_error),
		cmocka_unit_test(test_many_buffers),
		cmocka_unit_test(test_memory_of_the_other_node),
		cmocka_unit_test(test_whole_sets),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_sets_in_common),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
