/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * event_source.c - second pass over a capture of events: packets with their lifetimes.
 */
#include "traces/event_source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "traces/event_held.h"
#include "traces/lifetime/lifetime.h"
#include "traces/reader.h"

/**
 * struct event_source - packets of a device
 * @info: of the capture, as the first pass left it; must outlive the source
 * @held: next of the packets from before the capture, which come first
 * @ended: all events were read
 */
struct event_source {
	struct packet_source base;
	struct reader *reader;
	struct lifetime life;
	const struct capture_info *info;
	struct capture_device dev;
	struct held_cursor held;
	bool ended;
};

static int source_next(struct packet_source *src, struct packet *pkt)
{
	struct event_source *source = (struct event_source *)src;
	struct event ev;
	struct slot slot;
	int rc;

	if (held_next(source->info, &source->dev, &source->held, pkt))
		return 1;
	while (!lifetime_take(&source->life, &slot)) {
		if (source->ended)
			return 0;
		rc = source->reader->ops->next(source->reader, &ev);
		if (rc < 0) {
			snprintf(src->error, sizeof(src->error), "%s", source->reader->error);
			return rc;
		}
		if (!rc) {
			lifetime_finish(&source->life);
			source->ended = true;
			continue;
		}
		if (ev.kind != EVENT_OTHER && lifetime_feed(&source->life, &ev)) {
			snprintf(src->error, sizeof(src->error), "out of memory");
			return -ENOMEM;
		}
	}
	*pkt = slot.pkt;
	return 1;
}

static void source_close(struct packet_source *src)
{
	struct event_source *source = (struct event_source *)src;

	reader_close(source->reader);
	lifetime_fini(&source->life);
	free(source);
}

static const struct packet_source_ops source_ops = {
	.next = source_next,
	.close = source_close,
};

static bool polls_are_recorded(const struct capture_info *info)
{
	for (unsigned int i = 0; i < info->nr_events; i++)
		if (!strcmp(info->events[i].name, "napi:napi_poll"))
			return info->events[i].count > 0;
	return false;
}

/* Interning the name before the first event tells which number the device will have. */
static int source_start(struct event_source *source, const struct capture_info *info,
			const struct capture_device *dev, char *err, size_t err_size)
{
	int nr, rc = reader_open(info->path, &source->reader, err, err_size);

	if (rc)
		return rc;
	nr = name_table_intern(&source->reader->devs, dev->name, sizeof(dev->name), NAME_DEVS_MAX);
	if (nr < 0) {
		snprintf(err, err_size, "%s: out of memory", info->path);
		return nr;
	}
	source->life.dev = (uint16_t)nr;
	source->life.before_gro = dev->before_gro;
	source->life.polls = polls_are_recorded(info);
	source->life.sends = info->truth.has_iommu;
	source->life.frees_are_recorded = info->frees_are_recorded;
	source->life.queue_base = (uint16_t)dev->queue_base;
	return 0;
}

int event_source_open(const struct capture_info *info, const struct capture_device *dev,
		      struct packet_source **src, char *err, size_t err_size)
{
	struct event_source *source = calloc(1, sizeof(*source));
	int rc;

	if (!source || lifetime_init(&source->life, info->first_ns)) {
		free(source);
		snprintf(err, err_size, "%s: out of memory", info->path);
		return -ENOMEM;
	}
	source->base.ops = &source_ops;
	source->info = info;
	source->dev = *dev;
	rc = source_start(source, info, dev, err, err_size);
	if (rc) {
		source_close(&source->base);
		return rc;
	}
	*src = &source->base;
	return 0;
}
