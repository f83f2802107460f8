/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_perf_data.c - perf.data, files and streams of pipes; the seeds are made by
 * build/tests/traces/perf_corpus DIR.
 */
#include <string.h>

#include "fuzz_input.h"
#include "traces/perf_data/perf_data_format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 8 || (memcmp(data, PERF_MAGIC, 8) && memcmp(data, PERF_MAGIC_SWAPPED, 8)))
		return 0;
	fuzz_events(data, size);
	return 0;
}
