/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_repaired.c - captures that are not as they should be: what is repaired and said, what is
 * refused; nothing is lost on the way from inspect to replay.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "tests/tools/scratch.h"
#include "tests/tools/spawn.h"
#include "tests/traces/bytes.h"
#include "tests/traces/perf_data/perf_build.h"

#define PACKETS	   4000
#define GAP_US	   50
#define LRO_BYTES  65212 /* without Ethernet header */
#define PERF_BUILT 13	 /* packets of each device of perf_build() */

static struct bytes built;

static void pcap_begin(void)
{
	built.size = 0;
	built.big = false;
	put32(&built, 0xa1b2c3d4);
	put16(&built, 2);
	put16(&built, 4);
	put_zeros(&built, 8);
	put32(&built, 96);
	put32(&built, 1);
}

/* Headers are not captured: 16 bytes a packet, so that thousands fit. */
static void pcap_packet(uint64_t time_us, uint32_t bytes)
{
	put32(&built, time_us / 1000000);
	put32(&built, time_us % 1000000);
	put32(&built, 0);
	put32(&built, bytes);
}

static const char *store(const char *name)
{
	static char path[SCRATCH_MAX + 64];

	snprintf(path, sizeof(path), "%s", path_in(scratch_b, name));
	bytes_store(&built, path);
	return path;
}

static struct spawned replay(const char *path, const char *more, const char *set)
{
	const char *const args[] = {"replay",
				    path,
				    "--force",
				    "-o",
				    scratch,
				    "--json",
				    "--no-plot",
				    "--strategy",
				    "page_pool",
				    "--set",
				    set ? set : "seed=1",
				    more,
				    NULL};

	return spawn_run(NULL, NULL, args);
}

static long long packets_of(const struct spawned *s, const char *key)
{
	json_t *doc = spawned_json(s), *res = json_array_get(json_object_get(doc, "results"), 0);
	long long nr = json_integer_value(json_object_get(json_object_get(res, "packets"), key));

	json_decref(doc);
	return nr;
}

static void says(const struct spawned *s, int code, const char *text)
{
	if (s->code != code || !strstr(s->err, text))
		fail_msg("exit %d: %s: expected %d, and \"%s\"", s->code, s->err, code, text);
}

static void replay_says(const char *path, const char *more, int code, const char *text)
{
	struct spawned s = replay(path, more, NULL);

	says(&s, code, text);
	spawn_free(&s);
}

static void all_delivered(const char *path, const char *set, long long nr)
{
	struct spawned s = replay(path, NULL, set);

	if (s.code)
		fail_msg("exit %d: %s", s.code, s.err);
	assert_int_equal(packets_of(&s, "offered"), nr);
	assert_int_equal(packets_of(&s, "delivered"), nr);
	spawn_free(&s);
}

static void inspect_says(const char *path, int code, const char *text)
{
	struct spawned s = RUN("inspect", path);

	if (s.code != code || (!strstr(s.out, text) && !strstr(s.err, text)))
		fail_msg("exit %d: %s%s: expected \"%s\"", s.code, s.out, s.err, text);
	spawn_free(&s);
}

/* Set back by a second: raised to the time before, 2000 packets would come at once. */
static void test_clock_set_back(void **state)
{
	static const char said[] = "its clock was set back 1 time: 2000 packets behind keep";
	char pkts[SCRATCH_MAX + 64];
	struct spawned s;
	const char *path;

	(void)state;
	pcap_begin();
	for (unsigned int i = 0; i < PACKETS / 2; i++)
		pcap_packet(100000000 + i * GAP_US, 200);
	for (unsigned int i = PACKETS / 2; i < PACKETS; i++)
		pcap_packet(99000000 + i * GAP_US, 200);
	path = store("set_back.pcap");
	all_delivered(path, NULL, PACKETS);
	inspect_says(path, 0, said);
	replay_says(path, NULL, 0, said);
	/* refused for what a pcap does not tell, not for a step that is clear */
	replay_says(path, "--strict", 2, "fragsim: note: its clock was set back 1 time");
	snprintf(pkts, sizeof(pkts), "%s", path_in(scratch_b, "set_back.pkts"));
	s = RUN("convert", path, "-o", pkts);
	says(&s, 0, said);
	spawn_free(&s);
	inspect_says(pkts, 0, said);
	all_delivered(pkts, NULL, PACKETS);
}

