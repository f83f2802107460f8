/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_machine_sources.c - docs/sources.md and the numbers that cite it cannot drift apart.
 *
 * Each id in a profile, a preset or a "Source:" comment has an entry; each entry has a kind and is
 * used, or says that it is a result to compare with.
 */
#include <errno.h>
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "models/machine.h"
#include "models/options/sources.h"

#define LINE_MAX_    1024
#define DIR_MACHINES FRAGSIM_SOURCE_DIR "/models/machines"

static struct sources sources;
static unsigned int data_uses[SOURCES_MAX], code_uses[SOURCES_MAX];

static int entries_read(void **state)
{
	char err[512];

	(void)state;
	if (!sources_load(&sources, FRAGSIM_SOURCE_DIR "/docs/sources.md", err, sizeof(err)))
		return sources.nr ? 0 : -1;
	fprintf(stderr, "%s\n", err);
	return -1;
}

static size_t resolve(const char *file, const char *at)
{
	const struct source *entry;
	char id[64];

	snprintf(id, sizeof(id), "%.*s", (int)strspn(at, "abcdefghijklmnopqrstuvwxyz0123456789-"),
		 at);
	entry = sources_find(&sources, id);
	if (!entry)
		fail_msg("%s: source \"%s\" has no entry in docs/sources.md", file, id);
	return (size_t)(entry - sources.entry);
}

typedef void line_fn(const char *file, const char *line);

static unsigned int for_each_line(const char *pattern, line_fn *fn)
{
	char line[LINE_MAX_];
	glob_t found;
	size_t i;

	if (glob(pattern, 0, NULL, &found))
		return 0;
	for (i = 0; i < found.gl_pathc; i++) {
		FILE *file = fopen(found.gl_pathv[i], "r");

		assert_non_null(file);
		while (fgets(line, sizeof(line), file))
			fn(found.gl_pathv[i], line);
		fclose(file);
	}
	globfree(&found);
	return (unsigned int)i;
}

static void data_line(const char *file, const char *line)
{
	const char *at = strstr(line, "source: ");

	if (*line != '#' && at)
		data_uses[resolve(file, at + strlen("source: "))]++;
}

static void test_data_resolves(void **state)
{
	(void)state;
	assert_in_range(for_each_line(FRAGSIM_SOURCE_DIR "/models/machines/*.yaml", data_line), 1,
			99);
	assert_in_range(for_each_line(FRAGSIM_SOURCE_DIR "/models/nics/*.yaml", data_line), 3, 99);
}

/*
 * An id is the word of an entry, or has a hyphen in it; prose, commit hashes and "assumed" are no
 * ids.
 */
static void code_line(const char *file, const char *line)
{
	const char *at = strstr(line, "Source: ");
	char word[SOURCE_ID_MAX];
	size_t len;

	if (!at)
		return;
	at += strlen("Source: ");
	len = strspn(at, "abcdefghijklmnopqrstuvwxyz0123456789-");
	snprintf(word, sizeof(word), "%.*s", (int)len, at);
	if ((memchr(at, '-', len) || sources_find(&sources, word)) &&
	    (at[len] == ' ' || at[len] == '\n'))
		code_uses[resolve(file, at)]++;
}

static void test_code_resolves(void **state)
{
	static const char *const rooms[] = {"alloc", "models", "traces", "sim", "tools"};
	static const char *const depth[] = {"", "/*"};
	char pattern[512];

	(void)state;
	for (unsigned int i = 0; i < sizeof(rooms) / sizeof(rooms[0]); i++) {
		for (unsigned int j = 0; j < 2; j++) {
			snprintf(pattern, sizeof(pattern), "%s/%s%s/*.[ch]", FRAGSIM_SOURCE_DIR,
				 rooms[i], depth[j]);
			for_each_line(pattern, code_line);
		}
	}
}

