/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * event_scan.h - first pass over a capture of kernel events.
 */
#ifndef TRACES_EVENT_SCAN_H
#define TRACES_EVENT_SCAN_H

#include <stddef.h>
#include "traces/capture.h"

/**
 * event_scan() - count events, find devices, collect the ground truth
 * @info: its path is set, the rest is 0; filled on success
 * Return: 0, -EINVAL, -ENOMEM, -errno with one line in @err.
 */
int event_scan(struct capture_info *info, char *err, size_t err_size);

#endif
