/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rx.c - the receive path of one queue, as a driver's poll routine runs it.
 *
 * Posted buffers: the device fills descriptors as packets arrive (rx_device.c), the driver cleans
 * and refills. On demand (veth and other virtual devices): packets wait in a queue as long as the
 * ring, and the driver takes buffers and copies when it polls.
 *
 * A packet that is copied out (copybreak, or headers alone) gives its buffer back through the
 * strategy, receive() and a direct put(), in the poll that received it. Drivers that post it again
 * themselves save what that costs. Error: small where a strategy recycles; page_alloc, which does
 * not, takes a new page that such a driver would not need.
 *
 * The stack's read of a packet's first line goes through the cache model like any access; the rest
 * of the payload is payload.c's.
 */
#include "sim/rx/rx.h"

#include <string.h>

#include "models/cpu/access.h"
#include "sim/rx/buffer.h"
#include "sim/rx/deliver.h"
#include "sim/rx/rx_queue.h"
#include "sim/rx/shadow.h"
#include "sim/sim.h"

static void shadow_note(struct sim *sim, const struct rx_buf *buf, unsigned int bytes, bool posted)
{
	char err[sizeof(sim->violation)];

	if (sim->shadow && shadow_take(sim->shadow, buf, bytes, posted, err, sizeof(err)) &&
	    !sim->violation[0])
		memcpy(sim->violation, err, sizeof(err));
}

static int buf_alloc(struct rx_queue *q, unsigned int slot, unsigned int bytes, struct rx_buf *buf)
{
	struct sim *sim = q->sim;
	enum cause old;
	int err;

	release_due(sim, core_now_ns(core_current), &sim->cpu[core_current->id]);
	metrics_advance(&sim->metrics, core_now_ns(core_current));
	old = core_set_cause(core_current, CAUSE_ALLOC);
	mm_sim.owner = (uint16_t)(q->index + 1);
	err = sim->strategy->alloc(q->alloc, slot, bytes, buf);
	mm_sim.owner = 0;
	core_set_cause(core_current, old);
	if (!err)
		shadow_note(sim, buf, bytes, sim->scenario->nic.buffers == NIC_POSTED);
	return err;
}

static void buf_receive(struct rx_queue *q, unsigned int slot, struct rx_buf *buf)
{
	enum cause old = core_set_cause(core_current, CAUSE_ALLOC);

	q->sim->strategy->receive(q->alloc, slot, buf);
	core_set_cause(core_current, old);
}

void rx_refill(struct rx_queue *q)
{
	struct sim *sim = q->sim;
	const struct nic *nic = &sim->scenario->nic;
	struct rx_buf buf;

	q->starved = false;
	while (nic->buffers == NIC_POSTED && ring_free_slots(&q->ring)) {
		unsigned int slot = q->ring.next_to_use;

		if (buf_alloc(q, slot, nic->buffer_bytes, &buf)) {
			q->starved = true;
			return;
		}
		/* What arrived before this descriptor was posted must not find it. */
		if (sim->up && q->ring.posted < NIC_MAX_BUFS)
			rx_arrive(q, core_now_ns(core_current));
		q->slot_buf[slot] = buf;
		metrics_ring(&sim->metrics, &buf, 1);
		ring_post(&q->ring);
	}
}

static void receive_posted(struct rx_queue *q, struct skb *skb)
{
	struct metrics *m = &q->sim->metrics;

	skb->slot = q->ring.next_to_clean;
	for (; skb; skb = skb->chain)
		for (unsigned int i = 0; i < skb->nr; i++) {
			unsigned int slot = ring_clean(&q->ring);

			metrics_ring(m, &q->slot_buf[slot], -1);
			buf_receive(q, slot, &skb->buf[i]);
			metrics_stack(m, &skb->buf[i], 1);
		}
}

/* Return: false when the allocator ran dry; what it had given is put back. */
static bool receive_on_demand(struct rx_queue *q, struct skb *skb,
			      const unsigned int size[NIC_MAX_BUFS],
			      const unsigned int fill[NIC_MAX_BUFS])
{
	struct sim *sim = q->sim;
	struct rx_buf buf;

	for (unsigned int i = 0; i < skb->nr; i++) {
		unsigned int slot = q->next_slot;

		if (buf_alloc(q, slot, size[i], &buf)) {
			skb->nr = i;
			return false;
		}
		buf_receive(q, slot, &skb->buf[i]);
		metrics_stack(&sim->metrics, &skb->buf[i], 1);
		q->next_slot = slot + 1 == q->ring.size ? 0 : slot + 1;
	}
	core_charge(core_current, CAUSE_COPY, skb->bytes * sim->machine->copy_byte_mcycles);
	payload_fill(sim, skb, fill);
	return true;
}

