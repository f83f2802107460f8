/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_table.c - the table of a run: its words are those of the pictures and of `list metrics`, and
 * --baseline says the same in the table, in JSON, in the CSV file and in the report.
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

/* The name of a row: up to two blanks in a row, an indented one included. */
static void row_name(const char *line, char *name, size_t size)
{
	const char *start = line + strspn(line, " "), *end = strstr(start, "  ");

	snprintf(name, size, "%.*s", (int)(end ? end - start : (ptrdiff_t)strlen(start)), start);
}

static void word_is_everywhere(const char *line, const char *metrics, const char *svg)
{
	char name[64], word[96];

	row_name(line, name, sizeof(name));
	snprintf(word, sizeof(word), "; in the table: %s\n", name);
	if (!strstr(metrics, word))
		fail_msg("'%s' of the table is not in `list metrics`", name);
	snprintf(word, sizeof(word), ">%s<", name);
	if (line[0] == ' ' && !strstr(svg, word))
		fail_msg("'%s' of the table is not in the picture", name);
}

static void test_words(void **state)
{
	struct spawned metrics = RUN("list", "metrics");
	struct spawned run = RUN("run", "iommu-strict", "--strategy", "page_pool,page_alloc",
				 "--set", "duration=2ms", "-o", scratch);
	char *svg = file_slurp(path_in(scratch, "plots/cycles.svg"), NULL), *line;
	unsigned int rows = 0;

	(void)state;
	assert_int_equal(run.code, 0);
	assert_non_null(svg);
	line = strstr(run.out, "packets delivered");
	assert_non_null(line);
	for (line = strtok(line, "\n"); line && line[0] != '*'; line = strtok(NULL, "\n"), rows++)
		word_is_everywhere(line, metrics.out, svg);
	assert_true(rows > 20);
	free(svg);
	spawn_free(&run);
	spawn_free(&metrics);
}

static double figure(const json_t *result, const char *group, const char *key)
{
	const json_t *value = json_object_get(json_object_get(result, group), key);

	assert_true(json_is_number(value));
	return json_number_value(value);
}

#define BASELINE                                                                                   \
	"run", "drop", "--set", "duration=1ms", "--strategy",                                      \
		"page_alloc,page_pool:refcnt_model=zero", "--baseline",                            \
		"page_pool:refcnt_model=zero", "-o"

/* Percents are of the results beside them; the baseline has none of its own. */
static void test_baseline_json(void **state)
{
	struct spawned s = RUN(BASELINE, scratch, "--no-plot", "--json");
	struct spawned plain = RUN("run", "drop", "--set", "duration=1ms", "--strategy",
				   "page_alloc", "-o", scratch_b, "--no-plot", "--json");
	json_t *doc = spawned_json(&s), *other = spawned_json(&plain), *results;
	const json_t *one, *base;
	char *csv = file_slurp(path_in(scratch, "compare.csv"), NULL);
	double want;

	(void)state;
	results = json_object_get(doc, "results");
	one = json_array_get(results, 0);
	base = json_array_get(results, 1);
	assert_string_equal(json_string_value(json_object_get(doc, "baseline")),
			    "page_pool:refcnt_model=zero");
	assert_null(json_object_get(base, "percent"));
	want = (figure(one, "cycles", "per_packet") / figure(base, "cycles", "per_packet") - 1) *
	       100;
	assert_float_equal(figure(json_object_get(one, "percent"), "cycles", "per_packet"), want,
			   1e-9);
	assert_non_null(strstr(csv, "metric,page_alloc,page_pool:refcnt_model=zero,page_alloc vs "
				    "page_pool:refcnt_model=zero (%)\n"));
	assert_null(json_object_get(other, "baseline"));
	assert_null(
		json_object_get(json_array_get(json_object_get(other, "results"), 0), "percent"));
	free(csv);
	json_decref(doc);
	json_decref(other);
	spawn_free(&s);
	spawn_free(&plain);
}

static void test_baseline_table(void **state)
{
	struct spawned s = RUN(BASELINE, scratch);
	char *html = file_slurp(path_in(scratch, "report.html"), NULL);
	struct spawned plot = RUN("plot", scratch);
	struct spawned wrong = RUN("run", "drop", "--strategy", "page_alloc,page_pool",
				   "--baseline", "page_pol", "-o", scratch_b);

	(void)state;
	assert_int_equal(s.code, 0);
	assert_non_null(strstr(s.out, "percent: compared with page_pool:refcnt_model=zero\n"));
	assert_non_null(strstr(s.out, " %"));
	assert_non_null(strstr(html, " %</small>"));
	/* what reads compare.csv takes no percents for strategies */
	if (plot.code)
		fail_msg("plot: %s", plot.err);
	assert_int_equal(wrong.code, 2);
	assert_string_equal(wrong.err,
			    "fragsim: --baseline: found \"page_pol\", which does not run; "
			    "expected one of: page_alloc, page_pool\n");
	free(html);
	spawn_free(&s);
	spawn_free(&plot);
	spawn_free(&wrong);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_words, scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(test_baseline_json, scratch_setup,
						scratch_teardown),
		cmocka_unit_test_setup_teardown(test_baseline_table, scratch_setup,
						scratch_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
