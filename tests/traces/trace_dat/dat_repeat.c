/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dat_repeat.c - makes a long version 6 trace.dat of a short one: its data, N times in a row.
 *
 * usage: dat_repeat IN.dat OUT.dat COPIES
 *
 * The times of every copy are those of the one before it plus the span of the file. Sub-buffers
 * are copied as they are but for their first word; that is enough, records count from there.
 * The addresses of skbs and pools repeat, as in a machine they do.
 */
#define _GNU_SOURCE /* memmem() */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "traces/capture.h"
#include "traces/trace_dat/trace_dat_file.h"

static int fail(const char *what, const char *why)
{
	fprintf(stderr, "dat_repeat: %s: %s\n", what, why);
	return 2;
}

static unsigned char *slurp(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	unsigned char *bytes = NULL;

	if (file && !fseek(file, 0, SEEK_END) && (*size = (size_t)ftell(file)) > 0 &&
	    (bytes = malloc(*size))) {
		rewind(file);
		if (fread(bytes, 1, *size, file) != *size) {
			free(bytes);
			bytes = NULL;
		}
	}
	if (file)
		fclose(file);
	return bytes;
}

/* The table names its extents by offset and size; the first pair is found nowhere else. */
static unsigned char *table_find(unsigned char *bytes, const struct trace_dat_file *file)
{
	uint64_t entry[2] = {file->extents[0].offset, file->extents[0].size};

	return memmem(bytes, file->extents[0].offset, entry, sizeof(entry));
}

static void table_write(unsigned char *table, const struct trace_dat_file *file, uint64_t copies)
{
	uint64_t at = file->extents[0].offset;

	for (unsigned int i = 0; i < file->nr_extents; i++) {
		uint64_t entry[2] = {at, file->extents[i].size * copies};

		memcpy(table + 16 * i, entry, sizeof(entry));
		at += entry[1];
	}
}

static void extent_write(unsigned char *bytes, const struct dat_extent *extent, uint32_t page_size,
			 uint64_t copies, uint64_t span_ns, FILE *out)
{
	for (uint64_t copy = 0; copy < copies; copy++) {
		fwrite(bytes + extent->offset, 1, extent->size, out);
		for (uint64_t at = 0; at < extent->size; at += page_size) {
			unsigned char *page = bytes + extent->offset + at;
			uint64_t time;

			memcpy(&time, page, sizeof(time));
			time += span_ns;
			memcpy(page, &time, sizeof(time));
		}
	}
}

static int repeat(const char *in, const char *to, uint64_t copies)
{
	static struct trace_dat_file file;
	static struct capture_info info;
	struct name_table devs = {.nr = 0}, types = {.nr = 0};
	struct decoder dec;
	unsigned char *bytes, *table;
	char err[512];
	size_t size;
	FILE *out;
	int rc;

	decoder_init(&dec, &devs, &types);
	if (capture_scan(in, &info, err, sizeof(err)) ||
	    trace_dat_file_open(&file, in, &dec, err, sizeof(err)))
		return fail("reading", err);
	bytes = slurp(in, &size);
	table = bytes && file.version == 6 && file.nr_extents ? table_find(bytes, &file) : NULL;
	out = table ? fopen(to, "wb") : NULL;
	if (!out)
		return fail(to, "cannot be written from a file that is not version 6 with data");
	table_write(table, &file, copies);
	fwrite(bytes, 1, file.extents[0].offset, out);
	for (unsigned int i = 0; i < file.nr_extents; i++)
		extent_write(bytes, &file.extents[i], file.page_size, copies, info.span_ns + 1000,
			     out);
	rc = ferror(out) | fclose(out) ? fail(to, "write error") : 0;
	free(bytes);
	trace_dat_file_close(&file);
	decoder_fini(&dec);
	return rc;
}

int main(int argc, char **argv)
{
	uint64_t copies = argc == 4 ? strtoull(argv[3], NULL, 10) : 0;

	if (!copies || copies > 1000000) {
		fprintf(stderr, "usage: dat_repeat IN.dat OUT.dat COPIES\n");
		return 2;
	}
	return repeat(argv[1], argv[2], copies);
}
