/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_atomic_file.c - names of their own, links that are not followed, reasons that are told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/results/atomic_file.h"
#include "tests/tools/scratch.h"

static void holds(const char *name, const char *text)
{
	char *found = file_slurp(path_in(scratch, name), NULL);

	assert_non_null(found);
	assert_string_equal(found, text);
	free(found);
}

/* Two writers of one path: each writes a file of its own, the last that commits stays. */
static void test_two_writers(void **state)
{
	struct atomic_file a, b;

	(void)state;
	assert_int_equal(atomic_open(&a, path_in(scratch, "f")), 0);
	assert_int_equal(atomic_open(&b, path_in(scratch, "f")), 0);
	assert_string_not_equal(a.tmp, b.tmp);
	fputs("of a, which is longer", a.f);
	fputs("of b", b.f);
	assert_int_equal(atomic_commit(&b, 0), 0);
	holds("f", "of b");
	assert_int_equal(atomic_commit(&a, 0), 0);
	holds("f", "of a, which is longer");
	assert_false(dir_has_tmp(scratch));
}

/* Mode as umask says, seeks as a file; a link at the path itself is replaced, its target is not. */
static void test_links(void **state)
{
	struct atomic_file file;
	struct stat st;
	mode_t old = umask(027);

	(void)state;
	assert_int_equal(atomic_open(&file, path_in(scratch, "victim")), 0);
	fputs("kept", file.f);
	assert_int_equal(atomic_commit(&file, 0), 0);
	assert_int_equal(stat(path_in(scratch, "victim"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	umask(old);
	assert_int_equal(symlink("victim", path_in(scratch, "g")), 0);
	assert_int_equal(symlink("victim", path_in(scratch, "g.tmp")), 0);
	assert_int_equal(atomic_open(&file, path_in(scratch, "g")), 0);
	fputs("....other", file.f);
	assert_int_equal(fseek(file.f, 0, SEEK_SET), 0);
	fputs("some", file.f);
	assert_int_equal(atomic_commit(&file, 0), 0);
	holds("victim", "kept");
	holds("g", "someother");
	unlink(path_in(scratch, "g.tmp"));
}

/* A write that fails: its reason, not EIO; neither the file nor its temporary name stays. */
static void test_reason(void **state)
{
	const struct rlimit small = {4096, RLIM_INFINITY};
	struct rlimit before;
	struct atomic_file file;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	assert_int_equal(atomic_open(&file, path_in(scratch, "h")), 0);
	setrlimit(RLIMIT_FSIZE, &small);
	for (unsigned int i = 0; i < 10000; i++)
		fputs("some text", file.f);
	assert_int_equal(atomic_commit(&file, -EIO), -EFBIG);
	setrlimit(RLIMIT_FSIZE, &before);
	assert_int_not_equal(access(path_in(scratch, "h"), F_OK), 0);
	assert_false(dir_has_tmp(scratch));
	assert_int_equal(atomic_open(&file, path_in(scratch, "h")), 0);
	assert_int_equal(atomic_commit(&file, -EINVAL), -EINVAL);
	assert_int_not_equal(access(path_in(scratch, "h"), F_OK), 0);
	assert_int_equal(atomic_open(&file, "/nowhere/h"), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_writers),
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_reason),
	};

	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
