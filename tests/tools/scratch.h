/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scratch.h - folders a test may fill, and what is in files.
 */
#ifndef TESTS_TOOLS_SCRATCH_H
#define TESTS_TOOLS_SCRATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define SCRATCH_MAX 64

/** scratch, scratch_b - two empty folders, between scratch_setup() and scratch_teardown() */
extern char scratch[SCRATCH_MAX], scratch_b[SCRATCH_MAX];

/** scratch_setup() - make both, as a fixture of cmocka */
int scratch_setup(void **state);

/** scratch_teardown() - remove both and all that is in them */
int scratch_teardown(void **state);

/** path_in() - DIR/NAME; good for the next three calls */
char *path_in(const char *dir, const char *name);

/** stream_slurp() - all of @f as text to free(); closes it; *size may be NULL */
char *stream_slurp(FILE *f, size_t *size);

/** file_slurp() - a file as text to free(), NULL when it is not there; *size may be NULL */
char *file_slurp(const char *path, size_t *size);

/** file_put() - a file of @size bytes, or a failed test */
void file_put(const char *path, const void *bytes, size_t size);

/** dir_has_tmp() - did a file under a temporary name stay anywhere below @path? */
bool dir_has_tmp(const char *path);

#endif
