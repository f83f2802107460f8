/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * event_scan.c - first pass over a capture of events: counts, devices and ground truth.
 *
 * Counts event types, finds devices, collects the ground truth and runs the lifetime stage over
 * all devices at once, so that the share of known release times is there before a replay starts.
 */
#include "traces/event_scan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "traces/event_held.h"
#include "traces/host/host.h"
#include "traces/lifetime/before.h"
#include "traces/lifetime/lifetime.h"
#include "traces/pairs.h"
#include "traces/reader.h"
#include "traces/truth/truth.h"
#include "traces/truth/truth_pool.h"

#define TYPES_COUNTED	65536
#define EVENT_BYTES_MAX (PACKET_BYTES_MAX - 32) /* without Ethernet header and VLAN tag */

_Static_assert(CAPTURE_MAX_CPUS == LIFETIME_MAX_CPUS, "a packet counted is a packet replayed");

/**
 * struct scan_dev - counters of one device
 * @gro_packets, @gro_bytes: by napi_gro_receive_entry
 * @delivered, @delivered_bytes: by netif_receive_skb
 * @queue_min, @queue_max: queue_mapping of the former
 * @max_bytes: of the longest packet, with its Ethernet header; [1] by the former
 * @xdp: packets that another device had just sent by XDP
 * @release: packets by release method; [1] those that arrived at a napi_gro_receive_entry
 * @napi: by queue_mapping, as struct host_napi
 */
struct scan_dev {
	uint64_t gro_packets, gro_bytes;
	uint64_t delivered, delivered_bytes;
	uint64_t tx_packets;
	uint16_t queue_min, queue_max;
	uint32_t max_bytes[2];
	uint64_t release[2][RELEASE_METHODS];
	uint64_t xdp[2];
	uint32_t napi[CAPTURE_MAX_QUEUES + 1];
	struct held_dev held;
};

struct scan {
	struct reader *reader;
	struct capture_info *info;
	struct truth_builder truth;
	struct pairs pairs;
	struct lifetime life;
	struct before before;
	struct held_queue queues[LIFETIME_MAX_CPUS];
	bool started;
	uint64_t types[TYPES_COUNTED];
	struct scan_dev devs[NAME_DEVS_MAX];
};

static void scan_drain(struct scan *scan)
{
	const struct truth *truth = &scan->info->truth;
	uint64_t first_hold_ns = truth->has_pool ? truth->hold_ns : UINT64_MAX;
	struct scan_dev *dev;
	struct slot slot;

	while (lifetime_take(&scan->life, &slot)) {
		if (slot.dev >= NAME_DEVS_MAX)
			continue;
		dev = &scan->devs[slot.dev];
		dev->release[slot.from_gro][slot.pkt.method]++;
		dev->xdp[slot.from_gro] += (slot.pkt.flags & PACKET_XDP) != 0;
		if (slot.pkt.bytes > dev->max_bytes[slot.from_gro])
			dev->max_bytes[slot.from_gro] = slot.pkt.bytes;
		held_dev_packet(&dev->held, &slot.pkt, first_hold_ns);
	}
}

static void scan_napi(struct scan_dev *dev, const struct event *ev)
{
	uint32_t *napi = &dev->napi[ev->queue];

	if (!*napi)
		*napi = ev->napi;
	else if (*napi != ev->napi)
		*napi = HOST_NAPI_SEVERAL;
}

static void scan_device(struct scan *scan, const struct event *ev)
{
	struct scan_dev *dev;

	if (ev->dev >= NAME_DEVS_MAX)
		return;
	dev = &scan->devs[ev->dev];
	switch (ev->kind) {
	case EVENT_GRO_RECEIVE:
		if (!dev->gro_packets || ev->queue < dev->queue_min)
			dev->queue_min = ev->queue;
		if (ev->queue > dev->queue_max)
			dev->queue_max = ev->queue;
		if (ev->cpu < LIFETIME_MAX_CPUS && !scan->queues[ev->cpu].seen)
			scan->queues[ev->cpu] = (struct held_queue){ev->dev, ev->queue, true};
		if (ev->queue <= CAPTURE_MAX_QUEUES)
			scan_napi(dev, ev);
		dev->gro_packets++;
		dev->gro_bytes += ev->len;
		break;
	case EVENT_NETIF_RECEIVE:
		dev->delivered++;
		dev->delivered_bytes += ev->len;
		break;
	case EVENT_TX_START:
		dev->tx_packets++;
		break;
	default:
		break;
	}
}

