/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * event_source.h - second pass over a capture of kernel events: the packets of one device.
 */
#ifndef TRACES_EVENT_SOURCE_H
#define TRACES_EVENT_SOURCE_H

#include <stddef.h>
#include "traces/capture.h"

/**
 * event_source_open() - a source of the packets that one device received, and of those it sent
 * @info: from event_scan()
 * @dev: one of @info
 * @src: set on success; close with packet_source_close()
 * Return: 0, -EINVAL, -ENOMEM, -errno with one line in @err.
 */
int event_source_open(const struct capture_info *info, const struct capture_device *dev,
		      struct packet_source **src, char *err, size_t err_size);

#endif
