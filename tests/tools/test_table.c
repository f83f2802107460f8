/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_table.c - the table of a run: its words are those of the pictures and of `list metrics`.
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_words, scratch_setup, scratch_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
