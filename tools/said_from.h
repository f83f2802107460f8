/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * said_from.h - who said what a replay takes for granted: the user, the machine, the capture, or
 * nobody.
 */
#ifndef TOOLS_SAID_FROM_H
#define TOOLS_SAID_FROM_H

#include <jansson.h>
#include "sim/scenario/scenario_input.h"

/** said_from_print() - a line for each key that decides most, and for each that was found out */
void said_from_print(const struct scenario_input *in);

/** said_from_json() - the same as an array of {key, value, from, why}. Return: a new reference */
json_t *said_from_json(const struct scenario_input *in);

#endif
