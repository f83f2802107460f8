/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gro.h - generic receive offload: packets of a flow received in one poll become one skb.
 */
#ifndef SIM_GRO_H
#define SIM_GRO_H

struct skb;
struct packet;
struct rx_queue;

#define GRO_BUCKETS 8 /* GRO_HASH_BUCKETS */
#define GRO_FLOWS   8 /* MAX_GRO_SKBS */

/** GRO_MAX_SIZE - a merged packet less its Ethernet header stays below (GRO_LEGACY_MAX_SIZE) */
#define GRO_MAX_SIZE 65536

/** struct gro - skbs held for more of their flow, oldest first in each bucket */
struct gro {
	struct skb *skb[GRO_BUCKETS][GRO_FLOWS];
	unsigned int nr[GRO_BUCKETS], total;
};

/**
 * gro_receive() - pass a packet to GRO or, where that is off, to the stack
 * @pkt: the packet's record
 * Context: core_current polls @q.
 * Ownership: takes @skb.
 */
void gro_receive(struct rx_queue *q, struct skb *skb, const struct packet *pkt);

/** gro_flush() - the poll ends: pass what GRO holds to the stack */
void gro_flush(struct rx_queue *q);

#endif
