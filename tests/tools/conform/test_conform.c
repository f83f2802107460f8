/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_conform.c - `fragsim conform`: what it prints and its exit codes. That the allocators equal
 * the kernel, and what makes a log a log, is tested in tests/tools/conform/test_oracle.c.
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

#include "tests/tools/scratch.h"
#include "tests/tools/spawn.h"

#define ORACLE	   FRAGSIM_SOURCE_DIR "/tests/tools/conform/oracle/"
#define TEXT_BYTES (1 << 20)

static char path[SCRATCH_MAX + 16]; /* of the log that is tried */

/* A recorded log; free() it. */
static char *recorded(const char *name)
{
	char command[512], *text = calloc(1, TEXT_BYTES);
	FILE *pipe;

	snprintf(command, sizeof(command), "xz -dc '" ORACLE "%s.csv.xz'", name);
	pipe = popen(command, "r");
	assert_true(text && pipe);
	assert_true(fread(text, 1, TEXT_BYTES - 1, pipe) > 0);
	assert_int_equal(pclose(pipe), 0);
	return text;
}

static void log_write(const char *text, size_t size)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
}

static void equal(const char *name, const char *strategies, const char *pool, const char *last)
{
	char *text = recorded(name);
	struct spawned s;

	log_write(text, strlen(text));
	s = RUN("conform", path);
	assert_int_equal(s.code, 0);
	assert_string_equal(s.err, "");
	assert_non_null(strstr(s.out, strategies));
	assert_non_null(strstr(s.out, last));
	if (pool)
		assert_non_null(strstr(s.out, pool));
	spawn_free(&s);
	free(text);
}

/* The name of the file says nothing: all three are called log.csv. */
static void test_equal(void **state)
{
	(void)state;
	equal("oracle_pool_s1", "page_pool, page_pool_frag\n",
	      "pool_size 256 (found out), order 0 (found out)", "\n4628 operations, all equal\n");
	equal("oracle_pool_nofrag_s2", "page_pool\n", "pool_size 64 (found out)",
	      "\n4568 operations, all equal\n");
	equal("oracle_frag_s1", "frag_countdown\n", NULL, "\n4116 operations, all equal\n");
}

/* Row 0 of s1 ends "...,64,0,63,0,813,1": of the cache, 63 becomes 62. */
static void test_different(void **state)
{
	char *text = recorded("oracle_pool_s1"), *cell = strstr(text, ",64,0,63,0,813,1\n");
	struct spawned s;

	(void)state;
	assert_non_null(cell);
	cell[7] = '2';
	log_write(text, strlen(text));
	s = RUN("conform", path);
	assert_int_equal(s.code, 1);
	assert_non_null(strstr(s.out, "0 of 4628 operations equal; operation 0 differs in column "
				      "cache\n  line 2, cache: the kernel has 62, we have 63\n"));
	assert_non_null(strstr(s.out, "  kernel: 0,F,0,813,1066571,"));
	assert_non_null(strstr(s.out, "  ours:   0,F,0,813,1066571,"));
	spawn_free(&s);
	free(text);
}

/* What is given is not searched for: with half the ring the log differs where that ring is full. */
static void test_given(void **state)
{
	char *text = recorded("oracle_pool_nofrag_s2");
	struct spawned s;

	(void)state;
	log_write(text, strlen(text));
	s = RUN("conform", path, "--set", "pool_size=64", "--set", "order=0");
	assert_int_equal(s.code, 0);
	assert_non_null(strstr(s.out, "pool_size 64 (given), order 0 (given)"));
	spawn_free(&s);
	s = RUN("conform", "--set", "pool_size=32", path);
	assert_int_equal(s.code, 1);
	assert_non_null(strstr(s.out, "release: the kernel has 23, we have 24"));
	spawn_free(&s);
	free(text);
}

/* Exit code 2, nothing on stdout, one line on stderr, and in it what helps. */
static void refused(const char *helps, const char *const *args)
{
	struct spawned s = spawn_run(NULL, NULL, args);
	const char *end = strchr(s.err, '\n');

	assert_int_equal(s.code, 2);
	assert_string_equal(s.out, "");
	assert_int_equal(strncmp(s.err, "fragsim: ", 9), 0);
	if (!end || end[1] || !strstr(s.err, helps))
		fail_msg("not one line with '%s': %s", helps, s.err);
	spawn_free(&s);
}

#define REFUSED(helps, ...) refused(helps, (const char *const[]){__VA_ARGS__, NULL})

static void test_refused(void **state)
{
	char *text = recorded("oracle_frag_s1");

	(void)state;
	REFUSED("LOG is missing", "conform");
	REFUSED("No such file", "conform", "/nowhere/log.csv");
	REFUSED("cannot read: Is a directory", "conform", scratch);
	REFUSED("the file is compressed", "conform", ORACLE "oracle_frag_s1.csv.xz");
	REFUSED("did you mean 'pool_size'", "conform", path, "--set", "poolsize=1");
	REFUSED("expected a number from 1 to 16384", "conform", path, "--set", "pool_size=0");
	REFUSED("expected a number from 0 to 5", "conform", path, "--set", "order=9");
	log_write(text, 10000);
	REFUSED("the file is cut off", "conform", path);
	log_write(text, 0);
	REFUSED("found 'an empty file'", "conform", path);
	free(text);
}

/* Cut between two lines, a log is shorter, not wrong; what it leaves allocated shows it. */
static void test_cut(void **state)
{
	char *text = recorded("oracle_frag_s1"), *end = strstr(text, "\n2000,");
	struct spawned s;

	(void)state;
	log_write(text, (size_t)(end + 1 - text));
	s = RUN("conform", path);
	assert_int_equal(s.code, 0);
	assert_non_null(strstr(s.out, "\n2000 operations, all equal\n"));
	assert_non_null(strstr(s.err, "buffers are still allocated at its end"));
	spawn_free(&s);
	free(text);
}

static int setup(void **state)
{
	int ret = scratch_setup(state);

	snprintf(path, sizeof(path), "%s/log.csv", scratch);
	return ret;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_equal), cmocka_unit_test(test_different),
		cmocka_unit_test(test_given), cmocka_unit_test(test_refused),
		cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests(tests, setup, scratch_teardown);
}
