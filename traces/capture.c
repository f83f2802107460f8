// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * capture.c - second pass over a capture: the packets of one device, as a packet source.
 *
 * Here those of kernel events, through lifetime.h; formats that hold packets have sources of their
 * own (packet_format.h).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "traces/capture.h"
#include "traces/lifetime/lifetime.h"
#include "traces/packet_format.h"
#include "traces/reader.h"

/**
 * struct capture_source - packets of a device
 * @ended: the reader has no more events
 */
struct capture_source {
	struct packet_source base;
	struct reader *reader;
	struct lifetime life;
	bool ended;
};

static int capture_next(struct packet_source *src, struct packet *pkt)
{
	struct capture_source *cap = (struct capture_source *)src;
	struct event ev;
	struct slot slot;
	int rc;

	while (!lifetime_take(&cap->life, &slot)) {
		if (cap->ended)
			return 0;
		rc = cap->reader->ops->next(cap->reader, &ev);
		if (rc < 0) {
			snprintf(src->error, sizeof(src->error), "%s", cap->reader->error);
			return rc;
		}
		if (!rc) {
			lifetime_finish(&cap->life);
			cap->ended = true;
			continue;
		}
		if (ev.kind != EVENT_OTHER && lifetime_feed(&cap->life, &ev)) {
			snprintf(src->error, sizeof(src->error), "out of memory");
			return -ENOMEM;
		}
	}
	*pkt = slot.pkt;
	return 1;
}

static void capture_close(struct packet_source *src)
{
	struct capture_source *cap = (struct capture_source *)src;

	reader_close(cap->reader);
	lifetime_fini(&cap->life);
	free(cap);
}

static const struct packet_source_ops capture_ops = {
	.next = capture_next,
	.close = capture_close,
};

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

static bool polls_are_recorded(const struct capture_info *info)
{
	for (unsigned int i = 0; i < info->nr_events; i++)
		if (!strcmp(info->events[i].name, "napi:napi_poll"))
			return info->events[i].count > 0;
	return false;
}

/* Device numbers are the reader's: known before its first event by asking for the name. */
static int capture_start(struct capture_source *cap, const struct capture_info *info,
			 const struct capture_device *dev, char *err, size_t err_size)
{
	int nr, rc = reader_open(info->path, &cap->reader, err, err_size);

	if (rc)
		return rc;
	nr = name_table_intern(&cap->reader->devs, dev->name, sizeof(dev->name), NAME_DEVS_MAX);
	if (nr < 0) {
		snprintf(err, err_size, "%s: out of memory", info->path);
		return nr;
	}
	cap->life.dev = (uint16_t)nr;
	cap->life.before_gro = dev->before_gro;
	cap->life.polls = polls_are_recorded(info);
	cap->life.sends = info->truth.has_iommu;
	cap->life.frees_are_recorded = info->frees_are_recorded;
	cap->life.queue_base = (uint16_t)dev->queue_base;
	return 0;
}

static int events_open(const struct capture_info *info, const struct capture_device *dev,
		       struct packet_source **src, char *err, size_t err_size)
{
	struct capture_source *cap = calloc(1, sizeof(*cap));
	int rc;

	if (!cap || lifetime_init(&cap->life, info->first_ns)) {
		free(cap);
		snprintf(err, err_size, "%s: out of memory", info->path);
		return -ENOMEM;
	}
	cap->base.ops = &capture_ops;
	rc = capture_start(cap, info, dev, err, err_size);
	if (rc) {
		capture_close(&cap->base);
		return rc;
	}
	*src = &cap->base;
	return 0;
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
		      : events_open(info, dev, src, err, err_size);
}
