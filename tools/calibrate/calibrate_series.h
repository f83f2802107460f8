/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calibrate_series.h - a calibration under way, and how it repeats one operation.
 */
#ifndef SIM_CALIBRATE_SERIES_H
#define SIM_CALIBRATE_SERIES_H

#include <stdbool.h>
#include <stdint.h>

#include "tools/calibrate/calibrate_chase.h"
#include "tools/calibrate/calibrate_values.h"

/** CALIB_REPS - most samples of a measurement */
#define CALIB_REPS 31

/**
 * struct calib_run - a calibration under way
 * @cal: where results go
 * @start_ns: native_now_ns() when it began
 * @reps: samples of a measurement, at most CALIB_REPS
 * @quick: fewer samples, less memory
 * @chase: the memory that is measured
 */
struct calib_run {
	struct calibration *cal;
	int64_t start_ns;
	unsigned int reps;
	bool quick;
	struct chase chase;
};

/** calib_ticks_fn - do it once. Return: ticks of native_clock() */
typedef uint64_t calib_ticks_fn(void *ctx);

/** calib_time_is_over() - has the run taken so long that repeating should end? */
bool calib_time_is_over(const struct calib_run *run);

/**
 * calib_series() - cycles an operation takes, as often as the run repeats
 * @ops: operations of one call of @fn
 * @sample: room for CALIB_REPS
 * Return: samples.
 */
unsigned int calib_series(const struct calib_run *run, calib_ticks_fn *fn, void *ctx, double ops,
			  double *sample);

/** calib_measure() - calib_series() into the value @id of the calibration */
void calib_measure(const struct calib_run *run, enum calib_id id, calib_ticks_fn *fn, void *ctx,
		   double ops);

#endif
