// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * test_machine_sources.c - docs/sources.md and the numbers that cite it cannot drift apart.
 *
 * Each id in a profile, a preset or a "Source:" comment has an entry; each entry has a kind and is
 * used, or says that it is a result to compare with.
 */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define ENTRIES_MAX 256
#define LINE_MAX_   1024

struct entry {
	char id[64];
	bool result, in_code;
	unsigned int data_uses, code_uses;
};

static struct entry entries[ENTRIES_MAX];
static unsigned int nr_entries;

static struct entry *entry_find(const char *id)
{
	for (unsigned int i = 0; i < nr_entries; i++)
		if (!strcmp(entries[i].id, id))
			return &entries[i];
	return NULL;
}

/* The line after a heading: "KIND[, result only][, in code][, not re-read]. text" */
static void entry_kind(struct entry *entry, const char *line)
{
	static const char *const kinds[] = {"cited", "derived", "measured", "assumed"};
	size_t len = strcspn(line, ".");
	char head[128];
	bool known = false;

	assert_true(len < sizeof(head));
	memcpy(head, line, len);
	head[len] = '\0';
	for (unsigned int i = 0; i < 4; i++) {
		size_t word = strlen(kinds[i]);

		known |= !strncmp(head, kinds[i], word) && (!head[word] || head[word] == ',');
	}
	if (!known)
		fail_msg("docs/sources.md: %s: \"%s\" is no kind", entry->id, head);
	entry->result = strstr(head, "result only");
	entry->in_code = strstr(head, "in code");
}

static int entries_read(void **state)
{
	FILE *file = fopen(FRAGSIM_SOURCE_DIR "/docs/sources.md", "r");
	char line[LINE_MAX_];
	bool after_heading = false;

	(void)state;
	if (!file)
		return -1;
	while (fgets(line, sizeof(line), file)) {
		if (after_heading)
			entry_kind(&entries[nr_entries - 1], line);
		after_heading = !strncmp(line, "### ", 4);
		if (!after_heading)
			continue;
		line[strcspn(line, "\n")] = '\0';
		assert_true(nr_entries < ENTRIES_MAX && strlen(line + 4) < sizeof(entries[0].id));
		assert_null(entry_find(line + 4));
		strcpy(entries[nr_entries++].id, line + 4);
	}
	fclose(file);
	return nr_entries ? 0 : -1;
}

static struct entry *resolve(const char *file, const char *at)
{
	char id[64];
	struct entry *entry;

	snprintf(id, sizeof(id), "%.*s", (int)strspn(at, "abcdefghijklmnopqrstuvwxyz0123456789-"),
		 at);
	entry = entry_find(id);
	if (!entry)
		fail_msg("%s: source \"%s\" has no entry in docs/sources.md", file, id);
	return entry;
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
		resolve(file, at + strlen("source: "))->data_uses++;
}

static void test_data_resolves(void **state)
{
	(void)state;
	assert_in_range(for_each_line(FRAGSIM_SOURCE_DIR "/models/machines/*.yaml", data_line), 1,
			99);
	assert_in_range(for_each_line(FRAGSIM_SOURCE_DIR "/models/nics/*.yaml", data_line), 3, 99);
}

/* An id has a hyphen and small letters; prose, commit hashes and "assumed" are no ids. */
static void code_line(const char *file, const char *line)
{
	const char *at = strstr(line, "Source: ");
	size_t len;

	if (!at)
		return;
	at += strlen("Source: ");
	len = strspn(at, "abcdefghijklmnopqrstuvwxyz0123456789-");
	if (memchr(at, '-', len) && (at[len] == ' ' || at[len] == '\n'))
		resolve(file, at)->code_uses++;
}

static void test_code_resolves(void **state)
{
	static const char *const rooms[] = {"alloc", "models", "traces", "sim"};
	char pattern[512];

	(void)state;
	for (unsigned int i = 0; i < 4; i++) {
		snprintf(pattern, sizeof(pattern), "%s/%s/*.[ch]", FRAGSIM_SOURCE_DIR, rooms[i]);
		for_each_line(pattern, code_line);
	}
}

static void test_nothing_left_over(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < nr_entries; i++) {
		const struct entry *e = &entries[i];

		if (e->in_code && !e->code_uses)
			fail_msg("docs/sources.md: %s says \"in code\", no code names it", e->id);
		if (e->result && e->data_uses)
			fail_msg("docs/sources.md: %s says \"result only\", a profile uses it",
				 e->id);
		if (!e->result && !e->in_code && !e->data_uses)
			fail_msg("docs/sources.md: nothing uses %s", e->id);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_data_resolves),
		cmocka_unit_test(test_code_resolves),
		cmocka_unit_test(test_nothing_left_over),
	};

	return cmocka_run_group_tests(tests, entries_read, NULL);
}
