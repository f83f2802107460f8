/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * deliver.c - the end of the receive path: recorded release, socket, or drop.
 */
#include "sim/rx/deliver.h"

#include "sim/rx/coalesce.h"
#include "sim/rx/collapse.h"
#include "sim/rx/condense.h"
#include "sim/rx/rx_queue.h"
#include "sim/rx/socket.h"
#include "sim/sim.h"

bool deliver_is_recorded(const struct sim *sim, const struct packet *pkt)
{
	return pkt->release_ns != PACKET_UNKNOWN && sim->scenario->release == RELEASE_MODE_RECORDED;
}

void deliver_count(struct sim *sim, struct skb *skb)
{
	skb->visible_ns = core_now_ns(core_current);
	skb->seq = ++sim->skbs.seq;
	gauges_advance(&sim->gauges, skb->visible_ns);
	sim->packets.delivered += skb->pkts;
	sim->packets.delivered_bytes += skb->pkt_bytes;
	sim->gauges.packets += skb->pkts;
}

void deliver_drop(struct sim *sim, struct skb *skb)
{
	deliver_count(sim, skb);
	skb_free(sim, skb, true);
}

static void count_live(struct sim *sim, const struct skb *skb)
{
	sim->skbs.live++;
	sim->gauges.payload_bytes += skb->len;
}

/* The skb goes to the modelled reader's socket, which may drop it. */
static void to_socket(struct sim *sim, struct skb *skb)
{
	uint32_t data = skb_data(skb);
	unsigned int pkts = skb->pkts;
	enum drop_cause drop;

	if (socket_collapses(sim, skb))
		collapse(sim, skb->queue);
	drop = socket_refuses(sim, skb);
	if (drop) {
		skb_cost_free(&sim->skb_model, &skb->cost);
		drop_skb(sim, skb, drop, sim->scenario->nic.free_path != NIC_FREE_REMOTE);
	} else {
		deliver_count(sim, skb);
		if (skb->datagram)
			condense(sim, skb);
		else
			socket_measure(&sim->socket, skb);
		if (!coalesce_modelled(sim, skb)) {
			count_live(sim, skb);
			socket_queue(sim, skb);
		}
	}
	window_received(sim, data, pkts);
}

void deliver_skb(struct sim *sim, struct skb *skb, const struct packet *pkt)
{
	unsigned int core;

	if (skb->cost.skbs)
		skb_cost_deliver(&sim->skb_model);
	if (!pkt || !deliver_is_recorded(sim, pkt)) {
		to_socket(sim, skb);
		return;
	}
	deliver_count(sim, skb);
	if (coalesce_recorded(sim, skb, pkt))
		return;
	count_live(sim, skb);
	core = pkt->release_cpu % sim->nr_cores;
	skb->recorded = true;
	skb->copied = !(pkt->flags & (PACKET_DROPPED | PACKET_TX));
	skb->direct = sim->scenario->nic.free_path != NIC_FREE_REMOTE &&
		      pkt->method == RELEASE_FREE && core == skb->queue->core;
	release_recorded(sim, skb, core,
			 pkt->release_ns > skb->visible_ns ? pkt->release_ns : skb->visible_ns);
}
