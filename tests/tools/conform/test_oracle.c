/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_oracle.c - our page_pool and page_frag_cache do what those of Linux 6.12 did, operation by
 * operation, and a log that is not like that is noticed, whatever is wrong with it.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "oracle_made.h"
#include "tools/conform/conform.h"

static const struct conform_params unknown = {.order = -1};

/* Text of a recorded log; free() it. */
static char *log_text(const char *name, size_t *size)
{
	char command[512], *text = malloc(1 << 20);
	FILE *pipe;

	snprintf(command, sizeof(command), "xz -dc '%s/tests/tools/conform/oracle/%s.csv.xz'",
		 FRAGSIM_SOURCE_DIR, name);
	pipe = popen(command, "r");
	assert_true(text && pipe);
	*size = fread(text, 1, (1 << 20) - 1, pipe);
	assert_int_equal(pclose(pipe), 0);
	text[*size] = '\0';
	return text;
}

static int conform_text(char *text, size_t size, struct conform_report *report, char err[512])
{
	FILE *file = fmemopen(text, size, "r");
	int ret;

	assert_non_null(file);
	err[0] = '\0';
	ret = conform_stream(file, "log", &unknown, report, err, 512);
	fclose(file);
	return ret;
}

static void equal(const char *name, unsigned int operations, unsigned int pool_size)
{
	struct conform_report report;
	char err[512];
	size_t size;
	char *text = log_text(name, &size);

	if (conform_text(text, size, &report, err))
		fail_msg("%s", err);
	if (!report.equal)
		fail_msg("%s differs:\n%s\n%s", name, report.their_row, report.our_row);
	assert_int_equal(report.operations, operations);
	assert_int_equal(report.pool_size, pool_size);
	assert_int_equal(report.live, 0);
	print_message("%s: %u operations, all equal\n", name, report.operations);
	free(text);
}

static void test_recorded(void **state)
{
	(void)state;
	equal("oracle_pool_s1", 4628, 256);
	equal("oracle_pool_nofrag_s2", 4568, 64);
	equal("oracle_frag_s1", 4116, 0);
}

/*
 * Every column after any operation counts: a digit of one is changed, and exactly that operation
 * and column are named. Row 2000 is line 2002. (page_pool's column n and id make it no log at all.)
 */
static void column_counts(const char *name, unsigned int column, const char *column_name)
{
	struct conform_report report;
	char err[512], *text, *p;
	size_t size;

	text = p = log_text(name, &size);
	for (unsigned int line = 0; line < 2001; line++)
		p = strchr(p, '\n') + 1;
	while (column--)
		p = strchr(p, ',') + 1;
	*p = *p == '1' ? '2' : '1';
	if (conform_text(text, size, &report, err))
		fail_msg("column %s: %s", column_name, err);
	assert_false(report.equal);
	assert_int_equal(report.at, 2000);
	assert_int_equal(report.line, 2002);
	assert_string_equal(report.column, column_name);
	free(text);
}

static void test_each_column(void **state)
{
	static const char *const pool[] = {"pfn",  "offset",	  "page_ref",  NULL,
					   "live", "hold",	  "release",   "cache",
					   "ring", "frag_offset", "frag_users"};
	static const char *const frag[] = {"head_pfn",	"offset",  NULL,      "live",
					   "nc_offset", "nc_size", "nc_bias", "head_order"};

	(void)state;
	for (unsigned int i = 0; i < sizeof(pool) / sizeof(pool[0]); i++)
		if (pool[i])
			column_counts("oracle_pool_s1", 4 + i, pool[i]);
	for (unsigned int i = 0; i < sizeof(frag) / sizeof(frag[0]); i++)
		if (frag[i])
			column_counts("oracle_frag_s1", 4 + i, frag[i]);
}

static void size_found(unsigned int pool_size, unsigned int live, bool exactly)
{
	struct conform_report report;
	char err[512];
	FILE *log = oracle_make(pool_size, pool_size, live, 4000);

	if (conform_stream(log, "made", &unknown, &report, err, sizeof(err)))
		fail_msg("%s", err);
	if (!report.equal)
		fail_msg("pool_size %u:\n%s\n%s", pool_size, report.their_row, report.our_row);
	if (exactly) {
		assert_int_equal(report.pool_size, pool_size);
		assert_string_equal(report.others, "");
	}
	fclose(log);
}

