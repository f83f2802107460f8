/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rx.c - the receive path of one queue, as a driver's poll routine runs it.
 *
 * Posted buffers: the device fills descriptors as packets arrive (rx_device.c); the driver cleans
 * and refills. On demand (veth and other virtual devices): packets wait in a queue as long as the
 * ring; the driver allocates buffers and copies when it polls.
 *
 * A packet that is copied out (copybreak, or headers only) returns its buffer through the strategy,
 * receive() and a direct put(), in the poll that received it. Drivers that repost the buffer
 * themselves save that cost. Error: small where a strategy recycles; page_alloc, which does not,
 * takes a new page that such a driver would not need.
 *
 * workload drop: a strategy's hook drop takes the buffers back from their slots, after the read of
 * the header that decides; without the hook they are received and put directly.
 *
 * The read of a packet's first line goes through the cache model like any access; the rest of the
 * payload is up to payload.c.
 */
#include "sim/rx/rx.h"

#include "models/cpu/access.h"
#include "sim/rx/buffer.h"
#include "sim/rx/deliver.h"
#include "sim/rx/gro.h"
#include "sim/rx/put.h"
#include "sim/rx/rx_queue.h"
#include "sim/sim.h"

/* Run the puts of other cores that are due before an allocation. */
static void puts_due(struct sim *sim)
{
	release_due(sim, core_now_ns(core_current), &sim->cpu[core_current->id]);
}

void rx_refill(struct rx_queue *q)
{
	struct sim *sim = q->sim;
	const struct nic *nic = &sim->scenario->nic;
	struct rx_buf buf;

	q->starved = false;
	while (nic->buffers == NIC_POSTED && ring_free_slots(&q->ring)) {
		unsigned int slot = q->ring.next_to_use;

		puts_due(sim);
		if (buffer_alloc(q, slot, nic->buffer_bytes, &buf)) {
			q->starved = true;
			return;
		}
		/* Packets that arrived before this descriptor was posted must not use it. */
		if (sim->up && q->ring.posted < NIC_MAX_BUFS)
			rx_arrive(q, core_now_ns(core_current));
		q->slot[slot].buf = buf;
		gauges_ring(&sim->gauges, &buf, 1);
		ring_post(&q->ring);
	}
}

/*
 * An skb for a completion of @nr_bufs buffers. What the device merged may need more buffers than
 * a packet can have: a chain of parts with up to 17 each.
 */
static struct skb *skb_of(struct rx_queue *q, const struct arrival *a, unsigned int nr_bufs)
{
	const unsigned int most = a->pkts > 1 ? NIC_MAX_BUFS - 1 : NIC_MAX_BUFS;
	unsigned int left = nr_bufs > most ? nr_bufs - most : 0;
	struct skb *skb = skb_alloc(&q->sim->skbs, nr_bufs - left);

	skb->queue = q;
	skb->core = core_current->id;
	skb->len = a->len;
	skb->pkt_bytes = a->pkt_bytes;
	skb->pkts = a->pkts;
	skb->flow = a->pkt.flow;
	skb->datagram = a->pkt.flags & PACKET_DATAGRAM;
	skb->in_ring = q->sim->drops_in_ring;
	q->sim->skb_model.counts.merged += a->pkts - 1;
	while (left) {
		struct skb *part = skb_alloc(&q->sim->skbs, left < most ? left : most);

		part->queue = q;
		part->in_ring = skb->in_ring;
		skb->last->chain = part;
		skb->last = part;
		left -= part->nr;
	}
	return skb;
}

/* Buffer @i of a packet enters the stack with @len bytes of it. One that is dropped stays @buf. */
static void frag_receive(struct rx_queue *q, struct skb *skb, unsigned int i, unsigned int slot,
			 const struct rx_buf *buf, unsigned int len)
{
	struct skb_frag *frag = &skb->frag[i];

	if (skb->in_ring)
		frag->buf = *buf;
	else
		buffer_receive(q, slot, &frag->buf);
	frag->offset = frag->buf.offset + nic_data_offset(&q->sim->scenario->nic, i);
	frag->len = len;
}

static struct skb *receive_posted(struct rx_queue *q, const struct arrival *a)
{
	struct skb *skb = skb_of(q, a, a->nr_slots);

	for (struct skb *part = skb; part; part = part->chain) {
		part->slot = q->ring.next_to_clean;
		for (unsigned int i = 0; i < part->nr; i++) {
			unsigned int slot = ring_clean(&q->ring);

			gauges_ring(&q->sim->gauges, &q->slot[slot].buf, -1);
			frag_receive(q, part, i, slot, &q->slot[slot].buf, q->slot[slot].len);
		}
	}
	return skb;
}

