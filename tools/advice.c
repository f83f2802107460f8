/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * advice.c - from notes to what to do.
 */
#include "tools/advice.h"

#include <inttypes.h>
#include <stdio.h>

#include "traces/capture.h"

/*
 * tools/capture picks the events itself. Long enough for the same traffic; where events were lost,
 * with room for them: about 30 bytes an event in a trace.dat v7, 100 uncompressed.
 */
static const char *advice_command(const struct capture_info *info)
{
	uint64_t seconds = info->span_ns / 1000000000u + 1;
	uint64_t mb = (info->events_total + info->lost_events) * 100 * 2 / 1000000 + 1;
	static char line[160];

	snprintf(line, sizeof(line),
		 "to record all of it on the receiving machine: sudo tools/capture -t %" PRIu64
		 " -s %" PRIu64 "M -o capture.dat",
		 seconds < 999999 ? seconds : 999999, mb < 64 ? 64 : mb);
	return line;
}

unsigned int advice_collect(const struct notes *notes, const struct capture_info *info,
			    const char *advice[ADVICE_MAX])
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < notes->nr; i++)
		if (notes->note[i].cure[0])
			advice[n++] = notes->note[i].cure;
	if (n)
		advice[n++] = advice_command(info);
	return n;
}
