/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcap_capture.c - pcap and pcapng as captures: devices and packets.
 *
 * A device is an interface of a pcapng by its name, one interface index of a cooked v2 capture
 * ("if3"), or "pcap". Received packets are those that the capture does not call outgoing: in an
 * Ethernet capture that is both directions, and a filter (capture_info.filter) picks one.
 * Not in a pcap: when packets were released (the modelled consumer decides),
 * NAPI polls, CPUs and receive queues (packets spread over nic.queues by flow hash). Captures
 * of the receiving host show packets as its stack saw them, merged by GRO; max_bytes tells.
 * Each device has a clock (pcap_clock.h): those of several interfaces may differ, and their packets
 * need not be in order of time among each other.
 */
#include "traces/pcap/pcap_capture.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "traces/events/name_table.h"
#include "traces/pcap/pcap_clock.h"
#include "traces/pcap/pcap_file.h"
#include "traces/pcap/pcap_filter.h"
#include "traces/pcap/pcap_link.h"
#include "traces/pcap/pcap_receivers.h"
#include "traces/pcap/pcap_window.h"

#define CLOCKS_APART_NS UINT64_C(86400000000000) /* a day: no clocks of one machine */
#define NR_UNKNOWN	(-1)

/** enum class - what a record is to the capture; each class is counted as an event type */
enum class { CLASS_PACKET, CLASS_OUTGOING, CLASS_FILTERED, CLASS_OTHER_LINK, CLASS_EMPTY, CLASSES };

static const char *const class_names[CLASSES] = {
	[CLASS_PACKET] = "pcap:packet",		[CLASS_OUTGOING] = "pcap:outgoing",
	[CLASS_FILTERED] = "pcap:filtered_out", [CLASS_OTHER_LINK] = "pcap:other_link_type",
	[CLASS_EMPTY] = "pcap:empty",
};

/** struct iface_state - @filter: number of its compiled filter; @dev: of its device, NR_UNKNOWN */
struct iface_state {
	int filter;
	int dev;
};

/**
 * struct stream - records of a file, classified and dissected
 * @devs: names of devices
 * @iface: by interface of the file
 * @nr_ifaces: of them known so far
 * @ifindex, @ifindex_dev: the interface of a cooked v2 packet seen last
 * @clock: by device, of the interfaces of that name
 * @started: there was a record
 * @first_ns: time of the first one
 * @now_ns: of the record read last, since the first
 * @clocks_apart: a clock was so far from the first one that its times count from its own first
 */
struct stream {
	struct pcap_file *file;
	struct pcap_filter *filter;
	struct name_table devs;
	struct iface_state *iface;
	uint32_t nr_ifaces;
	uint32_t ifindex;
	int ifindex_dev;
	struct pcap_clock *clock;
	bool started, clocks_apart;
	uint64_t first_ns, now_ns;
	char error[512];
};

static int stream_open(struct stream *stream, const struct capture_info *info, char *err,
		       size_t err_size)
{
	int rc;

	memset(stream, 0, sizeof(*stream));
	stream->ifindex_dev = NR_UNKNOWN;
	rc = pcap_file_open(info->path, &stream->file, err, err_size);
	if (rc)
		return rc;
	stream->iface = calloc(PCAP_MAX_IFACES, sizeof(*stream->iface));
	stream->clock = calloc(NAME_DEVS_MAX, sizeof(*stream->clock));
	if (info->filter[0])
		stream->filter = pcap_filter_create(info->filter);
	if (stream->iface && stream->clock && (stream->filter || !info->filter[0]))
		return 0;
	snprintf(err, err_size, "%s: out of memory", info->path);
	return -ENOMEM;
}

static void stream_close(struct stream *stream)
{
	pcap_file_close(stream->file);
	pcap_filter_destroy(stream->filter);
	name_table_fini(&stream->devs);
	free(stream->iface);
	free(stream->clock);
}

static int device_number(struct stream *stream, const char *name)
{
	int nr = name_table_intern(&stream->devs, name, CAPTURE_NAME_MAX, NAME_DEVS_MAX);

	if (nr == -ENOMEM)
		snprintf(stream->error, sizeof(stream->error), "%.300s: out of memory",
			 stream->file->path);
	else if (nr < 0)
		pcap_window_damaged(stream->file, "more than %d interfaces", NAME_DEVS_MAX);
	return nr;
}

