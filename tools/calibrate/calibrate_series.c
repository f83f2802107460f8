/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calibrate_series.c - samples of one operation, each in cycles of the clock of its own moment.
 */
#include "tools/calibrate/calibrate_series.h"

#include "tools/calibrate/calibrate_core.h"
#include "tools/calibrate/calibrate_stats.h"
#include "tools/native/native_clock.h"

#define REPS_LEAST    5 /* when time is over */
#define TIME_MAX_NS   15000000000
#define TIME_QUICK_NS 4000000000

bool calib_time_is_over(const struct calib_run *run)
{
	return native_now_ns() - run->start_ns > (run->quick ? TIME_QUICK_NS : TIME_MAX_NS);
}

unsigned int calib_series(const struct calib_run *run, calib_ticks_fn *fn, void *ctx, double ops,
			  double *sample)
{
	unsigned int n = 0;

	while (n < run->reps && (n < REPS_LEAST || !calib_time_is_over(run))) {
		double ticks_per_cycle = calib_ticks_per_cycle();

		sample[n++] = (double)fn(ctx) / ticks_per_cycle / ops;
	}
	return n;
}

void calib_measure(const struct calib_run *run, enum calib_id id, calib_ticks_fn *fn, void *ctx,
		   double ops)
{
	double sample[CALIB_REPS];

	calib_value_set(&run->cal->value[id], sample, calib_series(run, fn, ctx, ops, sample),
			calib_rows[id].idle);
}
