/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calibrate.h - measure the costs of this machine from user space.
 *
 * Needs no performance counter and no privilege. Times are read from native_clock(); core cycles
 * come from a chain of dependent additions, of one cycle each, run beside each sample. What only a
 * kernel can measure (page allocator, IOMMU, stack) comes from a base profile.
 */
#ifndef SIM_CALIBRATE_H
#define SIM_CALIBRATE_H

#include <stdbool.h>

#include "tools/calibrate/calibrate_values.h"

/**
 * struct calib_params - how to measure
 * @quick: fewer repetitions and less memory, about a second
 * @progress: called with what is measured next, or NULL
 */
struct calib_params {
	bool quick;
	void (*progress)(const char *what);
};

/**
 * calibrate() - measure this machine
 * Takes less than 30 s on an idle machine, and stops repeating after that on a busy one.
 * Context: the calling thread stays pinned to the first CPU it may use.
 * Return: 0, or -ENOMEM, -errno with one line in @err.
 */
int calibrate(const struct calib_params *params, struct calibration *cal, char *err,
	      unsigned long err_size);

#endif
