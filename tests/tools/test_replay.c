/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_replay.c - what a replay leaves behind: the same bytes every time, whole files only.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "tests/tools/scratch.h"
#include "tests/tools/spawn.h"

static void files_equal(const char *name)
{
	size_t size_a, size_b;
	char *a = file_slurp(path_in(scratch, name), &size_a);
	char *b = file_slurp(path_in(scratch_b, name), &size_b);

	if (!a || !b || size_a != size_b || memcmp(a, b, size_a))
		fail_msg("%s: missing, or different in the second run", name);
	free(a);
	free(b);
}

/* Absolute path from one folder with one job; relative from another, all at once. */
static void test_same_bytes(void **state)
{
	static const char *const files[] = {
		"compare.csv",
		"report.html",
		"truth.csv",
		"pingpong/summary.json",
		"pingpong/timeseries.csv",
		"page_pool_frag/summary.json",
		"page_pool_frag/timeseries.csv",
		"frag_countdown/summary.json",
		"frag_countdown/timeseries.csv",
		"page_alloc/summary.json",
		"page_alloc/timeseries.csv",
		"plots/memory.svg",
		"plots/cycles.svg",
		"plots/memory.png",
		"plots/cycles.png",
	};
	const char *const first[] = {"replay", SAMPLE, "--force", "-o", scratch, "-j", "1", NULL};
	const char *const second[] = {
		"replay", "tcp_slow_reader_small.dat", "--force", "-o", scratch_b, "-j", "4", NULL};
	struct spawned a = spawn_run("/", NULL, first), b = spawn_run(SAMPLES, NULL, second);

	(void)state;
	assert_int_equal(a.code, 0);
	assert_int_equal(b.code, 0);
#ifndef __SANITIZE_ADDRESS__ /* it warns of SimGrid's stacks there */
	assert_string_equal(a.err, b.err);
	assert_null(strstr(a.err, "warning"));
#endif
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		files_equal(files[i]);
	assert_false(dir_has_tmp(scratch));
	spawn_free(&a);
	spawn_free(&b);
}

/* One document without its wall-clock times, which no two runs share. */
static json_t *document_of(const char *out)
{
	json_t *doc = json_loads(out, JSON_REJECT_DUPLICATES, NULL), *res;
	size_t i;

	if (!doc)
		fail_msg("stdout is not one JSON document");
	json_array_foreach(json_object_get(doc, "results"), i, res)
	{
		assert_true(json_integer_value(json_object_get(res, "wall_ns")) > 0);
		json_object_del(res, "wall_ns");
	}
	return doc;
}

/* json_loads() refuses anything after the document, so parsing shows that nothing else is there. */
static void test_json_alone(void **state)
{
	struct spawned a = RUN("replay", SAMPLE, "--force", "-o", scratch, "--json", "--strategy",
			       "page_alloc,frag_countup:form=size_field");
	struct spawned b = RUN("replay", SAMPLE, "--force", "-o", scratch_b, "--json", "--no-plot",
			       "--strategy", "page_alloc,frag_countup:form=size_field");
	json_t *da = document_of(a.out), *db = document_of(b.out), *first;

	(void)state;
	assert_true(json_equal(da, db));
	assert_int_equal(json_integer_value(json_object_get(da, "schema")), 1);
	assert_string_equal(
		json_string_value(json_object_get(json_object_get(da, "scenario"), "nic.preset")),
		"veth");
	assert_string_equal(
		json_string_value(json_object_get(json_object_get(da, "trace"), "device")), "vb");
	assert_int_equal(json_array_size(json_object_get(da, "results")), 2);
	first = json_array_get(json_object_get(da, "results"), 1);
	assert_string_equal(json_string_value(json_object_get(first, "strategy")),
			    "frag_countup:form=size_field");
	assert_int_equal(
		json_integer_value(json_object_get(json_object_get(first, "packets"), "delivered")),
		11789);
	/* what the kernel delivered after GRO: 460 skbs of 11789 packets */
	assert_int_equal(
		json_integer_value(json_object_get(json_object_get(first, "skb"), "allocated")),
		11789);
	assert_int_equal(
		json_integer_value(json_object_get(json_object_get(first, "skb"), "merged")),
		11789 - 460);
	assert_int_equal(
		access(path_in(scratch, "frag_countup_form_size_field/summary.json"), F_OK), 0);
	assert_int_equal(access(path_in(scratch, "plots/memory.png"), F_OK), 0);
	assert_int_not_equal(access(path_in(scratch_b, "plots"), F_OK), 0);
	json_decref(da);
	json_decref(db);
	spawn_free(&a);
	spawn_free(&b);
}

