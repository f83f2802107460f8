/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scratch.c - folders below /tmp, and files read whole.
 */
#define _GNU_SOURCE /* nftw() */
#include "tests/tools/scratch.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

char scratch[SCRATCH_MAX], scratch_b[SCRATCH_MAX];

int scratch_setup(void **state)
{
	(void)state;
	strcpy(scratch, "/tmp/fragsim-test-a-XXXXXX");
	strcpy(scratch_b, "/tmp/fragsim-test-b-XXXXXX");
	return mkdtemp(scratch) && mkdtemp(scratch_b) ? 0 : -1;
}

static int entry_remove(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

int scratch_teardown(void **state)
{
	(void)state;
	nftw(scratch, entry_remove, 8, FTW_DEPTH | FTW_PHYS);
	nftw(scratch_b, entry_remove, 8, FTW_DEPTH | FTW_PHYS);
	return 0;
}

char *path_in(const char *dir, const char *name)
{
	static char path[4][512];
	static unsigned int turn;

	turn = (turn + 1) % 4;
	snprintf(path[turn], sizeof(path[turn]), "%s/%s", dir, name);
	return path[turn];
}

char *stream_slurp(FILE *f, size_t *size)
{
	long len;
	char *text;

	fseek(f, 0, SEEK_END);
	len = ftell(f) > 0 ? ftell(f) : 0; /* a device has no length */
	rewind(f);
	text = calloc(1, (size_t)len + 1);
	assert_non_null(text);
	assert_int_equal(fread(text, 1, (size_t)len, f), len);
	fclose(f);
	if (size)
		*size = (size_t)len;
	return text;
}

char *file_slurp(const char *path, size_t *size)
{
	FILE *f = fopen(path, "r");

	return f ? stream_slurp(f, size) : NULL;
}

void file_put(const char *path, const void *bytes, size_t size)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, size, f), size);
	assert_int_equal(fclose(f), 0);
}

static int entry_is_tmp(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	return strstr(path + ftw->base, ".tmp") != NULL;
}

bool dir_has_tmp(const char *path)
{
	return nftw(path, entry_is_tmp, 8, FTW_PHYS) == 1;
}
