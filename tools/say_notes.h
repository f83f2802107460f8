/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * say_notes.h - the notes of a run, to people and to programs.
 */
#ifndef TOOLS_SAY_NOTES_H
#define TOOLS_SAY_NOTES_H

#include <jansson.h>
#include <stdbool.h>

struct capture_device;
struct capture_info;
struct notes;

/**
 * say_notes() - a line on stderr for each note from number @from on
 * @strict: a note that misleads is an error
 * Return: CLI_GO; CLI_USAGE when @strict refuses one.
 */
int say_notes(const struct notes *notes, unsigned int from, bool strict);

/**
 * say_notes_of_capture() - say_notes() of what a capture alone tells
 * @dev: the device that is read
 * Return: as say_notes(), or CLI_FAILED after a message.
 */
int say_notes_of_capture(const struct capture_info *info, const struct capture_device *dev,
			 bool strict);

/** say_notes_json() - as an array of texts, in the words of say_notes() */
json_t *say_notes_json(const struct notes *notes);

#endif
