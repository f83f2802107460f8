/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * collect.h - from a simulation that has ended to its result.
 */
#ifndef SIM_COLLECT_H
#define SIM_COLLECT_H

#include "sim/results/results.h"

struct capture_info;
struct sim;

/**
 * collect_result() - every metric this run computed; ends the time series of @sim
 * @capture: that was replayed, or NULL
 * @label: of the strategy
 */
void collect_result(struct sim *sim, const struct capture_info *capture, const char *label,
		    struct result *res);

#endif
