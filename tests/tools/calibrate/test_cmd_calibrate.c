/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_cmd_calibrate.c - `fragsim calibrate`: what it writes is a profile that a run takes. Figures
 * are the machine's own: only their order and the units' sense are looked at.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "tests/tools/scratch.h"
#include "tests/tools/spawn.h"

static char path[128];

/* The value measured under @name; 0: not measured, and it says why. */
static double value_of(const json_t *doc, const char *name)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(doc, "values"), i, one)
	{
		if (strcmp(json_string_value(json_object_get(one, "name")), name))
			continue;
		if (!json_integer_value(json_object_get(one, "samples"))) {
			assert_true(*json_string_value(json_object_get(one, "why_not")));
			return 0;
		}
		assert_true(json_real_value(json_object_get(one, "q1")) <=
			    json_real_value(json_object_get(one, "q3")));
		return json_real_value(json_object_get(one, "value"));
	}
	fail_msg("no value '%s'", name);
	return 0;
}

static void ordered(const json_t *doc, const char *low, const char *high)
{
	double a = value_of(doc, low), b = value_of(doc, high);

	/* 1.05: what passes for equal (calibrate_stats.c) */
	if (a > 0 && b > 0 && a > b * 1.05)
		fail_msg("%s %g is above %s %g", low, a, high, b);
}

static void loads_and_runs(void)
{
	char set[160];
	struct spawned s;

	snprintf(set, sizeof(set), "machine=./%s", strrchr(path, '/') + 1);
	s = spawn_run(scratch, NULL,
		      (const char *const[]){
			      "run", "drop", "--set", set, "--set", "traffic.packets=200", "--set",
			      "workload.reader.core=0", "--strategy", "null", "--no-plot", NULL});
	if (s.code)
		fail_msg("exit code %d: %s", s.code, s.err);
	assert_non_null(strstr(s.out, set + strlen("machine=")));
	spawn_free(&s);
}

/*
 * A kernel that describes no caches (some virtual machines) leaves latencies of levels unmeasured.
 */
static bool caches_known(void)
{
	return !access("/sys/devices/system/cpu/cpu0/cache/index0/size", R_OK);
}

static void test_profile(void **state)
{
	struct spawned s = RUN("calibrate", "--quick", "--json", "-o", path);
	json_t *doc = spawned_json(&s);
	char *text = file_slurp(path, NULL);

	(void)state;
	assert_string_equal(s.err, "");
	assert_int_equal(json_integer_value(json_object_get(doc, "schema")), 1);
	/* any real machine: 100 MHz to 10 GHz, more than half an instruction per cycle */
	assert_true(value_of(doc, "core clock") > 100 && value_of(doc, "core clock") < 10000);
	if (caches_known()) {
		assert_true(value_of(doc, "L1 latency") > 0);
		ordered(doc, "L1 latency", "L2 latency");
		ordered(doc, "L2 latency", "last level latency");
		ordered(doc, "last level latency", "memory latency");
	}
	assert_true(json_array_size(json_object_get(doc, "left")) > 5);
	assert_non_null(text);
	assert_int_equal(strncmp(text, "# Measured by", 13), 0);
	assert_non_null(strstr(text, "\n# CPU: "));
	assert_non_null(strstr(text, " constants: "));
	assert_non_null(strstr(text, " measured, "));
	assert_non_null(strstr(text, "source: calibrate}"));
	assert_non_null(strstr(text, "iommu.invalidate"));
	assert_non_null(strstr(text, "\nname: \"p\"\n"));
	free(text);
	json_decref(doc);
	spawn_free(&s);
	loads_and_runs();
	assert_false(dir_has_tmp(scratch));
}

/* On one CPU there is no second core to share a line with: said, and the row stays. */
static void test_one_cpu(void **state)
{
	cpu_set_t all, one;
	struct spawned s;
	json_t *doc;
	int cpu = 0;

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof(all), &all), 0);
	while (!CPU_ISSET(cpu, &all))
		cpu++;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
	s = RUN("calibrate", "--quick", "--json", "--from", "x86-bdw", "-o", path);
	sched_setaffinity(0, sizeof(all), &all);
	doc = spawned_json(&s);
	assert_true(value_of(doc, "line of another core") == 0);
	assert_true(value_of(doc, "ping-pong, one way") == 0);
	assert_non_null(strstr(s.out, "\"cache.remote.stall\""));
	assert_non_null(strstr(s.out, "no second core"));
	assert_string_equal(json_string_value(json_object_get(doc, "base")), "x86-bdw");
	json_decref(doc);
	spawn_free(&s);
}

static void test_table(void **state)
{
	struct spawned s =
		spawn_run(scratch, NULL, (const char *const[]){"calibrate", "--quick", NULL});
	char *text;

	(void)state;
	assert_int_equal(s.code, 0);
	assert_non_null(strstr(s.out, "core clock"));
	/* measured, or listed below: a last level cache of 300 MB leaves no room for it */
	assert_non_null(strstr(s.out, "cache.memory.stall"));
	assert_non_null(strstr(s.out, "Not measured"));
	assert_non_null(strstr(s.out, "--set machine=./this-machine.yaml"));
	spawn_free(&s);
	snprintf(path, sizeof(path), "%s/this-machine.yaml", scratch);
	text = file_slurp(path, NULL);
	assert_non_null(text);
	free(text);
}

static void refused(int code, const char *helps, const char *const *args)
{
	struct spawned s = spawn_run(scratch, NULL, args);

	if (s.code != code || s.out[0] || !strstr(s.err, helps))
		fail_msg("exit code %d, expected %d and '%s': %s", s.code, code, helps, s.err);
	spawn_free(&s);
}

static void test_refusals(void **state)
{
	(void)state;
	refused(2, "arm64-64k, x86-100g",
		(const char *const[]){"calibrate", "--from", "x86", NULL});
	refused(2, "unexpected argument 'x'", (const char *const[]){"calibrate", "x", NULL});
	refused(1, "cannot write",
		(const char *const[]){"calibrate", "--quick", "-o", "/nowhere/x.yaml", NULL});
}

static int setup(void **state)
{
	int ret = scratch_setup(state);

	snprintf(path, sizeof(path), "%s/p.yaml", scratch);
	return ret;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_profile),
		cmocka_unit_test(test_one_cpu),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_refusals),
	};

	return cmocka_run_group_tests(tests, setup, scratch_teardown);
}
