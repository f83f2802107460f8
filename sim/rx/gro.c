/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gro.c - generic receive offload: packets of a flow that one poll receives become one skb.
 *
 * Where a capture recorded what was merged, that is repeated: a merged packet pays for being merged
 * and not for the stack, and its buffers go back when the capture says. Otherwise it is what
 * napi_gro_receive() does with TCP: 8 buckets of at most 8 flows; a packet continues the skb of its
 * flow if it is no larger than the first and the sum stays below 64 KB, a smaller one is the last;
 * what is held goes to the stack at the end of the poll.
 *
 * Ignores what is not in the packet record: protocol (every packet is taken for TCP with
 * NIC_HEADER_BYTES of headers), PSH (it ends an skb early: the model merges too much), and
 * gro_flush_timeout. A poll that used up its budget flushes too, as with HZ below 1000.
 * Source: linux-gro (net/core/gro.c, net/ipv4/tcp_offload.c)
 */
#include "sim/rx/gro.h"

#include <string.h>

#include "sim/rx/deliver.h"
#include "sim/rx/rx_queue.h"
#include "sim/sim.h"

#define GRO_MAX_BYTES 65536

static uint32_t payload_of(const struct held *held)
{
	return held->bytes > NIC_HEADER_BYTES ? held->bytes - NIC_HEADER_BYTES : 0;
}

static void to_stack(struct held *held)
{
	reader_deliver(held->queue->sim, held, NULL);
}

static struct held *slot_take(struct gro *gro, unsigned int b, unsigned int i)
{
	struct held *held = gro->held[b][i];

	gro->nr[b]--;
	gro->total--;
	memmove(&gro->held[b][i], &gro->held[b][i + 1], (gro->nr[b] - i) * sizeof(gro->held[b][0]));
	return held;
}

static void hold(struct gro *gro, struct held *held, uint32_t flow)
{
	unsigned int b = flow % GRO_BUCKETS;

	if (gro->nr[b] == GRO_FLOWS)
		to_stack(slot_take(gro, b, 0));
	held->flow = flow;
	gro->held[b][gro->nr[b]++] = held;
	gro->total++;
}

/* May @held go on where @first ends? Lengths are without the Ethernet header. */
static bool fits(const struct held *first, const struct held *held, const struct packet *pkt,
		 bool recorded)
{
	if (recorded)
		return pkt->flags & PACKET_GRO;
	return payload_of(held) <= payload_of(first) &&
	       first->len - 14 + payload_of(held) < GRO_MAX_BYTES;
}

static void merge(struct sim *sim, struct held *first, struct held *held)
{
	skb_cost_merge(&sim->skb_model, &first->cost, &held->cost);
	first->last->chain = held;
	first->last = held;
	first->pkts++;
	first->len += payload_of(held);
	first->pkt_bytes += held->bytes;
}

/* What the capture says of a packet whose release it says, too. */
static void gro_recorded(struct sim *sim, struct held *held, const struct packet *pkt)
{
	if (pkt->flags & PACKET_GRO)
		skb_cost_absorb(&sim->skb_model, &held->cost);
	reader_deliver(sim, held, pkt);
}

void gro_receive(struct rx_queue *q, struct held *held, const struct packet *pkt)
{
	struct sim *sim = q->sim;
	struct gro *gro = &q->gro;
	unsigned int b = pkt->flow % GRO_BUCKETS, i = 0;
	bool sw = sim->scenario->nic.gro == NIC_GRO_SW, ends;
	struct held *first;

	if (sim->scenario->nic.gro != NIC_GRO_OFF || pkt->flags & PACKET_GRO)
		skb_cost_gro(&sim->skb_model);
	if (reader_is_recorded(sim, pkt)) {
		gro_recorded(sim, held, pkt);
		return;
	}
	if (!sw) {
		reader_deliver(sim, held, NULL);
		return;
	}
	while (i < gro->nr[b] && gro->held[b][i]->flow != pkt->flow)
		i++;
	first = i < gro->nr[b] ? gro->held[b][i] : NULL;
	if (first && payload_of(held) && fits(first, held, pkt, sim->replay.gro)) {
		ends = payload_of(held) < payload_of(first) && !sim->replay.gro;
		merge(sim, first, held);
		if (ends)
			to_stack(slot_take(gro, b, i));
		return;
	}
	if (first)
		to_stack(slot_take(gro, b, i));
	if (payload_of(held))
		hold(gro, held, pkt->flow);
	else
		to_stack(held);
}

void gro_flush(struct rx_queue *q)
{
	struct gro *gro = &q->gro;

	for (unsigned int b = 0; gro->total && b < GRO_BUCKETS; b++)
		while (gro->nr[b])
			to_stack(slot_take(gro, b, 0));
}
