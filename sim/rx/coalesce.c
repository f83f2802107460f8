/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * coalesce.c - small data copied into the tail of the skb ahead of it, its own buffer put at once.
 *
 * TCP moves the data of an skb into the last one of its receive queue. What fits the room behind
 * the data of a linear skb is copied there; the rest become frags, and the skb is linear no longer.
 * The room is what the driver's buffer leaves:
 *
 *	[ headroom | packet | room | shared info ]	truesize of the buffer
 *
 * so it differs by strategy: 2006 bytes behind a packet of 1514 in a page of its own, of which the
 * next packet of a full-sized stream takes 1448; none in a half page. The CPU that receives copies.
 * Error: data that waited in the backlog, while the application had the socket, was copied by that.
 * Source: skb-coalesce (skb_try_coalesce(), tcp_try_coalesce())
 */
#include "sim/rx/coalesce.h"

#include "models/nic/nic.h"
#include "sim/rx/skb.h"
#include "sim/sim.h"

static struct queue_tail *tail_of(struct sim *sim, uint32_t flow)
{
	return &sim->coalesce.tail[flow % COALESCE_FLOWS];
}

/* Bytes behind the data of a linear skb; 0 for others. */
static uint32_t tailroom(const struct skb *skb)
{
	const struct skb_frag *first = &skb->frag[0];
	uint32_t used, size;

	if (skb->cost.whole) {
		size = skb->cost.head_bytes;
		used = skb_cost_head_used(skb->len);
	} else {
		if (skb->chain || skb->nr != 1 || skb->cost.head_bytes)
			return 0;
		size = first->buf.truesize;
		used = first->offset - first->buf.offset + first->len + SKB_SHINFO_BYTES;
	}
	return size > used ? size - used : 0;
}

static uint32_t data_of(const struct packet *pkt)
{
	return pkt->bytes > NIC_HEADER_BYTES ? pkt->bytes - NIC_HEADER_BYTES : 0;
}

static void copy(struct sim *sim, struct queue_tail *tail, struct skb *skb, uint32_t bytes)
{
	tail->room -= bytes;
	tail->skb->len += bytes;
	sim->gauges.payload_bytes += bytes;
	sim->skb_model.counts.tail_copies++;
	skb_cost_copy(&sim->skb_model, bytes);
	skb_cost_free(&sim->skb_model, &skb->cost);
	skb_free(sim, skb, sim->scenario->nic.free_path != NIC_FREE_REMOTE);
}

bool coalesce_recorded(struct sim *sim, struct skb *skb, const struct packet *pkt)
{
	struct queue_tail *tail = tail_of(sim, pkt->flow);

	if (!(pkt->flags & PACKET_ABSORBED)) {
		if (pkt->flags & PACKET_GRO)
			return false;
		*tail = (struct queue_tail){skb, pkt->flags & PACKET_GRO_HEAD ? 0 : tailroom(skb)};
		skb->flow = pkt->flow;
		return false;
	}
	if (!tail->skb || tail->skb->flow != pkt->flow)
		return false;
	if (pkt->flags & (PACKET_GRO | PACKET_GRO_HEAD) || data_of(pkt) > tail->room) {
		tail->room = 0;
		return false;
	}
	copy(sim, tail, skb, data_of(pkt));
	return true;
}
