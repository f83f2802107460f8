/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcap_reads.c - packets wait for the ACK that tells they were read.
 *
 * A reader is a half of a connection, in the same order. What its ACKs tell exactly are anchors;
 * ACKs between two anchors are pending until the second one comes.
 */
#include "traces/pcap/pcap_reads.h"

#include <errno.h>
#include <stdlib.h>

#include "traces/pcap/pcap_segment.h"
#include "traces/pcap/pcap_split.h"

/* ACKs of a reader that may be pending; of more every second one goes. A power of 2 */
#define PENDING_MAX 64

/** struct pending - an ACK; @least: it had read up to there, at least */
struct pending {
	uint64_t time_ns, ack, least;
};

/**
 * struct reader - of one half
 * @list: packets that wait for it
 * @begun: there was a packet
 * @anchor_ns, @anchor_ack, @anchor_read: the last ACK that told exactly
 * @read: up to there packets were given
 * @pending: @nr of them, room for @room
 */
struct reader {
	struct waiting_list list;
	bool begun;
	uint64_t anchor_ns, anchor_ack, anchor_read;
	uint64_t read;
	struct pending *pending;
	unsigned int nr, room;
};

struct pcap_reads {
	struct pcap_flows *flows;
	struct waiting_ring ring;
	struct reader *reader;
	uint32_t nr;
};

struct pcap_reads *pcap_reads_create(struct pcap_flows *flows)
{
	struct pcap_reads *reads = calloc(1, sizeof(*reads));

	if (!reads)
		return NULL;
	reads->flows = flows;
	reads->nr = 2 * pcap_flows_nr(flows);
	reads->reader = calloc(reads->nr ? reads->nr : 1, sizeof(*reads->reader));
	if (reads->reader && !waiting_init(&reads->ring))
		return reads;
	pcap_reads_destroy(reads);
	return NULL;
}

void pcap_reads_destroy(struct pcap_reads *reads)
{
	if (!reads)
		return;
	for (uint32_t i = 0; reads->reader && i < reads->nr; i++)
		free(reads->reader[i].pending);
	free(reads->reader);
	waiting_fini(&reads->ring);
	free(reads);
}

static void release(struct packet *pkt, uint64_t time_ns, enum release_method method)
{
	pkt->release_ns = time_ns > pkt->arrival_ns ? time_ns : pkt->arrival_ns;
	pkt->release_cpu = PACKET_CPU_READER;
	pkt->method = (uint8_t)method;
}

static void read_to(struct pcap_reads *reads, struct reader *reader, uint64_t read,
		    uint64_t time_ns)
{
	if (read < reader->read)
		return;
	reader->read = read;
	while (reader->list.first && waiting_get(&reads->ring, reader->list.first)->end <= read)
		release(&waiting_take(&reads->ring, &reader->list)->is.pkt, time_ns,
			RELEASE_WINDOW);
}

static void reader_begin(struct reader *reader, const struct flow_half *half, uint64_t now_ns)
{
	if (reader->begun)
		return;
	reader->begun = true;
	reader->anchor_ns = now_ns;
	reader->anchor_ack = reader->anchor_read = reader->read = half->base;
}

/* @from at 0, @to at @all, in between at @part */
static uint64_t between(uint64_t from, uint64_t to, uint64_t part, uint64_t all)
{
	if (!all || to <= from)
		return from;
	return from + (uint64_t)((unsigned __int128)(to - from) * part / all);
}

static int pending_add(struct reader *reader, uint64_t now_ns, uint64_t ack, uint64_t least)
{
	if (reader->nr == PENDING_MAX)
		for (reader->nr = 0; reader->nr < PENDING_MAX / 2; reader->nr++)
			reader->pending[reader->nr] = reader->pending[2 * reader->nr + 1];
	if (reader->nr == reader->room) {
		unsigned int room = reader->room ? 2 * reader->room : 4;
		struct pending *pending = realloc(reader->pending, room * sizeof(*pending));

		if (!pending)
			return -ENOMEM;
		reader->pending = pending;
		reader->room = room;
	}
	reader->pending[reader->nr++] = (struct pending){now_ns, ack, least};
	return 0;
}

