/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_host.c - the program with a file of the machine beside a capture whose pool showed no event.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>
#include <jansson.h>

#include "tests/tools/scratch.h"
#include "tests/tools/spawn.h"
#include "tests/traces/trace_dat/dat_build.h"

#define PACKETS 240u
#define PAGES	96

#define IGB_FIRST_NS "31425812891" /* of the sample */

static char capture[128];

/* The file of the machine beside the capture, empty. */
static FILE *host_file(void)
{
	char path[160];
	FILE *f;

	snprintf(path, sizeof(path), "%s.host.json", capture);
	f = fopen(path, "w");
	assert_non_null(f);
	return f;
}

/* Packets of eth0, 1 us apart and freed 1 us later; beside it what a list of pools says. */
static void captured(const char *device, unsigned int bytes_more, int last)
{
	const struct dat_variant variant = {.version = 7, .long_size = 8, .packets = PACKETS};
	unsigned char *bytes;
	size_t size;
	FILE *f;

	bytes = dat_build(&variant, &size);
	snprintf(capture, sizeof(capture), "%s/silent.dat", scratch_b);
	file_put(capture, bytes, size);
	free(bytes);
	f = host_file();
	fprintf(f,
		"{\"schema\": 1, \"capture\": {\"bytes\": %zu, \"first_event_ns\": %llu},\n"
		"\"machine\": {\"end\": {\"devices\": [{\"name\": \"%s\", \"driver\": \"veth\"}]}},"
		"\"pools\": {\"begin\": [{\"id\": 4, \"device\": \"%s\", \"inflight\": %d}],\n"
		"\"end\": [{\"id\": 4, \"device\": \"%s\", \"inflight\": %d}]}}\n",
		size + bytes_more, (unsigned long long)DAT_BUILD_START_NS, device, device, PAGES,
		device, last);
	assert_int_equal(fclose(f), 0);
}

static struct spawned replay(void)
{
	return RUN("replay", capture, "--strategy", "page_pool_frag", "--check", "--json",
		   "--no-plot", "--force", "-o", scratch);
}

static const json_t *truth_of(const json_t *doc)
{
	return json_object_get(json_array_get(json_object_get(doc, "results"), 0), "truth");
}

static void expect_number(const json_t *from, const char *key, int number)
{
	const json_t *value = json_object_get(from, key);

	if (!value || json_number_value(value) != number)
		fail_msg("%s: expected %d, found %g", key, number, json_number_value(value));
}

/* 96 pages at the start and no other: simulated and recorded agree to the page, at each point. */
static void test_silent_pool(void **state)
{
	struct spawned s;
	json_t *doc;

	(void)state;
	captured("eth0", 0, PAGES);
	s = replay();
	if (s.code)
		fail_msg("%d: %s", s.code, s.err);
	assert_non_null(strstr(s.err, "no page entered or left the pool while it was recorded; it "
				      "held 96 pages (netlink) [pool-silent]\n"));
	assert_null(strstr(s.err, "host-file"));
	doc = spawned_json(&s);
	expect_number(truth_of(doc), "pages_allocated_recorded", PAGES);
	expect_number(truth_of(doc), "pages_allocated_simulated", PAGES);
	expect_number(truth_of(doc), "pages_held_recorded_peak", PAGES);
	expect_number(truth_of(doc), "pages_held_simulated_peak", PAGES);
	expect_number(truth_of(doc), "rmse_pages_held", 0);
	json_decref(doc);
	spawn_free(&s);
	s = RUN("inspect", capture);
	assert_non_null(strstr(s.out, "  eth0 (host file): driver veth\n"));
	assert_int_equal(s.code, 0);
	assert_non_null(strstr(s.out, "pool 0      0 entered, 0 left, at most 96 at once; eth0, "
				      "queue 0\n"));
	spawn_free(&s);
}

/* A packet file keeps what the machine said. */
static void test_converted(void **state)
{
	char *file = path_in(scratch_b, "silent.pkts");
	struct spawned s;
	json_t *doc;

	(void)state;
	captured("eth0", 0, PAGES);
	s = RUN("convert", capture, "-o", file);
	assert_int_equal(s.code, 0);
	spawn_free(&s);
	s = RUN("replay", file, "--strategy", "page_pool_frag", "--json", "--no-plot", "-o",
		scratch);
	assert_int_equal(s.code, 0);
	assert_non_null(strstr(s.err, "it held 96 pages (netlink) [pool-silent]\n"));
	doc = spawned_json(&s);
	expect_number(truth_of(doc), "pages_held_recorded_peak", PAGES);
	expect_number(truth_of(doc), "rmse_pages_held", 0);
	json_decref(doc);
	spawn_free(&s);
}

