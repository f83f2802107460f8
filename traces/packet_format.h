/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * packet_format.h - captures that hold packets, not events.
 *
 * Kernel events become packets by reader.h, lifetime.h and truth.h; a pcap and a packet file hold
 * packets already. capture.h hides the difference.
 */
#ifndef TRACES_PACKET_FORMAT_H
#define TRACES_PACKET_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include "traces/capture.h"

/**
 * struct packet_format - one such format
 * @name: of it
 * @filters: supports capture_info.filter
 * @probe: Required. Do these first bytes start a file of this format?
 * @scan: Required. First pass, see capture_scan(); path and filter of @info are set, the rest is 0.
 * @open: Required. Second pass, see capture_open(); @dev is one of @info.
 */
struct packet_format {
	const char *name;
	bool filters;
	bool (*probe)(const unsigned char *head, size_t size);
	int (*scan)(struct capture_info *info, char *err, size_t err_size);
	int (*open)(const struct capture_info *info, const struct capture_device *dev,
		    struct packet_source **src, char *err, size_t err_size);
};

/**
 * packet_format_find() - the format of a file
 * @format: set on success; NULL: not one of these, reader_open() may know it
 * Return: 0, -ENOENT, -EISDIR, -EINVAL, -errno with one line in @err.
 */
int packet_format_find(const char *path, const struct packet_format **format, char *err,
		       size_t err_size);

#endif
