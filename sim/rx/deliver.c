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

uint64_t deliver_read_ns(const struct sim *sim, const struct packet *pkt)
{
	if (!deliver_is_recorded(sim, pkt) || pkt->release_cpu != PACKET_CPU_READER)
		return 0;
	return pkt->release_ns ? pkt->release_ns : 1;
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
		drop_skb(sim, skb, drop, nic_recycles_directly(&sim->scenario->nic));
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

/* At the time that the capture gives, but not before an application woken by it has copied it. */
static void to_reader(struct sim *sim, struct skb *skb)
{
	uint64_t first_ns;

	deliver_count(sim, skb);
	if (coalesce_modelled(sim, skb))
		return;
	count_live(sim, skb);
	first_ns = skb->visible_ns +
		   core_mcycles_to_ns(core_current,
				      sim->machine->reader_wake_mcycles +
					      skb->len * sim->machine->copy_byte_mcycles);
	if (skb->read_ns < first_ns)
		skb->read_ns = first_ns;
	release_recorded(sim, skb, sim->scenario->reader_core % sim->nr_cores, skb->read_ns);
}

void deliver_skb(struct sim *sim, struct skb *skb, const struct packet *pkt)
{
	unsigned int core;

	if (skb->cost.skbs)
		skb_cost_deliver(&sim->skb_model);
	if (skb->read_ns) {
		to_reader(sim, skb);
		return;
	}
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
	skb->direct = nic_recycles_directly(&sim->scenario->nic) && pkt->method == RELEASE_FREE &&
		      core == skb->queue->core;
	release_recorded(sim, skb, core,
			 pkt->release_ns > skb->visible_ns ? pkt->release_ns : skb->visible_ns);
}
