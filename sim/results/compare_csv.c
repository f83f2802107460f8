/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * compare_csv.c - write compare.csv, and read whose results it has.
 */
#include "sim/results/compare_csv.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/results/atomic_file.h"

static void csv_text(FILE *out, const char *text)
{
	bool quote = strpbrk(text, ",\"\n") != NULL;

	if (quote)
		fputc('"', out);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', out);
		fputc(*text, out);
	}
	if (quote)
		fputc('"', out);
}

static void csv_value(FILE *out, const struct result *res, enum metric m)
{
	fputc(',', out);
	if (!res->has[m])
		return;
	if (metric_rows[m].type == METRIC_UINT)
		fprintf(out, "%" PRIu64, res->u[m]);
	else
		fprintf(out, "%.15g", res->r[m]);
}

/* In a label there are no blanks. */
#define VERSUS " vs "

static void percent_heads(FILE *out, const struct result *results, unsigned int nr,
			  const struct result *base)
{
	char head[2 * RESULT_NAME_MAX + 16];

	for (unsigned int i = 0; base && i < nr; i++) {
		if (&results[i] == base)
			continue;
		snprintf(head, sizeof(head), "%s" VERSUS "%s (%%)", results[i].strategy,
			 base->strategy);
		fputc(',', out);
		csv_text(out, head);
	}
}

static void percent_values(FILE *out, const struct result *results, unsigned int nr,
			   const struct result *base, enum metric m)
{
	double percent;

	for (unsigned int i = 0; base && i < nr; i++) {
		if (&results[i] == base)
			continue;
		fputc(',', out);
		if (result_percent(&results[i], base, m, &percent))
			fprintf(out, "%.15g", percent);
	}
}

int compare_write_csv(const struct result *results, unsigned int nr, const struct result *base,
		      const char *path)
{
	struct atomic_file file;
	int err = atomic_open(&file, path);

	if (err)
		return err;
	fputs("metric", file.f);
	for (unsigned int i = 0; i < nr; i++) {
		fputc(',', file.f);
		csv_text(file.f, results[i].strategy);
	}
	percent_heads(file.f, results, nr, base);
	fputc('\n', file.f);
	for (unsigned int m = 0; m < METRIC_MAX; m++) {
		fputs(metric_rows[m].key, file.f);
		for (unsigned int i = 0; i < nr; i++)
			csv_value(file.f, &results[i], m);
		percent_values(file.f, results, nr, base, m);
		fputc('\n', file.f);
	}
	return atomic_commit(&file, 0);
}

/* The next cell of a CSV line, unquoted. Return: start of the cell after it, or NULL */
static const char *csv_cell(const char *from, char *buf, size_t size)
{
	bool quoted = false;
	size_t n = 0;

	for (; *from && *from != '\n' && (quoted || *from != ','); from++) {
		if (*from == '"' && !(quoted && from[1] == '"')) {
			quoted = !quoted;
			continue;
		}
		from += *from == '"';
		if (n + 1 < size)
			buf[n++] = *from;
	}
	buf[n] = '\0';
	return *from == ',' ? from + 1 : NULL;
}

static int header_read(const char *line, char label[COMPARE_MAX_COLS][RESULT_NAME_MAX])
{
	char first[16];
	const char *next = csv_cell(line, first, sizeof(first));
	int nr = 0;

	if (!next || strcmp(first, "metric"))
		return -EINVAL;
	for (; next && nr < COMPARE_MAX_COLS; nr++) {
		next = csv_cell(next, label[nr], RESULT_NAME_MAX);
		if (strstr(label[nr], VERSUS))
			break;
	}
	return nr;
}

/* The columns in which a row has a value. */
static void values_find(const char *line, bool has[COMPARE_MAX_COLS])
{
	char cell[RESULT_NAME_MAX];
	const char *next = csv_cell(line, cell, sizeof(cell));

	for (int i = 0; next && i < COMPARE_MAX_COLS; i++) {
		next = csv_cell(next, cell, sizeof(cell));
		has[i] |= cell[0] != '\0';
	}
}

int compare_read_labels(const char *path, char label[COMPARE_MAX_COLS][RESULT_NAME_MAX])
{
	bool has[COMPARE_MAX_COLS] = {false};
	FILE *f = fopen(path, "r");
	char *line = NULL;
	size_t size = 0;
	int nr, kept = 0;

	if (!f)
		return -errno;
	nr = getline(&line, &size, f) < 0 ? -EINVAL : header_read(line, label);
	while (nr > 0 && getline(&line, &size, f) > 0)
		values_find(line, has);
	fclose(f);
	free(line);
	for (int i = 0; i < nr; i++)
		if (has[i])
			memmove(label[kept++], label[i], sizeof(label[0]));
	return nr < 0 ? nr : kept;
}
