/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gro.h - generic receive offload: packets of a flow that one poll receives become one skb.
 */
#ifndef SIM_GRO_H
#define SIM_GRO_H

struct skb;
struct packet;
struct rx_queue;

#define GRO_BUCKETS 8 /* GRO_HASH_BUCKETS */
#define GRO_FLOWS   8 /* MAX_GRO_SKBS */

/** struct gro - skbs held for more of their flow, oldest first in each bucket */
struct gro {
	struct skb *skb[GRO_BUCKETS][GRO_FLOWS];
	unsigned int nr[GRO_BUCKETS], total;
};

/**
 * gro_receive() - core_current, in @q's poll, hands a packet to GRO or, without it, to the stack
 * @pkt: the packet's record: flow, what a capture says of it
 * Ownership: @skb is taken.
 */
void gro_receive(struct rx_queue *q, struct skb *skb, const struct packet *pkt);

/** gro_flush() - the poll ends: what GRO holds goes to the stack */
void gro_flush(struct rx_queue *q);

#endif
