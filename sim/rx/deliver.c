/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * deliver.c - the end of the receive path: to whom a packet goes, and what is counted.
 */
#include "sim/rx/deliver.h"

#include "sim/engine/engine.h"
#include "sim/rx/rx_queue.h"
#include "sim/rx/socket.h"
#include "sim/sim.h"

bool reader_is_recorded(const struct sim *sim, const struct packet *pkt)
{
	return pkt->release_ns != PACKET_UNKNOWN && sim->scenario->release == RELEASE_MODE_RECORDED;
}

void reader_count(struct sim *sim, struct held *held)
{
	held->visible_ns = core_now_ns(core_current);
	held->seq = ++sim->held.seq;
	metrics_advance(&sim->metrics, held->visible_ns);
	sim->packets.delivered += held->pkts;
	sim->packets.delivered_bytes += held->pkt_bytes;
	sim->metrics.packets += held->pkts;
}

void reader_drop(struct sim *sim, struct held *held)
{
	reader_count(sim, held);
	release_buffers(sim, held, true);
}

void reader_deliver(struct sim *sim, struct held *held, const struct packet *pkt)
{
	bool recorded = pkt && reader_is_recorded(sim, pkt);
	uint64_t *drops = recorded ? NULL : socket_refuses(sim, held);
	unsigned int core;

	if (held->cost.skbs)
		skb_cost_deliver(&sim->skb_model);
	if (drops) {
		*drops += held->pkts;
		skb_cost_free(&sim->skb_model, &held->cost);
		release_buffers(sim, held, sim->scenario->nic.free_path != NIC_FREE_REMOTE);
		return;
	}
	reader_count(sim, held);
	sim->held.live++;
	sim->metrics.payload_bytes += held->len;
	if (!recorded) {
		socket_queue(sim, held);
		return;
	}
	core = pkt->release_cpu % sim->nr_cores;
	held->recorded = true;
	held->copied = !(pkt->flags & (PACKET_DROPPED | PACKET_TX));
	held->direct = sim->scenario->nic.free_path != NIC_FREE_REMOTE &&
		       pkt->method == RELEASE_FREE && core == held->queue->core;
	release_at(sim, held, core,
		   pkt->release_ns > held->visible_ns ? pkt->release_ns : held->visible_ns);
	engine_gate_open(sim->cpu[core].gate);
}
