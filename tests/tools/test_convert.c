/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_convert.c - a converted capture replays as the capture does, byte for byte.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/tools/scratch.h"
#include "tests/tools/spawn.h"

#define PCAP SAMPLES "/tcp_both_ways_cut.pcap"

static char pkts[128];

static int setup(void **state)
{
	int ret = scratch_setup(state);

	snprintf(pkts, sizeof(pkts), "%s/x.pkts", scratch_b);
	return ret;
}

static void files_equal(const char *name)
{
	char path[256];
	size_t size_a = 0, size_b = 0;
	char *a, *b;

	snprintf(path, sizeof(path), "%s/%s", scratch, name);
	a = file_slurp(path, &size_a);
	snprintf(path, sizeof(path), "%s/out/%s", scratch_b, name);
	b = file_slurp(path, &size_b);
	if (size_a != size_b || !a != !b || (a && memcmp(a, b, size_a)))
		fail_msg("%s: another one from the packet file", name);
	free(a);
	free(b);
}

static void replays_equal(const char *trace, const char *preset)
{
	static const char *const files[] = {
		"compare.csv",
		"truth.csv",
		"pingpong/summary.json",
		"pingpong/timeseries.csv",
		"page_pool_frag/summary.json",
		"page_pool_frag/timeseries.csv",
	};
	struct spawned s = RUN("convert", trace, "-o", pkts);

	assert_int_equal(s.code, 0);
	assert_false(dir_has_tmp(scratch_b));
	spawn_free(&s);
	s = RUN("replay", trace, "--force", "-o", scratch, "--no-plot", "--strategy",
		"pingpong,page_pool_frag", "--set", preset);
	assert_int_equal(s.code, 0);
	spawn_free(&s);
	s = RUN("replay", pkts, "--force", "-o", path_in(scratch_b, "out"), "--no-plot",
		"--strategy", "pingpong,page_pool_frag", "--set", preset);
	assert_int_equal(s.code, 0);
	spawn_free(&s);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		files_equal(files[i]);
}

static void test_same_replay(void **state)
{
	(void)state;
	replays_equal(SAMPLE, "nic.preset=veth");
	replays_equal(SAMPLES "/igb_rx_slow_lazy.dat", "nic.preset=igb");
	replays_equal(SAMPLES "/fmt_v7_zstd.dat", "nic.preset=veth");
	replays_equal(SAMPLES "/fmt_v6_small.dat", "nic.preset=veth");
	replays_equal(PCAP, "nic.queues=4");
}

/* The first 65568 + something bytes less: a warning, a shorter replay; an error with --strict. */
static void test_cut(void **state)
{
	struct spawned s = RUN("convert", SAMPLE, "-o", pkts);
	size_t size;
	char *content = file_slurp(pkts, &size);

	(void)state;
	assert_int_equal(s.code, 0);
	free(content);
	spawn_free(&s);
	assert_int_equal(truncate(pkts, (off_t)size - 1000), 0);
	s = RUN("replay", pkts, "--force", "-o", scratch, "--no-plot", "--strategy",
		"page_pool_frag");
	assert_int_equal(s.code, 0);
	assert_non_null(strstr(s.err, "cut off"));
	assert_non_null(strstr(s.out, "10,240")); /* 5 blocks of 2048 */
	spawn_free(&s);
	s = RUN("replay", pkts, "--force", "-o", scratch, "--strict", "--strategy",
		"page_pool_frag");
	assert_int_equal(s.code, 2);
	spawn_free(&s);
}

/* Two packets, 136 years apart: a clock that was set. The start can be replayed. */
static void test_clock_jump(void **state)
{
	static const unsigned char head[24] = {0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0,
					       0,    0,	   0,	 0,    0, 0, 4, 0, 1, 0, 0, 0};
	static const unsigned char packets[2][30] = {
		{0, 0, 0, 0, 0, 0, 0, 0, 14, 0, 0, 0, 60},
		{255, 255, 255, 255, 0, 0, 0, 0, 14, 0, 0, 0, 60},
	};
	FILE *file = fopen(pkts, "wb");
	struct spawned s;

	(void)state;
	assert_non_null(file);
	assert_int_equal(fwrite(head, sizeof(head), 1, file), 1);
	assert_int_equal(fwrite(packets, sizeof(packets), 1, file), 1);
	fclose(file);
	s = RUN("replay", pkts, "--force", "-o", scratch, "--strategy", "page_pool");
	assert_int_equal(s.code, 2);
	assert_non_null(strstr(s.err, "its clock jumps"));
	spawn_free(&s);
	s = RUN("replay", pkts, "--force", "-o", scratch, "--no-plot", "--strategy", "page_pool",
		"--set", "duration=1s");
	assert_int_equal(s.code, 0);
	spawn_free(&s);
}

static void refused(const char *helps, const char *const *args)
{
	struct spawned s = spawn_run(NULL, NULL, args);

	if (s.code != 2 || !strstr(s.err, helps))
		fail_msg("exit code %d, expected '%s': %s", s.code, helps, s.err);
	spawn_free(&s);
}

#define REFUSED(helps, ...) refused(helps, (const char *const[]){"convert", __VA_ARGS__, NULL})

static void test_refusals(void **state)
{
	struct spawned s;

	(void)state;
	REFUSED("-o FILE.pkts", SAMPLE);
	REFUSED("is the capture itself", PCAP, "-o", PCAP);
	REFUSED("unknown device", SAMPLE, "-o", pkts, "--device", "vx");
	REFUSED("this is none", SAMPLE, "-o", pkts, "--filter", "udp");
	REFUSED("expected a pcap-filter", PCAP, "-o", pkts, "--filter", "nonsense here");
	REFUSED("no received packet", SAMPLES "/only_sched.dat", "-o", pkts);
	REFUSED("cut off", PCAP, "-o", pkts, "--strict");
	assert_int_not_equal(access(pkts, F_OK), 0);
	s = RUN("convert", SAMPLE, "-o", "/nowhere/x.pkts");
	assert_int_equal(s.code, 1);
	assert_non_null(strstr(s.err, "/nowhere/x.pkts"));
	spawn_free(&s);
	s = RUN("convert", PCAP, "-o", pkts, "--filter", "tcp[tcpflags] & tcp-syn != 0");
	assert_int_equal(s.code, 0);
	assert_non_null(strstr(s.out, ": 2 packets of pcap"));
	spawn_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_same_replay, setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(test_cut, setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(test_clock_jump, setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(test_refusals, setup, scratch_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
