/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * truth_view.c - chooses pools by device and adds their counts up.
 *
 * A pool whose queue is not known counts where no pool is known to be the device's own: a capture
 * that lost events names none. Of a pool whose start is not known nothing can be compared.
 */
#include "sim/results/truth_view.h"

#include <string.h>

#include "sim/scenario/traffic.h"
#include "traces/capture.h"

static bool is_own(const struct truth_pool *pool, const struct capture_device *dev)
{
	return pool->queue_known && !strcmp(pool->device, dev->name);
}

static uint32_t choose(const struct truth *truth, const struct capture_device *dev)
{
	bool xdp = 2 * dev->xdp_packets > dev->packets, has_own = false;
	/* what comes without XDP has a simulated pool of its own if its queue is another */
	bool apart = dev->queues > 1;
	uint32_t pools = 0;

	for (unsigned int i = 0; i < truth->nr_pools; i++)
		has_own |= is_own(&truth->pools[i], dev);
	for (unsigned int i = 0; i < truth->nr_pools; i++) {
		const struct truth_pool *pool = &truth->pools[i];
		bool unknown = !pool->queue_known && !pool->xdp && !has_own;

		if (pool->start_known && (xdp ? pool->xdp || (is_own(pool, dev) && apart)
					      : is_own(pool, dev) || unknown))
			pools |= UINT32_C(1) << i;
	}
	return pools;
}

struct truth_view truth_view_of(const struct scenario *s, const struct capture_info *capture)
{
	const struct truth *truth = &capture->truth;
	const struct capture_device *dev = traffic_device(s, capture);
	struct truth_view view = {.truth = truth};

	if (!dev)
		return view;
	view.pools = truth->has_pool ? choose(truth, dev) : 0;
	for (unsigned int i = 0; i < truth->nr_pools; i++)
		view.nr += truth_view_has(&view, i);
	view.all = view.nr && view.nr == truth->nr_pools && !truth->starts_unknown;
	view.driver = !view.nr && truth->driver_from_start && !capture->lost_events &&
		      s->nic.buffers == NIC_POSTED;
	return view;
}

uint64_t truth_view_from_ns(const struct truth_view *view)
{
	return view->driver ? view->truth->driver_filled_ns : 0;
}

uint64_t truth_view_start(const struct truth_view *view)
{
	uint64_t sum = 0;

	if (view->all)
		return view->truth->pool_held_start;
	for (unsigned int i = 0; i < view->truth->nr_pools; i++)
		if (truth_view_has(view, i))
			sum += view->truth->pools[i].held_start;
	return sum;
}

uint64_t truth_view_entered(const struct truth_view *view, unsigned int point)
{
	uint64_t sum = truth_view_start(view);

	if (view->driver)
		return view->truth->points[point].driver_pages;
	if (view->all)
		return sum + view->truth->points[point].pool_hold;
	for (unsigned int i = 0; i < view->truth->nr_pools; i++)
		if (truth_view_has(view, i))
			sum += view->truth->pool_points[i][point].hold;
	return sum;
}

uint64_t truth_view_held(const struct truth_view *view, unsigned int point)
{
	uint64_t entered = truth_view_entered(view, point), left = 0;

	if (view->driver)
		left = view->truth->points[point].driver_freed;
	if (view->all)
		left = view->truth->points[point].pool_release;
	for (unsigned int i = 0; !view->all && i < view->truth->nr_pools; i++)
		if (truth_view_has(view, i))
			left += view->truth->pool_points[i][point].release;
	return entered > left ? entered - left : 0;
}

uint64_t truth_view_allocated(const struct truth_view *view)
{
	uint64_t sum = truth_view_start(view);

	if (view->driver)
		return view->truth->last.driver_pages;
	if (view->all)
		return sum + view->truth->last.pool_hold;
	for (unsigned int i = 0; i < view->truth->nr_pools; i++)
		if (truth_view_has(view, i))
			sum += view->truth->pools[i].holds;
	return sum;
}

uint64_t truth_view_peak(const struct truth_view *view)
{
	uint64_t peak = 0;

	if (view->driver)
		return view->truth->driver_held_peak;
	if (view->all)
		return view->truth->pool_held_peak;
	for (unsigned int i = 0; view->nr == 1 && i < view->truth->nr_pools; i++)
		if (truth_view_has(view, i))
			return view->truth->pools[i].held_peak;
	for (unsigned int i = 0; i < view->truth->nr_points; i++)
		if (truth_view_held(view, i) > peak)
			peak = truth_view_held(view, i);
	return peak;
}
