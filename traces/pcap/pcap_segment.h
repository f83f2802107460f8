/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcap_segment.h - what one TCP segment changes in its connection.
 */
#ifndef TRACES_PCAP_SEGMENT_H
#define TRACES_PCAP_SEGMENT_H

#include "traces/pcap/pcap_flows.h"

/**
 * struct flow_news - what a segment told
 * @acked: @step is its ACK, of the half that it does not bring data to
 * @closes: by half: its receiver has read all by now, or reads no more
 * @end: position behind its data, in the half that it brings them to; with data
 * @repeated: the receiver had acknowledged all of it before
 */
struct flow_news {
	bool acked, repeated;
	bool closes[2];
	struct ack_step step;
	uint64_t end;
};

/**
 * segment_apply() - a segment of @conn
 * @to: the half it brings data to
 */
void segment_apply(struct flow_conn *conn, unsigned int to, const struct tcp_segment *seg,
		   struct flow_news *news);

/**
 * segment_learn() - segment_apply() in a pass that learns
 * Scales that contradict the segment are struck out, rooms see its ACK.
 */
void segment_learn(struct flow_conn *conn, unsigned int to, const struct tcp_segment *seg);

/**
 * flows_find_scales() - after the first pass: scales that no SYN told
 * Return: true: one was found, so a second pass of segment_learn() sees its windows.
 */
bool flows_find_scales(struct pcap_flows *flows);

/** flows_learn_end() - after the last pass that learns: the rooms of all connections */
void flows_learn_end(struct pcap_flows *flows);

/** flow_half_is_known() - can reads of the half's receiver be inferred? */
static inline bool flow_half_is_known(const struct flow_half *half)
{
	return half->acks_seen && half->scale >= 0;
}

#endif