/*
 * The size of the ring is not in the log. A ring that was full shows it, another one only by the
 * slot at which it wraps, and not when that is a multiple of the 16 slots that are cleared at once.
 */
static void test_pool_size(void **state)
{
	(void)state;
	size_found(1, 300, true);
	size_found(2, 300, true);
	size_found(31, 300, true);
	size_found(100, 600, true);
	size_found(128, 600, true);
	size_found(301, 200, false);
	size_found(1000, 300, false);
	size_found(1024, 300, false);
}

static void refused(const char *change, const char *to, const char *says)
{
	static const char log[] = "n,op,id,size,pfn,offset,page_ref,pp_ref,live,hold,release,"
				  "cache,ring,frag_offset,frag_users\n"
				  "0,A,0,4096,9,0,1,1,1,64,0,63,0,0,0\n"
				  "1,R,0,4096,9,0,-1,,0,64,0,63,1,0,0\n";
	struct conform_report report;
	char text[2 * sizeof(log)], err[512];
	const char *at = strstr(log, change);

	assert_non_null(at);
	snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - log), log, to, at + strlen(change));
	assert_int_equal(conform_text(text, strlen(text), &report, err), -EINVAL);
	if (!strstr(err, says) || strchr(err, '\n'))
		fail_msg("'%s' does not say '%s'", err, says);
}

static void test_refused(void **state)
{
	(void)state;
	refused("n,op", "N,op", "line 1: found 'N,op,id");
	refused("0,A,0,4096,9", "0,A,0,4096,nine", "line 2, column pfn: found 'nine'");
	refused("0,A,0,4096,9", "0,A,0,4096,", "line 2, column pfn: found ''");
	refused("0,A,0,4096,9", "0,A,0,4096,99999999999999999999", "63 bits");
	refused("0,A,0,4096", "0,A,0,0", "line 2, column size: found '0', expected 1 to 131072");
	refused("0,A,0,", "0,A,99999999,",
		"line 2, column id: found '99999999', expected a number");
	refused("1,R,0", "1,R,5", "line 3, column id: found '5', expected a buffer that is");
	refused("1,R,0", "1,Q,0",
		"line 3, column op: found 'Q', expected an operation of page_pool");
	refused("1,R,0", "2,R,0", "line 3, column n: found '2', expected 1");
	refused("-1,,0", "-1,7,0", "line 3, column pp_ref: found '7', expected nothing");
	refused("64,0,63,1,0,0\n", "64,0\n", "line 3: found fewer columns");
	refused("63,1,0,0\n", "63,1,0,0,0\n", "line 3: found more columns");
	refused("63,1,0,0\n", "63,1,0,0", "line 3: the file is cut off");
	refused("0,A,0,4096,9,0,1,1,1,64,0,63,0,0,0", "0,F,fail",
		"line 2: the kernel ran out of memory");
	refused("0,A,0,4096,9,0,1,1,1,64,0,63,0,0,0\n1,R,0,4096,9,0,-1,,0,64,0,63,1,0,0\n", "",
		"without any operation");
}

/* Bytes changed at random, and files cut anywhere: any answer but a crash. Seed 1. */
static void test_damaged(void **state)
{
	unsigned int draw = 1;
	struct conform_report report;
	char err[512], *text;
	size_t size, cut;

	(void)state;
	text = log_text("oracle_pool_s1", &size);
	size = 60000;
	for (unsigned int i = 0; i < 160; i++) {
		char was[8];
		size_t at[8];

		for (unsigned int k = 0; k < 8; k++) {
			draw = draw * 1103515245 + 12345;
			at[k] = (draw >> 8) % size;
			was[k] = text[at[k]];
			text[at[k]] = (char)(i % 2 ? '0' + (draw >> 4) % 10 : draw >> 20);
		}
		cut = i % 4 ? size : (draw >> 8) % size + 1;
		conform_text(text, cut, &report, err);
		for (unsigned int k = 8; k-- > 0;)
			text[at[k]] = was[k];
	}
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_recorded),  cmocka_unit_test(test_each_column),
		cmocka_unit_test(test_pool_size), cmocka_unit_test(test_refused),
		cmocka_unit_test(test_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
