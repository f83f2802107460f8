/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_cli.c - the contract of the command line: words, exit codes, one line per error.
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

static void list_shows(const char *what, const char *word)
{
	struct spawned s = RUN("list", what);

	assert_int_equal(s.code, 0);
	assert_string_equal(s.err, "");
	if (!strstr(s.out, word))
		fail_msg("list %s does not show %s", what, word);
	spawn_free(&s);
}

static void test_list(void **state)
{
	(void)state;
	list_shows("strategies", "page_pool_frag");
	list_shows("strategies", "form=encoded_page|size_field");
	list_shows("strategies", "size_kb=64..16384 (default 1024)");
	list_shows("machines", "x86-100g");
	list_shows("machines", "arm64-64k");
	list_shows("machines", " assumed");
	list_shows("scenarios", "quickstart");
	list_shows("metrics", "cycles.by_cause.cache_miss");
	list_shows("keys", "workload.reader.pause");
}

/* The row of a preset in docs/scenario.md: the same drivers and version, compared or not. */
static void preset_is_documented(const char *doc, const char *line)
{
	char name[32], drivers[32], since[8], row[128], end[16];
	const char *compared = strrchr(line, ' ') + 1, *found;

	assert_int_equal(sscanf(line, "%31s %31s %7s", name, drivers, since), 3);
	snprintf(row, sizeof(row), "\n| `%s` | %s | %s | ", name, drivers, since);
	snprintf(end, sizeof(end), " | %s |\n", compared);
	found = strstr(doc, row);
	if (!found || strncmp(strchr(found + 1, '\n') - strlen(end) + 1, end, strlen(end)))
		fail_msg("docs/scenario.md, NIC presets: no row %s...%s", row, end);
}

static void test_list_nics(void **state)
{
	struct spawned s = RUN("list", "nics");
	char *doc = file_slurp(FRAGSIM_SOURCE_DIR "/docs/scenario.md", NULL), *legend;
	unsigned int presets = 0;

	(void)state;
	assert_int_equal(s.code, 0);
	assert_string_equal(s.err, "");
	assert_non_null(doc);
	assert_non_null(strstr(s.out, "\nigb           igb                6.12   pingpong        "
				      "posted        256    2048  yes\n"));
	assert_non_null(strstr(s.out, "\ngve           gve                6.12 "));
	assert_true(strstr(s.out, "\ngve  ") < strstr(s.out, "\ngve-6.18 "));
	legend = strstr(s.out, "\n\n");
	assert_non_null(legend);
	*legend = '\0';
	strtok(s.out, "\n");
	for (char *line = strtok(NULL, "\n"); line; line = strtok(NULL, "\n"), presets++) {
		assert_true(strlen(line) <= 100);
		preset_is_documented(doc, line);
	}
	assert_int_equal(presets, 25);
	free(doc);
	spawn_free(&s);
}

static void test_help(void **state)
{
	struct spawned s = RUN("--help");

	(void)state;
	assert_int_equal(s.code, 0);
	assert_non_null(strstr(s.out, "inspect"));
	spawn_free(&s);
	s = RUN("replay", "--help");
	assert_int_equal(s.code, 0);
	assert_non_null(strstr(s.out, "--device"));
	assert_non_null(strstr(s.out, "--strict"));
	spawn_free(&s);
	s = RUN("--version");
	assert_int_equal(s.code, 0);
	assert_int_equal(strncmp(s.out, "fragsim ", 8), 0);
	assert_non_null(strstr(s.out, ", commit "));
	spawn_free(&s);
}

/* docs/scenario.md is made from the same rows: every key is in it. */
static void test_list_markdown(void **state)
{
	struct spawned md = RUN("list", "keys", "--markdown"), keys = RUN("list", "keys");

	(void)state;
	assert_int_equal(md.code, 0);
	for (char *line = strtok(keys.out, "\n"); line; line = strtok(NULL, "\n")) {
		line[strcspn(line, " ")] = '\0';
		if (!strstr(md.out, line))
			fail_msg("key %s is not in the documentation", line);
	}
	spawn_free(&md);
	spawn_free(&keys);
}

/* Exit code 2, nothing on stdout, one line on stderr, and in it what helps. */
static void refused(const char *const *args, const char *helps)
{
	struct spawned s = spawn_run(NULL, NULL, args);
	const char *end = strchr(s.err, '\n');

	if (s.code != 2 || s.out[0] || strncmp(s.err, "fragsim: ", 9) || !end || end[1] ||
	    !strstr(s.err, helps))
		fail_msg("%s %s: exit code %d, stdout '%.60s', expected '%s' in one line: %s",
			 args[0] ? args[0] : "", args[0] && args[1] ? args[1] : "", s.code, s.out,
			 helps, s.err);
	spawn_free(&s);
}

#define REFUSED(helps, ...) refused((const char *const[]){__VA_ARGS__, NULL}, helps)