/* The first line of the packet, wherever the device put it. */
static void read_header(struct rx_queue *q, const struct skb *skb)
{
	struct sim *sim = q->sim;
	const struct nic *nic = &sim->scenario->nic;
	enum cause old = core_set_cause(core_current, CAUSE_SKB);
	const char *at = nic->header_split ? rx_header(q, skb->slot)
					   : rx_data(sim, &skb->buf[0], nic->headroom_bytes);

	access_touch(at, L1_CACHE_BYTES, CACHE_READ);
	core_set_cause(core_current, old);
}

static void build_skb(struct sim *sim, struct skb *skb)
{
	const struct nic *nic = &sim->scenario->nic;
	unsigned int copied = nic_copied(nic, skb->bytes), fill[NIC_MAX_BUFS], end = 0;
	const struct rx_buf *before = NULL;

	skb_cost_build(&sim->skb_model, &skb->cost, copied, copied == skb->bytes);
	skb_cost_copy(&sim->skb_model, copied);
	if (skb->cost.whole)
		skb_put_buffers(sim, skb, true);
	for (const struct skb *part = skb; part; part = part->chain) {
		rx_fill(sim, part, fill);
		for (unsigned int i = 0; i < part->nr; i++) {
			const struct rx_buf *b = &part->buf[i];
			unsigned int start = b->offset + nic_data_offset(nic, i);

			skb_cost_add_buf(&sim->skb_model, &skb->cost, b->truesize,
					 before && before->page == b->page && end == start);
			before = b;
			end = start + fill[i];
		}
	}
}

/*
 * Room for a completion. What the device merged may have more buffers than a packet: parts of 17,
 * each with the bytes a packet of its buffers would have, header included.
 */
static struct skb *arrival_get(struct rx_queue *q, const struct arrival *a)
{
	const unsigned int room = q->sim->scenario->nic.buffer_bytes, most = NIC_MAX_BUFS - 1;
	unsigned int left = a->nr_slots, data = a->len - NIC_HEADER_BYTES;
	bool parts = a->pkts > 1 && left > most;
	struct skb *skb = skb_alloc(q->sim, parts ? most : left), *part = skb;

	skb->queue = q;
	skb->core = core_current->id;
	skb->bytes = skb->len = a->len;
	skb->pkt_bytes = a->pkt_bytes;
	skb->pkts = a->pkts;
	q->sim->skb_model.counts.merged += a->pkts - 1;
	for (; parts; parts = left > 0) {
		unsigned int nr = left < most ? left : most;

		if (part->nr != nr || part != skb || left != a->nr_slots) {
			part->chain = skb_alloc(q->sim, nr);
			part = part->chain;
			skb->last = part;
		}
		part->bytes = NIC_HEADER_BYTES + (data < nr * room ? data : nr * room);
		data -= part->bytes - NIC_HEADER_BYTES;
		left -= nr;
	}
	return skb;
}

static bool is_complete(const struct arrival *a)
{
	return !a->done_ns || a->done_ns <= core_now_ns(core_current);
}

/* What the driver does with a completed packet. Return: false: no buffer for it, it is gone. */
static bool driver_receive(struct rx_queue *q, struct skb *skb, const unsigned int *size,
			   const unsigned int *fill)
{
	const struct nic *nic = &q->sim->scenario->nic;

	if (nic->buffers == NIC_ON_DEMAND)
		return receive_on_demand(q, skb, size, fill);
	receive_posted(q, skb);
	return true;
}

bool rx_receive_one(struct rx_queue *q)
{
	struct sim *sim = q->sim;
	const struct nic *nic = &sim->scenario->nic;
	unsigned int size[NIC_MAX_BUFS], fill[NIC_MAX_BUFS];
	struct arrival a;
	struct skb *skb;

	if (!q->arr_nr || !is_complete(&q->arrived[q->arr_head]))
		return false;
	a = q->arrived[q->arr_head];
	q->arr_head = q->arr_head + 1 == q->ring.size ? 0 : q->arr_head + 1;
	q->arr_nr--;
	sim->packets.received += a.pkts;
	metrics_advance(&sim->metrics, core_now_ns(core_current));
	nic_split(nic, a.pkt.bytes, sim->scenario->page_size, size, fill);
	skb = arrival_get(q, &a);
	if (!driver_receive(q, skb, size, fill)) {
		sim->drops.no_buf++;
		skb_free(sim, skb, true);
		return true;
	}
	q->poll_goes_on = a.pkt.flags & PACKET_POLL_MORE;
	core_charge(core_current, CAUSE_SKB, sim->machine->driver_pkt_mcycles);
	read_header(q, skb);
	if (sim->scenario->kind == WORKLOAD_DROP) {
		deliver_drop(sim, skb);
		return true;
	}
	if (sim->scenario->kind == WORKLOAD_ROUTER) {
		tx_xmit(q, skb);
		return true;
	}
	if (a.pkt.flags & PACKET_XDP && nic->xdp_tx == NIC_XDP_SHARED)
		skb_hold_pages(sim, skb);
	build_skb(sim, skb);
	gro_receive(q, skb, &a.pkt);
	return true;
}
