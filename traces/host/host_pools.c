/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * host_pools.c - finds the listed pool of a device's queue, and believes it where the events agree.
 *
 * Lists name devices and NAPI contexts, events addresses and, by the packets of a poll, queues. A
 * queue's pool is the one of its device that serves the NAPI context which its packets name, or,
 * where one of both names none, the only one of a device that showed one queue. Two pools on one
 * context (of headers and of data), two devices of one name: none is taken.
 */
#include "traces/host/host_pools.h"

#include <string.h>

#define APART_MAX 64 /* a refill: pages that enter between a list and the events beside it */

static const struct host_pool *only_pool(const struct host_file *host, const char *device,
					 uint64_t napi_id)
{
	const struct host_pool *found = NULL;

	for (unsigned int i = 0; i < host->nr; i++) {
		const struct host_pool *pool = &host->pool[i];

		if (strcmp(pool->device, device) || (napi_id && pool->napi_id != napi_id))
			continue;
		if (found)
			return NULL;
		found = pool;
	}
	return found && found->in_begin && found->in_end && !found->detached ? found : NULL;
}

static const struct host_pool *pool_of_queue(const struct host_file *host,
					     const struct capture_device *dev,
					     const struct host_napi *napi, uint32_t queue)
{
	uint32_t id = queue < CAPTURE_MAX_QUEUES ? napi->id[queue] : HOST_NAPI_SEVERAL;
	const struct host_pool *pool = NULL;

	if (id && id != HOST_NAPI_SEVERAL)
		pool = only_pool(host, dev->name, id);
	if (pool || dev->queues != 1)
		return pool;
	pool = only_pool(host, dev->name, 0);
	return pool && (!id || !pool->napi_id) ? pool : NULL;
}

/* Pages that the lists and the events say entered, less those that left: how far apart? */
static bool events_agree(const struct host_pool *host, const struct truth_pool *pool)
{
	int64_t apart =
		(int64_t)(host->end - host->begin) - (int64_t)(pool->holds - pool->releases);

	return apart <= APART_MAX && apart >= -APART_MAX;
}

static void start_set(struct truth *truth, struct truth_pool *pool, uint64_t pages)
{
	pool->start_known = true;
	pool->held_start = pages;
	pool->held_peak += pages;
	truth->pool_held_before_hold[pool - truth->pools] += pages;
	truth->pool_held_start += pages;
	truth->pool_held_peak += pages;
	truth->starts_unknown--;
}

static void starts_fill(const struct host_file *host, const struct host_napi *napi,
			struct capture_info *info)
{
	struct truth *truth = &info->truth;

	for (unsigned int i = 0; i < truth->nr_pools; i++) {
		struct truth_pool *pool = &truth->pools[i];
		const struct host_pool *from = NULL;

		for (unsigned int d = 0; pool->queue_known && d < info->nr_devices; d++)
			if (!strcmp(info->devices[d].name, pool->device))
				from = pool_of_queue(host, &info->devices[d], &napi[d],
						     pool->queue);
		if (!pool->start_known && from && events_agree(from, pool))
			start_set(truth, pool, from->begin);
	}
}

static bool queue_has_pool(const struct truth *truth, const struct capture_device *dev,
			   uint32_t queue)
{
	for (unsigned int i = 0; i < truth->nr_pools; i++)
		if (truth->pools[i].queue == queue && !strcmp(truth->pools[i].device, dev->name))
			return true;
	return false;
}

/* Points of a capture that had nothing to put into them. */
static void points_fill(struct truth *truth, uint64_t span_ns)
{
	uint64_t time_ns = 0;

	if (truth->nr_points)
		return;
	while (truth->nr_points < TRUTH_MAX_POINTS - 1 && span_ns - time_ns > truth->interval_ns) {
		time_ns += truth->interval_ns;
		truth->points[truth->nr_points++] = (struct truth_point){.time_ns = time_ns};
	}
	truth->points[truth->nr_points++] = (struct truth_point){.time_ns = span_ns};
	truth->last = (struct truth_point){.time_ns = span_ns};
}

static void silent_add(struct capture_info *info, const struct capture_device *dev, uint32_t queue,
		       uint64_t pages)
{
	struct truth *truth = &info->truth;
	struct truth_pool *pool = &truth->pools[truth->nr_pools];

	points_fill(truth, info->span_ns);
	memset(pool, 0, sizeof(*pool));
	memset(truth->pool_points[truth->nr_pools++], 0, sizeof(truth->pool_points[0]));
	strcpy(pool->device, dev->name);
	pool->queue = queue;
	pool->queue_known = pool->start_known = true;
	pool->held_start = pool->held_peak = pages;
	truth->has_pool = true;
	truth->pools_seen++;
	truth->pool_held_start += pages;
	truth->pool_held_peak += pages;
}

/* A pool whose queue is not known may be any of those that are listed. */
static bool pools_are_known(const struct truth *truth)
{
	for (unsigned int i = 0; i < truth->nr_pools; i++)
		if (!truth->pools[i].queue_known)
			return false;
	return truth->pools_seen == truth->nr_pools;
}

void host_pools_apply(const struct host_file *host, const struct host_napi *napi,
		      struct capture_info *info)
{
	starts_fill(host, napi, info);
	if (!pools_are_known(&info->truth))
		return;
	for (unsigned int d = 0; d < info->nr_devices; d++) {
		const struct capture_device *dev = &info->devices[d];

		for (uint32_t queue = 0; dev->packets && queue < dev->queues; queue++) {
			const struct host_pool *pool = pool_of_queue(host, dev, &napi[d], queue);

			if (pool && pool->begin == pool->end && pool->begin &&
			    info->truth.nr_pools < TRUTH_MAX_POOLS &&
			    !queue_has_pool(&info->truth, dev, queue))
				silent_add(info, dev, queue, pool->begin);
		}
	}
}
