/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * effective.h - a finished scenario as a file that reruns it, whatever folder it is run from.
 *
 * All keys are in it. Those that the user did not give are named once more below `from:`, with
 * where they are from: a run of the file treats them as not given, and says what the first said.
 */
#ifndef SIM_EFFECTIVE_H
#define SIM_EFFECTIVE_H

#include <stdio.h>
#include "sim/scenario/scenario_input.h"

/** EFFECTIVE_VALUE_MAX - room for a value */
#define EFFECTIVE_VALUE_MAX (OPTION_LIST_MAX * OPTION_TEXT_MAX + 512)

/** effective_value() - of a row of scenario_options(), as --set takes it; paths are absolute */
void effective_value(const struct scenario_input *in, const struct option *row,
		     char value[EFFECTIVE_VALUE_MAX]);

/** effective_write() - the finished scenario in YAML. Return: 0, or -EIO */
int effective_write(const struct scenario_input *in, FILE *out);

#endif
