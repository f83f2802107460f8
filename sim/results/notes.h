/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * notes.h - all notes of a run, in one list and the same words wherever they are shown.
 */
#ifndef SIM_NOTES_H
#define SIM_NOTES_H

#include "sim/results/note.h"

#define NOTES_MAX	64
#define NOTE_FORMAT_MAX (2 * NOTE_TEXT_MAX + 64)

/** struct notes - a list (large: allocate it on the heap) */
struct notes {
	unsigned int nr;
	struct note note[NOTES_MAX];
};

/**
 * notes_capture() - append what a capture alone tells
 * @facts: with @capture and @dev; @in leaves out what the scenario does not use
 */
void notes_capture(struct notes *notes, const struct note_facts *facts);

/** notes_scenario() - append what is known before the run. @facts: with @in */
void notes_scenario(struct notes *notes, const struct note_facts *facts);

/** notes_results() - append what the results show. @facts: with @in and @results */
void notes_results(struct notes *notes, const struct note_facts *facts);

/** note_format() - as people read it: "text: cure [id]" */
void note_format(const struct note *note, char buf[NOTE_FORMAT_MAX]);

#endif
