/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calibrate_print.h - a calibration as table, as JSON, and as the head comment of a profile.
 */
#ifndef SIM_CALIBRATE_PRINT_H
#define SIM_CALIBRATE_PRINT_H

#include <stdbool.h>
#include <stddef.h>

#include "models/machine.h"
#include "tools/calibrate/calibrate_values.h"
#include "tools/native/native_clock.h"

/**
 * struct calib_outcome - what `fragsim calibrate` found (large: allocate it on the heap)
 * @output: file of the profile
 * @quick: fewer repetitions, no latency curve
 * @host: the machine it ran on
 * @base, @profile: before and after calib_profile_apply()
 * @kinds: source_kinds_format() of @profile
 */
struct calib_outcome {
	const char *output;
	bool quick;
	struct native_machine host;
	struct calibration cal;
	struct machine_profile base, profile;
	char kinds[160];
};

/** calib_comment() - lines for the top of the profile, each beginning with "#" */
void calib_comment(const struct calib_outcome *c, char *text, size_t size);

/** calib_print() - a table on stdout, and which rows were left at the base's values */
void calib_print(const struct calib_outcome *c);

/** calib_print_json() - one JSON document on stdout. Return: 0, or -EIO */
int calib_print_json(const struct calib_outcome *c);

#endif
