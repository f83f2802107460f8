/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcap_capture.c - pcap and pcapng as captures: devices and packets.
 *
 * A device is an interface of a pcapng by its name, one interface index of a cooked v2 capture
 * ("if3"), or "pcap". Received packets are those that the capture does not call outgoing: in an
 * Ethernet capture that is both directions, and a filter (capture_info.filter) picks one.
 * Not in a pcap: NAPI polls, CPUs and receive queues (packets spread over nic.queues by flow hash).
 * When packets of TCP were read is inferred (pcap_reads.h), of others the modelled reader decides.
 * Each device has a clock (pcap_clock.h): those of several interfaces may differ, and their packets
 * need not be in order of time among each other.
 */
#include "traces/pcap/pcap_capture.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "traces/pcap/pcap_packets.h"
#include "traces/pcap/pcap_receivers.h"
#include "traces/pcap/pcap_stream.h"

static const char *const class_names[CLASSES] = {
	[CLASS_PACKET] = "pcap:packet",		[CLASS_OUTGOING] = "pcap:outgoing",
	[CLASS_FILTERED] = "pcap:filtered_out", [CLASS_OTHER_LINK] = "pcap:other_link_type",
	[CLASS_EMPTY] = "pcap:empty",
};

/* --- first pass --- */

/** struct pcap_scan - counters of a scan; large */
struct pcap_scan {
	struct stream stream;
	struct pcap_flows *flows;
	struct receivers receivers;
	uint64_t classes[CLASSES];
	struct capture_device devs[NAME_DEVS_MAX];
};

static void packet_count(struct capture_device *dev, const struct packet *pkt)
{
	dev->packets++;
	dev->bytes += pkt->bytes;
	dev->release[pkt->method]++;
	if (pkt->bytes > dev->max_bytes)
		dev->max_bytes = pkt->bytes;
}

static void scan_record(struct pcap_scan *scan, enum record_class class,
			const struct link_packet *pkt, unsigned int dev)
{
	struct capture_device *to = &scan->devs[dev];

	scan->classes[class]++;
	pcap_learn_record(scan->flows, pkt);
	if (class == CLASS_OUTGOING)
		to->tx_packets++;
	if (class != CLASS_PACKET)
		return;
	packet_count(to, &(struct packet){.bytes = pkt->bytes, .method = RELEASE_UNKNOWN});
	receivers_count(&scan->receivers, dev, pkt);
}

/* A classic pcap has one link type, which must be known. */
static int link_check(const struct pcap_file *file, char *err, size_t err_size)
{
	if (file->ng || link_is_known(file->iface[0].link))
		return 0;
	snprintf(err, err_size,
		 "%s: a pcap of link type %u; expected Ethernet (1), Linux cooked (113, 276), raw "
		 "IP (101) or loopback (0, 108); capture on a network interface",
		 file->path, file->iface[0].link);
	return -EINVAL;
}

/* The largest receivers when there are more devices than a capture_info holds. */
static void fill_devices(struct pcap_scan *scan, struct capture_info *info)
{
	for (unsigned int i = 0; i < scan->stream.devs.nr; i++) {
		struct capture_device *dev = &scan->devs[i];
		unsigned int at = info->nr_devices;

		if (!dev->packets && !dev->tx_packets)
			continue;
		snprintf(dev->name, sizeof(dev->name), "%.31s", scan->stream.devs.names[i]);
		dev->queues = 1;
		if (!dev->tx_packets)
			receivers_pick(&scan->receivers, i, dev->pick, sizeof(dev->pick));
		if (at < CAPTURE_MAX_DEVS) {
			info->nr_devices++;
		} else {
			at = 0;
			for (unsigned int j = 1; j < CAPTURE_MAX_DEVS; j++)
				if (info->devices[j].packets < info->devices[at].packets)
					at = j;
			if (info->devices[at].packets >= dev->packets)
				continue;
		}
		info->devices[at] = *dev;
	}
}

static void fill_times(const struct stream *stream, struct capture_info *info)
{
	info->first_ns = stream->first_ns;
	for (unsigned int i = 0; i < stream->devs.nr; i++) {
		const struct pcap_clock *clock = &stream->clock[i];

		if (clock->now_ns > info->span_ns)
			info->span_ns = clock->now_ns;
		info->reordered += clock->reordered;
		info->clock_steps += clock->steps;
		info->times_moved += clock->moved;
		info->times_unclear |= pcap_clock_is_unclear(clock);
	}
	if (stream->clocks_apart)
		snprintf(info->note, sizeof(info->note),
			 "its interfaces have different clocks: times of one do not compare with "
			 "those of another");
}

static void fill_info(struct pcap_scan *scan, struct capture_info *info)
{
	const struct pcap_file *file = scan->stream.file;

	if (file->ng)
		snprintf(info->format, sizeof(info->format), "pcapng");
	else
		snprintf(info->format, sizeof(info->format), "pcap %s", file->nsec ? "ns" : "us");
	info->packets_only = true;
	fill_times(&scan->stream, info);
	info->packets_empty = scan->classes[CLASS_EMPTY];
	info->lost_events = pcap_file_lost(file);
	info->truncated = file->truncated;
	for (unsigned int i = 0; i < CLASSES; i++) {
		struct capture_event *row = &info->events[info->nr_events];

		if (!scan->classes[i])
			continue;
		snprintf(row->name, sizeof(row->name), "%s", class_names[i]);
		row->count = scan->classes[i];
		info->nr_events++;
		info->events_total += row->count;
	}
	fill_devices(scan, info);
}

