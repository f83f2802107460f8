/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * host.h - the file of the machine beside a capture, applied to what its events tell.
 */
#ifndef TRACES_HOST_H
#define TRACES_HOST_H

#include "traces/capture.h"
#include "traces/host/host_pools.h"

/**
 * host_apply() - host_machine_apply() and host_pools_apply() of the file beside a capture
 * Sets @info->host_used, or @info->host_ignored to the reason why the file is not used; both stay
 * as they are where there is none. A file of another capture or another kernel is not used at all;
 * of a capture that lost events only the pools are not.
 * Context: all of @info but what was held before is filled.
 * Return: 0, -ENOMEM.
 */
int host_apply(const struct host_napi *napi, struct capture_info *info);

#endif
