/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcap_stream.h - the records of a pcap or pcapng in the order of the file, classified, dissected
 * and on one clock.
 */
#ifndef TRACES_PCAP_STREAM_H
#define TRACES_PCAP_STREAM_H

#include "traces/events/name_table.h"
#include "traces/packet_format.h"
#include "traces/pcap/pcap_clock.h"
#include "traces/pcap/pcap_file.h"
#include "traces/pcap/pcap_filter.h"
#include "traces/pcap/pcap_link.h"

/** NR_UNKNOWN - no number of a filter or device */
#define NR_UNKNOWN (-1)

/** enum record_class - what a record is to the capture; each class is counted as an event type */
enum record_class {
	CLASS_PACKET,
	CLASS_OUTGOING,
	CLASS_FILTERED,
	CLASS_OTHER_LINK,
	CLASS_EMPTY,
	CLASSES
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

/**
 * stream_open() - of the capture and filter that @info names
 * Return: 0, -ENOMEM, -EINVAL or -errno with one line in @err. Close it in any case.
 */
int stream_open(struct stream *stream, const struct capture_info *info, char *err, size_t err_size);

/** stream_close() - frees what the stream holds */
void stream_close(struct stream *stream);

/** stream_device() - number of the device of that name. Return: it, -errno (stream_error()) */
int stream_device(struct stream *stream, const char *name);

/**
 * stream_next() - the next record
 * @pkt: its headers, all zero of a record without any; valid until the next call
 * @dev: number of its device
 * Return: 1, 0 at the end, -errno (stream_error()).
 */
int stream_next(struct stream *stream, enum record_class *class, struct link_packet *pkt, int *dev);

/** stream_error() - one line about the last failure */
const char *stream_error(const struct stream *stream);

#endif
