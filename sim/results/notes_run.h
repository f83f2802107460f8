/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * notes_run.h - notes on a scenario, and on the replay of a capture: what was guessed, what cannot
 * be compared, what the results contradict.
 */
#ifndef SIM_NOTES_RUN_H
#define SIM_NOTES_RUN_H

#include "sim/results/note.h"

/** notes_any_rows - known before the run, whatever the traffic is; ended by a NULL id */
extern const struct note_row notes_any_rows[];

/** notes_scenario_rows - known before the run, ended by a NULL id; for facts with a capture */
extern const struct note_row notes_scenario_rows[];

/** notes_result_rows - known after it; for facts with results */
extern const struct note_row notes_result_rows[];

#endif
