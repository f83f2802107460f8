/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_trace_dat.c - the seeds are made by build/tests/traces/dat_corpus DIR.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz_input.h"
#include "traces/reader.h"
#include "traces/trace_dat/trace_dat_file.h"

/* A scan sets aside memory for packets, which takes ten times as long as reading such a file. */
#define WHOLE_SCAN_OF 16

static void events_read(const char *path)
{
	struct reader_facts facts;
	struct reader *reader;
	char err[512] = "";
	struct event ev;
	uint64_t last_ns = 0;
	int rc;

	if (reader_open(path, &reader, err, sizeof(err))) {
		if (!strstr(err, path) || strchr(err, '\n'))
			abort();
		return;
	}
	while ((rc = reader->ops->next(reader, &ev)) > 0) {
		if (ev.time_ns < last_ns || ev.type >= reader->types.nr)
			abort();
		last_ns = ev.time_ns;
	}
	if (rc && !strstr(reader->error, path))
		abort();
	reader->ops->describe(reader, &facts);
	if (strchr(facts.note, '\n') || strchr(facts.clock, '\n'))
		abort();
	reader_close(reader);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < TRACE_DAT_MAGIC_SIZE || memcmp(data, TRACE_DAT_MAGIC, TRACE_DAT_MAGIC_SIZE))
		return 0;
	if (size % WHOLE_SCAN_OF)
		events_read(fuzz_file(data, size));
	else
		fuzz_capture(data, size, "");
	return 0;
}
