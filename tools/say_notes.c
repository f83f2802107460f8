/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * say_notes.c - print notes, or refuse those that mislead.
 */
#include "tools/say_notes.h"

#include <stdlib.h>

#include "sim/results/json_text.h"
#include "sim/results/notes.h"
#include "tools/cli.h"

int say_notes(const struct notes *notes, unsigned int from, bool strict)
{
	int code = CLI_GO;

	for (unsigned int i = from; i < notes->nr; i++) {
		const struct note *note = &notes->note[i];
		char text[NOTE_FORMAT_MAX];

		note_format(note, text);
		if (strict && note->misleads) {
			cli_error("refused by --strict: %s", text);
			code = CLI_USAGE;
		} else {
			cli_note("%s", text);
		}
	}
	return code;
}

int say_notes_of_capture(const struct capture_info *info, const struct capture_device *dev,
			 bool strict)
{
	const struct note_facts facts = {.capture = info, .dev = dev};
	struct notes *notes = calloc(1, sizeof(*notes));
	int code;

	if (!notes) {
		cli_error("not enough memory");
		return CLI_FAILED;
	}
	notes_capture(notes, &facts);
	code = say_notes(notes, 0, strict);
	free(notes);
	return code;
}

json_t *say_notes_json(const struct notes *notes)
{
	json_t *list = json_array();

	for (unsigned int i = 0; i < notes->nr; i++) {
		char text[NOTE_FORMAT_MAX];

		note_format(&notes->note[i], text);
		json_array_append_new(list, json_text(text));
	}
	return list;
}