static int scan_event(struct scan *scan, const struct event *ev)
{
	struct capture_info *info = scan->info;

	if (!scan->started) {
		int rc = lifetime_init(&scan->life, ev->time_ns);

		if (rc)
			return rc;
		if (before_init(&scan->before)) {
			lifetime_fini(&scan->life);
			return -ENOMEM;
		}
		scan->started = true;
		info->first_ns = ev->time_ns;
	}
	if (ev->time_ns - info->first_ns > info->span_ns && ev->time_ns > info->first_ns)
		info->span_ns = ev->time_ns - info->first_ns;
	info->events_total++;
	scan->types[ev->type]++;
	if (ev->kind == EVENT_OTHER)
		return 0;
	scan_device(scan, ev);
	pairs_event(&scan->pairs, ev, info->span_ns);
	truth_event(&scan->truth, ev, info->span_ns);
	before_event(&scan->before, ev);
	if (lifetime_feed(&scan->life, ev))
		return -ENOMEM;
	scan_drain(scan);
	return 0;
}

static bool is_packet(const struct event *ev)
{
	return ev->kind == EVENT_GRO_RECEIVE || ev->kind == EVENT_NETIF_RECEIVE;
}

/* What no kernel records. Replay could not follow it, and would lose what was counted here. */
static int event_check(const struct capture_info *info, const struct event *ev, char *err,
		       size_t err_size)
{
	const char *what = NULL;
	unsigned int found = 0, most = 0;

	if (ev->cpu >= CAPTURE_MAX_CPUS) {
		what = "is of CPU";
		found = ev->cpu;
		most = CAPTURE_MAX_CPUS - 1;
	} else if (is_packet(ev) && ev->len > EVENT_BYTES_MAX) {
		what = "has bytes";
		found = ev->len;
		most = EVENT_BYTES_MAX;
	}
	if (!what)
		return 0;
	snprintf(err, err_size,
		 "%s: damaged: event %llu, at %llu ns, %s %u; expected at most %u; copy or record "
		 "it again",
		 info->path, (unsigned long long)info->events_total,
		 (unsigned long long)ev->time_ns, what, found, most);
	return -EINVAL;
}

static int cpus_check(const struct capture_info *info, char *err, size_t err_size)
{
	if (info->cpus <= CAPTURE_MAX_CPUS)
		return 0;
	snprintf(err, err_size,
		 "%s: damaged: its header says that the machine has %u CPUs; expected at most %d; "
		 "copy or record it again",
		 info->path, info->cpus, CAPTURE_MAX_CPUS);
	return -EINVAL;
}

/* The last row collects what does not fit, so that the counts add up to the total. */
static void fill_events(struct scan *scan)
{
	struct capture_info *info = scan->info;

	for (unsigned int i = 0; i < scan->reader->types.nr; i++) {
		const char *name = scan->reader->types.names[i];
		struct capture_event *row;

		if (info->nr_events == CAPTURE_MAX_EVENTS - 1 && i + 1 < scan->reader->types.nr)
			name = "(others)";
		if (info->nr_events < CAPTURE_MAX_EVENTS)
			row = &info->events[info->nr_events++];
		else
			row = &info->events[CAPTURE_MAX_EVENTS - 1];
		if (!row->count)
			snprintf(row->name, sizeof(row->name), "%s", name);
		row->count += scan->types[i];
	}
}

