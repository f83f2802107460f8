/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_plot.c - pictures and page out of files made here, with hostile names in them.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "plots/html_report.h"
#include "plots/plot_cycles.h"
#include "plots/plot_memory.h"
#include "tests/tools/scratch.h"
#include "tests/tools/spawn.h"

#define SCRIPTS FRAGSIM_SOURCE_DIR "/plots"

static void text_put(const char *name, const char *text)
{
	file_put(path_in(scratch, name), text, strlen(text));
}

static void strategy_put(const char *name)
{
	char file[128];

	mkdir(path_in(scratch, name), 0777);
	snprintf(file, sizeof(file), "%s/timeseries.csv", name);
	text_put(file, "time_ns,packets,pages_held,bytes_held,payload_bytes,pages_in_ring,"
		       "pages_in_stack,pages_in_pool,cycles,iommu_maps,iommu_unmaps\n"
		       "0,0,0,0,0,0,0,0,0,0,0\n1000000,10,64,262144,0,0,0,64,0,0,0\n");
	snprintf(file, sizeof(file), "%s/summary.json", name);
	text_put(file, "{\"packets\":{\"received\":10},"
		       "\"cycles\":{\"by_cause\":{\"alloc\":500,\"free\":250,\"copy\":0}}}");
}

static int both(const struct plot_input *in, char *err, size_t size)
{
	int ret = plot_memory(in, err, size);

	return ret ? ret : plot_cycles(in, err, size);
}

/* A label is text wherever it goes: neither gnuplot nor a shell nor SVG takes it for more. */
static void test_hostile_labels(void **state)
{
	const struct plot_strategy strategy[] = {
		{"`touch evil`", "a"},
		{"';system('touch evil');x='", "<touch evil"},
		{"$(touch evil)@x{}^_", "|touch evil"},
		{"<b>\"&\\n", "it's"},
	};
	struct plot_input in = {
		.out_dir = scratch, .script_dir = SCRIPTS, .strategy = strategy, .nr = 4};
	char err[512] = "", *svg;

	(void)state;
	for (unsigned int i = 0; i < in.nr; i++)
		strategy_put(strategy[i].dir);
	if (both(&in, err, sizeof(err)))
		fail_msg("%s", err);
	assert_int_not_equal(access(path_in(scratch, "evil"), F_OK), 0);
	assert_int_not_equal(access("evil", F_OK), 0);
	svg = file_slurp(path_in(scratch, "plots/memory.svg"), NULL);
	assert_non_null(strstr(svg, "`touch evil`"));
	assert_non_null(strstr(svg, "&lt;b>"));
	assert_null(strstr(svg, "<b>"));
	free(svg);
	assert_false(dir_has_tmp(scratch));
}

/* (500 + 250) cycles / 10 packets = 75 above the bar; a cause without cycles is not in the key. */
static void test_cycles_total(void **state)
{
	const struct plot_strategy strategy = {"one", "one"};
	struct plot_input in = {
		.out_dir = scratch, .script_dir = SCRIPTS, .strategy = &strategy, .nr = 1};
	char err[512] = "", *svg;

	(void)state;
	strategy_put("one");
	assert_int_equal(plot_cycles(&in, err, sizeof(err)), 0);
	svg = file_slurp(path_in(scratch, "plots/cycles.svg"), NULL);
	assert_non_null(strstr(svg, ">75<"));
	assert_non_null(strstr(svg, ">free<"));
	assert_null(strstr(svg, ">copy<"));
	free(svg);
}

/* Recorded curves exist only where the column was recorded. */
static void test_truth_columns(void **state)
{
	const struct plot_strategy strategy = {"one", "one"};
	struct plot_input in = {.out_dir = scratch,
				.script_dir = SCRIPTS,
				.strategy = &strategy,
				.nr = 1,
				.truth = true};
	char err[512] = "", *svg;

	(void)state;
	strategy_put("one");
	text_put("truth.csv", "time_ns,pages_held,pages_allocated,iommu_maps,iommu_unmaps\n"
			      "0,,,0,0\n1000000,,,5,5\n");
	assert_int_equal(plot_memory(&in, err, sizeof(err)), 0);
	svg = file_slurp(path_in(scratch, "plots/memory.svg"), NULL);
	assert_null(strstr(svg, "recorded by the kernel"));
	free(svg);
	text_put("truth.csv", "time_ns,pages_held,pages_allocated,iommu_maps,iommu_unmaps\n"
			      "0,64,64,,\n1000000,128,128,,\n");
	assert_int_equal(plot_memory(&in, err, sizeof(err)), 0);
	svg = file_slurp(path_in(scratch, "plots/memory.svg"), NULL);
	assert_non_null(strstr(svg, "recorded by the kernel"));
	free(svg);
}

/*
 * The capture counts pages of 4K: 1024 of them are 64 of the simulated 64K pages, the simulated
 * peak. The axis ends at 64 x 1.05, and not at 1024.
 */
