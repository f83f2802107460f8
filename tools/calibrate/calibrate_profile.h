/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calibrate_profile.h - from measurements to a machine profile.
 */
#ifndef SIM_CALIBRATE_PROFILE_H
#define SIM_CALIBRATE_PROFILE_H

#include <stdio.h>

#include "models/machine.h"
#include "tools/calibrate/calibrate_values.h"

/* The source of measured rows. Source: calibrate */
#define CALIB_SOURCE "calibrate"

/**
 * struct calib_constant - a row of a profile and its measurement
 * @key: of machine_options
 * @id: the measurement
 * @less: subtracted from it, or CALIB_NR; a stall is the cost of a miss beyond an L1 hit
 */
struct calib_constant {
	const char *key;
	enum calib_id id, less;
};

/** calib_constants - ended by a NULL key; sizes and counts come from struct calib_topology */
extern const struct calib_constant calib_constants[];

/**
 * calib_profile_apply() - apply measurements to a base profile
 * @profile: the base; measured rows get their value and CALIB_SOURCE
 * Rows without a measurement, out of range or of an impossible geometry keep the base's values.
 */
void calib_profile_apply(struct machine_profile *profile, const struct calibration *cal);

/**
 * calib_profile_write() - write YAML for machine_load()
 * @comment: lines for the top of the file, each beginning with "# ", or ""
 * Return: 0, or -EIO.
 */
int calib_profile_write(const struct machine_profile *profile, const char *comment, FILE *out);

#endif
