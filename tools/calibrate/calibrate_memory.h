/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calibrate_memory.h - latency of the cache levels and of memory, and the cost of a copy.
 */
#ifndef SIM_CALIBRATE_MEMORY_H
#define SIM_CALIBRATE_MEMORY_H

#include <stdint.h>

#include "tools/calibrate/calibrate_series.h"

/** calib_memory_bytes() - memory to map so that it exceeds the last level */
uint64_t calib_memory_bytes(const struct calib_run *run);

/** calib_curve_measure() - the latency curve, and cache sizes that sysfs lacks */
void calib_curve_measure(struct calib_run *run);

/** calib_latencies_measure() - CALIB_L1 to CALIB_MEMORY, and CALIB_PAGE_TOUCH */
void calib_latencies_measure(struct calib_run *run);

/** calib_copy_measure() - CALIB_COPY; overwrites the run's memory */
void calib_copy_measure(struct calib_run *run);

#endif
