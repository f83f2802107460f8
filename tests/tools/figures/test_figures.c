/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_figures.c - `fragsim figures`: exit codes, table, JSON; and that what it says adds up.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "tests/tools/spawn.h"

static void test_table(void **state)
{
	struct spawned s = RUN("figures", "--machine", "x86-bdw");

	(void)state;
	assert_int_equal(s.code, 0);
	assert_string_equal(s.err, "");
	assert_non_null(strstr(s.out, "x86-bdw\n  atomic_inc"));
	assert_non_null(strstr(s.out, "pp-bdw   gave exec.lock\n"));
	assert_non_null(strstr(s.out, "  order: right\n"));
	assert_non_null(strstr(s.out, " of 9; rows that gave"));
	assert_null(strstr(s.out, "zen4"));
	spawn_free(&s);
}

/* The atomic's published 4.77 ns gave the constant 18.6 cycles: at 3.9 GHz that is 4.77 again. */
static void row_check(const json_t *row)
{
	double low = json_number_value(json_array_get(json_object_get(row, "published"), 0));
	double high = json_number_value(json_array_get(json_object_get(row, "published"), 1));
	double simulated = json_number_value(json_object_get(row, "simulated"));
	double ratio = json_number_value(json_object_get(row, "ratio"));

	assert_true(low > 0 && high >= low && simulated > 0);
	assert_true(fabs(ratio - simulated / ((low + high) / 2)) < 1e-9);
	assert_int_equal(json_is_true(json_object_get(row, "within_25_percent")),
			 ratio >= 0.75 && ratio <= 1.25);
	if (!strcmp(json_string_value(json_object_get(row, "figure")), "atomic_inc"))
		assert_true(ratio > 0.98 && ratio < 1.02);
}

/* As many counted as rows that gave no constant; as many close as say so. */
static void test_json(void **state)
{
	struct spawned s = RUN("figures", "--json");
	unsigned int close = 0, counted = 0;
	json_t *doc, *rows, *row, *score;
	size_t i;

	(void)state;
	assert_int_equal(s.code, 0);
	doc = json_loads(s.out, 0, NULL);
	rows = json_object_get(doc, "figures");
	score = json_object_get(doc, "score");
	assert_true(json_array_size(rows) >= 20);
	json_array_foreach(rows, i, row)
	{
		row_check(row);
		if (!json_is_null(json_object_get(row, "fitted")))
			continue;
		counted++;
		close += json_is_true(json_object_get(row, "within_25_percent"));
	}
	assert_int_equal(json_integer_value(json_object_get(score, "of")), counted);
	assert_int_equal(json_integer_value(json_object_get(score, "within_25_percent")), close);
	assert_true(json_is_true(json_object_get(json_object_get(doc, "order_right"), "pp-zen4")));
	json_decref(doc);
	spawn_free(&s);
}

static void refused(struct spawned s, const char *text)
{
	assert_int_equal(s.code, 2);
	assert_string_equal(s.out, "");
	assert_non_null(strstr(s.err, text));
	spawn_free(&s);
}

static void test_refusals(void **state)
{
	(void)state;
	refused(RUN("figures", "--machine", "zen4,zen5"),
		"no published figures for machine 'zen5'; expected some of: x86-bdw, x86-100g, "
		"zen4, arm64-64k");
	refused(RUN("figures", "drop.yaml"), "figures: unexpected argument 'drop.yaml'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
