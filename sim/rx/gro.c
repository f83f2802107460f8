/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gro.c - generic receive offload: packets of a flow received in one poll become one skb.
 *
 * Where a capture recorded which packets were merged, that is repeated: a merged packet pays for
 * the merge and not for the stack, and its buffers are put when the capture says. Otherwise the
 * rules are those of napi_gro_receive() for TCP: 8 buckets of at most 8 flows; a packet continues
 * the skb of its flow if it is no larger than the first and the sum stays below 64 KB; a smaller
 * one is the last. What is held goes to the stack at the end of the poll.
 *
 * Packets that are known to be datagrams pass it by themselves, as if no socket had asked for
 * UDP_GRO; all others are taken as TCP.
 * Ignores what the packet record lacks: how long the headers are (NIC_HEADER_BYTES), PSH (it ends
 * an skb early: the model merges too much), and gro_flush_timeout. A poll that used up its budget
 * flushes too, as with HZ below 1000.
 * Source: linux-gro (net/core/gro.c, net/ipv4/tcp_offload.c)
 */
#include "sim/rx/gro.h"

#include <string.h>

#include "sim/rx/deliver.h"
#include "sim/rx/rx_queue.h"
#include "sim/sim.h"

static uint32_t payload_of(const struct skb *skb)
{
	return skb->len > NIC_HEADER_BYTES ? skb->len - NIC_HEADER_BYTES : 0;
}

static void to_stack(struct skb *skb)
{
	deliver_skb(skb->queue->sim, skb, NULL);
}

static struct skb *slot_take(struct gro *gro, unsigned int b, unsigned int i)
{
	struct skb *skb = gro->skb[b][i];

	gro->nr[b]--;
	gro->total--;
	memmove(&gro->skb[b][i], &gro->skb[b][i + 1], (gro->nr[b] - i) * sizeof(gro->skb[b][0]));
	return skb;
}

static void hold(struct gro *gro, struct skb *skb, uint32_t flow)
{
	unsigned int b = flow % GRO_BUCKETS;

	if (gro->nr[b] == GRO_FLOWS)
		to_stack(slot_take(gro, b, 0));
	skb->gso_size = payload_of(skb);
	gro->skb[b][gro->nr[b]++] = skb;
	gro->total++;
}

/* Can @skb be merged into @first? The limit does not count the Ethernet header. */
static bool fits(const struct skb *first, const struct skb *skb, const struct packet *pkt,
		 bool recorded)
{
	if (recorded)
		return pkt->flags & PACKET_GRO;
	if (!first->read_ns != !skb->read_ns)
		return false;
	return payload_of(skb) <= first->gso_size &&
	       first->len - ETH_HLEN + payload_of(skb) < GRO_MAX_SIZE;
}

static void merge(struct sim *sim, struct skb *first, struct skb *skb)
{
	skb_cost_merge(&sim->skb_model, &first->cost, &skb->cost);
	first->last->chain = skb;
	first->last = skb;
	first->pkts++;
	first->len += payload_of(skb);
	if (skb->read_ns > first->read_ns)
		first->read_ns = skb->read_ns;
	first->pkt_bytes += skb->pkt_bytes;
}

/* The capture says whether it was merged, and when it was released. */
static void gro_recorded(struct sim *sim, struct skb *skb, const struct packet *pkt)
{
	if (pkt->flags & PACKET_GRO)
		skb_cost_absorb(&sim->skb_model, &skb->cost);
	deliver_skb(sim, skb, pkt);
}

void gro_receive(struct rx_queue *q, struct skb *skb, const struct packet *pkt)
{
	struct sim *sim = q->sim;
	struct gro *gro = &q->gro;
	unsigned int b = pkt->flow % GRO_BUCKETS, i = 0;
	bool sw = sim->scenario->nic.gro == NIC_GRO_SW && !(pkt->flags & PACKET_DATAGRAM), ends;
	struct skb *first;

	if (sim->scenario->nic.gro != NIC_GRO_OFF || pkt->flags & PACKET_GRO)
		skb_cost_gro(&sim->skb_model);
	skb->read_ns = deliver_read_ns(sim, pkt);
	if (!skb->read_ns && deliver_is_recorded(sim, pkt)) {
		gro_recorded(sim, skb, pkt);
		return;
	}
	if (!sw) {
		deliver_skb(sim, skb, NULL);
		return;
	}
	while (i < gro->nr[b] && gro->skb[b][i]->flow != pkt->flow)
		i++;
	first = i < gro->nr[b] ? gro->skb[b][i] : NULL;
	if (first && payload_of(skb) && fits(first, skb, pkt, sim->replay.gro)) {
		ends = payload_of(skb) < first->gso_size && !sim->replay.gro;
		merge(sim, first, skb);
		if (ends)
			to_stack(slot_take(gro, b, i));
		return;
	}
	if (first)
		to_stack(slot_take(gro, b, i));
	if (payload_of(skb))
		hold(gro, skb, pkt->flow);
	else
		to_stack(skb);
}

void gro_flush(struct rx_queue *q)
{
	struct gro *gro = &q->gro;

	for (unsigned int b = 0; gro->total && b < GRO_BUCKETS; b++)
		while (gro->nr[b])
			to_stack(slot_take(gro, b, 0));
}
