/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_schema.c - docs/results.schema.json has the metrics of results.h, with type, unit and
 * meaning, and no others.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "sim/results/results.h"

#define SCHEMA FRAGSIM_SOURCE_DIR "/docs/results.schema.json"

/* Members of a result that are no metric. */
static const char *const others[] = {"strategy", "seed", "wall_ns", "percent", "truth.pools"};

static json_t *schema;

static int setup(void **state)
{
	json_error_t err;

	(void)state;
	schema = json_load_file(SCHEMA, JSON_REJECT_DUPLICATES, &err);
	if (!schema)
		print_error("%s:%d: %s\n", SCHEMA, err.line, err.text);
	return schema ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	json_decref(schema);
	return 0;
}

static const json_t *result_schema(void)
{
	return json_object_get(json_object_get(schema, "$defs"), "result");
}

/* Of a dotted key. Return: NULL, there is none */
static const json_t *member(const char *key)
{
	const json_t *at = result_schema();
	char copy[128];

	snprintf(copy, sizeof(copy), "%s", key);
	for (char *part = strtok(copy, "."); part; part = strtok(NULL, "."))
		at = json_object_get(json_object_get(at, "properties"), part);
	return at;
}

static void word_is(const char *key, const json_t *at, const char *name, const char *expected)
{
	const char *found = json_string_value(json_object_get(at, name));

	if (!found || strcmp(found, expected))
		fail_msg("%s: %s: %s is '%s', expected '%s'", SCHEMA, key, name,
			 found ? found : "absent", expected);
}

static void test_each_metric_is_there(void **state)
{
	(void)state;
	for (unsigned int m = 0; m < METRIC_MAX; m++) {
		const struct metric_row *row = &metric_rows[m];
		const json_t *at = member(row->key);

		if (!at)
			fail_msg("%s: no %s", SCHEMA, row->key);
		word_is(row->key, at, "type", row->type == METRIC_UINT ? "integer" : "number");
		word_is(row->key, at, "unit", row->unit);
		word_is(row->key, at, "description", row->help);
	}
}

static bool is_known(const char *key)
{
	for (unsigned int m = 0; m < METRIC_MAX; m++)
		if (!strcmp(metric_rows[m].key, key))
			return true;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (!strcmp(others[i], key))
			return true;
	return false;
}

/* Return: members that are no groups */
static unsigned int members_are_known(const json_t *group, const char *prefix)
{
	json_t *properties = json_object_get(group, "properties"), *value;
	unsigned int nr = 0;
	const char *name;

	/* a member that nobody wrote down must not pass */
	assert_true(json_is_false(json_object_get(group, "additionalProperties")));
	json_object_foreach(properties, name, value)
	{
		char key[128];

		snprintf(key, sizeof(key), "%s%s%s", prefix, *prefix ? "." : "", name);
		if (json_object_get(value, "properties"))
			nr += members_are_known(value, key);
		else if (is_known(key))
			nr++;
		else
			fail_msg("%s: %s is no metric (fragsim list metrics)", SCHEMA, key);
	}
	return nr;
}

static void test_none_is_left_over(void **state)
{
	(void)state;
	assert_int_equal(members_are_known(result_schema(), ""),
			 METRIC_MAX + sizeof(others) / sizeof(others[0]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_metric_is_there),
		cmocka_unit_test(test_none_is_left_over),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