/* The reader has read up to @read at an ACK: so much of what came since the last such ACK. */
static void anchor(struct pcap_reads *reads, struct reader *reader, uint64_t now_ns, uint64_t ack,
		   uint64_t read)
{
	if (read < reader->read)
		read = reader->read;
	for (unsigned int i = 0; i < reader->nr; i++) {
		const struct pending *p = &reader->pending[i];
		uint64_t upto = between(reader->anchor_read, read, p->ack - reader->anchor_ack,
					ack - reader->anchor_ack);

		if (upto < p->least)
			upto = p->least;
		if (upto > p->ack)
			upto = p->ack;
		read_to(reads, reader, upto < read ? upto : read, p->time_ns);
	}
	reader->nr = 0;
	read_to(reads, reader, read, now_ns);
	reader->anchor_ns = now_ns;
	reader->anchor_ack = ack;
	reader->anchor_read = read;
}

static int reader_ack(struct pcap_reads *reads, struct reader *reader, const struct flow_half *half,
		      const struct ack_step *step, uint64_t now_ns)
{
	uint64_t least = half->base;
	bool exact = false;

	reader_begin(reader, half, now_ns);
	if (step->ack < reader->anchor_ack)
		return 0; /* of data before the capture */
	if (!room_read(&half->room, &half->track, step, flow_quantum(half), &least, &exact))
		exact = false;
	if (!exact)
		return pending_add(reader, now_ns, step->ack, least);
	anchor(reads, reader, now_ns, step->ack, least);
	return 0;
}

static void pending_least(struct pcap_reads *reads, struct reader *reader)
{
	for (unsigned int i = 0; i < reader->nr; i++)
		read_to(reads, reader, reader->pending[i].least, reader->pending[i].time_ns);
	reader->nr = 0;
}

/* What is left was read evenly since the last ACK that told. */
static void reader_close(struct pcap_reads *reads, struct reader *reader,
			 const struct flow_half *half, uint64_t now_ns)
{
	uint64_t all = half->top > reader->anchor_read ? half->top - reader->anchor_read : 0;

	pending_least(reads, reader);
	free(reader->pending); /* no ACK counts any more */
	reader->pending = NULL;
	reader->room = 0;
	while (reader->list.first) {
		struct waiting *slot = waiting_take(&reads->ring, &reader->list);
		uint64_t part =
			slot->end > reader->anchor_read ? slot->end - reader->anchor_read : 0;

		release(&slot->is.pkt,
			between(reader->anchor_ns, now_ns, part < all ? part : all, all),
			RELEASE_WINDOW);
	}
}

static uint8_t unread_reason(const struct flow_half *half)
{
	if (!half->acks_seen)
		return UNREAD_ONE_DIRECTION;
	return half->scale < 0 ? UNREAD_NO_SCALE : UNREAD_REASONS;
}

/* One packet of the connection, with the data up to @end; 0: it has none. */
static int packet_add(struct pcap_reads *reads, uint32_t nr, unsigned int to,
		      const struct flow_news *news, struct read_packet *is, uint64_t end)
{
	const struct flow_conn *conn = pcap_flow(reads->flows, nr);
	const struct flow_half *half = &conn->half[to];
	struct reader *reader = &reads->reader[2 * nr + to];
	bool known = flow_half_is_known(half);
	uint64_t id;

	if (end)
		is->unread = unread_reason(half);
	else
		known |= flow_half_is_known(&conn->half[!to]);
	is->scale_found = end && known && half->scale_found;
	if (known && (!end || news->repeated))
		release(&is->pkt, is->pkt.arrival_ns, RELEASE_WINDOW);
	id = waiting_push(&reads->ring, is);
	if (!id)
		return -ENOMEM;
	if (!known || !end || news->repeated)
		return 0;
	reader_begin(reader, half, is->pkt.arrival_ns);
	waiting_append(&reads->ring, &reader->list, id, 2 * nr + to, end);
	return 0;
}

