/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calibrate_values.h - what is measured, and the result of a calibration.
 */
#ifndef SIM_CALIBRATE_VALUES_H
#define SIM_CALIBRATE_VALUES_H

#include <stdbool.h>
#include <stdint.h>

#include "tools/calibrate/calibrate_topology.h"

/** enum calib_id - what is measured; rows in calib_rows */
enum calib_id {
	CALIB_COUNTER_CLOCK,
	CALIB_CORE_CLOCK,
	CALIB_CLOCK_RATIO,
	CALIB_WIDTH,
	CALIB_LOADS,
	CALIB_STORES,
	CALIB_ATOMIC,
	CALIB_LOCK,
	CALIB_L1,
	CALIB_L2,
	CALIB_LLC,
	CALIB_MEMORY,
	CALIB_PAGE_TOUCH,
	CALIB_COPY,
	CALIB_TRANSFER,
	CALIB_ATOMIC_FOREIGN,
	CALIB_PING_PONG,
	CALIB_TRANSFER_SOCKET,
	CALIB_NR
};

/**
 * struct calib_row - name and unit of a measurement
 * @idle: the value is the fastest sample, each an average over thousands of operations: what others
 *	do meanwhile only lengthens it. Else it is the median.
 */
struct calib_row {
	const char *name, *unit, *help;
	bool idle;
};

/** calib_rows - one row per enum calib_id */
extern const struct calib_row calib_rows[CALIB_NR];

/**
 * struct calib_value - one measurement
 * @n: samples; 0 = not measured, and @note says why
 * @value: see struct calib_row
 * @median, @q1, @q3: of the samples, and their quartiles
 */
struct calib_value {
	unsigned int n;
	double value, median, q1, q3;
	char note[120];
};

/** CALIB_CURVE_MAX - points of the latency curve */
#define CALIB_CURVE_MAX 48

/** struct calib_point - latency of dependent loads in random order over @bytes */
struct calib_point {
	uint64_t bytes;
	double cycles;
};

/**
 * struct calibration - the result
 * @huge_pages: the chased memory lay in huge pages (else latencies contain TLB misses)
 * @pairs: pairs of CPUs that CALIB_TRANSFER is the median of
 */
struct calibration {
	struct calib_topology topology;
	struct calib_value value[CALIB_NR];
	struct calib_point curve[CALIB_CURVE_MAX];
	unsigned int nr_points, pairs;
	bool huge_pages;
	double seconds;
};

#endif
