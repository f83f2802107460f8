/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * coalesce.c - TCP appends the data of an skb to the last one of its receive queue.
 *
 * What fits the room behind the data of a linear skb is copied there, and its own buffer is put at
 * once. Else buffers become frags of the skb ahead, up to 17, which is linear no longer. The room
 * is what the driver's buffer leaves:
 *
 *	[ headroom | packet | room | shared info ]	truesize of the buffer
 *
 * so it differs by strategy: 2006 bytes behind a packet of 1514 in a page of its own, of which the
 * next packet of a full-sized stream takes 1448; none in a half page.
 *
 * Recorded packets are appended where the capture says so, and each is released by itself at the
 * time of the skb it went to. For the modelled reader each flow is a connection with a queue of its
 * own: what is known not to be TCP is not appended, nor what has no data, and nothing goes to an
 * skb that the reader may have begun with. An skb that recycles its pages in a page_pool, and one
 * that was copied into a head of its own and so does not, are not put together.
 *
 * The CPU that receives copies. Error: data that waited in the backlog, while the application had
 * the socket, was copied by that; and what comes while the modelled reader reads a batch finds
 * nothing to be appended to in it, though some of it is still unread.
 * Source: skb-coalesce (skb_try_coalesce(), tcp_try_coalesce())
 */
#include "sim/rx/coalesce.h"

#include "models/nic/nic.h"
#include "sim/rx/buffer.h"
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

	if (skb->collapsed) {
		size = skb->chain ? 0 : skb->cost.head_bytes;
		used = skb->len + SKB_SHINFO_BYTES;
	} else if (skb->cost.whole) {
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

static uint32_t data_of(uint32_t bytes)
{
	return bytes > NIC_HEADER_BYTES ? bytes - NIC_HEADER_BYTES : 0;
}

/* @bytes of data now belong to the tail. */
static void tail_grows(struct sim *sim, struct skb *tail, uint32_t bytes)
{
	tail->len += bytes;
	sim->gauges.payload_bytes += bytes;
	if (tail->recorded || tail->read_ns)
		return;
	sim->socket.queued += bytes;
}

/* Through the caches: out of the buffers of @skb, to the end of the tail's. */
static void copy_lines(struct sim *sim, struct skb *tail, const struct skb *skb, uint32_t bytes)
{
	struct skb_frag *first = &tail->frag[0];

	for (const struct skb *part = skb; part; part = part->chain)
		payload_read(&sim->payload, part);
	if (tail->cost.whole && !tail->collapsed)
		return;
	payload_write(&sim->payload, buffer_byte(first->buf.page, first->offset + first->len),
		      bytes);
	first->len += bytes;
}

static void copy(struct sim *sim, struct queue_tail *tail, struct skb *skb, uint32_t bytes)
{
	tail->room -= bytes;
	tail_grows(sim, tail->skb, bytes);
	sim->skb_model.counts.tail_copies++;
	skb_cost_copy(&sim->skb_model, bytes);
	copy_lines(sim, tail->skb, skb, bytes);
	skb_cost_free(&sim->skb_model, &skb->cost);
	skb_free(sim, skb, nic_recycles_directly(&sim->scenario->nic));
}

bool coalesce_recorded(struct sim *sim, struct skb *skb, const struct packet *pkt)
{
	struct queue_tail *tail = tail_of(sim, pkt->flow);
	uint32_t data = data_of(pkt->bytes);

	if (!(pkt->flags & PACKET_ABSORBED)) {
		if (pkt->flags & PACKET_GRO)
			return false;
		*tail = (struct queue_tail){skb, pkt->flags & PACKET_GRO_HEAD ? 0 : tailroom(skb)};
		skb->flow = pkt->flow;
		return false;
	}
	if (!tail->skb || tail->skb->flow != pkt->flow)
		return false;
	if (pkt->flags & (PACKET_GRO | PACKET_GRO_HEAD) || data > tail->room) {
		tail->room = 0;
		return false;
	}
	copy(sim, tail, skb, data);
	return true;
}

void coalesce_collapsed(struct sim *sim, struct skb *skb)
{
	*tail_of(sim, skb->flow) = (struct queue_tail){skb, tailroom(skb)};
}

/* Both recycle their pages in a page_pool, or neither does (skb->pp_recycle). */
static bool recycle_alike(const struct sim *sim, const struct skb *a, const struct skb *b)
{
	return a->cost.whole == b->cost.whole || !sim->strategy->has_pool_stats;
}

/* Its buffers become frags of the tail. Return: false: they are too many, or cannot */
static bool move(struct sim *sim, struct queue_tail *tail, struct skb *skb, uint32_t bytes)
{
	struct skb *to = tail->skb;
	uint32_t truesize = to->cost.truesize;

	if (!skb_cost_append(&sim->skb_model, &to->cost, &skb->cost))
		return false;
	tail->room = 0;
	tail_grows(sim, to, bytes);
	if (!to->read_ns)
		sim->socket.truesize += to->cost.truesize - truesize;
	to->last->chain = skb;
	to->last = skb->last;
	return true;
}

/* Is it certain that the reader has not begun with @tail when @skb comes? */
static bool waits(const struct sim *sim, const struct skb *tail, const struct skb *skb)
{
	if (tail->recorded || !tail->read_ns != !skb->read_ns)
		return false;
	return skb->read_ns ? tail->read_ns > skb->visible_ns
			    : socket_holds(sim, tail, skb->visible_ns);
}

bool coalesce_modelled(struct sim *sim, struct skb *skb)
{
	struct queue_tail *tail = tail_of(sim, skb->flow);
	uint32_t data = data_of(skb->len);

	if (skb->datagram || !data)
		return false;
	if (tail->skb && tail->skb->flow == skb->flow && recycle_alike(sim, tail->skb, skb) &&
	    waits(sim, tail->skb, skb)) {
		struct skb *to = tail->skb;
		uint64_t read_ns = skb->read_ns;
		bool copied = data <= tail->room;

		if (copied)
			copy(sim, tail, skb, data);
		if (copied || move(sim, tail, skb, data)) {
			if (read_ns > to->read_ns)
				to->read_ns = read_ns;
			if (!read_ns)
				socket_grown(&sim->socket, to);
			return true;
		}
	}
	*tail = (struct queue_tail){skb, tailroom(skb)};
	return false;
}