static int iface_device(struct stream *stream, uint32_t nr)
{
	const char *name = stream->file->iface[nr].name;
	char made[CAPTURE_NAME_MAX];

	if (!name[0]) {
		snprintf(made, sizeof(made), nr ? "pcap%u" : "pcap", nr);
		name = made;
	}
	return device_number(stream, name);
}

/* What is known of an interface when its first packet comes. */
static int iface_begin(struct stream *stream, uint32_t nr)
{
	uint32_t link = stream->file->iface[nr].link;
	char why[256];

	for (; stream->nr_ifaces <= nr; stream->nr_ifaces++)
		stream->iface[stream->nr_ifaces] = (struct iface_state){NR_UNKNOWN, NR_UNKNOWN};
	if (stream->filter && link_is_known(link)) {
		int filter = pcap_filter_link(stream->filter, link, why, sizeof(why));

		if (filter < 0) {
			snprintf(stream->error, sizeof(stream->error),
				 "%.200s: traffic.filter: %.200s; expected a pcap-filter "
				 "expression such as \"dst host 192.0.2.1\"",
				 stream->file->path, why);
			return filter;
		}
		stream->iface[nr].filter = filter;
	}
	stream->iface[nr].dev = iface_device(stream, nr);
	return stream->iface[nr].dev;
}

/* Cooked v2 records name their interface by index. */
static int packet_device(struct stream *stream, uint32_t iface, uint32_t ifindex)
{
	char name[CAPTURE_NAME_MAX];

	if (!ifindex)
		return stream->iface[iface].dev;
	if (ifindex != stream->ifindex || stream->ifindex_dev < 0) {
		snprintf(name, sizeof(name), "if%u", ifindex);
		stream->ifindex = ifindex;
		stream->ifindex_dev = device_number(stream, name);
	}
	return stream->ifindex_dev;
}

/*
 * The first record of a clock. One that began before the file's first packet, or on another day,
 * has no place among the others: it begins where the record before it was.
 */
static void clock_start(struct stream *stream, struct pcap_clock *clock, uint64_t time_ns)
{
	uint64_t since_ns = time_ns - stream->first_ns;
	uint64_t apart_ns = time_ns < stream->first_ns ? -since_ns : since_ns;

	if (!stream->started) {
		stream->started = true;
		stream->first_ns = time_ns;
		since_ns = apart_ns = 0;
	}
	if (apart_ns > stream->now_ns + CLOCKS_APART_NS)
		stream->clocks_apart = true;
	if (time_ns < stream->first_ns || apart_ns > stream->now_ns + CLOCKS_APART_NS)
		since_ns = stream->now_ns;
	pcap_clock_start(clock, time_ns, since_ns);
}

static void clock_advance(struct stream *stream, uint32_t iface, uint64_t time_ns)
{
	struct pcap_clock *clock = &stream->clock[stream->iface[iface].dev];

	if (clock->started)
		pcap_clock_advance(clock, time_ns);
	else
		clock_start(stream, clock, time_ns);
	stream->now_ns = clock->now_ns;
}

static enum class record_class(const struct stream *stream, const struct pcap_record *rec,
			       struct link_packet *pkt) {
	const struct pcap_iface *iface = &stream->file->iface[rec->iface];
	uint32_t fcs = iface->fcs_bytes < rec->bytes ? iface->fcs_bytes : 0;

	if (!rec->bytes) return CLASS_EMPTY;
	if (!link_is_known(iface->link)) return CLASS_OTHER_LINK;
	link_dissect(iface->link, rec->data, rec->captured, rec->bytes - fcs, pkt);
	if (stream->filter &&
	    !pcap_filter_match(stream->filter, stream->iface[rec->iface].filter, rec->data,
			       rec->captured, rec->bytes)) return CLASS_FILTERED;
	if (rec->direction == PCAP_OUTBOUND ||
	    (rec->direction == PCAP_DIRECTION_UNKNOWN && pkt->outgoing)) return CLASS_OUTGOING;
	return CLASS_PACKET;
}

/* Return: 1 with @class, @pkt and the number of its device set, 0 at the end, -errno */
static int stream_next(struct stream *stream, enum class *class, struct link_packet *pkt, int *dev)
{
	struct pcap_record rec;
	int rc = pcap_file_next(stream->file, &rec);

	if (rc <= 0)
		return rc;
	if (rec.iface >= stream->nr_ifaces || stream->iface[rec.iface].dev < 0) {
		rc = iface_begin(stream, rec.iface);
		if (rc < 0)
			return rc;
	}
	clock_advance(stream, rec.iface, rec.time_ns);
	*class = record_class(stream, &rec, pkt);
	*dev = 0;
	if (*class == CLASS_PACKET || *class == CLASS_OUTGOING)
		*dev = packet_device(stream, rec.iface, pkt->ifindex);
	return *dev < 0 ? *dev : 1;
}

