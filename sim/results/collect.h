/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * collect.h - the result of a finished simulation.
 */
#ifndef SIM_COLLECT_H
#define SIM_COLLECT_H

#include "sim/results/results.h"

struct capture_info;
struct sim;

/**
 * collect_result() - fill in every metric the run computed; ends the time series of @sim
 * @capture: the replayed capture, or NULL
 * @label: of the strategy
 */
void collect_result(struct sim *sim, const struct capture_info *capture, const char *label,
		    struct result *res);

#endif
