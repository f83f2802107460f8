/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_trace_dat.c - the seeds are made by build/tests/traces/dat_corpus DIR.
 */
#include <string.h>

#include "fuzz_input.h"
#include "traces/trace_dat/trace_dat_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < TRACE_DAT_MAGIC_SIZE || memcmp(data, TRACE_DAT_MAGIC, TRACE_DAT_MAGIC_SIZE))
		return 0;
	fuzz_events(data, size);
	return 0;
}