static void test_usage_errors(void **state)
{
	(void)state;
	REFUSED("no verb", NULL);
	REFUSED("'replay'", "repaly", "x");
	REFUSED("'--json'", "inspect", "--jsno", SAMPLE);
	REFUSED("'--json'", "inspect", SAMPLE, "--jsno");
	REFUSED("'-Z'", "run", "-Z", "quickstart");
	REFUSED("needs a value", "run", "quickstart", "--set");
	REFUSED("needs a value", "run", "quickstart", "-j");
	REFUSED("takes no value", "run", "--json=yes", "quickstart");
	REFUSED("from 1 to", "run", "-j", "0", "quickstart");
	REFUSED("from 1 to", "run", "-j", "4x", "quickstart");
	REFUSED("SCENARIO is missing", "run");
	REFUSED("unexpected argument 'b'", "inspect", "a", "b");
	REFUSED("'machines'", "list", "machine");
	REFUSED("keys and metrics only", "list", "nics", "--markdown");
	REFUSED("kernel: \"foo\" is not valid; expected a version", "run", "quickstart", "--set",
		"kernel=foo");
}

static void test_bad_files(void **state)
{
	(void)state;
	REFUSED("nowhere.dat", "inspect", "/nowhere.dat");
	REFUSED("directory", "inspect", SAMPLES);
	REFUSED("nowhere.dat", "replay", "/nowhere.dat");
	REFUSED("directory", "replay", SAMPLES);
	REFUSED("cut", "replay", SAMPLES "/trunc_v7.dat");
	REFUSED("cut", "inspect", SAMPLES "/trunc_v7.dat");
	REFUSED("no such file", "run", "no-such-scenario");
	REFUSED("/nowhere.yaml", "check", "/nowhere.yaml");
	REFUSED("output folder of a run", "plot", SAMPLES);
	REFUSED("traces/samples", "run", SAMPLES);
}

/* A capture that cannot be replayed says what it holds and what it would need. */
static void test_nothing_to_replay(void **state)
{
	(void)state;
	REFUSED("sched:sched_switch (2120)", "replay", SAMPLES "/only_sched.dat");
	REFUSED("needed net:napi_gro_receive_entry", "replay", SAMPLES "/only_sched.dat");
	REFUSED("'vb'", "replay", SAMPLE, "--device", "vbb");
}

static void test_bad_scenario(void **state)
{
	(void)state;
	REFUSED("\"nic.ring\"", "run", "quickstart", "--set", "nic.rign=64");
	REFUSED("pingpong", "run", "quickstart", "--strategy", "pingpog");
	REFUSED("KEY=VALUE", "run", "quickstart", "--set", "seed");
	REFUSED("x86-100g", "run", "quickstart", "--set", "machine=x86-10g");
	REFUSED("is empty", "replay", SAMPLE, "-o", "");
	REFUSED("nowhere.yaml", "run", "host-100g", "--set", "machine=/nowhere.yaml");
}

/* What no strategy could do is said once, before any runs. */
static void test_bad_machine(void **state)
{
	(void)state;
	REFUSED("machine zen4 has", "run", "slow-reader", "--set", "machine=zen4", "--set",
		"page_allocator.node1=1G");
	REFUSED("machine zen4 has", "run", "slow-reader", "--set", "machine=zen4", "--set",
		"workload.reader.socket=1");
	REFUSED("core 1 polls a queue", "run", "slow-reader", "--set", "workload.reader.socket=1",
		"--set", "nic.queues=2");
	REFUSED("less than the 6 cores of machine x86-bdw", "run", "slow-reader", "--set",
		"machine=x86-bdw", "--set", "workload.reader.core=7");
	REFUSED("no cost of dma_sync", "run", "slow-reader", "--set", "dma_coherent=no");
}

static void test_check(void **state)
{
	struct spawned s = RUN("check", "quickstart");

	(void)state;
	assert_int_equal(s.code, 0);
	assert_string_equal(s.out, "quickstart: ok\n");
	assert_string_equal(s.err, "");
	spawn_free(&s);
}

/* Numbers of the capture's own table (traces/samples): 11789 packets of 17488556 bytes on vb in
 * one queue, 460 delivered after GRO, 5248 pages entered the pool. */