static void test_plot_again(void **state)
{
	struct spawned s = RUN("replay", SAMPLE, "--force", "-o", scratch, "--strategy",
			       "page_alloc,pingpong");
	char *before, *after;

	(void)state;
	spawn_free(&s);
	before = file_slurp(path_in(scratch, "plots/memory.svg"), NULL);
	unlink(path_in(scratch, "plots/memory.svg"));
	s = RUN("plot", scratch);
	assert_int_equal(s.code, 0);
	after = file_slurp(path_in(scratch, "plots/memory.svg"), NULL);
	assert_non_null(before);
	assert_non_null(after);
	assert_string_equal(before, after);
	assert_non_null(strstr(after, "recorded by the kernel"));
	free(before);
	free(after);
	spawn_free(&s);
}

/* Results do not need gnuplot: a warning, and exit code 0. */
static void test_without_gnuplot(void **state)
{
	const char *const args[] = {
		"replay", SAMPLE, "--force", "-o", scratch, "--set", "strategies=page_alloc", NULL};
	struct spawned s = spawn_run(NULL, "PATH=/nowhere", args);
	char *report = file_slurp(path_in(scratch, "report.html"), NULL);

	(void)state;
	assert_int_equal(s.code, 0);
	assert_non_null(strstr(s.err, "fragsim: warning: gnuplot not found"));
	assert_non_null(report);
	assert_null(strstr(report, "<svg"));
	assert_int_equal(access(path_in(scratch, "page_alloc/summary.json"), F_OK), 0);
	free(report);
	spawn_free(&s);
}

/* The page needs nothing from elsewhere, and nothing a user wrote becomes markup. */
static void test_report_page(void **state)
{
	struct spawned s = RUN("replay", SAMPLE, "--force", "-o", scratch, "--strategy",
			       "page_alloc,pingpong", "--set", "name=a<script>alert('&')</script>");
	char *report = file_slurp(path_in(scratch, "report.html"), NULL);

	(void)state;
	assert_int_equal(s.code, 0);
	assert_non_null(report);
	assert_non_null(strstr(report, "a&lt;script&gt;alert(&#39;&amp;&#39;)"));
	assert_null(strstr(report, "<script"));
	assert_null(strstr(report, " src="));
	assert_null(strstr(report, " href=\"http"));
	assert_non_null(strstr(report, "<svg"));
	free(report);
	spawn_free(&s);
}

/* Results of a run that the next one does not have any more. */
static void test_other_results_next(void **state)
{
	struct spawned s =
		RUN("replay", SAMPLE, "--force", "-o", scratch, "--strategy", "page_alloc");
	char *svg;

	(void)state;
	assert_int_equal(s.code, 0);
	spawn_free(&s);
	s = RUN("run", "host-100g", "--force", "-o", scratch, "--set", "traffic.packets=5000",
		"--strategy", "page_pool");
	assert_int_equal(s.code, 0);
	spawn_free(&s);
	s = RUN("plot", scratch);
	assert_int_equal(s.code, 0);
	svg = file_slurp(path_in(scratch, "plots/memory.svg"), NULL);
	assert_non_null(svg);
	assert_null(strstr(svg, "recorded by the kernel"));
	free(svg);
	spawn_free(&s);
}

/* Ctrl-C in the middle of a long run: its own exit code, one line, no half file. */
static void test_interrupt(void **state)
{
	const char *const args[] = {"run",	    "host-100g",  "-o",	       scratch, "--set",
				    "duration=60s", "--strategy", "page_pool", NULL};
	struct spawning *child = spawn_start(NULL, NULL, args);
	struct timespec half_second = {.tv_nsec = 500000000};
	struct spawned s;

	(void)state;
	/* it runs soon after it has locked its folder; on a busy machine that takes a while */
	for (unsigned int i = 0; i < 120 && access(path_in(scratch, ".fragsim.lock"), F_OK); i++)
		nanosleep(&half_second, NULL);
	nanosleep(&half_second, NULL);
	kill(spawn_pid(child), SIGINT);
	s = spawn_wait(child);
	assert_int_equal(s.code, 130);
	assert_non_null(strstr(s.err, "fragsim: interrupted: 0 of 1 strategies"));
	assert_false(dir_has_tmp(scratch));
	spawn_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_same_bytes, scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(test_json_alone, scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(test_plot_again, scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(test_without_gnuplot, scratch_setup,
						scratch_teardown),
		cmocka_unit_test_setup_teardown(test_report_page, scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(test_other_results_next, scratch_setup,
						scratch_teardown),
		cmocka_unit_test_setup_teardown(test_interrupt, scratch_setup, scratch_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
