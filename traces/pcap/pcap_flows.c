/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcap_flows.c - a hash table from the two ends of a connection to the connections between them.
 */
#include "traces/pcap/pcap_flows.h"

#include <stdlib.h>
#include <string.h>

#define CELLS	 (4 * FLOWS_MAX)     /* power of 2, never more than a quarter full */
#define PROBES	 64		     /* whatever ends a file makes up, a look-up is short */
#define POSITION (UINT64_C(1) << 33) /* of sequence number 0: a stream may go on below it */

/* Not shifted, windows are multiples of an MSS that begins at this. Source: tcp-window */
#define MSS_DEFAULT 536

/** struct ends - one pair: the connection it had first, and the one it has now in this pass */
struct ends {
	uint32_t first, now;
};

/** struct pcap_flows - @cell: number of an entry of @ends, + 1; 0: none */
struct pcap_flows {
	struct flow_conn *conn;
	struct ends *ends;
	uint32_t nr, nr_ends, room;
	uint32_t cell[CELLS];
};

struct pcap_flows *pcap_flows_create(void)
{
	struct pcap_flows *flows = calloc(1, sizeof(*flows));

	if (!flows)
		return NULL;
	flows->room = 16;
	flows->conn = calloc(flows->room, sizeof(*flows->conn));
	flows->ends = calloc(FLOWS_MAX, sizeof(*flows->ends));
	if (flows->conn && flows->ends)
		return flows;
	pcap_flows_destroy(flows);
	return NULL;
}

void pcap_flows_destroy(struct pcap_flows *flows)
{
	if (!flows)
		return;
	free(flows->conn);
	free(flows->ends);
	free(flows);
}

static void half_begin(struct flow_half *half)
{
	half->base = ROOM_NO_ACK;
	half->top = 0;
	half->syn_scale = TCP_NO_SCALE;
	half->syn_seen = half->fin_seen = half->closed = half->from_start = false;
	memset(&half->track, 0, sizeof(half->track));
	room_learn_begin(&half->learner);
}

void pcap_flows_rewind(struct pcap_flows *flows)
{
	for (uint32_t i = 0; i < flows->nr_ends; i++)
		flows->ends[i].now = flows->ends[i].first;
	for (uint32_t i = 0; i < flows->nr; i++) {
		flows->conn[i].used = flows->conn[i].isn_seen = false;
		half_begin(&flows->conn[i].half[0]);
		half_begin(&flows->conn[i].half[1]);
	}
}

static uint32_t conn_add(struct pcap_flows *flows, const unsigned char *key)
{
	struct flow_conn *conn;

	if (flows->nr == FLOWS_MAX)
		return FLOW_NONE;
	if (flows->nr == flows->room) {
		conn = realloc(flows->conn, 2 * flows->room * sizeof(*conn));
		if (!conn)
			return FLOW_NONE;
		flows->conn = conn;
		flows->room *= 2;
	}
	conn = &flows->conn[flows->nr];
	memset(conn, 0, sizeof(*conn));
	memcpy(conn->key, key, FLOW_KEY_BYTES);
	conn->later = FLOW_NONE;
	for (unsigned int i = 0; i < 2; i++) {
		conn->half[i].scale = -1;
		conn->half[i].fits = (1 << (TCP_SCALE_MAX + 1)) - 1;
		half_begin(&conn->half[i]);
	}
	return flows->nr++;
}

/* Address and port, in the order in which they compare. */
static void end_put(unsigned char *to, const unsigned char *address, uint32_t bytes, uint16_t port)
{
	memset(to, 0, FLOW_KEY_BYTES / 2);
	memcpy(to, address, bytes);
	to[16] = (unsigned char)(port >> 8);
	to[17] = (unsigned char)port;
}

/* Return: is the destination the higher end? */
static unsigned int key_put(unsigned char *key, const struct link_packet *pkt,
			    const struct tcp_segment *seg)
{
	unsigned char end[2][FLOW_KEY_BYTES / 2];
	unsigned int higher;

	end_put(end[0], pkt->addresses, pkt->address_bytes, seg->source);
	end_put(end[1], pkt->addresses + pkt->address_bytes, pkt->address_bytes, seg->destination);
	higher = memcmp(end[0], end[1], sizeof(end[0])) <= 0;
	memcpy(key, end[!higher], sizeof(end[0]));
	memcpy(key + sizeof(end[0]), end[higher], sizeof(end[0]));
	return higher;
}

static uint32_t cell_of(const unsigned char *key)
{
	uint64_t hash = 0;

	for (unsigned int i = 0; i < FLOW_KEY_BYTES; i += 4) {
		uint32_t word;

		memcpy(&word, key + i, sizeof(word));
		hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
		hash ^= hash >> 29;
	}
	return (uint32_t)(hash >> 32) & (CELLS - 1);
}

static struct ends *ends_find(struct pcap_flows *flows, const unsigned char *key)
{
	uint32_t at = cell_of(key), probes = 0, nr;

	for (; flows->cell[at]; at = (at + 1) & (CELLS - 1)) {
		struct ends *ends = &flows->ends[flows->cell[at] - 1];

		if (!memcmp(flows->conn[ends->first].key, key, FLOW_KEY_BYTES))
			return ends;
		if (++probes == PROBES)
			return NULL;
	}
	nr = conn_add(flows, key);
	if (nr == FLOW_NONE)
		return NULL;
	flows->ends[flows->nr_ends] = (struct ends){nr, nr};
	flows->cell[at] = ++flows->nr_ends;
	return &flows->ends[flows->nr_ends - 1];
}

/* The same ends open a new connection: a SYN with another number than the one there is. */
static bool is_later(const struct flow_conn *conn, const struct tcp_segment *seg)
{
	if ((seg->flags & (TCP_SYN | TCP_ACK | TCP_RST)) != TCP_SYN)
		return false;
	return conn->used && (!conn->isn_seen || conn->isn != seg->seq);
}

uint32_t pcap_flows_find(struct pcap_flows *flows, const struct link_packet *pkt,
			 const struct tcp_segment *seg, unsigned int *to)
{
	unsigned char key[FLOW_KEY_BYTES];
	struct flow_conn *conn;
	struct ends *ends;
	uint32_t later;

	*to = key_put(key, pkt, seg);
	ends = ends_find(flows, key);
	if (!ends || ends->now == FLOW_NONE)
		return FLOW_NONE;
	if (is_later(&flows->conn[ends->now], seg)) {
		later = flows->conn[ends->now].later;
		if (later == FLOW_NONE)
			later = conn_add(flows, key);
		flows->conn[ends->now].later = later;
		ends->now = later;
		if (later == FLOW_NONE)
			return FLOW_NONE;
	}
	conn = &flows->conn[ends->now];
	conn->used = true;
	if ((seg->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN && !conn->isn_seen) {
		conn->isn = seg->seq;
		conn->isn_seen = true;
	}
	return ends->now;
}

uint32_t pcap_flows_nr(const struct pcap_flows *flows)
{
	return flows->nr;
}

struct flow_conn *pcap_flow(struct pcap_flows *flows, uint32_t nr)
{
	return &flows->conn[nr];
}

uint64_t flow_position(struct flow_half *half, uint32_t seq)
{
	if (!half->top)
		half->top = POSITION + seq;
	return half->top + (uint64_t)(int64_t)(int32_t)(seq - (uint32_t)half->top);
}

uint32_t flow_quantum(const struct flow_half *half)
{
	if (half->scale > 0)
		return 1u << half->scale;
	return half->mss > MSS_DEFAULT ? half->mss : MSS_DEFAULT;
}