static void fill_device(const struct scan_dev *from, const char *name, struct capture_device *to)
{
	memset(to, 0, sizeof(*to));
	snprintf(to->name, sizeof(to->name), "%s", name);
	to->before_gro = from->gro_packets != 0;
	to->max_bytes = from->max_bytes[to->before_gro];
	to->packets = to->before_gro ? from->gro_packets : from->delivered;
	to->bytes = to->before_gro ? from->gro_bytes : from->delivered_bytes;
	to->delivered = from->delivered;
	to->tx_packets = from->tx_packets;
	to->queue_base = to->before_gro && from->queue_min ? 1 : 0;
	to->queues = to->before_gro ? from->queue_max - to->queue_base + 1u : 1;
	if (to->queues > CAPTURE_MAX_QUEUES)
		to->queues = CAPTURE_MAX_QUEUES;
	to->xdp_packets = from->xdp[to->before_gro];
	memcpy(to->release, from->release[to->before_gro], sizeof(to->release));
}

static void fill_peer(struct scan *scan, unsigned int nr, struct capture_device *dev)
{
	uint16_t peer = pairs_peer(&scan->pairs, (uint16_t)nr, scan->info->span_ns);

	if (peer < scan->reader->devs.nr)
		snprintf(dev->peer, sizeof(dev->peer), "%s", scan->reader->devs.names[peer]);
}

/* If there are too many, those that received most stay. */
static void fill_devices(struct scan *scan)
{
	struct capture_info *info = scan->info;

	for (unsigned int i = 0; i < scan->reader->devs.nr; i++) {
		const struct scan_dev *from = &scan->devs[i];
		struct capture_device dev;
		unsigned int at = info->nr_devices;

		if (!from->gro_packets && !from->delivered && !from->tx_packets)
			continue;
		fill_device(from, scan->reader->devs.names[i], &dev);
		fill_peer(scan, i, &dev);
		if (at == CAPTURE_MAX_DEVS) {
			at = 0;
			for (unsigned int j = 1; j < CAPTURE_MAX_DEVS; j++)
				if (info->devices[j].packets < info->devices[at].packets)
					at = j;
			if (info->devices[at].packets >= dev.packets)
				continue;
		} else {
			info->nr_devices++;
		}
		info->devices[at] = dev;
	}
}

/* Where events were lost, a poll may seem to have the packets of another one. */
static void fill_pools(struct scan *scan)
{
	struct capture_info *info = scan->info;

	for (unsigned int i = 0; i < info->truth.nr_pools && !info->lost_events; i++) {
		struct truth_pool *pool = &info->truth.pools[i];
		uint16_t dev, queue;

		if (!truth_pool_queue(&scan->truth, i, &dev, &queue) ||
		    dev >= scan->reader->devs.nr)
			continue;
		for (unsigned int j = 0; j < info->nr_devices; j++) {
			const struct capture_device *of = &info->devices[j];

			if (strncmp(of->name, scan->reader->devs.names[dev],
				    sizeof(of->name) - 1) ||
			    queue < of->queue_base)
				continue;
			memcpy(pool->device, of->name, sizeof(pool->device));
			pool->queue = queue - of->queue_base;
			pool->queue_known = true;
		}
	}
}

static int fill_host(struct scan *scan)
{
	struct capture_info *info = scan->info;
	const struct name_table *devs = &scan->reader->devs;
	struct host_napi napi[CAPTURE_MAX_DEVS] = {0};

	for (unsigned int i = 0; i < info->nr_devices; i++) {
		const struct capture_device *dev = &info->devices[i];

		for (unsigned int j = 0; j < devs->nr; j++)
			if (!strncmp(devs->names[j], dev->name, sizeof(dev->name) - 1))
				memcpy(napi[i].id, &scan->devs[j].napi[dev->queue_base],
				       sizeof(napi[i].id));
	}
	return host_apply(napi, info);
}