static void test_nothing_left_over(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < sources.nr; i++) {
		const struct source *e = &sources.entry[i];

		if (e->in_code && !code_uses[i])
			fail_msg("docs/sources.md: %s says \"in code\", no code names it", e->id);
		if (e->result_only && data_uses[i])
			fail_msg("docs/sources.md: %s says \"result only\", a profile uses it",
				 e->id);
		if (!e->result_only && !e->in_code && !data_uses[i])
			fail_msg("docs/sources.md: nothing uses %s", e->id);
	}
}

/* A constant of a profile: a unit and a range it lies in, but for yes or no, and a source. */
static void constant_check(const char *name, const struct option *row,
			   const struct option_note *note)
{
	const struct source *source = sources_find(&sources, note->source);

	const bool number = row->type != OPTION_BOOL;

	if (number && (!row->unit || !*row->unit || strcmp(row->unit, note->unit)))
		fail_msg("%s: %s has no unit, or not its row's: \"%s\"", name, row->key,
			 note->unit);
	if (number && row->min >= row->max)
		fail_msg("machine_options: %s has no range", row->key);
	if (!source)
		fail_msg("%s: %s: source \"%s\" has no entry", name, row->key, note->source);
}

static void profile_check(const char *path)
{
	struct machine_profile *profile = malloc(sizeof(*profile));
	char err[512] = "";

	assert_non_null(profile);
	if (machine_load(profile, path, "", err, sizeof(err)))
		fail_msg("%s", err);
	for (unsigned int i = 0; machine_options[i].key; i++)
		if (machine_options[i].type != OPTION_TEXT)
			constant_check(path, &machine_options[i], &profile->notes[i]);
	free(profile);
}

static void test_profiles(void **state)
{
	glob_t found;

	(void)state;
	assert_int_equal(glob(DIR_MACHINES "/*.yaml", 0, NULL, &found), 0);
	assert_in_range(found.gl_pathc, 1, 99);
	for (size_t i = 0; i < found.gl_pathc; i++)
		profile_check(found.gl_pathv[i]);
	globfree(&found);
}

static int load_text(struct sources *into, const char *text, char *err, size_t size)
{
	char path[] = "/tmp/fragsim-sources-XXXXXX";
	int fd = mkstemp(path), ret;

	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	ret = sources_load(into, path, err, size);
	unlink(path);
	return ret;
}

static void test_entries(void **state)
{
	static struct sources s;
	char err[512];

	(void)state;
	assert_int_equal(load_text(&s,
				   "# Title\n\n### a-b\ncited, result only. x\n\n### c\n"
				   "assumed, in code, not re-read. y\n### d\nmeasured. z\n",
				   err, sizeof(err)),
			 0);
	assert_int_equal(s.nr, 3);
	assert_int_equal(sources_find(&s, "a-b")->kind, SOURCE_CITED);
	assert_true(sources_find(&s, "a-b")->result_only);
	assert_int_equal(sources_find(&s, "c")->kind, SOURCE_ASSUMED);
	assert_true(sources_find(&s, "c")->in_code && sources_find(&s, "c")->not_reread);
	assert_false(sources_find(&s, "c")->result_only);
	assert_null(sources_find(&s, "a"));
	assert_int_equal(load_text(&s, "### a\nguessed. x\n", err, sizeof(err)), -EINVAL);
	assert_non_null(strstr(err, ":2: the line below the heading begins with no kind"));
	assert_int_equal(load_text(&s, "### a\ncitedly. x\n", err, sizeof(err)), -EINVAL);
	assert_int_equal(load_text(&s, "### a\ncited. x\n### a\ncited. x\n", err, sizeof(err)),
			 -EINVAL);
	assert_non_null(strstr(err, ":3: this id has an entry already"));
	assert_int_equal(sources_load(&s, "/nowhere", err, sizeof(err)), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_entries),		  cmocka_unit_test(test_profiles),
		cmocka_unit_test(test_data_resolves),	  cmocka_unit_test(test_code_resolves),
		cmocka_unit_test(test_nothing_left_over),
	};

	return cmocka_run_group_tests(tests, entries_read, NULL);
}
