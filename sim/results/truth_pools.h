/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * truth_pools.h - a capture's page_pools against the simulated receive queues, one by one.
 *
 * Only when the match is certain: each pool that is compared (truth_view.h) has a queue of the
 * replayed device to itself. Then a queue's pages are compared with its pool's.
 */
#ifndef SIM_TRUTH_POOLS_H
#define SIM_TRUTH_POOLS_H

#include <stdbool.h>

struct capture_device;
struct capture_info;
struct result;
struct scenario;

/**
 * truth_pools_device() - the replayed device
 * @capture: may be NULL
 * Return: NULL when pools cannot be compared with its queues
 */
const struct capture_device *truth_pools_device(const struct scenario *s,
						const struct capture_info *capture);

/**
 * truth_pools_partial() - have some of the run's @queues no pool that showed an event?
 * Then only the queues that have one are compared.
 */
bool truth_pools_partial(const struct scenario *s, const struct capture_info *capture,
			 unsigned int queues);

/**
 * truth_pools_fill() - fill @res->pool from the capture and mm_sim
 * Context: after a run in which mm_sim counted pages by owner; owner = queue + 1
 */
void truth_pools_fill(const struct scenario *s, const struct capture_info *capture,
		      struct result *res);

#endif