static void expect_nothing_compared(const char *said)
{
	struct spawned s = replay();
	json_t *doc;

	assert_int_equal(s.code, 0);
	assert_non_null(strstr(s.err, "nothing to compare with: no page entered a page_pool"));
	if (!strstr(s.err, said))
		fail_msg("expected '%s', found '%s'", said, s.err);
	doc = spawned_json(&s);
	assert_null(json_object_get(truth_of(doc), "pages_held_recorded_peak"));
	json_decref(doc);
	spawn_free(&s);
}

/* Another device's pool, one that changed, a file of another capture, and one that is none. */
static void test_not_used(void **state)
{
	FILE *f;

	(void)state;
	captured("eth1", 0, PAGES);
	expect_nothing_compared("");
	captured("eth0", 0, PAGES + 1);
	expect_nothing_compared("");
	captured("eth0", 1, PAGES);
	expect_nothing_compared("silent.dat.host.json is not used: it is of a capture of ");
	f = host_file();
	fputs("{\"schema\": 1", f);
	fclose(f);
	expect_nothing_compared("silent.dat.host.json is not used: line 1 is no JSON");
}

/* A copy of the igb sample, and beside it what its machine would have said. */
static void igb_captured(unsigned int bytes_more)
{
	size_t size;
	char *bytes = file_slurp(FRAGSIM_SOURCE_DIR "/traces/samples/igb_rx_slow_lazy.dat", &size);
	FILE *f;

	snprintf(capture, sizeof(capture), "%s/igb.dat", scratch_b);
	file_put(capture, bytes, size);
	free(bytes);
	f = host_file();
	fprintf(f,
		"{\"schema\": 1, \"capture\": {\"bytes\": %zu, \"first_event_ns\": %s},\n"
		"\"machine\": {\"begin\": {\"kernel\": \"6.12.107+deb13-amd64\", \"page_size\": "
		"4096, \"devices\": [{\"name\": \"q1\", \"driver\": \"igb\", \"iommu\": "
		"\"strict\", \"mtu\": 1500, \"rx_ring\": 256, \"rx_channels\": 2}]}}}\n",
		size + bytes_more, IGB_FIRST_NS);
	assert_int_equal(fclose(f), 0);
}

static void igb_replay(struct spawned *s)
{
	*s = RUN("replay", capture, "--strategy", "pingpong", "--no-plot", "--force", "-o",
		 scratch);
	assert_int_equal(s->code, 0);
	assert_non_null(strstr(s->out, "pages allocated 7,813 simulated / 7,813 recorded"));
	assert_non_null(strstr(s->out, "pages held, peak 5,261 simulated / 5,261 recorded"));
}

/* The machine says what it is; a file of another capture does not, and the events remain. */
static void test_machine(void **state)
{
	struct spawned s;

	(void)state;
	igb_captured(0);
	igb_replay(&s);
	assert_non_null(strstr(s.out, "host file: the driver of q1 is igb\n"));
	assert_non_null(strstr(s.out, "strict                host file: what the machine said"));
	assert_non_null(strstr(s.out, "  nic.queues  2 "));
	assert_null(strstr(s.err, "guessed"));
	spawn_free(&s);
	igb_captured(1);
	igb_replay(&s);
	assert_non_null(strstr(s.err, "[host-file]"));
	assert_non_null(strstr(s.out, "inferred: a driver took 510 blocks"));
	assert_null(strstr(s.out, "host file"));
	spawn_free(&s);
	s = RUN("replay", capture, "--strategy", "pingpong", "--json", "--no-plot", "--force", "-o",
		scratch, "--set", "nic.preset=igb");
	assert_int_equal(s.code, 0);
	assert_non_null(strstr(s.out, "\"from\": \"you\""));
	spawn_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_silent_pool, scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(test_converted, scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(test_not_used, scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(test_machine, scratch_setup, scratch_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
