/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calibrate_profile.h - from measurements to a machine profile.
 */
#ifndef SIM_CALIBRATE_PROFILE_H
#define SIM_CALIBRATE_PROFILE_H

#include <stdio.h>

#include "models/machine.h"
#include "tools/calibrate/calibrate_values.h"

/* What a measured row says of itself, resolved like any other. Source: calibrate */
#define CALIB_SOURCE "calibrate"

/**
 * struct calib_constant - a row of a profile and what it is made of
 * @key: of machine_options
 * @id: the measurement
 * @less: taken off it, or CALIB_NR: a stall is what a miss costs beyond an L1 hit
 */
struct calib_constant {
	const char *key;
	enum calib_id id, less;
};

/** calib_constants - ended by a NULL key; sizes and counts come from struct calib_topology */
extern const struct calib_constant calib_constants[];

/**
 * calib_profile_apply() - put what was measured over a base profile
 * @profile: the base; measured rows get their value and CALIB_SOURCE
 * What was not measured, does not fit the row's range or an impossible geometry stays at the base.
 */
void calib_profile_apply(struct machine_profile *profile, const struct calibration *cal);

/**
 * calib_profile_write() - as YAML that machine_load() takes
 * @comment: lines for the top of the file, each beginning with "# ", or ""
 * Return: 0, -EIO.
 */
int calib_profile_write(const struct machine_profile *profile, const char *comment, FILE *out);

#endif
