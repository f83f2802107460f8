/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * truth_pools.c - match recorded page_pools with queues, and compare their page counts.
 */
#include "sim/results/truth_pools.h"

#include <stdbool.h>
#include <string.h>

#include "models/memory/mm_sim.h"
#include "sim/results/results.h"
#include "sim/scenario/traffic.h"
#include "traces/capture.h"

_Static_assert(TRUTH_MAX_POOLS <= RESULT_MAX_POOLS, "a result has too few pools");
_Static_assert(CAPTURE_MAX_QUEUES < MM_SIM_OWNERS, "a queue is an owner");

/* With two pools on a queue it is unknown which of them served a packet. */
static bool pool_is_of_one_queue(const struct truth *truth, unsigned int pool, const char *device)
{
	const struct truth_pool *of = &truth->pools[pool];

	if (!of->queue_known || of->queue >= CAPTURE_MAX_QUEUES || strcmp(of->device, device))
		return false;
	for (unsigned int i = 0; i < pool; i++)
		if (truth->pools[i].queue == of->queue)
			return false;
	return true;
}

const struct capture_device *truth_pools_device(const struct scenario *s,
						const struct capture_info *capture)
{
	const struct capture_device *dev = capture ? traffic_device(s, capture) : NULL;

	if (!dev || !capture->truth.nr_pools || capture->truth.pools_seen > capture->truth.nr_pools)
		return NULL;
	for (unsigned int i = 0; i < capture->truth.nr_pools; i++)
		if (!pool_is_of_one_queue(&capture->truth, i, dev->name))
			return NULL;
	return dev;
}

bool truth_pools_partial(const struct scenario *s, const struct capture_info *capture,
			 unsigned int queues)
{
	return truth_pools_device(s, capture) && capture->truth.nr_pools < queues;
}

void truth_pools_fill(const struct scenario *s, const struct capture_info *capture,
		      struct result *res)
{
	const struct truth *truth = &capture->truth;

	if (!truth_pools_device(s, capture))
		return;
	for (unsigned int i = 0; i < truth->nr_pools; i++) {
		const struct truth_pool *pool = &truth->pools[i];
		const struct mm_sim_owned *owned = &mm_sim.owned[pool->queue + 1];

		res->pool[res->nr_pools++] = (struct result_pool){
			.queue = pool->queue,
			.allocated = owned->allocated,
			.allocated_recorded = pool->held_start + pool->holds,
			.held_peak = owned->held_peak,
			.held_peak_recorded = pool->held_peak,
		};
	}
}
