/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * traffic_synthetic.h - from the traffic.* keys of a scenario to synthetic traffic.
 */
#ifndef SIM_TRAFFIC_SYNTHETIC_H
#define SIM_TRAFFIC_SYNTHETIC_H

#include <stddef.h>

#include "sim/scenario/scenario_input.h"
#include "traces/synthetic/synthetic.h"

/**
 * traffic_synthetic() - parameters of a scenario's synthetic traffic
 * @path: buffer for the path of traffic.sizes_file, which the result points to
 */
struct synthetic_params traffic_synthetic(const struct scenario *s, char *path, size_t size);

/**
 * traffic_synthetic_check() - check the traffic.* keys for contradictions and for an end
 * A scenario that replays a capture passes.
 * Return: 0, or -EINVAL with one line in @err.
 */
int traffic_synthetic_check(const struct scenario_input *in, char *err, size_t err_size);

#endif