/* The number that names queue 0 is known only now. */
static void fill_held(struct scan *scan)
{
	const struct capture_device *dev = capture_default_device(scan->info);
	struct name_table *devs = &scan->reader->devs;

	for (unsigned int cpu = 0; dev && cpu < LIFETIME_MAX_CPUS; cpu++)
		scan->queues[cpu].queue -=
			scan->queues[cpu].queue >= dev->queue_base ? (uint16_t)dev->queue_base : 0;
	for (unsigned int i = 0; dev && i < devs->nr; i++)
		if (!strncmp(devs->names[i], dev->name, sizeof(dev->name) - 1))
			held_fill(scan->info, &scan->before, &scan->devs[i].held, (uint16_t)i,
				  scan->queues);
}

static void fill_copied(struct scan *scan)
{
	struct capture_info *info = scan->info;
	uint64_t known = scan->life.copied_known + before_copied(&scan->before);

	info->copied = scan->life.copied;
	info->copied_apart = info->copied > known ? info->copied - known : 0;
	for (unsigned int i = 0; i < scan->before.nr; i++)
		info->collapsed += before_is_collapsed(&scan->before.skbs[i]);
}

static int scan_close(struct scan *scan)
{
	struct capture_info *info = scan->info;
	struct reader_facts facts;
	int rc;

	if (scan->started) {
		info->frees_are_recorded = lifetime_saw_frees(&scan->life);
		lifetime_finish(&scan->life);
		scan_drain(scan);
		fill_copied(scan);
		lifetime_fini(&scan->life);
	}
	truth_end(&scan->truth, info->span_ns);
	scan->reader->ops->describe(scan->reader, &facts);
	memcpy(info->format, facts.format, sizeof(info->format));
	memcpy(info->clock, facts.clock, sizeof(info->clock));
	memcpy(info->note, facts.note, sizeof(info->note));
	info->note_misleads = facts.note_misleads;
	memcpy(info->kernel, facts.kernel, sizeof(info->kernel));
	info->page_bytes = facts.page_bytes;
	info->cpus = facts.cpus;
	info->lost_events = facts.lost_events;
	info->reordered = facts.reordered;
	info->clock_steps = facts.clock_steps;
	info->times_moved = facts.times_moved;
	info->times_unclear = facts.clock_steps != 0;
	info->truncated = facts.truncated;
	fill_events(scan);
	fill_devices(scan);
	fill_pools(scan);
	rc = fill_host(scan);
	fill_held(scan);
	return rc;
}

static int scan_read(struct scan *scan, char *err, size_t err_size)
{
	struct event ev;
	int rc;

	do {
		rc = scan->reader->ops->next(scan->reader, &ev);
		if (rc < 0)
			snprintf(err, err_size, "%s", scan->reader->error);
		if (rc <= 0)
			break;
		rc = event_check(scan->info, &ev, err, err_size);
		if (!rc && scan_event(scan, &ev)) {
			snprintf(err, err_size, "%s: out of memory", scan->info->path);
			rc = -ENOMEM;
		}
	} while (!rc);
	if (rc && scan->started)
		lifetime_fini(&scan->life);
	return rc;
}

int event_scan(struct capture_info *info, char *err, size_t err_size)
{
	const char *path = info->path;
	struct scan *scan = calloc(1, sizeof(*scan));
	int rc;

	if (!scan) {
		snprintf(err, err_size, "%s: out of memory", path);
		return -ENOMEM;
	}
	scan->info = info;
	truth_begin(&scan->truth, &info->truth);
	rc = reader_open(path, &scan->reader, err, err_size);
	if (!rc)
		rc = scan_read(scan, err, err_size);
	if (!rc && scan_close(scan)) {
		snprintf(err, err_size, "%s: out of memory", path);
		rc = -ENOMEM;
	}
	if (!rc)
		rc = cpus_check(info, err, err_size);
	reader_close(scan->reader);
	truth_driver_fini(&scan->truth.driver);
	before_fini(&scan->before);
	free(scan);
	return rc;
}
