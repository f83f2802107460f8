/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * capture.c - reads a capture as events or as packets, whichever it holds.
 */
#include "traces/capture.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "traces/event_scan.h"
#include "traces/event_source.h"
#include "traces/packet_format.h"

int capture_scan_filtered(const char *path, const char *filter, struct capture_info *info,
			  char *err, size_t err_size)
{
	const struct packet_format *format;
	char expression[CAPTURE_FILTER_MAX];
	int rc;

	if (strlen(path) >= sizeof(info->path) || strlen(filter) >= sizeof(expression)) {
		snprintf(err, err_size, "%.64s...: %s too long", path,
			 strlen(path) >= sizeof(info->path) ? "path" : "filter");
		return -ENAMETOOLONG;
	}
	/* @filter may be a device's pick in @info, which is cleared. */
	memcpy(expression, filter, strlen(filter) + 1);
	memset(info, 0, sizeof(*info));
	memcpy(info->path, path, strlen(path) + 1);
	strcpy(info->filter, expression);
	rc = packet_format_find(path, &format, err, err_size);
	if (rc)
		return rc;
	if (info->filter[0] && (!format || !format->filters)) {
		snprintf(err, err_size,
			 "%s: traffic.filter chooses packets of a pcap or pcapng, and this is none",
			 path);
		return -EINVAL;
	}
	return format ? format->scan(info, err, err_size) : event_scan(info, err, err_size);
}

int capture_scan(const char *path, struct capture_info *info, char *err, size_t err_size)
{
	return capture_scan_filtered(path, "", info, err, err_size);
}

static const struct capture_device *device_find(const struct capture_info *info, const char *name,
						char *err, size_t err_size)
{
	size_t len;

	for (unsigned int i = 0; i < info->nr_devices; i++)
		if (!strcmp(info->devices[i].name, name))
			return &info->devices[i];
	len = (size_t)snprintf(err, err_size, "%s: no device \"%s\" in it; there %s", info->path,
			       name, info->nr_devices ? "are:" : "is none");
	for (unsigned int i = 0; i < info->nr_devices && len < err_size; i++)
		len += (size_t)snprintf(err + len, err_size - len, " %s", info->devices[i].name);
	return NULL;
}

int capture_open(const struct capture_info *info, const char *device, struct packet_source **src,
		 char *err, size_t err_size)
{
	const struct capture_device *dev = device_find(info, device, err, err_size);
	const struct packet_format *format;
	int rc;

	if (!dev)
		return -ENODEV;
	rc = packet_format_find(info->path, &format, err, err_size);
	if (rc)
		return rc;
	return format ? format->open(info, dev, src, err, err_size)
		      : event_source_open(info, dev, src, err, err_size);
}
