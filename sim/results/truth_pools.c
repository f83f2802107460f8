/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * truth_pools.c - match recorded page_pools with queues, and compare their page counts.
 */
#include "sim/results/truth_pools.h"

#include <stdbool.h>
#include <string.h>

#include "models/memory/mm_sim.h"
#include "sim/results/results.h"
#include "sim/results/truth_view.h"
#include "sim/scenario/traffic.h"
#include "traces/capture.h"

_Static_assert(TRUTH_MAX_POOLS <= RESULT_MAX_POOLS, "a result has too few pools");
_Static_assert(CAPTURE_MAX_QUEUES < MM_SIM_OWNERS, "a queue is an owner");

/* With two pools on a queue it is unknown which of them served a packet. */
static bool pool_is_of_one_queue(const struct truth_view *view, unsigned int pool,
				 const char *device)
{
	const struct truth_pool *pools = view->truth->pools;

	if (!pools[pool].queue_known || pools[pool].queue >= CAPTURE_MAX_QUEUES ||
	    strcmp(pools[pool].device, device))
		return false;
	for (unsigned int i = 0; i < pool; i++)
		if (truth_view_has(view, i) && pools[i].queue == pools[pool].queue)
			return false;
	return true;
}

const struct capture_device *truth_pools_device(const struct scenario *s,
						const struct capture_info *capture)
{
	const struct capture_device *dev = capture ? traffic_device(s, capture) : NULL;
	struct truth_view view;

	if (!dev || capture->truth.pools_seen > capture->truth.nr_pools)
		return NULL;
	view = truth_view_of(s, capture);
	for (unsigned int i = 0; i < capture->truth.nr_pools; i++)
		if (truth_view_has(&view, i) && !pool_is_of_one_queue(&view, i, dev->name))
			return NULL;
	return view.nr ? dev : NULL;
}

bool truth_pools_partial(const struct scenario *s, const struct capture_info *capture,
			 unsigned int queues)
{
	return truth_pools_device(s, capture) && truth_view_of(s, capture).nr < queues;
}

void truth_pools_fill(const struct scenario *s, const struct capture_info *capture,
		      struct result *res)
{
	const struct truth *truth = &capture->truth;
	struct truth_view view = truth_view_of(s, capture);

	if (!truth_pools_device(s, capture))
		return;
	for (unsigned int i = 0; i < truth->nr_pools; i++) {
		const struct truth_pool *pool = &truth->pools[i];
		const struct mm_sim_owned *owned = &mm_sim.owned[pool->queue + 1];

		if (!truth_view_has(&view, i))
			continue;
		res->pool[res->nr_pools++] = (struct result_pool){
			.queue = pool->queue,
			.allocated = owned->allocated,
			.allocated_recorded = pool->held_start + pool->holds,
			.held_peak = owned->held_peak,
			.held_peak_recorded = pool->held_peak,
		};
	}
}
