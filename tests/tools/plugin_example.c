/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plugin_example.c - change the example, run it, read what came out.
 */
#include "tests/tools/plugin_example.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/tools/scratch.h"
#include "tests/tools/spawn.h"

void file_change(const char *from, const char *to, const char *const *change)
{
	char *text = file_slurp(from, NULL);
	FILE *f = fopen(to, "w");

	assert_non_null(text);
	assert_non_null(f);
	for (; change && change[0]; change += 2) {
		size_t old = strlen(change[0]), new = strlen(change[1]), at = 0, n = 0;
		char *next;

		for (; (next = strstr(text + at, change[0])); n++) {
			size_t rest = strlen(next + old) + 1;
			size_t before = (size_t)(next - text);
			char *longer = malloc(before + new + rest);

			memcpy(longer, text, before);
			memcpy(longer + before, change[1], new);
			memcpy(longer + before + new, next + old, rest);
			free(text);
			text = longer;
			at = before + new;
		}
		if (!n)
			fail_msg("%s no longer has '%s'", from, change[0]);
	}
	fputs(text, f);
	fclose(f);
	free(text);
}

void refused_env(const char *env, const char *helps, const char *const *args)
{
	struct spawned s = spawn_run(scratch, env, args);
	const char *end = strchr(s.err, '\n');

	if (s.code != 2 || s.out[0] || !end || end[1] || !strstr(s.err, helps))
		fail_msg("exit code %d, stdout '%.60s', expected '%s' in one line: %s", s.code,
			 s.out, helps, s.err);
	spawn_free(&s);
}

json_t *results_of(const char *out, size_t nr)
{
	json_t *doc = json_loads(out, JSON_REJECT_DUPLICATES, NULL), *results;

	if (!doc)
		fail_msg("no JSON document: %.200s", out);
	results = json_incref(json_object_get(doc, "results"));
	assert_int_equal(json_array_size(results), nr);
	json_decref(doc);
	return results;
}

void strategy_is(json_t *results, size_t i, const char *name)
{
	assert_string_equal(
		json_string_value(json_object_get(json_array_get(results, i), "strategy")), name);
}

json_int_t count_of(json_t *results, size_t i, const char *group, const char *key)
{
	json_t *n = json_object_get(json_object_get(json_array_get(results, i), group), key);

	assert_true(json_is_integer(n));
	return json_integer_value(n);
}