static int scan_all(struct pcap_scan *scan, char *err, size_t err_size)
{
	struct link_packet pkt;
	enum record_class class;
	int dev, rc = link_check(scan->stream.file, err, err_size);

	if (rc)
		return rc;
	while ((rc = stream_next(&scan->stream, &class, &pkt, &dev)) > 0)
		scan_record(scan, class, &pkt, (unsigned int)dev);
	if (rc)
		snprintf(err, err_size, "%s", stream_error(&scan->stream));
	return rc;
}

static void devices_recount(struct pcap_scan *scan)
{
	for (unsigned int i = 0; i < NAME_DEVS_MAX; i++)
		scan->devs[i] = (struct capture_device){.tx_packets = scan->devs[i].tx_packets};
}

static void read_packet_count(struct capture_device *dev, const struct read_packet *is)
{
	packet_count(dev, &is->pkt);
	if (is->pkt.method == RELEASE_UNKNOWN && is->unread < UNREAD_REASONS)
		dev->unread[is->unread]++;
	dev->scale_found += is->scale_found;
	dev->split += is->split > 0;
	dev->split_into += is->split;
}

/* Packets of TCP once more, cut as the wire had them, with what is known of their readers. */
static int scan_reads(struct pcap_scan *scan, const struct capture_info *info, char *err,
		      size_t err_size)
{
	struct pcap_packets *packets;
	struct read_packet is;
	int rc = pcap_learn_end(scan->flows, info, err, err_size);

	if (rc || !pcap_flows_nr(scan->flows))
		return rc;
	packets = calloc(1, sizeof(*packets));
	if (!packets) {
		snprintf(err, err_size, "%s: out of memory", info->path);
		return -ENOMEM;
	}
	devices_recount(scan);
	rc = pcap_packets_open(packets, scan->flows, info, err, err_size);
	if (!rc) {
		while ((rc = pcap_packets_next(packets, &is)) > 0)
			read_packet_count(&scan->devs[is.dev], &is);
		if (rc)
			snprintf(err, err_size, "%s", stream_error(&packets->stream));
	}
	pcap_packets_close(packets);
	free(packets);
	return rc;
}

static int pcap_scan(struct capture_info *info, char *err, size_t err_size)
{
	struct pcap_scan *scan = calloc(1, sizeof(*scan));
	int rc;

	if (scan)
		scan->flows = pcap_flows_create();
	if (!scan || !scan->flows) {
		free(scan);
		snprintf(err, err_size, "%s: out of memory", info->path);
		return -ENOMEM;
	}
	rc = stream_open(&scan->stream, info, err, err_size);
	if (!rc)
		rc = scan_all(scan, err, err_size);
	if (!rc)
		rc = scan_reads(scan, info, err, err_size);
	if (!rc)
		fill_info(scan, info);
	stream_close(&scan->stream);
	pcap_flows_destroy(scan->flows);
	free(scan);
	return rc;
}

/* --- second pass --- */

/** struct pcap_source - packets of one device; @dev: its number in the stream */
struct pcap_source {
	struct packet_source base;
	struct pcap_packets packets;
	struct pcap_flows *flows;
	int dev;
};

static int pcap_source_next(struct packet_source *src, struct packet *pkt)
{
	struct pcap_source *pcap = (struct pcap_source *)src;
	struct read_packet is;
	int rc;

	do {
		rc = pcap_packets_next(&pcap->packets, &is);
		if (rc < 0)
			snprintf(src->error, sizeof(src->error), "%s",
				 stream_error(&pcap->packets.stream));
		if (rc <= 0)
			return rc;
	} while (is.dev != pcap->dev);
	*pkt = is.pkt;
	return 1;
}

static void pcap_source_close(struct packet_source *src)
{
	struct pcap_source *pcap = (struct pcap_source *)src;

	pcap_packets_close(&pcap->packets);
	pcap_flows_destroy(pcap->flows);
	free(pcap);
}

static const struct packet_source_ops pcap_source_ops = {
	.next = pcap_source_next,
	.close = pcap_source_close,
};

/* What the scan learned is learned again, unless it had no use. */
static int source_learn(struct pcap_source *pcap, const struct capture_info *info,
			const struct capture_device *dev, char *err, size_t err_size)
{
	if (dev->release[RELEASE_UNKNOWN] == dev->packets && !dev->split)
		return 0;
	pcap->flows = pcap_flows_create();
	if (!pcap->flows) {
		snprintf(err, err_size, "%s: out of memory", info->path);
		return -ENOMEM;
	}
	return pcap_learn(pcap->flows, info, err, err_size);
}

static int pcap_open(const struct capture_info *info, const struct capture_device *dev,
		     struct packet_source **src, char *err, size_t err_size)
{
	struct pcap_source *pcap = calloc(1, sizeof(*pcap));
	struct stream *stream;
	int rc;

	if (!pcap) {
		snprintf(err, err_size, "%s: out of memory", info->path);
		return -ENOMEM;
	}
	pcap->base.ops = &pcap_source_ops;
	stream = &pcap->packets.stream;
	rc = source_learn(pcap, info, dev, err, err_size);
	if (!rc)
		rc = pcap_packets_open(&pcap->packets, pcap->flows, info, err, err_size);
	if (!rc) {
		pcap->dev = stream_device(stream, dev->name);
		rc = pcap->dev < 0 ? pcap->dev : 0;
		if (rc)
			snprintf(err, err_size, "%s", stream_error(stream));
	}
	if (rc) {
		pcap_source_close(&pcap->base);
		return rc;
	}
	*src = &pcap->base;
	return 0;
}

const struct packet_format pcap_format = {
	.name = "pcap",
	.filters = true,
	.probe = pcap_file_probe,
	.scan = pcap_scan,
	.open = pcap_open,
};
