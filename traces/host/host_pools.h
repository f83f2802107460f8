/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * host_pools.h - pages that page_pools held when a capture began, as the kernel said by netlink.
 */
#ifndef TRACES_HOST_POOLS_H
#define TRACES_HOST_POOLS_H

#include <stddef.h>
#include <stdint.h>
#include "traces/capture.h"
#include "traces/host/host_file.h"

#define HOST_NAPI_SEVERAL UINT32_MAX

/**
 * struct host_napi - NAPI contexts that packets of a device named, by receive queue from 0
 * @id: 0: none, HOST_NAPI_SEVERAL: more than one
 */
struct host_napi {
	uint32_t id[CAPTURE_MAX_QUEUES];
};

/**
 * host_pools_apply() - put into @info->truth what the lists tell beyond its events
 * A pool whose start the events leave open gets it, and one without an event that held as many
 * pages at the end as at the beginning becomes a pool of its device and queue: constant.
 * @napi: of each device of @info
 * Context: all of @info but what was held before is filled; it lost no event.
 */
void host_pools_apply(const struct host_file *host, const struct host_napi *napi,
		      struct capture_info *info);

#endif
