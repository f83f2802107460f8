/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_native.c - `fragsim native`: runs, says what it measured on, and counts the same every time.
 * Its times are the machine's and are not tested, but for being there.
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

#include "tests/tools/spawn.h"

#define SCENARIOS FRAGSIM_SOURCE_DIR "/scenarios/"
#define QUICK	  "--rounds", "7", "--set", "traffic.packets=500"

static json_int_t count(const json_t *obj, const char *key)
{
	const json_t *value = json_object_get(obj, key);

	assert_true(json_is_integer(value));
	return json_integer_value(value);
}

static void figure_is_there(const json_t *result, const char *cores)
{
	const json_t *of = json_object_get(result, cores);
	const json_t *figure = json_object_get(of, "cycles_per_packet");

	assert_true(json_is_real(json_object_get(figure, "median")));
	assert_true(json_real_value(json_object_get(figure, "q1")) <=
		    json_real_value(json_object_get(figure, "q3")));
}

/* Every strategy of the scenario, in its order; counts are equal in a second run. */
static void test_counts(void **state)
{
	static const char *const names[] = {"page_pool", "frag_countup:form=size_field",
					    "page_alloc", "null"};
	const char *const args[] = {
		"native",     SCENARIOS "drop.yaml",
		QUICK,	      "--json",
		"--strategy", "page_pool,frag_countup:form=size_field,page_alloc,null",
		NULL};
	struct spawned one = spawn_run(NULL, NULL, args), two = spawn_run(NULL, NULL, args);
	json_t *a = spawned_json(&one), *b = spawned_json(&two);
	const json_t *ra = json_object_get(a, "results"), *rb = json_object_get(b, "results");

	(void)state;
	assert_true(json_equal(json_object_get(a, "stream"), json_object_get(b, "stream")));
	assert_int_equal(count(json_object_get(a, "stream"), "packets"), 500);
	assert_int_equal(count(json_object_get(a, "stream"), "put_local"), 500);
	assert_int_equal(json_array_size(ra), 4);
	for (size_t i = 0; i < 4; i++) {
		const json_t *x = json_array_get(ra, i), *y = json_array_get(rb, i);

		assert_string_equal(json_string_value(json_object_get(x, "strategy")), names[i]);
		figure_is_there(x, "one_core");
		assert_true(json_is_null(json_object_get(x, "two_cores")));
		assert_int_equal(count(x, "pages_allocated"), count(y, "pages_allocated"));
		assert_int_equal(count(x, "buffers_reused"), count(y, "buffers_reused"));
		assert_true(json_equal(json_object_get(x, "simulated"),
				       json_object_get(y, "simulated")));
	}
	json_decref(a);
	json_decref(b);
	spawn_free(&one);
	spawn_free(&two);
}

/* Dropped at once, page_alloc takes a page per buffer: 1023 to fill the ring and one per packet
 * but those of the last refill batch that was not due yet; a pool takes bulks of 64. */
static void test_known_counts(void **state)
{
	struct spawned s = RUN("native", SCENARIOS "drop.yaml", QUICK, "--json", "--strategy",
			       "page_alloc,page_pool");
	json_t *doc = spawned_json(&s);
	const json_t *results = json_object_get(doc, "results");
	json_int_t allocs = count(json_object_get(doc, "stream"), "alloc");

	(void)state;
	assert_int_equal(count(json_array_get(results, 0), "pages_allocated"), 1023 + allocs);
	assert_int_equal(count(json_array_get(results, 0), "buffers_reused"), 0);
	assert_int_equal(count(json_array_get(results, 1), "pages_allocated") % 64, 0);
	json_decref(doc);
	spawn_free(&s);
}

/* A ring of 1000 descriptors takes bulks of 64 pages, or since 7.1 of 4 where pages have 64K. */
static void test_kernel(void **state)
{
	static const char *const kernel[] = {"kernel=6.12", "kernel=7.1"};
	static const json_int_t pages[] = {1024, 1000};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct spawned s = RUN("native", SCENARIOS "drop.yaml", QUICK, "--json",
				       "--strategy", "page_pool", "--set", "nic.ring=1001", "--set",
				       "page_size=64K", "--set", kernel[i]);
		json_t *doc = spawned_json(&s);

		assert_int_equal(count(json_array_get(json_object_get(doc, "results"), 0),
				       "pages_allocated"),
				 pages[i]);
		json_decref(doc);
		spawn_free(&s);
	}
}

static void test_two_cores(void **state)
{
	struct spawned s = RUN("native", SCENARIOS "host-100g.yaml", QUICK, "--json", "--strategy",
			       "page_pool,pingpong", "--set", "nic.free_path=remote", "--set",
			       "traffic.protocol=udp");
	json_t *doc = spawned_json(&s);
	const json_t *stream = json_object_get(doc, "stream");
	const json_t *pinned = json_object_get(json_object_get(doc, "machine"), "pinned");

	(void)state;
	assert_int_equal(count(stream, "put_remote"), 500);
	for (size_t i = 0; json_array_size(pinned) == 2 && i < 2; i++)
		figure_is_there(json_array_get(json_object_get(doc, "results"), i), "two_cores");
	json_decref(doc);
	spawn_free(&s);
}

/* A capture brings its own times of release and CPUs. */
static void test_table(void **state)
{
	struct spawned s = RUN("native", SCENARIOS "quickstart.yaml", QUICK);

	(void)state;
	assert_int_equal(s.code, 0);
	assert_non_null(strstr(s.out, "\nharness:  "));
	assert_non_null(strstr(s.out, "not Linux's"));
	assert_non_null(strstr(s.out, "\n1 core: cycles/packet "));
	assert_non_null(strstr(s.out, "\npages allocated "));
	assert_non_null(strstr(s.out, "\nsimulated, 1 core: TSC cycles "));
	assert_non_null(strstr(s.out, "frag_countdown"));
	spawn_free(&s);
}

static void refused(const char *helps, const char *const *args)
{
	struct spawned s = spawn_run(NULL, NULL, args);
	const char *end = strchr(s.err, '\n');

	assert_int_equal(s.code, 2);
	assert_string_equal(s.out, "");
	if (!end || end[1] || !strstr(s.err, helps))
		fail_msg("not one line with '%s': %s", helps, s.err);
	spawn_free(&s);
}

#define REFUSED(helps, ...) refused(helps, (const char *const[]){__VA_ARGS__, NULL})

static void test_refused(void **state)
{
	(void)state;
	REFUSED("SCENARIO is missing", "native");
	REFUSED("no such file", "native", "nowhere.yaml");
	REFUSED("did you mean \"page_pool\"?", "native", "drop", "--strategy", "page_pol");
	REFUSED("expected KEY=VALUE", "native", "drop", "--set", "seed");
	REFUSED("expected a number from 7 to 999", "native", "drop", "--rounds", "3");
	REFUSED("unknown option '--check'", "native", "drop", "--check");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counts), cmocka_unit_test(test_known_counts),
		cmocka_unit_test(test_kernel), cmocka_unit_test(test_two_cores),
		cmocka_unit_test(test_table),  cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