/* As many packets as the wire had. */
static int segment_add(struct pcap_reads *reads, const struct link_packet *link,
		       const struct tcp_segment *seg, uint32_t nr, unsigned int to,
		       const struct flow_news *news, struct read_packet *is)
{
	const struct flow_conn *conn = pcap_flow(reads->flows, nr);
	uint32_t most = split_data(conn, to, seg, link->address_bytes), left = seg->data;
	uint32_t headers = is->pkt.bytes > left ? is->pkt.bytes - left : 0;
	uint64_t begin = news->end - seg->data;
	int rc;

	if (left <= most)
		return packet_add(reads, nr, to, news, is, left ? news->end : 0);
	is->split = (left + most - 1) / most;
	for (rc = 0; left && !rc; left -= most < left ? most : left) {
		uint32_t data = most < left ? most : left;

		begin += data;
		is->pkt.bytes = headers + data;
		rc = packet_add(reads, nr, to, news, is, begin);
		is->split = 0;
	}
	return rc;
}

/* Beyond WAITING_MAX the oldest packets wait no more. */
static void give_up(struct pcap_reads *reads)
{
	for (uint64_t id = reads->ring.tail; reads->ring.head - id > WAITING_MAX; id++) {
		struct waiting *slot = waiting_get(&reads->ring, id);

		if (slot->done)
			continue;
		waiting_take(&reads->ring, &reads->reader[slot->reader].list);
		slot->is.unread = UNREAD_NO_ROOM;
		slot->is.scale_found = false;
	}
}

static int other_add(struct pcap_reads *reads, struct read_packet *is, bool forgotten)
{
	if (forgotten)
		is->unread = UNREAD_NO_ROOM;
	return waiting_push(&reads->ring, is) ? 0 : -ENOMEM;
}

int pcap_reads_record(struct pcap_reads *reads, const struct link_packet *link,
		      const struct packet *pkt, uint16_t dev, uint64_t now_ns)
{
	struct read_packet is = {.dev = dev, .unread = UNREAD_REASONS};
	struct tcp_segment seg;
	struct flow_news news;
	struct flow_conn *conn;
	unsigned int to;
	uint32_t nr;
	int rc = 0;

	if (pkt)
		is.pkt = *pkt;
	if (!tcp_parse(link, &seg))
		return pkt ? other_add(reads, &is, false) : 0;
	nr = pcap_flows_find(reads->flows, link, &seg, &to);
	if (nr == FLOW_NONE || nr >= reads->nr / 2) /* or the file grew since it was learned */
		return pkt ? other_add(reads, &is, seg.data) : 0;
	conn = pcap_flow(reads->flows, nr);
	segment_apply(conn, to, &seg, &news);
	if (pkt)
		rc = segment_add(reads, link, &seg, nr, to, &news, &is);
	if (!rc && news.acked && !news.closes[!to] && flow_half_is_known(&conn->half[!to]))
		rc = reader_ack(reads, &reads->reader[2 * nr + !to], &conn->half[!to], &news.step,
				now_ns);
	for (unsigned int h = 0; h < 2; h++)
		if (news.closes[h])
			reader_close(reads, &reads->reader[2 * nr + h], &conn->half[h], now_ns);
	give_up(reads);
	return rc;
}

void pcap_reads_end(struct pcap_reads *reads, uint64_t end_ns)
{
	for (uint32_t i = 0; i < reads->nr; i++) {
		struct reader *reader = &reads->reader[i];

		pending_least(reads, reader);
		while (reader->list.first)
			release(&waiting_take(&reads->ring, &reader->list)->is.pkt, end_ns + 1,
				RELEASE_HELD);
	}
}

bool pcap_reads_next(struct pcap_reads *reads, struct read_packet *out)
{
	const struct waiting *oldest = waiting_oldest(&reads->ring);

	if (!oldest || !oldest->done)
		return false;
	*out = oldest->is;
	reads->ring.tail++;
	return true;
}
