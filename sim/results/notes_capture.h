/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * notes_capture.h - notes that a capture alone is reason for.
 */
#ifndef SIM_NOTES_CAPTURE_H
#define SIM_NOTES_CAPTURE_H

#include <stdint.h>

#include "sim/results/note.h"

/** notes_capture_rows - most important first, ended by a NULL id; for facts with a capture */
extern const struct note_row notes_capture_rows[];

/** NOTES_UNKNOWN_SHARE_BAD - from here on, packets of unknown release visibly shift the curve */
#define NOTES_UNKNOWN_SHARE_BAD 0.05

/**
 * notes_releases_are_used() - do recorded releases matter?
 * A scenario may leave all of them to the modelled reader.
 */
bool notes_releases_are_used(const struct note_facts *facts);

/** notes_release_sum() - packets of the device, however their release is known */
uint64_t notes_release_sum(const struct capture_device *dev);

/** notes_events_are_missing() - more was read than arrived, though the recorder counted no loss */
bool notes_events_are_missing(const struct note_facts *facts);

/** notes_releases_are_unknown() - of so many packets that counts and curves are off */
bool notes_releases_are_unknown(const struct note_facts *facts);

/** notes_release_method() - a word for an enum release_method: "free", "copy", ... */
const char *notes_release_method(unsigned int method);

#endif
