/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcap_flows.h - the TCP connections of a capture, both directions, and what was learned of each.
 *
 * A capture is read several times: first to learn (a window's scale, the room of a buffer), then
 * to tell when packets were read. Every pass sees the same packets, so it finds the same
 * connections in the same order. FLOWS_MAX connections are followed, the packets of others are
 * TCP whose reader is not known.
 */
#ifndef TRACES_PCAP_FLOWS_H
#define TRACES_PCAP_FLOWS_H

#include <stdbool.h>
#include <stdint.h>
#include "traces/pcap/pcap_room.h"
#include "traces/pcap/pcap_tcp.h"

/** FLOWS_MAX - connections, 656 bytes each */
#define FLOWS_MAX 16384

/** FLOW_KEY_BYTES - two ends of an address of 16 bytes and a port */
#define FLOW_KEY_BYTES 36

/** FLOW_NONE - no connection */
#define FLOW_NONE UINT32_MAX

/**
 * struct flow_half - one direction: data to a receiver, its ACKs and windows
 *
 * Learned:
 * @acks_seen: the receiver's ACKs are in the capture
 * @scale: its windows are shifted by so much; -1: not known
 * @scale_found: from what it promised and the sender used, as no SYN tells it
 * @mss: bytes of data that a packet to it holds at most, with TCP options; 0: not known
 * @fits: bit s: no packet contradicts scale s
 * @fit_right, @fit_ack: right edge with scale s, and the ACK of it
 * @longest: the longest packet to it, with Ethernet header
 * @learner, @room: of its buffer
 *
 * Of a pass:
 * @base: position of the first byte; ROOM_NO_ACK until known. Positions are numbers of 64 bits, of
 *	which sequence numbers are the lower half
 * @top: the highest position seen
 * @syn_scale: option of the receiver's SYN; TCP_NO_SCALE
 * @syn_seen, @fin_seen: the receiver sent one
 * @track: its ACKs
 * @closed: it has read all there was, or threw it away
 */
struct flow_half {
	bool acks_seen, scale_found, syn_seen, fin_seen, closed, from_start;
	int scale, syn_scale;
	uint16_t mss, fits;
	uint32_t longest;
	uint64_t fit_right[TCP_SCALE_MAX + 1], fit_ack;
	struct room_learner learner;
	struct tcp_room room;
	uint64_t base, top;
	struct ack_track track;
};

/**
 * struct flow_conn - a connection
 * @half: data to the end with the lower address and port, and to the other one
 * @isn: sequence number of its first SYN, with @isn_seen
 * @used: (of a pass) it had a packet
 * @later: the next one between the same ends, or FLOW_NONE
 */
struct flow_conn {
	struct flow_half half[2];
	unsigned char key[FLOW_KEY_BYTES];
	uint32_t isn;
	bool isn_seen, used;
	uint32_t later;
};

struct pcap_flows;

/** pcap_flows_create() - Return: an empty table, or NULL (no memory) */
struct pcap_flows *pcap_flows_create(void);

/** pcap_flows_destroy() - accepts NULL */
void pcap_flows_destroy(struct pcap_flows *flows);

/** pcap_flows_rewind() - begin another pass over the same packets */
void pcap_flows_rewind(struct pcap_flows *flows);

/**
 * pcap_flows_find() - the connection of a segment; a new one in the first pass
 * @to: the half that the packet brings data to; its ACK belongs to the other one
 * Return: its number, FLOW_NONE (the table is full).
 */
uint32_t pcap_flows_find(struct pcap_flows *flows, const struct link_packet *pkt,
			 const struct tcp_segment *seg, unsigned int *to);

/** pcap_flows_nr() - connections found */
uint32_t pcap_flows_nr(const struct pcap_flows *flows);

/** pcap_flow() - connection @nr; valid until the next pcap_flows_find() */
struct flow_conn *pcap_flow(struct pcap_flows *flows, uint32_t nr);

/** flow_position() - of a sequence number of the half; sets base and top if it is the first */
uint64_t flow_position(struct flow_half *half, uint32_t seq);

/** flow_quantum() - windows of the half are multiples of it, or move by no less */
uint32_t flow_quantum(const struct flow_half *half);

#endif
