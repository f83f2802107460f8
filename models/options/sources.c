/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sources.c - reads the headings of docs/sources.md and the line below each.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "models/options/sources.h"

#define HEADING	       "### "
#define LINE_BYTES_MAX 1024

static const char *const kind_names[SOURCE_KINDS] = {
	[SOURCE_CITED] = "cited",
	[SOURCE_DERIVED] = "derived",
	[SOURCE_MEASURED] = "measured",
	[SOURCE_ASSUMED] = "assumed",
};

const char *source_kind_name(enum source_kind kind)
{
	return kind_names[kind];
}

const struct source *sources_find(const struct sources *sources, const char *id)
{
	for (unsigned int i = 0; i < sources->nr; i++)
		if (!strcmp(sources->entry[i].id, id))
			return &sources->entry[i];
	return NULL;
}

/* "KIND[, mark]... text" up to the first full stop. Return: what is wrong, or NULL. */
static const char *kind_parse(struct source *entry, char *line)
{
	unsigned int kind;

	line[strcspn(line, ".")] = '\0';
	for (kind = 0; kind < SOURCE_KINDS; kind++) {
		size_t len = strlen(kind_names[kind]);

		if (!strncmp(line, kind_names[kind], len) && (!line[len] || line[len] == ','))
			break;
	}
	if (kind == SOURCE_KINDS)
		return "the line below the heading begins with no kind; expected cited, derived, "
		       "measured or assumed";
	entry->kind = kind;
	entry->result_only = strstr(line, "result only");
	entry->in_code = strstr(line, "in code");
	entry->not_reread = strstr(line, "not re-read");
	return NULL;
}

/* Return: what is wrong, or NULL. */
static const char *heading_parse(struct sources *sources, char *id)
{
	id[strcspn(id, "\n")] = '\0';
	if (sources->nr == SOURCES_MAX)
		return "too many entries";
	if (!*id || strlen(id) >= SOURCE_ID_MAX)
		return "an id is 1 to 63 characters";
	if (sources_find(sources, id))
		return "this id has an entry already";
	memset(&sources->entry[sources->nr], 0, sizeof(sources->entry[0]));
	strcpy(sources->entry[sources->nr++].id, id);
	return NULL;
}

int sources_load(struct sources *sources, const char *path, char *err, size_t err_size)
{
	FILE *file = fopen(path, "re");
	const char *wrong = NULL;
	char line[LINE_BYTES_MAX];
	bool after_heading = false;
	unsigned int nr = 0;

	sources->nr = 0;
	if (!file) {
		snprintf(err, err_size, "%s: cannot read: %s", path, strerror(errno));
		return -errno;
	}
	while (!wrong && fgets(line, sizeof(line), file)) {
		nr++;
		if (after_heading)
			wrong = kind_parse(&sources->entry[sources->nr - 1], line);
		after_heading = !strncmp(line, HEADING, strlen(HEADING));
		if (!wrong && after_heading)
			wrong = heading_parse(sources, line + strlen(HEADING));
	}
	fclose(file);
	if (!wrong)
		return 0;
	snprintf(err, err_size, "%s:%u: %s", path, nr, wrong);
	return -EINVAL;
}
