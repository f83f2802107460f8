/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calibrate.h - what this machine's costs are, measured by a user's program.
 *
 * No performance counter and no privilege is needed. Times are read from native_clock(); core cycles
 * come from a chain of dependent additions run beside each sample, taken to last one cycle each.
 * Not here: what only a kernel can measure (page allocator, IOMMU, stack) - a base profile says it.
 */
#ifndef SIM_CALIBRATE_H
#define SIM_CALIBRATE_H

#include <stdbool.h>

#include "tools/calibrate/calibrate_values.h"

/** struct calib_params - @quick: fewer repetitions and a smaller memory, about a second */
struct calib_params {
	bool quick;
	void (*progress)(const char *what); /* or NULL */
};

/**
 * calibrate() - measure; the calling thread stays pinned to the first CPU it may use
 * Takes less than 30 s on an idle machine, and stops repeating after that on a busy one.
 * Return: 0, -ENOMEM, -errno of what failed with one line in @err.
 */
int calibrate(const struct calib_params *params, struct calibration *cal, char *err,
	      unsigned long err_size);

#endif
