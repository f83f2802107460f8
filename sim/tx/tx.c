/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tx.c - workload router: packets are sent on; their pages are freed when sent.
 *
 *	poll: xmit, xmit, ... doorbell     device: one packet after the other at line rate
 *	next poll: clean what is complete  completion: after each nic.tx_batch packets of a doorbell
 *
 * Pages in flight are those of the RX ring and of the packets between xmit and clean. forward:
 * xdp_tx puts them directly, as the RX queue's own NAPI cleans its XDP TX ring; redirect does
 * not, as the completion belongs to another device (xdp_return_frame_bulk() without a linked
 * pool).
 *
 * Ignores: bulk return (up to 16 pages under one lock of the pointer ring: the strategies put one
 * by one, so redirect pays 15 of 16 locks too many, some 40 cycles each); the device's reads of
 * payload and their translations; waits of XDP_TX packets for descriptors of a queue shared
 * between CPUs.
 * Source: xdp-redirect
 */
#include "sim/tx/tx.h"

#include <errno.h>
#include <stdlib.h>

#include "sim/rx/deliver.h"
#include "sim/rx/rx_queue.h"
#include "sim/sim.h"

#define WIRE_EXTRA_BYTES 24 /* preamble, FCS, gap */

int tx_init(struct rx_queue *q)
{
	const struct nic *nic = &q->sim->scenario->nic;
	struct tx_ring *tx = &q->tx;

	if (q->sim->scenario->kind != WORKLOAD_ROUTER)
		return 0;
	tx->sent = calloc(nic->tx_ring, sizeof(*tx->sent));
	return tx->sent ? ring_init(&tx->ring, nic->tx_ring, nic->desc_bytes) : -ENOMEM;
}

void tx_fini(struct rx_queue *q)
{
	free(q->tx.sent);
}

void tx_xmit(struct rx_queue *q, struct skb *skb)
{
	struct sim *sim = q->sim;
	struct tx_ring *tx = &q->tx;

	core_charge(core_current, CAUSE_SKB, sim->machine->xdp_tx_mcycles);
	if (ring_free_slots(&tx->ring) < skb->nr) {
		drop_skb(sim, skb, DROP_TX_FULL, true);
		return;
	}
	for (unsigned int i = 0; i < skb->nr; i++)
		ring_post(&tx->ring);
	deliver_count(sim, skb);
	sim->skbs.live++;
	sim->gauges.payload_bytes += skb->len;
	tx->sent[(tx->head + tx->nr++) % tx->ring.size] = (struct tx_slot){.skb = skb};
	sim->tx.outstanding++;
	if (sim->tx.outstanding > sim->tx.peak)
		sim->tx.peak = sim->tx.outstanding;
}

static uint64_t wire_ns(const struct nic *nic, uint32_t bytes)
{
	return nic->link_bps ? (bytes + WIRE_EXTRA_BYTES) * 8000000000ull / nic->link_bps : 0;
}

/* Packets [@first, @end) share one completion, at @done_ns. */
static void batch_complete(struct tx_ring *tx, unsigned int first, unsigned int end,
			   uint64_t done_ns)
{
	for (; first < end; first++)
		tx->sent[(tx->head + first) % tx->ring.size].done_ns = done_ns;
}

void tx_doorbell(struct rx_queue *q)
{
	const struct nic *nic = &q->sim->scenario->nic;
	struct tx_ring *tx = &q->tx;
	unsigned int first = tx->rung;

	if (tx->nr == tx->rung)
		return;
	if (tx->link_ns < core_now_ns(core_current))
		tx->link_ns = core_now_ns(core_current);
	for (unsigned int i = tx->rung; i < tx->nr; i++) {
		const struct skb *skb = tx->sent[(tx->head + i) % tx->ring.size].skb;

		for (unsigned int d = 0; d < skb->nr; d++)
			ring_device_fill(&tx->ring);
		tx->link_ns += wire_ns(nic, skb->len);
		if (i + 1 - first < nic->tx_batch && i + 1 < tx->nr)
			continue;
		batch_complete(tx, first, i + 1, tx->link_ns);
		first = i + 1;
	}
	tx->rung = tx->nr;
}

void tx_clean(struct rx_queue *q)
{
	struct sim *sim = q->sim;
	struct tx_ring *tx = &q->tx;
	bool direct = sim->scenario->forward == FORWARD_XDP_TX;

	while (tx->rung && tx->sent[tx->head].done_ns <= core_now_ns(core_current)) {
		struct skb *skb = tx->sent[tx->head].skb;

		for (unsigned int d = 0; d < skb->nr; d++)
			ring_clean(&tx->ring);
		tx->head = tx->head + 1 == tx->ring.size ? 0 : tx->head + 1;
		tx->nr--;
		tx->rung--;
		sim->tx.outstanding--;
		skb_consume(sim, skb, direct);
	}
}

uint64_t tx_irq_ns(const struct rx_queue *q)
{
	const struct tx_ring *tx = &q->tx;

	return tx->rung ? tx->sent[tx->head].done_ns + q->sim->scenario->nic.rx_usecs_ns
			: UINT64_MAX;
}