static void test_truth_of_small_pages(void **state)
{
	const struct plot_strategy strategy = {"one", "one"};
	struct plot_input in = {.out_dir = scratch,
				.script_dir = SCRIPTS,
				.strategy = &strategy,
				.nr = 1,
				.truth = true};
	char err[512] = "", *svg;

	(void)state;
	strategy_put("one");
	text_put("one/timeseries.csv", "time_ns,packets,pages_held,bytes_held\n"
				       "0,0,0,0\n3000000000,10,64,4194304\n");
	text_put("truth.csv", "time_ns,pages_held,pages_allocated,iommu_maps,iommu_unmaps\n"
			      "0,0,0,,\n3000000000,1024,1024,,\n");
	assert_int_equal(plot_memory(&in, err, sizeof(err)), 0);
	svg = file_slurp(path_in(scratch, "plots/memory.svg"), NULL);
	assert_non_null(strstr(svg, "recorded by the kernel"));
	assert_non_null(strstr(svg, ">60<"));
	assert_null(strstr(svg, ">1000<"));
	assert_null(strstr(svg, ">800<"));
	free(svg);
}

/* What cannot be drawn leaves the old pictures and no temporary files. */
static void test_bad_files(void **state)
{
	const struct plot_strategy strategy = {"one", "one"};
	struct plot_input in = {
		.out_dir = scratch, .script_dir = SCRIPTS, .strategy = &strategy, .nr = 1};
	char err[512] = "";

	(void)state;
	strategy_put("one");
	assert_int_equal(both(&in, err, sizeof(err)), 0);
	text_put("one/timeseries.csv", "not,a,series\n1,2,3\n");
	assert_true(plot_memory(&in, err, sizeof(err)) < 0);
	assert_non_null(strstr(err, "timeseries.csv:1: found 'not,a,series'"));
	text_put("one/summary.json", "{]");
	assert_true(plot_cycles(&in, err, sizeof(err)) < 0);
	assert_non_null(strstr(err, "summary.json:1:"));
	text_put("one/summary.json", "{}");
	assert_true(plot_cycles(&in, err, sizeof(err)) < 0);
	in.script_dir = "/nowhere";
	strategy_put("one");
	assert_true(plot_memory(&in, err, sizeof(err)) < 0);
	assert_non_null(strstr(err, "/nowhere/memory.gp"));
	in.script_dir = SCRIPTS; /* a folder in the picture's place: said in words */
	assert_int_equal(unlink(path_in(scratch, "plots/memory.svg")), 0);
	assert_int_equal(mkdir(path_in(scratch, "plots/memory.svg"), 0777), 0);
	err[0] = '\0';
	assert_int_equal(plot_memory(&in, err, sizeof(err)), -EISDIR);
	assert_non_null(strstr(err, "plots/memory.svg: cannot write: Is a directory"));
	assert_int_equal(rmdir(path_in(scratch, "plots/memory.svg")), 0);
	assert_int_equal(access(path_in(scratch, "plots/memory.png"), F_OK), 0);
	assert_int_equal(access(path_in(scratch, "plots/cycles.svg"), F_OK), 0);
	assert_false(dir_has_tmp(scratch));
}

static void test_report_escapes(void **state)
{
	const char *label[] = {"a<b:x=\"1\"", "b"}, *remark[] = {"no * for <b>"},
		   *line[] = {"1 & 2"};
	const struct html_report_row row = {"  <i>", {{"7", "", true}, {"8", "+1.0 %", false}}};
	const struct html_report_pair pair = {"k<", "v'"};
	const struct html_report in = {.title = "<t>",
				       .baseline = "a<b",
				       .remarks = remark,
				       .nr_remarks = 1,
				       .label = label,
				       .row = &row,
				       .lines = line,
				       .scenario = &pair,
				       .nr_cols = 2,
				       .nr_rows = 1,
				       .nr_lines = 1,
				       .nr_scenario = 1};
	FILE *f = fopen(path_in(scratch, "r.html"), "w");
	char *html;

	(void)state;
	assert_int_equal(html_report_write(&in, f), 0);
	fclose(f);
	html = file_slurp(path_in(scratch, "r.html"), NULL);
	assert_non_null(strstr(html, "<h1>&lt;t&gt;</h1>"));
	assert_non_null(strstr(html, "a&lt;b<br>x=&quot;1&quot;"));
	assert_non_null(strstr(html, "<td class=\"best\">7</td>"));
	assert_non_null(strstr(html, "<td>8<br><small>+1.0 %</small></td>"));
	assert_non_null(strstr(html, "<p class=\"small\">no * for &lt;b&gt;</p>"));
	assert_non_null(strstr(html, "percent: compared with a&lt;b</p>"));
	assert_non_null(strstr(html, "&lt;i&gt;"));
	assert_non_null(strstr(html, "<li>1 &amp; 2</li>"));
	assert_non_null(strstr(html, "<dt>k&lt;</dt><dd>v&#39;</dd>"));
	free(html);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_hostile_labels, scratch_setup,
						scratch_teardown),
		cmocka_unit_test_setup_teardown(test_cycles_total, scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(test_truth_of_small_pages, scratch_setup,
						scratch_teardown),
		cmocka_unit_test_setup_teardown(test_truth_columns, scratch_setup,
						scratch_teardown),
		cmocka_unit_test_setup_teardown(test_bad_files, scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(test_report_escapes, scratch_setup,
						scratch_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
