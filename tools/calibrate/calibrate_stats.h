/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calibrate_stats.h - values from samples, and checks of values against each other.
 */
#ifndef SIM_CALIBRATE_STATS_H
#define SIM_CALIBRATE_STATS_H

#include "tools/calibrate/calibrate_values.h"

/**
 * calib_value_set() - median and quartiles of @nr samples (linear between neighbours)
 * @idle: the value is the minimum, not the median
 * @sample: is sorted; samples not above 0 (the clock stood still) are ignored
 */
void calib_value_set(struct calib_value *value, double *sample, unsigned int nr, bool idle);

/** calib_value_fail() - mark @value as not measured, with the reason */
void calib_value_fail(struct calib_value *value, const char *why);

/**
 * calib_judge() - discard implausible values
 * Latencies must not shrink from level to level, a line of another core is not nearer than L2, the
 * core's clock is between 1/10 and 100 times that of the counter. Other values become "not
 * measured", with a note.
 */
void calib_judge(struct calib_value value[CALIB_NR]);

#endif
