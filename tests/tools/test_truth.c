/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_truth.c - the program against what is known from elsewhere: what the kernel recorded in the
 * samples, captures cut short, the documentation in the tree.
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
#include <jansson.h>

#include "tests/tools/scratch.h"
#include "tests/tools/spawn.h"

/* The only result of a replay with --json */
/* veth captures have no IOMMU, those of igb one in lazy mode. */
static json_t *replay(const char *sample, const char *strategy, const char *nic)
{
	const char *iommu = strcmp(nic, "igb") ? "iommu=off" : "iommu=lazy";
	char set[64];
	struct spawned s;
	json_t *doc;

	snprintf(set, sizeof(set), "nic.preset=%s", nic);
	s = RUN("replay", sample, "--strategy", strategy, "--set", set, "--set", iommu, "--check",
		"--json", "--no-plot", "--force", "-o", scratch);
	if (s.code)
		fail_msg("%s: exit code %d: %s", sample, s.code, s.err);
	doc = json_loads(s.out, 0, NULL);
	assert_non_null(doc);
	spawn_free(&s);
	return doc;
}

/* Of the only queue */
static double pool_value(const json_t *doc, const char *key)
{
	const json_t *result = json_array_get(json_object_get(doc, "results"), 0);
	const json_t *pools = json_object_get(json_object_get(result, "truth"), "pools");

	assert_int_equal(json_array_size(pools), 1);
	return json_number_value(json_object_get(json_array_get(pools, 0), key));
}

static double value(const json_t *doc, const char *group, const char *key)
{
	const json_t *v = json_object_get(
		json_object_get(json_array_get(json_object_get(doc, "results"), 0), group), key);

	if (!v)
		fail_msg("%s.%s is absent", group, key);
	return json_number_value(v);
}

/* The kernel's page_pool took 5248 pages for 11789 packets and had 4021 at once; the pages held
 * over time may differ by one refill batch (64). Its counts are met exactly, so they are required
 * exactly: a change that loses that should be looked at. */
static void test_veth_equals_the_kernel(void **state)
{
	json_t *doc = replay(SAMPLE, "page_pool_frag", "veth");

	(void)state;
	assert_int_equal(value(doc, "packets", "delivered"), 11789);
	assert_int_equal(value(doc, "truth", "pages_allocated_recorded"), 5248);
	assert_int_equal(value(doc, "pages", "allocated"), 5248);
	assert_int_equal(value(doc, "truth", "pages_held_recorded_peak"), 4021);
	assert_int_equal(value(doc, "memory", "pages_held_peak"), 4021);
	assert_true(value(doc, "truth", "rmse_pages_held") < 64);
	/* one queue, one pool: its own counts are the sum's */
	assert_int_equal(pool_value(doc, "pages_allocated"), 5248);
	assert_int_equal(pool_value(doc, "pages_allocated_recorded"), 5248);
	assert_int_equal(pool_value(doc, "pages_held_peak"), 4021);
	assert_int_equal(pool_value(doc, "pages_held_recorded_peak"), 4021);
	json_decref(doc);
}

/* igb took 7813 pages for two rings of 255 and 14702 packets of a slow reader; so must we. */
static void test_igb_equals_the_kernel(void **state)
{
	json_t *doc = replay(SAMPLES "/igb_rx_slow_lazy.dat", "pingpong", "igb");

	(void)state;
	assert_int_equal(value(doc, "packets", "delivered"), 14702);
	assert_int_equal(value(doc, "truth", "pages_allocated_recorded"), 7813);
	assert_int_equal(value(doc, "pages", "allocated"), 7813);
	/* the events name the page frames: the curve is the kernel's */
	assert_int_equal(value(doc, "truth", "pages_held_recorded_peak"), 5261);
	assert_int_equal(value(doc, "memory", "pages_held_peak"), 5261);
	assert_true(value(doc, "truth", "rmse_pages_held") < 8);
	/* 324 sent packets of one mapping each; 10 of the 8147 recorded are descriptor rings */
	assert_int_equal(value(doc, "iommu", "maps_sent"), 324);
	assert_int_equal(value(doc, "iommu", "maps"), 8147 - 10);
	assert_int_equal(value(doc, "iommu", "unmaps"), 8147 - 10);
	json_decref(doc);
}

/* What the kernel counted over two seconds is nothing to compare the first millisecond with. */
static void test_part_has_no_truth(void **state)
{
	struct spawned s = RUN("replay", SAMPLE, "--strategy", "page_pool_frag", "--set",
			       "duration=1ms", "--json", "--no-plot", "--force", "-o", scratch);
	json_t *doc = json_loads(s.out, 0, NULL);

	(void)state;
	assert_int_equal(s.code, 0);
	assert_non_null(doc);
	assert_null(json_object_get(json_array_get(json_object_get(doc, "results"), 0), "truth"));
	json_decref(doc);
	spawn_free(&s);
}

/* A v6 file cut at nine tenths: the rest is replayed with a note, by which --strict refuses it. */
static void test_cut_capture(void **state)
{
	char path[600];
	size_t size;
	char *bytes = file_slurp(SAMPLES "/fmt_v6_small.dat", &size);
	struct spawned s;

	(void)state;
	snprintf(path, sizeof(path), "%s/cut.dat", scratch_b);
	file_put(path, bytes, size * 9 / 10);
	free(bytes);
	s = RUN("replay", path, "--strategy", "page_pool_frag", "--no-plot", "--force", "-o",
		scratch);
	assert_int_equal(s.code, 0);
	if (!strstr(s.err, "fragsim: note: the file is cut off"))
		fail_msg("expected a note: %s", s.err);
	spawn_free(&s);
	s = RUN("replay", path, "--strict", "--no-plot", "--force", "-o", scratch);
	assert_int_equal(s.code, 2);
	assert_non_null(strstr(s.err, "fragsim: refused by --strict: the file is cut off"));
	spawn_free(&s);
}

/* docs/scenario.md holds the table made from the rows the program reads scenarios with. */
static void test_documentation_is_current(void **state)
{
	struct spawned md = RUN("list", "keys", "--markdown");
	char *doc = file_slurp(FRAGSIM_SOURCE_DIR "/docs/scenario.md", NULL);

	(void)state;
	assert_int_equal(md.code, 0);
	assert_non_null(doc);
	if (!strstr(doc, md.out))
		fail_msg("docs/scenario.md: its table is not what `fragsim list keys --markdown` "
			 "prints; put that there");
	free(doc);
	spawn_free(&md);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_veth_equals_the_kernel, scratch_setup,
						scratch_teardown),
		cmocka_unit_test_setup_teardown(test_igb_equals_the_kernel, scratch_setup,
						scratch_teardown),
		cmocka_unit_test_setup_teardown(test_part_has_no_truth, scratch_setup,
						scratch_teardown),
		cmocka_unit_test_setup_teardown(test_cut_capture, scratch_setup, scratch_teardown),
		cmocka_unit_test(test_documentation_is_current),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
