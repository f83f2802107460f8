/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcap_packets.c - records become packets; those that wait for their reader come out later.
 */
#include "traces/pcap/pcap_packets.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "traces/pcap/pcap_segment.h"

void pcap_learn_record(struct pcap_flows *flows, const struct link_packet *pkt)
{
	struct tcp_segment seg;
	struct flow_conn *conn;
	unsigned int to;
	uint32_t nr;

	if (!tcp_parse(pkt, &seg))
		return;
	nr = pcap_flows_find(flows, pkt, &seg, &to);
	if (nr == FLOW_NONE)
		return;
	conn = pcap_flow(flows, nr);
	if (pkt->bytes > conn->half[to].longest)
		conn->half[to].longest = pkt->bytes;
	segment_learn(conn, to, &seg);
}

static int learn_pass(struct pcap_flows *flows, const struct capture_info *info, char *err,
		      size_t err_size)
{
	struct stream *stream = calloc(1, sizeof(*stream));
	struct link_packet pkt;
	enum record_class class;
	int dev, rc;

	if (!stream) {
		snprintf(err, err_size, "%s: out of memory", info->path);
		return -ENOMEM;
	}
	rc = stream_open(stream, info, err, err_size);
	if (!rc) {
		while ((rc = stream_next(stream, &class, &pkt, &dev)) > 0)
			pcap_learn_record(flows, &pkt);
		if (rc)
			snprintf(err, err_size, "%s", stream_error(stream));
	}
	stream_close(stream);
	free(stream);
	return rc;
}

int pcap_learn_end(struct pcap_flows *flows, const struct capture_info *info, char *err,
		   size_t err_size)
{
	int rc = 0;

	if (flows_find_scales(flows)) {
		pcap_flows_rewind(flows);
		rc = learn_pass(flows, info, err, err_size);
	}
	flows_learn_end(flows);
	pcap_flows_rewind(flows);
	return rc;
}

int pcap_learn(struct pcap_flows *flows, const struct capture_info *info, char *err,
	       size_t err_size)
{
	int rc = learn_pass(flows, info, err, err_size);

	return rc ? rc : pcap_learn_end(flows, info, err, err_size);
}

int pcap_packets_open(struct pcap_packets *packets, struct pcap_flows *flows,
		      const struct capture_info *info, char *err, size_t err_size)
{
	int rc = stream_open(&packets->stream, info, err, err_size);

	if (rc)
		return rc;
	packets->last_ns = calloc(NAME_DEVS_MAX, sizeof(*packets->last_ns));
	packets->reads = flows ? pcap_reads_create(flows) : NULL;
	if (packets->last_ns && (packets->reads || !flows))
		return 0;
	snprintf(err, err_size, "%s: out of memory", info->path);
	return -ENOMEM;
}

void pcap_packets_close(struct pcap_packets *packets)
{
	pcap_reads_destroy(packets->reads);
	free(packets->last_ns);
	stream_close(&packets->stream);
}

/* "if3" may be an index and a name, with two clocks. */
static void packet_make(struct pcap_packets *packets, const struct link_packet *link, int dev,
			struct packet *pkt)
{
	uint64_t *last_ns = &packets->last_ns[dev];

	if (packets->stream.now_ns > *last_ns)
		*last_ns = packets->stream.now_ns;
	*pkt = (struct packet){
		.arrival_ns = *last_ns,
		.release_ns = PACKET_UNKNOWN,
		.bytes = link->bytes,
		.flow = link->flow,
		.queue = (uint16_t)(link->flow >> 16),
		.flags = link->tcp ? 0 : PACKET_DATAGRAM,
		.method = RELEASE_UNKNOWN,
	};
}

/* Return: 1: it goes out at once, in @out; 0: no packet, or it waits; -errno */
static int record_take(struct pcap_packets *packets, enum record_class class,
		       const struct link_packet *link, int dev, struct read_packet *out)
{
	int rc;

	*out = (struct read_packet){.dev = (uint16_t)dev, .unread = UNREAD_REASONS};
	if (packets->stream.now_ns > packets->end_ns)
		packets->end_ns = packets->stream.now_ns;
	if (class == CLASS_PACKET)
		packet_make(packets, link, dev, &out->pkt);
	if (!packets->reads)
		return class == CLASS_PACKET;
	rc = pcap_reads_record(packets->reads, link, class == CLASS_PACKET ? &out->pkt : NULL,
			       (uint16_t)dev, packets->stream.now_ns);
	if (rc)
		snprintf(packets->stream.error, sizeof(packets->stream.error),
			 "%.300s: out of memory", packets->stream.file->path);
	return rc;
}

int pcap_packets_next(struct pcap_packets *packets, struct read_packet *out)
{
	struct link_packet link;
	enum record_class class;
	int dev, rc;

	for (;;) {
		if (packets->reads && pcap_reads_next(packets->reads, out))
			return 1;
		if (packets->ended)
			return 0;
		rc = stream_next(&packets->stream, &class, &link, &dev);
		if (rc > 0) {
			rc = record_take(packets, class, &link, dev, out);
			if (rc)
				return rc;
			continue;
		}
		if (rc)
			return rc;
		packets->ended = true;
		if (packets->reads)
			pcap_reads_end(packets->reads, packets->end_ns);
	}
}
