/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scratch.h - a file that a group of tests writes again and again.
 */
#ifndef TESTS_TRACES_SCRATCH_H
#define TESTS_TRACES_SCRATCH_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "tests/traces/cmocka_all.h"

/* its path, while the group runs */
static char scratch[64];

/* setup of a group */
static inline int scratch_make(void **state)
{
	int fd;

	(void)state;
	strcpy(scratch, "/tmp/fragsim-test-XXXXXX");
	fd = mkstemp(scratch);
	if (fd < 0)
		return -1;
	close(fd);
	return 0;
}

/* teardown of a group */
static inline int scratch_drop(void **state)
{
	(void)state;
	return unlink(scratch);
}

static inline void scratch_store(const void *bytes, size_t size)
{
	FILE *file = fopen(scratch, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, size, file), size);
	fclose(file);
}

#endif