static const char *stream_error(const struct stream *stream)
{
	return stream->error[0] ? stream->error : stream->file->error;
}

/* --- first pass --- */

/** struct pcap_scan - counters of a scan; large */
struct pcap_scan {
	struct stream stream;
	struct receivers receivers;
	uint64_t classes[CLASSES];
	struct capture_device devs[NAME_DEVS_MAX];
};

static void scan_record(struct pcap_scan *scan, enum class class, const struct link_packet *pkt,
			unsigned int dev)
{
	struct capture_device *to = &scan->devs[dev];

	scan->classes[class]++;
	if (class == CLASS_OUTGOING)
		to->tx_packets++;
	if (class != CLASS_PACKET)
		return;
	to->packets++;
	to->bytes += pkt->bytes;
	if (pkt->bytes > to->max_bytes)
		to->max_bytes = pkt->bytes;
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
		dev->release[RELEASE_UNKNOWN] = dev->packets;
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
	enum class class;
	int dev, rc = link_check(scan->stream.file, err, err_size);

	if (rc)
		return rc;
	while ((rc = stream_next(&scan->stream, &class, &pkt, &dev)) > 0)
		scan_record(scan, class, &pkt, (unsigned int)dev);
	if (rc)
		snprintf(err, err_size, "%s", stream_error(&scan->stream));
	return rc;
}

static int pcap_scan(struct capture_info *info, char *err, size_t err_size)
{
	struct pcap_scan *scan = calloc(1, sizeof(*scan));
	int rc;

	if (!scan) {
		snprintf(err, err_size, "%s: out of memory", info->path);
		return -ENOMEM;
	}
	rc = stream_open(&scan->stream, info, err, err_size);
	if (!rc)
		rc = scan_all(scan, err, err_size);
	if (!rc)
		fill_info(scan, info);
	stream_close(&scan->stream);
	free(scan);
	return rc;
}

/* --- second pass --- */

/**
 * struct pcap_source - packets of one device
 * @dev: its number in the stream
 * @last_ns: arrival of the packet before; "if3" may be an index and a name, with two clocks
 */
struct pcap_source {
	struct packet_source base;
	struct stream stream;
	int dev;
	uint64_t last_ns;
};

static int pcap_source_next(struct packet_source *src, struct packet *pkt)
{
	struct pcap_source *pcap = (struct pcap_source *)src;
	struct link_packet link;
	enum class class;
	int dev, rc;

	do {
		rc = stream_next(&pcap->stream, &class, &link, &dev);
		if (rc < 0)
			snprintf(src->error, sizeof(src->error), "%s", stream_error(&pcap->stream));
		if (rc <= 0)
			return rc;
	} while (class != CLASS_PACKET || dev != pcap->dev);
	if (pcap->stream.now_ns > pcap->last_ns)
		pcap->last_ns = pcap->stream.now_ns;
	*pkt = (struct packet){
		.arrival_ns = pcap->last_ns,
		.release_ns = PACKET_UNKNOWN,
		.bytes = link.bytes,
		.flow = link.flow,
		.queue = (uint16_t)(link.flow >> 16),
		.flags = link.tcp ? 0 : PACKET_DATAGRAM,
		.method = RELEASE_UNKNOWN,
	};
	return 1;
}

static void pcap_source_close(struct packet_source *src)
{
	struct pcap_source *pcap = (struct pcap_source *)src;

	stream_close(&pcap->stream);
	free(pcap);
}

static const struct packet_source_ops pcap_source_ops = {
	.next = pcap_source_next,
	.close = pcap_source_close,
};

static int pcap_open(const struct capture_info *info, const struct capture_device *dev,
		     struct packet_source **src, char *err, size_t err_size)
{
	struct pcap_source *pcap = calloc(1, sizeof(*pcap));
	int rc;

	if (!pcap) {
		snprintf(err, err_size, "%s: out of memory", info->path);
		return -ENOMEM;
	}
	pcap->base.ops = &pcap_source_ops;
	rc = stream_open(&pcap->stream, info, err, err_size);
	if (!rc) {
		pcap->dev = device_number(&pcap->stream, dev->name);
		rc = pcap->dev < 0 ? pcap->dev : 0;
		if (rc)
			snprintf(err, err_size, "%s", stream_error(&pcap->stream));
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
