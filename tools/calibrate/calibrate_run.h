/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calibrate_run.h - the inside of calibrate.c and calibrate_memory.c, for nobody else.
 */
#ifndef SIM_CALIBRATE_RUN_H
#define SIM_CALIBRATE_RUN_H

#include "tools/calibrate/calibrate.h"
#include "tools/calibrate/calibrate_chase.h"

/** CALIB_REPS - most samples of a measurement */
#define CALIB_REPS 31

/** struct calib_run - a measurement under way */
struct calib_run {
	const struct calib_params *params;
	struct calibration *cal;
	int64_t start_ns;
	unsigned int reps;
	struct chase chase;
};

/** calib_ticks_fn - do it once. Return: ticks of native_clock() */
typedef uint64_t calib_ticks_fn(void *ctx);

/** calib_time_is_over() - has it taken so long that repeating should end? */
bool calib_time_is_over(const struct calib_run *run);

/**
 * calib_series() - cycles an operation takes, as often as the run repeats
 * @ops: operations of one call of @fn
 * @sample: room for CALIB_REPS
 * Return: samples.
 */
unsigned int calib_series(const struct calib_run *run, calib_ticks_fn *fn, void *ctx, double ops,
			  double *sample);

/** calib_measure() - the same, into a value of the calibration */
void calib_measure(const struct calib_run *run, enum calib_id id, calib_ticks_fn *fn, void *ctx,
		   double ops);

/** calib_memory_bytes() - memory to map, enough to exceed the last level */
uint64_t calib_memory_bytes(const struct calib_run *run);

/* calibrate_memory.c; they use the run's memory */
void calib_curve_measure(struct calib_run *run); /* and sizes the kernel did not say */
void calib_latencies_measure(struct calib_run *run);
void calib_copy_measure(struct calib_run *run);

#endif
