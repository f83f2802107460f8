/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * notes_capture.h - notes that a capture alone is reason for.
 */
#ifndef SIM_NOTES_CAPTURE_H
#define SIM_NOTES_CAPTURE_H

#include "sim/results/note.h"

/** notes_capture_rows - most important first, ended by a NULL id; for facts with a capture */
extern const struct note_row notes_capture_rows[];

/** notes_events_are_missing() - more was read than arrived, though the recorder counted no loss */
bool notes_events_are_missing(const struct note_facts *facts);

/** notes_releases_are_unknown() - of so many packets that counts and curves are off */
bool notes_releases_are_unknown(const struct note_facts *facts);

/** notes_release_method() - a word for an enum release_method: "free", "copy", ... */
const char *notes_release_method(unsigned int method);

#endif
