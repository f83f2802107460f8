/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace_doubts.c - a sentence for each repair of a capture: inspect and replay say the same.
 */
#include "tools/trace_doubts.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>

#include "traces/capture.h"

static const char *plural(uint64_t nr)
{
	return nr == 1 ? "" : "s";
}

static void doubt_steps(const struct capture_info *info, struct trace_doubt *doubt)
{
	const char *what = info->packets_only ? "packet" : "event";
	uint64_t steps = info->clock_steps, moved = info->times_moved;

	doubt->misleads = info->times_unclear;
	if (!info->times_unclear)
		snprintf(doubt->text, sizeof(doubt->text),
			 "its clock was set back %" PRIu64 " time%s: %" PRIu64 " %s%s behind keep "
			 "their order and are moved to where time goes on",
			 steps, plural(steps), moved, what, plural(moved));
	else if (info->packets_only)
		snprintf(doubt->text, sizeof(doubt->text),
			 "its times go back %" PRIu64 " times in %" PRIu64 " records: which are "
			 "right cannot be told; packets keep their order, their times are a guess: "
			 "record with one clock",
			 steps, info->events_total);
	else
		snprintf(doubt->text, sizeof(doubt->text),
			 "its clock was set back, %" PRIu64 " time%s on all CPUs: times behind "
			 "(%" PRIu64 " event%s moved) are a guess: record with a clock that nobody "
			 "sets (mono)",
			 steps, plural(steps), moved, plural(moved));
}

unsigned int trace_doubts(const struct capture_info *info,
			  struct trace_doubt doubts[TRACE_DOUBTS_MAX])
{
	unsigned int n = 0;

	if (info->clock_steps)
		doubt_steps(info, &doubts[n++]);
	if (info->reordered) {
		doubts[n].misleads = false;
		snprintf(doubts[n].text, sizeof(doubts[n].text),
			 "%" PRIu64 " %s%s earlier than the one before: moved up to its time",
			 info->reordered, info->packets_only ? "packet" : "event",
			 info->reordered == 1 ? " is" : "s are");
		n++;
	}
	if (info->packets_empty) {
		doubts[n].misleads = false;
		snprintf(doubts[n].text, sizeof(doubts[n].text),
			 "%" PRIu64 " packet%s of 0 bytes: left out", info->packets_empty,
			 plural(info->packets_empty));
		n++;
	}
	return n;
}
