/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * notes_stage.h - a capture, a scenario and what is said of them, for the tests of notes.
 */
#ifndef TESTS_NOTES_STAGE_H
#define TESTS_NOTES_STAGE_H

#include "sim/results/notes.h"
#include "sim/results/results.h"
#include "sim/results/truth_curve.h"
#include "sim/scenario/scenario_input.h"
#include "traces/capture.h"

/** capture, in, notes, fit - the facts, and the notes that look() found */
extern struct capture_info capture;
extern struct scenario_input in;
extern struct notes notes;
extern struct truth_fit fit;

enum answer { ABSENT, SAID, MISLEADS };

/** complete() - a veth capture that lacks nothing: 1000 packets, all releases known, a pool */
void complete(void);

/** note_find() - of @notes. Return: NULL when there is none */
const struct note *note_find(const char *id);

/** look() - all notes of the facts. Return: note @id, NULL when there is none */
const struct note *look(const char *id, const struct result *results, unsigned int nr);

/** expect() - note @id is not there, said, or misleads */
void expect(const char *id, enum answer wanted);

#endif
