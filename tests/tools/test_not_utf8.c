/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_not_utf8.c - paths and names of any bytes: JSON all the same, and the right exit code.
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

#define BAD	  "\xef\xbf\xbd"
#define FILE_NAME "a\xe9\xff.dat"

static const char *text_of(const json_t *doc, const char *group, const char *key)
{
	const json_t *from = group ? json_object_get(doc, group) : doc;
	const char *text = json_string_value(json_object_get(from, key));

	assert_non_null(text);
	return text;
}

static void ends(const char *text, const char *end)
{
	if (strlen(text) < strlen(end) || strcmp(text + strlen(text) - strlen(end), end))
		fail_msg("'%s' does not end in '%s'", text, end);
}

static void sample_copy(const char *to)
{
	size_t size;
	char *bytes = file_slurp(SAMPLE, &size);

	assert_non_null(bytes);
	file_put(to, bytes, size);
	free(bytes);
}

static void test_inspect(void **state)
{
	struct spawned s;
	json_t *doc;

	(void)state;
	sample_copy(path_in(scratch, FILE_NAME));
	s = RUN("inspect", "--json", path_in(scratch, FILE_NAME));
	doc = spawned_json(&s);
	assert_int_equal(s.code, 0);
	ends(text_of(doc, NULL, "path"), "/a" BAD BAD ".dat");
	json_decref(doc);
	spawn_free(&s);
}

static void test_replay(void **state)
{
	struct spawned s;
	json_t *doc;

	(void)state;
	sample_copy(path_in(scratch, FILE_NAME));
	s = RUN("replay", "--json", "--strategy", "page_pool_frag", "--no-plot", "-o",
		path_in(scratch, "out\xfe"), path_in(scratch, FILE_NAME));
	doc = spawned_json(&s);
	assert_int_equal(s.code, 0);
	ends(text_of(doc, "trace", "path"), "/a" BAD BAD ".dat");
	ends(text_of(doc, "scenario", "traffic.source"), "/a" BAD BAD ".dat");
	json_decref(doc);
	spawn_free(&s);
}

static void test_scenario_name(void **state)
{
	struct spawned s = RUN("run", "drop", "--set", "name=x\xffy", "--set", "duration=100us",
			       "--no-plot", "--json", "-o", scratch);
	json_t *doc = spawned_json(&s);

	(void)state;
	assert_int_equal(s.code, 0);
	assert_string_equal(text_of(doc, "scenario", "name"), "x" BAD "y");
	json_decref(doc);
	spawn_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_inspect, scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(test_replay, scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(test_scenario_name, scratch_setup,
						scratch_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