static void test_inspect_json(void **state)
{
	struct spawned s = RUN("inspect", "--json", SAMPLE);
	json_t *doc = json_loads(s.out, JSON_REJECT_DUPLICATES, NULL), *devices, *vb = NULL;
	json_t *release, *pools;
	size_t i;

	(void)state;
	assert_int_equal(s.code, 0);
	assert_non_null(doc);
	assert_int_equal(json_integer_value(json_object_get(doc, "schema")), 1);
	assert_int_equal(json_integer_value(json_object_get(doc, "lost_events")), 0);
	assert_true(json_is_true(json_object_get(doc, "replayable")));
	assert_int_equal(json_integer_value(json_object_get(json_object_get(doc, "events"),
							    "page_pool:page_pool_state_hold")),
			 5248);
	devices = json_object_get(doc, "devices");
	for (i = 0; i < json_array_size(devices); i++) {
		json_t *d = json_array_get(devices, i);

		if (!strcmp(json_string_value(json_object_get(d, "name")), "vb"))
			vb = d;
	}
	assert_non_null(vb);
	assert_int_equal(json_integer_value(json_object_get(vb, "packets")), 11789);
	assert_int_equal(json_integer_value(json_object_get(vb, "bytes")), 17488556);
	assert_int_equal(json_integer_value(json_object_get(vb, "delivered")), 460);
	assert_int_equal(json_integer_value(json_object_get(vb, "queues")), 1);
	release = json_object_get(doc, "release");
	assert_float_equal(json_number_value(json_object_get(release, "free")) +
				   json_number_value(json_object_get(release, "copy")) +
				   json_number_value(json_object_get(release, "unknown")),
			   1.0, 1e-9);
	assert_string_equal(json_string_value(json_array_get(json_object_get(doc, "truth"), 0)),
			    "page_pool");
	pools = json_object_get(json_object_get(json_object_get(doc, "ground_truth"), "page_pool"),
				"pools");
	assert_int_equal(json_array_size(pools), 1);
	pools = json_array_get(pools, 0);
	assert_string_equal(json_string_value(json_object_get(pools, "address")),
			    "0xffff8881b1305800");
	assert_int_equal(json_integer_value(json_object_get(pools, "holds")), 5248);
	assert_int_equal(json_integer_value(json_object_get(pools, "releases")), 5247);
	assert_int_equal(json_integer_value(json_object_get(pools, "peak")), 4021);
	assert_string_equal(json_string_value(json_object_get(pools, "device")), "vb");
	json_decref(doc);
	spawn_free(&s);
}

/* What a good capture lacks is nothing; a scheduler trace lacks everything. */
static void test_inspect_advice(void **state)
{
	struct spawned good = RUN("inspect", "--json", SAMPLE);
	struct spawned bad = RUN("inspect", "--json", SAMPLES "/only_sched.dat");
	json_t *g = json_loads(good.out, 0, NULL), *b = json_loads(bad.out, 0, NULL);

	(void)state;
	assert_int_equal(bad.code, 0);
	assert_int_equal(json_array_size(json_object_get(g, "advice")), 0);
	assert_int_equal(json_array_size(json_object_get(b, "advice")), 2);
	assert_non_null(strstr(json_string_value(json_array_get(json_object_get(b, "advice"), 1)),
			       "tools/capture -t "));
	assert_true(json_is_false(json_object_get(b, "replayable")));
	json_decref(g);
	json_decref(b);
	spawn_free(&good);
	spawn_free(&bad);
}

/* The IOMMU's events name no device; which mappings are of sent packets can be told. */
static void test_inspect_iommu(void **state)
{
	struct spawned s = RUN("inspect", SAMPLES "/igb_rx_slow_lazy.dat");

	(void)state;
	assert_int_equal(s.code, 0);
	assert_non_null(strstr(s.out, "8147 maps, 8144 unmaps, of all devices"));
	assert_non_null(strstr(s.out, "324 maps inside a transmit function, 7823 elsewhere"));
	spawn_free(&s);
}

/* Output that nobody could keep is a failure. */
static void test_full_disk(void **state)
{
	const char *const args[] = {"list", "metrics", NULL};
	struct spawned s = spawn_full(args);

	(void)state;
	assert_int_equal(s.code, 1);
	assert_non_null(strstr(s.err, "fragsim: cannot write to standard output"));
	spawn_free(&s);
}

static void test_datadir(void **state)
{
	const char *const args[] = {"list", "machines", NULL};
	struct spawned s = spawn_run("/", "FRAGSIM_DATADIR=" FRAGSIM_SOURCE_DIR, args);

	(void)state;
	assert_int_equal(s.code, 0);
	assert_non_null(strstr(s.out, "x86-100g"));
	spawn_free(&s);
	s = spawn_run(NULL, "FRAGSIM_DATADIR=/nowhere", args);
	assert_int_equal(s.code, 2);
	assert_non_null(strstr(s.err, "FRAGSIM_DATADIR"));
	spawn_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_list_nics),
		cmocka_unit_test(test_help),
		cmocka_unit_test(test_list_markdown),
		cmocka_unit_test(test_usage_errors),
		cmocka_unit_test(test_bad_files),
		cmocka_unit_test(test_nothing_to_replay),
		cmocka_unit_test(test_bad_scenario),
		cmocka_unit_test(test_bad_machine),
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_inspect_json),
		cmocka_unit_test(test_inspect_advice),
		cmocka_unit_test(test_inspect_iommu),
		cmocka_unit_test(test_full_disk),
		cmocka_unit_test(test_datadir),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
