/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * report.h - from a simulation that has ended to its result, and whether its accounts balance.
 */
#ifndef SIM_REPORT_H
#define SIM_REPORT_H

#include <stddef.h>
#include "sim/results/results.h"

struct capture_info;
struct sim;

/** report_fill() - every metric this run computed; ends the time series of @sim */
void report_fill(struct sim *sim, const struct capture_info *capture, const char *label,
		 struct result *res);

/**
 * report_check() - conservation, in every run:
 *	offered = delivered + each cause of drop + in flight
 *	pages allocated = freed + held
 *	sum of cycles by cause = cycles, on every core
 * and with --check the first violation the shadow saw.
 * Return: 0, or -EINVAL with one line in @err naming the equation and both sides.
 */
int report_check(const struct sim *sim, const struct result *res, char *err, size_t err_size);

#endif
