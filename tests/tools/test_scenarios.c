/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_scenarios.c - the scenario files that people copy: each runs with every check on, and those
 * that are there to show something show it.
 */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "tests/tools/scratch.h"
#include "tests/tools/spawn.h"

#define SCENARIOS FRAGSIM_SOURCE_DIR "/scenarios/"

/* Runs a scenario file; Return: its JSON document, for json_decref(). */
static json_t *run(const char *path, const char *set)
{
	struct spawned s = RUN("run", path, "--set", set, "--check", "--no-plot", "--json",
			       "--force", "-o", scratch);
	json_t *doc = json_loads(s.out, 0, NULL);

	if (s.code || !doc)
		fail_msg("%s: exit code %d, %s", path, s.code, s.err);
	spawn_free(&s);
	return doc;
}

/* One number of one strategy, by its dotted key. */
static double value(const json_t *doc, const char *strategy, const char *key)
{
	const json_t *result, *at = NULL;
	char part[64];
	size_t i;

	json_array_foreach(
		json_object_get(doc, "results"), i,
		result) if (!strcmp(json_string_value(json_object_get(result, "strategy")),
				    strategy)) at = result;
	while (at && *key) {
		size_t len = strcspn(key, ".");

		snprintf(part, sizeof(part), "%.*s", (int)len, key);
		at = json_object_get(at, part);
		key += len + (key[len] == '.');
	}
	if (!json_is_number(at))
		fail_msg("%s has no number %s", strategy, part);
	return json_number_value(at);
}

/* Two milliseconds of each: whatever a scenario asks for is there and keeps its books. */
static void test_all_run(void **state)
{
	glob_t files;

	(void)state;
	assert_int_equal(glob(SCENARIOS "*.yaml", 0, NULL, &files), 0);
	for (size_t i = 0; i < files.gl_pathc; i++)
		json_decref(run(files.gl_pathv[i], "duration=2ms"));
	globfree(&files);
}

/*
 * 24 MB are 6144 pages; the reader takes nothing for 40 ms = 6502 packets. A page per packet does
 * not fit, two packets per page do. A driver's pages come from the reserves before there are none,
 * those of a page_pool do not; no socket takes packets in them (claim C15). When the reader wakes,
 * packets flow again.
 */
static void test_memory_pressure(void **state)
{
	json_t *doc = run(SCENARIOS "memory-pressure.yaml", "seed=1");

	(void)state;
	assert_true(value(doc, "page_alloc", "pages.pfmemalloc") > 0);
	assert_true(value(doc, "page_alloc", "packets.drop_pfmemalloc") > 0);
	assert_true(value(doc, "page_pool", "packets.drop_pfmemalloc") == 0);
	assert_true(value(doc, "page_pool", "pages.pfmemalloc") == 0);
	assert_true(value(doc, "page_pool", "packets.drop_no_buf") > 0);
	assert_true(value(doc, "page_pool", "packets.delivered") >
		    4 * value(doc, "page_pool", "packets.drop_no_buf"));
	assert_true(value(doc, "pingpong", "packets.drop_no_buf") == 0);
	json_decref(doc);
}

/*
 * 65536 pages are 8192 blocks of order 3, of which 0.7^8 = 5.8 % = 472 are whole. 4600 pages at
 * once are 575: some have to be single pages, and all are packets' memory all the same.
 */
static void test_fragmented(void **state)
{
	json_t *doc = run(SCENARIOS "fragmented.yaml", "seed=1");

	(void)state;
	assert_true(value(doc, "frag_countdown", "pages.alloc_order.3") > 0);
	assert_true(value(doc, "frag_countdown", "pages.alloc_order.0") > 0);
	assert_true(value(doc, "frag_countdown", "packets.drop_no_buf") == 0);
	assert_true(value(doc, "pingpong", "pages.alloc_failed") == 0);
	json_decref(doc);
}

/*
 * On the wrong node the driver's own reuse is off, every buffer a new page; a page_pool recycles.
 */
static void test_wrong_node(void **state)
{
	json_t *doc = run(SCENARIOS "wrong-node.yaml", "duration=10ms");

	(void)state;
	assert_true(value(doc, "pingpong", "pages.reused") == 0);
	assert_true(value(doc, "refcount_reuse", "pages.reused") == 0);
	assert_true(value(doc, "recycle_cache", "pages.reused") == 0);
	assert_true(value(doc, "page_pool", "pages.reused") > 0);
	assert_true(value(doc, "page_pool", "pages.remote_node") == 0);
	json_decref(doc);
}

/* Blocks of every order a NIC may ask for are counted: 32 pages each of order 5. */
static void test_orders(void **state)
{
	json_t *doc = run(SCENARIOS "drop.yaml", "nic.order=5");

	(void)state;
	assert_true(value(doc, "page_pool", "pages.alloc_order.5") > 0);
	assert_true(value(doc, "page_pool", "pages.allocated") ==
		    32 * value(doc, "page_pool", "pages.alloc_order.5"));
	json_decref(doc);
}

#define DIR_TEST(f) cmocka_unit_test_setup_teardown(f, scratch_setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		DIR_TEST(test_all_run),	   DIR_TEST(test_memory_pressure),
		DIR_TEST(test_fragmented), DIR_TEST(test_wrong_node),
		DIR_TEST(test_orders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
