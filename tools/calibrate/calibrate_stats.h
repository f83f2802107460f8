/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calibrate_stats.h - samples to a value with quartiles, the same judged against its neighbours.
 */
#ifndef SIM_CALIBRATE_STATS_H
#define SIM_CALIBRATE_STATS_H

#include "tools/calibrate/calibrate_values.h"

/**
 * calib_value_set() - median and quartiles of @nr samples (linear between neighbours)
 * @idle: the value is the least of them, not the median
 * @sample: gets sorted; samples that are not above 0 (a clock that stood still) do not count
 */
void calib_value_set(struct calib_value *value, double *sample, unsigned int nr, bool idle);

/** calib_value_fail() - not measured: why */
void calib_value_fail(struct calib_value *value, const char *why);

/**
 * calib_judge() - drop what cannot be true
 * Latencies must not shrink from level to level, a line of another core is not nearer than L2, the
 * core's clock is between a tenth and 100 times that of the counter. What fails becomes "not
 * measured" with a note that says not plausible, and the value.
 */
void calib_judge(struct calib_value value[CALIB_NR]);

#endif
