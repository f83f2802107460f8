/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * layout.h - how many cores a run needs, which of them poll, and on which sockets they are.
 */
#ifndef SIM_LAYOUT_H
#define SIM_LAYOUT_H

#include <stddef.h>

struct capture_info;
struct cpu_map;
struct sim;

/**
 * layout() - open the traffic; choose queues, cores and the sampled sets of the caches for it
 * @sim: with scenario and machine; traffic_close() is due even on failure
 * @capture: scan of the scenario's capture, or NULL
 * @cpus: what an earlier call left in sim.cpus; NULL: it is found, if need be by reading the
 *	capture
 * Return: 0; -EINVAL (more than the machine has) or -errno with one line in @err.
 */
int layout(struct sim *sim, const struct capture_info *capture, const struct cpu_map *cpus,
	   char *err, size_t err_size);

#endif