/* Two clocks in one: replayed, said, and refused under --strict. */
static void test_two_clocks(void **state)
{
	static const char said[] = "its times go back 1000 times in 2000 records";
	const char *path;

	(void)state;
	pcap_begin();
	for (unsigned int i = 0; i < 2000; i++)
		pcap_packet(100000000 - i % 2 * 1000000 + i * GAP_US, 200);
	path = store("two_clocks.pcap");
	all_delivered(path, NULL, 2000);
	inspect_says(path, 0, said);
	replay_says(path, NULL, 0, said);
	replay_says(path, "--strict", 2, "refused by --strict: its times go back 1000 times");
}

static void test_empty_packets(void **state)
{
	const char *path;

	(void)state;
	pcap_begin();
	for (unsigned int i = 0; i < 30; i++)
		pcap_packet(100000000 + i * GAP_US, i % 10 ? 200 : 0);
	path = store("empty.pcap");
	all_delivered(path, NULL, 27);
	inspect_says(path, 0, "3 packets of 0 bytes: left out");
	replay_says(path, NULL, 0, "3 packets of 0 bytes: left out");
}

/* All that replay could not follow is refused by inspect, too: here CPU 65280 and a time. */
static void test_impossible_numbers(void **state)
{
	static const struct {
		unsigned int at, bytes;
		uint64_t value;
		const char *said;
	} rows[] = {
		{32, 4, 65280, "of CPU 65280; expected at most 8191"},
		{24, 8, UINT64_MAX - 79, "a time centuries away"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *path;

		perf_build(&built, &perf_plain);
		put_at(&built, PERF_BUILD_FIRST_RECORD + 8 + rows[i].at, rows[i].value,
		       rows[i].bytes);
		path = store("numbers.perf.data");
		inspect_says(path, 2, rows[i].said);
		replay_says(path, NULL, 2, rows[i].said);
	}
}

/* Packet i of perf_build() has 100 + i bytes; all are made as long as LRO makes them. */
static const char *merged_store(void)
{
	perf_build(&built, &perf_plain);
	for (size_t at = 0; at + 24 < built.size; at++) {
		uint64_t object;
		uint32_t len;

		memcpy(&len, built.at + at, sizeof(len));
		memcpy(&object, built.at + at + 4, sizeof(object));
		if (object - 0xffff888000000000 < PERF_BUILD_EVENTS && len == 100 + (object & 0xff))
			put_at(&built, at, LRO_BYTES, 4);
	}
	return store("lro.perf.data");
}

/* The device merged packets: a NIC whose buffers hold them replays them, another one says no. */
static void test_merged_by_the_device(void **state)
{
	const char *path = merged_store();
	struct spawned s;

	(void)state;
	inspect_says(path, 0, "packets of up to 65226 bytes: merged by the device (LRO");
	all_delivered(path, NULL, PERF_BUILT);
	s = replay(path, NULL, "nic.preset=igb");
	says(&s, 2, "packets of up to 65226 bytes, merged by the device (LRO)");
	says(&s, 2, "--set nic.header_split=yes --set nic.buffer=4K --set nic.order=0");
	spawn_free(&s);
	s = RUN("replay", path, "--force", "-o", scratch, "--json", "--no-plot", "--strategy",
		"page_pool", "--set", "nic.preset=igb", "--set", "nic.header_split=yes", "--set",
		"nic.buffer=4K", "--set", "nic.order=0");
	assert_int_equal(s.code, 0);
	assert_int_equal(packets_of(&s, "delivered"), PERF_BUILT);
	spawn_free(&s);
}

/* Traffic that is made up is not checked before: its drops are said behind. */
static void test_oversize_is_said(void **state)
{
	struct spawned s =
		RUN("run", "host-100g", "--force", "-o", scratch, "--no-plot", "--strategy",
		    "page_pool", "--set", "traffic.packets=50", "--set", "traffic.bytes=60000");

	(void)state;
	says(&s, 0, "50 of 50 packets are larger than nic");
	spawn_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_clock_set_back, scratch_setup,
						scratch_teardown),
		cmocka_unit_test_setup_teardown(test_two_clocks, scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(test_empty_packets, scratch_setup,
						scratch_teardown),
		cmocka_unit_test_setup_teardown(test_impossible_numbers, scratch_setup,
						scratch_teardown),
		cmocka_unit_test_setup_teardown(test_merged_by_the_device, scratch_setup,
						scratch_teardown),
		cmocka_unit_test_setup_teardown(test_oversize_is_said, scratch_setup,
						scratch_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
