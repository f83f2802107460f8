/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcap_stream.c - devices, clocks and classes of records.
 */
#include "traces/pcap/pcap_stream.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "traces/pcap/pcap_window.h"

#define CLOCKS_APART_NS UINT64_C(86400000000000) /* a day: no clocks of one machine */

int stream_open(struct stream *stream, const struct capture_info *info, char *err, size_t err_size)
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

void stream_close(struct stream *stream)
{
	pcap_file_close(stream->file);
	pcap_filter_destroy(stream->filter);
	name_table_fini(&stream->devs);
	free(stream->iface);
	free(stream->clock);
}

int stream_device(struct stream *stream, const char *name)
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
	return stream_device(stream, name);
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
		stream->ifindex_dev = stream_device(stream, name);
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

static enum record_class class_of(const struct stream *stream, const struct pcap_record *rec,
				  struct link_packet *pkt)
{
	const struct pcap_iface *iface = &stream->file->iface[rec->iface];
	uint32_t fcs = iface->fcs_bytes < rec->bytes ? iface->fcs_bytes : 0;

	if (!rec->bytes)
		return CLASS_EMPTY;
	if (!link_is_known(iface->link))
		return CLASS_OTHER_LINK;
	link_dissect(iface->link, rec->data, rec->captured, rec->bytes - fcs, pkt);
	if (stream->filter && !pcap_filter_match(stream->filter, stream->iface[rec->iface].filter,
						 rec->data, rec->captured, rec->bytes))
		return CLASS_FILTERED;
	if (rec->direction == PCAP_OUTBOUND ||
	    (rec->direction == PCAP_DIRECTION_UNKNOWN && pkt->outgoing))
		return CLASS_OUTGOING;
	return CLASS_PACKET;
}

int stream_next(struct stream *stream, enum record_class *class, struct link_packet *pkt, int *dev)
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
	memset(pkt, 0, sizeof(*pkt));
	*class = class_of(stream, &rec, pkt);
	*dev = 0;
	if (*class == CLASS_PACKET || *class == CLASS_OUTGOING)
		*dev = packet_device(stream, rec.iface, pkt->ifindex);
	return *dev < 0 ? *dev : 1;
}

const char *stream_error(const struct stream *stream)
{
	return stream->error[0] ? stream->error : stream->file->error;
}
