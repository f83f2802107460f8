/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * note.h - a note: something about a run that its reader must know, and what to do about it.
 *
 * Each is a row of a table: an id and a function that looks at the facts. To add one, add a row
 * (notes_capture.c: what the capture alone tells; notes_run.c: what the scenario and the results
 * tell).
 */
#ifndef SIM_NOTE_H
#define SIM_NOTE_H

#include <stdbool.h>
#include <stddef.h>

struct capture_device;
struct capture_info;
struct cpu_map;
struct result;
struct scenario_input;
struct truth_fit;

#define NOTE_TEXT_MAX 512

/**
 * struct note - one note
 * @id: short and constant, for programs: "lost-events"
 * @misleads: whoever does not read it takes a wrong number for a right one: --strict refuses it
 * @text: what is the matter, one line
 * @cure: what to do about it, "" for nothing
 */
struct note {
	const char *id;
	bool misleads;
	char text[NOTE_TEXT_MAX];
	char cure[NOTE_TEXT_MAX];
};

/**
 * struct note_facts - what notes are made of
 * @capture: NULL for synthetic traffic
 * @dev: device of @capture that is replayed, NULL when there is none
 * @in: the scenario; NULL: the capture is only looked at
 * @results: of the strategies that finished, @nr of them
 * @cpus: how CPUs of @capture became cores, NULL before that is known
 * @fit: how the start of the recorded page_pool was found, NULL before that is known
 */
struct note_facts {
	const struct capture_info *capture;
	const struct capture_device *dev;
	const struct scenario_input *in;
	const struct result *results;
	unsigned int nr;
	const struct cpu_map *cpus;
	const struct truth_fit *fit;
};

/** enum note_kind - what a row found */
enum note_kind { NOTE_NONE, NOTE_SAID, NOTE_MISLEADS };

/**
 * struct note_row - a kind of note
 * @id: as in struct note
 * @look: writes text and cure of @note unless it returns NOTE_NONE; both are "" before
 */
struct note_row {
	const char *id;
	enum note_kind (*look)(const struct note_facts *facts, struct note *note);
};

/** SAY() - write the text of a note, for a row's look(); CURE() - what to do about it */
#define SAY(note, ...)	snprintf((note)->text, sizeof((note)->text), __VA_ARGS__)
#define CURE(note, ...) snprintf((note)->cure, sizeof((note)->cure), __VA_ARGS__)

#endif
