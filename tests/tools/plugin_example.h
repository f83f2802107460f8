/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plugin_example.h - allocators for tests of --allocator: the example with something changed.
 */
#ifndef TESTS_TOOLS_PLUGIN_EXAMPLE_H
#define TESTS_TOOLS_PLUGIN_EXAMPLE_H

#include <jansson.h>
#include <stddef.h>

#define ALLOC	FRAGSIM_SOURCE_DIR "/alloc"
#define EXAMPLE ALLOC "/examples/my_pool.c"
#define SHORT	"--set", "duration=2ms", "--no-plot"

/**
 * file_change() - write @from to @to with something changed
 * @change: pairs of words, found and put in its place everywhere; NULL ends the list
 * Fails the test where a word is not found.
 */
void file_change(const char *from, const char *to, const char *const *change);

/** CHANGE() - the example under another name, below scratch */
#define CHANGE(name, ...)                                                                          \
	file_change(EXAMPLE, path_in(scratch, name), (const char *const[]){__VA_ARGS__, NULL})

/**
 * refused_env() - run fragsim below scratch: exit code 2, nothing on stdout, one line on stderr
 * @env: one change, or NULL
 * @helps: what the line says
 */
void refused_env(const char *env, const char *helps, const char *const *args);

#define REFUSED_ENV(env, helps, ...)                                                               \
	refused_env(env, helps, (const char *const[]){"run", "host-100g", SHORT, __VA_ARGS__, NULL})
#define REFUSED(helps, file) REFUSED_ENV(NULL, helps, "--allocator", file)

/** results_of() - of the document @out, @nr of them; for json_decref() */
json_t *results_of(const char *out, size_t nr);

/** strategy_is() - the @i-th of @results is @name's */
void strategy_is(json_t *results, size_t i, const char *name);

/** count_of() - an integer of the @i-th of @results */
json_int_t count_of(json_t *results, size_t i, const char *group, const char *key);

#endif