/* Return: NULL when the allocator ran dry; buffers allocated so far are put. */
static struct skb *receive_on_demand(struct rx_queue *q, const struct arrival *a)
{
	struct sim *sim = q->sim;
	unsigned int size[NIC_MAX_BUFS], fill[NIC_MAX_BUFS];
	int nr = nic_split(&sim->scenario->nic, a->len, sim->scenario->page_size, size, fill);
	struct skb *skb = skb_of(q, a, nr);
	struct rx_buf buf;

	skb->slot = q->next_slot;
	for (unsigned int i = 0; i < skb->nr; i++) {
		unsigned int slot = q->next_slot;

		puts_due(sim);
		if (buffer_alloc(q, slot, size[i], &buf)) {
			skb->nr = i;
			skb_free(sim, skb, true);
			return NULL;
		}
		frag_receive(q, skb, i, slot, &buf, fill[i]);
		q->next_slot = slot + 1 == q->ring.size ? 0 : slot + 1;
	}
	core_charge(core_current, CAUSE_COPY, skb->len * sim->machine->copy_byte_mcycles);
	payload_fill(&sim->payload, skb);
	return skb;
}

/* Read the first line of the packet: from its header buffer, or from its first buffer. */
static void read_header(struct rx_queue *q, const struct skb *skb)
{
	struct sim *sim = q->sim;
	const struct skb_frag *first = &skb->frag[0];
	enum cause old = core_set_cause(core_current, CAUSE_SKB);
	const char *at = sim->scenario->nic.header_split
				 ? buffer_header(q, skb->slot)
				 : buffer_byte(first->buf.page, first->offset);

	access_touch(at, L1_CACHE_BYTES, CACHE_READ);
	core_set_cause(core_current, old);
}

static void build_skb(struct sim *sim, struct skb *skb)
{
	unsigned int copied = nic_copied(&sim->scenario->nic, skb->len);
	const struct skb_frag *before = NULL;

	skb_cost_build(&sim->skb_model, &skb->cost, copied, copied == skb->len);
	skb_cost_copy(&sim->skb_model, copied);
	if (skb->cost.whole)
		put_buffers(sim, skb, true);
	for (const struct skb *part = skb; part; part = part->chain)
		for (unsigned int i = 0; i < part->nr; i++) {
			const struct skb_frag *frag = &part->frag[i];

			skb_cost_add_buf(&sim->skb_model, &skb->cost, frag->buf.truesize,
					 before && before->buf.page == frag->buf.page &&
						 before->offset + before->len == frag->offset);
			before = frag;
		}
}

/* Return: false when no packet is complete by now */
static bool arrival_take(struct rx_queue *q, struct arrival *a)
{
	if (!q->arr_nr || q->arrived[q->arr_head].done_ns > core_now_ns(core_current))
		return false;
	*a = q->arrived[q->arr_head];
	q->arr_head = q->arr_head + 1 == q->ring.size ? 0 : q->arr_head + 1;
	q->arr_nr--;
	return true;
}

/* Pages of @q's buffers that the stack has. */
static uint64_t stack_pages(const struct rx_queue *q)
{
	const struct scenario *s = q->sim->scenario;
	const struct gauges *g = &q->sim->gauges;
	uint64_t pages = 0;

	if (!mm_sim.owner_of)
		return g->pages_in_stack;
	for (size_t i = 0; i < s->memory_bytes / s->page_size; i++)
		pages += g->stack_users[i] && mm_sim.owner_of[i] == q->index + 1;
	return pages;
}

/* The recorded pool took pages for this packet, or has since the last one: it had none idle. */
static void hold_look(struct rx_queue *q, const struct packet *pkt)
{
	struct replay *replay = &q->sim->replay;

	if (replay->hold_seen || !replay->hold_ns || pkt->arrival_ns < replay->hold_ns ||
	    q->index != replay->hold_queue)
		return;
	replay->hold_seen = true;
	replay->short_at_hold = (int64_t)replay->held_before_hold - (int64_t)stack_pages(q);
}

bool rx_receive_one(struct rx_queue *q)
{
	struct sim *sim = q->sim;
	const struct nic *nic = &sim->scenario->nic;
	struct arrival a;
	struct skb *skb;

	if (!arrival_take(q, &a))
		return false;
	sim->packets.received += a.pkts;
	gauges_advance(&sim->gauges, core_now_ns(core_current));
	hold_look(q, &a.pkt);
	skb = nic->buffers == NIC_POSTED ? receive_posted(q, &a) : receive_on_demand(q, &a);
	if (!skb) {
		drop_packets(sim, DROP_NO_BUF, 1);
		window_lost(sim, a.len, a.pkts);
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
		put_shared(sim, skb);
	build_skb(sim, skb);
	gro_receive(q, skb, &a.pkt);
	return true;
}
