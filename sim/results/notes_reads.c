/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * notes_reads.c - a pcap: when packets were read, what that rests on, and what it does not tell.
 */
#include "sim/results/notes_reads.h"

#include <inttypes.h>
#include <stdio.h>

#include "sim/results/notes_capture.h"
#include "traces/capture.h"

/* What is inferred is no record: say what it rests on. */
static enum note_kind window_reads(const struct note_facts *f, struct note *note)
{
	uint64_t nr = notes_releases_are_used(f) ? f->dev->release[RELEASE_WINDOW] : 0;

	if (!nr)
		return NOTE_NONE;
	SAY(note,
	    "when %" PRIu64 " of %" PRIu64
	    " packets were read is inferred from the ACKs and windows of their TCP connections; on "
	    "which CPU, and how they were freed, is the model's",
	    nr, notes_release_sum(f->dev));
	return NOTE_SAID;
}

/* Packets whose reads a pcap does not tell for this reason, if they matter; else 0 */
static uint64_t unread(const struct note_facts *f, enum unread why)
{
	return notes_releases_are_used(f) ? f->dev->unread[why] : 0;
}

static enum note_kind unread_kind(const struct note_facts *f, uint64_t nr)
{
	return (double)nr > NOTES_UNKNOWN_SHARE_BAD * (double)notes_release_sum(f->dev)
		       ? NOTE_MISLEADS
		       : NOTE_SAID;
}

static enum note_kind one_direction(const struct note_facts *f, struct note *note)
{
	uint64_t nr = unread(f, UNREAD_ONE_DIRECTION);

	if (!nr)
		return NOTE_NONE;
	SAY(note,
	    "%" PRIu64
	    " packets are of TCP connections of which the capture has no ACK of the receiver: how "
	    "fast it read, and whether its window was closed, cannot be told; the modelled reader "
	    "decides",
	    nr);
	CURE(note, "record both directions (tcpdump without \"dst\" or -Q), and pick the receiver "
		   "by traffic.filter");
	return unread_kind(f, nr);
}

static enum note_kind no_scale(const struct note_facts *f, struct note *note)
{
	uint64_t nr = unread(f, UNREAD_NO_SCALE);

	if (!nr)
		return NOTE_NONE;
	SAY(note,
	    "%" PRIu64
	    " packets are of TCP connections begun before the capture: by how much their windows "
	    "are shifted is in the SYN, and more than one number fits; the modelled reader decides",
	    nr);
	CURE(note, "begin to record before the connections do");
	return unread_kind(f, nr);
}

static enum note_kind scale_found(const struct note_facts *f, struct note *note)
{
	uint64_t nr = notes_releases_are_used(f) ? f->dev->scale_found : 0;

	if (!nr)
		return NOTE_NONE;
	SAY(note,
	    "%" PRIu64
	    " packets are of TCP connections begun before the capture: the shift of their windows "
	    "is the only one that fits what was promised and sent; what was unread before is not "
	    "known, and counts as read",
	    nr);
	CURE(note, "begin to record before the connections do");
	return NOTE_SAID;
}

static enum note_kind reads_beyond(const struct note_facts *f, struct note *note)
{
	uint64_t nr = unread(f, UNREAD_NO_ROOM);

	if (!nr)
		return NOTE_NONE;
	SAY(note,
	    "%" PRIu64
	    " packets of TCP are of more connections than are followed (16384), or waited for "
	    "their reader while 262144 others came: the modelled reader decides",
	    nr);
	CURE(note, "replay less of it (traffic.filter)");
	return unread_kind(f, nr);
}

static enum note_kind split_segments(const struct note_facts *f, struct note *note)
{
	if (!f->dev || !f->dev->packets || !f->dev->split)
		return NOTE_NONE;
	SAY(note,
	    "%" PRIu64
	    " packets of TCP are longer than their connections' MSS: captured after GRO or before "
	    "TSO; replayed as the %" PRIu64 " that the device had, all at the same time",
	    f->dev->split, f->dev->split_into);
	CURE(note, "record with ethtool -K DEV gro off tso off, or on another machine, for their "
		   "times");
	return NOTE_SAID;
}

const struct note_row notes_reads_rows[] = {
	{"split-segments", split_segments},
	{"window-reads", window_reads},
	{"one-direction", one_direction},
	{"no-window-scale", no_scale},
	{"window-scale-found", scale_found},
	{"reads-beyond", reads_beyond},
	{0},
};
