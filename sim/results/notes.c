/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * notes.c - run the rows of a table over the facts.
 */
#include "sim/results/notes.h"

#include <stdio.h>
#include <string.h>

#include "models/options/option_value.h"
#include "sim/results/notes_capture.h"
#include "sim/results/notes_reads.h"
#include "sim/results/notes_run.h"
#include "sim/scenario/no_effect.h"

static struct note *note_new(struct notes *notes, const char *id)
{
	struct note *note = &notes->note[notes->nr];

	if (notes->nr == NOTES_MAX)
		return NULL;
	memset(note, 0, sizeof(*note));
	note->id = id;
	return note;
}

static void rows_look(struct notes *notes, const struct note_row *row,
		      const struct note_facts *facts)
{
	for (; row->id; row++) {
		struct note *note = note_new(notes, row->id);
		enum note_kind kind = note ? row->look(facts, note) : NOTE_NONE;

		if (kind == NOTE_NONE)
			continue;
		note->misleads = kind == NOTE_MISLEADS;
		notes->nr++;
	}
}

void notes_capture(struct notes *notes, const struct note_facts *facts)
{
	if (!facts->capture)
		return;
	rows_look(notes, notes_capture_rows, facts);
	rows_look(notes, notes_reads_rows, facts);
}

/* Each key that the user gave for nothing. */
static void options_look(struct notes *notes, const struct note_facts *facts)
{
	const struct no_effect_row *row = NULL;
	static char value[OPTION_LIST_MAX * OPTION_TEXT_MAX];

	while ((row = no_effect_next(facts->in, facts->capture, row))) {
		struct note *note = note_new(notes, "no-effect");

		if (!note)
			return;
		scenario_value(&facts->in->s, row->key, value, sizeof(value));
		snprintf(note->text, sizeof(note->text), "%s=%.64s has no effect: %s", row->key,
			 value, row->why);
		if (row->instead)
			snprintf(note->cure, sizeof(note->cure), "use %s", row->instead);
		note->misleads = !row->harmless;
		notes->nr++;
	}
}

void notes_scenario(struct notes *notes, const struct note_facts *facts)
{
	rows_look(notes, notes_any_rows, facts);
	if (facts->capture)
		rows_look(notes, notes_scenario_rows, facts);
	options_look(notes, facts);
}

void notes_results(struct notes *notes, const struct note_facts *facts)
{
	rows_look(notes, notes_result_rows, facts);
}

void note_format(const struct note *note, char buf[NOTE_FORMAT_MAX])
{
	snprintf(buf, NOTE_FORMAT_MAX, "%s%s%s [%s]", note->text, note->cure[0] ? "; " : "",
		 note->cure, note->id);
}
