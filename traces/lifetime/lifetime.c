// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * lifetime.c - from delivered skbs to the end of their memory.
 *
 * Evidence, best first:
 *  1. consume_skb/kfree_skb of the skb's address after its delivery. It also ends what the skb had
 *     absorbed: TCP moves the pages of an skb into the one queued before it (tcp_try_coalesce) and
 *     frees the empty one without an event.
 *  2. The last copy to user space. A copy of more bytes than the skb had shows that it absorbed its
 *     successors; an skb that is read to its end on the CPU that allocated it is freed silently,
 *     and so its last copy is its end.
 *  3. A packet that a peer sent by XDP, as a datagram: the kernel frees such skbs without an event when
 *     their reader ran on the same CPU. They are gone when the address is used again.
 *  4. Read by another CPU and not freed when the capture ends, in a capture that shows the frees of
 *     such skbs: it still waits in its CPU's deferred list, and its end is that of the capture.
 *  5. None: the consumer model decides (RELEASE_UNKNOWN).
 * An address is no identity. It is reused at once, and reuse is evidence: the skb that had it is
 * gone, and if it had not been read it was absorbed.
 * Times of frees are the skb's; its pages follow within microseconds.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "traces/lifetime/lifetime.h"
#include "traces/reader.h"

#define STREAM_HEADER_MIN 40  /* IPv4 + TCP: smaller headers are datagrams, never coalesced */
#define CONTROL_BYTES	  80  /* IPv4 + TCP with all options: a packet that may carry no data */
#define COPY_HEADER_MIN	  28  /* IPv4 + UDP */
#define FREES_PER_SILENT  8   /* so many recorded frees outweigh one that left no event */
#define COPY_HEADER_MAX	  120 /* IPv4 or IPv6 with options + TCP with options */

int lifetime_init(struct lifetime *life, uint64_t first_ns)
{
	memset(life, 0, sizeof(*life));
	life->dev = LIFETIME_ALL_DEVS;
	life->first_ns = first_ns;
	life->delivered = calloc(LIFETIME_MAX_CPUS, sizeof(*life->delivered));
	life->sending = calloc(LIFETIME_MAX_CPUS, sizeof(*life->sending));
	life->xdp_sent = calloc(LIFETIME_MAX_CPUS, sizeof(*life->xdp_sent));
	life->poll_last = calloc(LIFETIME_MAX_CPUS, sizeof(*life->poll_last));
	life->gro_seen = calloc(NAME_DEVS_MAX, sizeof(*life->gro_seen));
	if (!life->delivered || !life->sending || !life->xdp_sent || !life->poll_last ||
	    !life->gro_seen || slots_init(&life->slots) || flows_init(&life->flows)) {
		lifetime_fini(life);
		return -ENOMEM;
	}
	return 0;
}

void lifetime_fini(struct lifetime *life)
{
	slots_fini(&life->slots);
	flows_fini(&life->flows);
	free(life->delivered);
	free(life->sending);
	free(life->xdp_sent);
	free(life->poll_last);
	free(life->gro_seen);
	memset(life, 0, sizeof(*life));
}

bool lifetime_saw_frees(const struct lifetime *life)
{
	return life->freed_visibly > FREES_PER_SILENT * life->freed_silently;
}

static bool flow_is_stream(const struct flow *flow)
{
	return flow && flow->header_bytes >= STREAM_HEADER_MIN;
}

static void packet_finish(struct slot *slot, uint64_t time_ns, uint16_t cpu,
			  enum release_method method, uint8_t flags)
{
	struct packet *pkt = &slot->pkt;

	if (slot->state == SLOT_DONE)
		return;
	slot->state = SLOT_DONE;
	pkt->flags |= flags;
	pkt->method = (uint8_t)method;
	if (method == RELEASE_UNKNOWN)
		return;
	pkt->release_ns = time_ns > pkt->arrival_ns ? time_ns : pkt->arrival_ns;
	pkt->release_cpu = cpu;
}

void skb_finish(struct lifetime *life, uint64_t id, uint64_t time_ns, uint16_t cpu,
		enum release_method method, uint8_t flags)
{
	struct slot *skb = slot_get(&life->slots, id), *slot;

	for (; skb; skb = slot_get(&life->slots, skb->after)) {
		for (slot = slot_get(&life->slots, skb->next); slot;
		     slot = slot_get(&life->slots, slot->next))
			packet_finish(slot, time_ns, cpu, method, flags);
		packet_finish(skb, time_ns, cpu, method, flags);
	}
}

void skb_detach(struct lifetime *life, uint64_t id, struct slot *slot)
{
	struct flow *flow = flow_get(&life->flows, slot->flow);

	slots_unmap(&life->slots, slot->skb, id);
	slot->flow = FLOW_NONE;
	if (!flow)
		return;
	if (flow->reading == id)
		flow->reading = SLOT_NONE;
	else if (slot->state == SLOT_PENDING)
		slot_list_remove(&life->slots, &flow->gro, id);
	else if (slot->state == SLOT_DELIVERED || slot->state == SLOT_VANISHED)
		slot_list_remove(&life->slots, &flow->unread, id);
}

static void skb_finish_by_copy(struct lifetime *life, uint64_t id, struct slot *slot)
{
	skb_detach(life, id, slot);
	skb_finish(life, id, slot->end_ns, slot->end_cpu,
		   slot->end_ns ? RELEASE_COPY : RELEASE_UNKNOWN, 0);
}

/* Chains an unread skb to one that ends later: it will end with that. */
static void skb_absorb(struct lifetime *life, struct flow *flow, struct slot *last, uint64_t id)
{
	struct slot *slot = slot_get(&life->slots, id);

	slots_unmap(&life->slots, slot->skb, id);
	slot_list_remove(&life->slots, &flow->unread, id);
	slot->state = SLOT_ABSORBED;
	slot->flow = FLOW_NONE;
	last->after = id;
}

/* The same for the skb that is being read. Without an end to chain to, nothing happens. */
static bool reading_absorb(struct lifetime *life, struct flow *flow, uint64_t id)
{
	struct slot *last = slot_get(&life->slots, flow->absorbed_last);

	if (!flow->reading || !last)
		return false;
	flow->known_bytes += skb_payload(flow, slot_get(&life->slots, id));
	skb_absorb(life, flow, last, id);
	flow->absorbed_last = id;
	return true;
}

static void delivered_vanished(struct lifetime *life, uint64_t id, struct slot *slot)
{
	struct flow *flow = flow_get(&life->flows, slot->flow);

	if (!flow_is_stream(flow) && slot->pkt.flags & PACKET_XDP) {
		skb_detach(life, id, slot);
		skb_finish(life, id, life->last_ns, slot->pkt.cpu, RELEASE_REUSE, 0);
		return;
	}
	if (!flow_is_stream(flow)) {
		skb_finish_by_copy(life, id, slot);
		return;
	}
	slot->state = SLOT_VANISHED;
	/* Nobody is left that could have absorbed it but the skb freed last. */
	if (flow->unread.first == id && !flow->reading && flow->freed_ns > slot->pkt.arrival_ns) {
		skb_detach(life, id, slot);
		skb_finish(life, id, flow->freed_ns, flow->freed_cpu, RELEASE_FREE, 0);
	}
}

/* Copied to user space on a CPU that did not receive it: that CPU leaves the free to the other. */
static bool read_elsewhere(const struct slot *slot)
{
	return slot->state == SLOT_READ && slot->copied && slot->end_cpu != slot->pkt.cpu;
}

void skb_vanished(struct lifetime *life, uint64_t skb)
{
	uint64_t id = slots_find(&life->slots, skb);
	struct slot *slot = slot_get(&life->slots, id);

	if (!slot)
		return;
	slots_unmap(&life->slots, skb, id);
	switch (slot->state) {
	case SLOT_DELIVERED:
		delivered_vanished(life, id, slot);
		break;
	case SLOT_READ:
		life->freed_silently += read_elsewhere(slot);
		skb_finish_by_copy(life, id, slot);
		break;
	case SLOT_FORWARDED:
		skb_finish(life, id, slot->end_ns, slot->end_cpu, RELEASE_FREE, PACKET_TX);
		break;
	case SLOT_SENT:
		skb_finish(life, id, life->last_ns, slot->pkt.cpu, RELEASE_FREE, 0);
		break;
	default:
		/* pending: GRO merged it and freed its skb; its group will end it */
		break;
	}
}

static void freed_delivered(struct lifetime *life, uint64_t id, struct slot *slot)
{
	struct flow *flow = flow_get(&life->flows, slot->flow);
	uint64_t next = slot->after;
	bool absorbs = flow_is_stream(flow);

	skb_detach(life, id, slot);
	while (absorbs) {
		struct slot *successor = slot_get(&life->slots, next);

		if (!successor || successor->state != SLOT_VANISHED)
			break;
		id = next;
		next = successor->after;
		skb_absorb(life, flow, slot, id);
		slot = successor;
	}
}

static void on_free(struct lifetime *life, const struct event *ev, uint64_t time_ns)
{
	uint64_t id = slots_find(&life->slots, ev->object);
	struct slot *slot = slot_get(&life->slots, id);
	struct flow *flow;
	uint8_t flags;

	if (!slot)
		return;
	flow = flow_get(&life->flows, slot->flow);
	life->freed_visibly += read_elsewhere(slot);
	flags = ev->kind == EVENT_KFREE ? PACKET_DROPPED : 0;
	if (slot->state == SLOT_FORWARDED)
		flags |= PACKET_TX;
	if (slot->state == SLOT_DELIVERED)
		freed_delivered(life, id, slot);
	else
		skb_detach(life, id, slot);
	if (flow && slot->state != SLOT_PENDING) {
		flow->freed_ns = time_ns;
		flow->freed_cpu = ev->cpu;
	}
	skb_finish(life, id, time_ns, ev->cpu, RELEASE_FREE, flags);
}

/* The reader went on to another skb: what is before that one has been read. */
static void pass_unread(struct lifetime *life, struct flow *flow, uint64_t until,
			const struct event *ev, uint64_t time_ns)
{
	struct slot *left = slot_get(&life->slots, flow->reading);

	while (flow->unread.first != until) {
		uint64_t id = flow->unread.first;
		struct slot *slot = slot_get(&life->slots, id);

		if (slot->state == SLOT_VANISHED && reading_absorb(life, flow, id))
			continue;
		slot->end_ns = slot->len <= CONTROL_BYTES ? slot->pkt.arrival_ns : time_ns;
		slot->end_cpu = ev->cpu;
		if (slot->state == SLOT_VANISHED) {
			skb_finish_by_copy(life, id, slot);
			continue;
		}
		slot_list_remove(&life->slots, &flow->unread, id);
		slot->state = SLOT_READ;
		slot->flow = FLOW_NONE;
	}
	if (left)
		left->flow = FLOW_NONE;
}

static void start_reading(struct lifetime *life, struct flow *flow, uint64_t id, struct slot *slot,
			  const struct event *ev, uint64_t time_ns)
{
	pass_unread(life, flow, id, ev, time_ns);
	slot_list_remove(&life->slots, &flow->unread, id);
	slot->state = SLOT_READ;
	flow->reading = id;
	flow->absorbed_last = id;
	flow->read_bytes = 0;
	flow->known_bytes = skb_payload(flow, slot);
}

static void learn_header(struct flow *flow, const struct slot *slot, uint32_t copied)
{
	uint32_t rest = slot->len - copied;

	if (flow->header_bytes || copied > slot->len)
		return;
	if (rest >= COPY_HEADER_MIN && rest <= COPY_HEADER_MAX && rest % 4 == 0)
		flow->header_bytes = rest;
}

static void on_copy(struct lifetime *life, const struct event *ev, uint64_t time_ns)
{
	uint64_t id = slots_find(&life->slots, ev->object);
	struct slot *slot = slot_get(&life->slots, id);
	struct flow *flow;

	if (!slot || (slot->state != SLOT_DELIVERED && slot->state != SLOT_READ))
		return;
	flow = flow_get(&life->flows, slot->flow);
	if (flow && slot->state == SLOT_DELIVERED) {
		learn_header(flow, slot, ev->len);
		if (flow_is_stream(flow))
			start_reading(life, flow, id, slot, ev, time_ns);
		else
			slot_list_remove(&life->slots, &flow->unread, id);
	}
	slot->state = SLOT_READ;
	slot->copied = true;
	slot->end_ns = time_ns;
	slot->end_cpu = ev->cpu;
	if (!flow_is_stream(flow)) {
		slot->flow = FLOW_NONE;
		return;
	}
	flow->read_bytes += ev->len;
	while (flow->read_bytes > flow->known_bytes && flow->unread.first)
		if (!reading_absorb(life, flow, flow->unread.first))
			break;
}

static struct slot *poll_close(struct lifetime *life, uint16_t cpu)
{
	struct slot *last = slot_get(&life->slots, life->poll_last[cpu]);

	life->poll_last[cpu] = SLOT_NONE;
	if (last)
		last->poll_open = false;
	return last;
}

void poll_packet(struct lifetime *life, uint16_t cpu, uint64_t id)
{
	struct slot *slot = slot_get(&life->slots, id), *last;

	if (!life->polls)
		return;
	last = poll_close(life, cpu);
	if (last && last->pkt.queue == slot->pkt.queue)
		last->pkt.flags |= PACKET_POLL_MORE;
	slot->poll_open = true;
	life->poll_last[cpu] = id;
}

static int on_arrival(struct lifetime *life, const struct event *ev, uint64_t time_ns)
{
	skb_vanished(life, ev->object);
	life->delivered[ev->cpu] = SLOT_NONE;
	if (ev->dev == EVENT_NO_DEV)
		return 0;
	life->gro_seen[ev->dev] = true;
	if (life->dev != LIFETIME_ALL_DEVS && (life->dev != ev->dev || !life->before_gro))
		return 0;
	if (!life->xdp_sent[ev->cpu])
		return gro_arrival(life, ev, time_ns, 0);
	life->xdp_sent[ev->cpu]--;
	return gro_arrival(life, ev, time_ns, PACKET_XDP);
}

int lifetime_feed(struct lifetime *life, const struct event *ev)
{
	uint64_t time_ns = ev->time_ns > life->first_ns ? ev->time_ns - life->first_ns : 0;

	if (ev->cpu >= LIFETIME_MAX_CPUS)
		return 0;
	life->last_ns = time_ns;
	if (ev->kind == EVENT_IOMMU_MAP) {
		transmit_map(life, ev);
		return 0;
	}
	/* a mapping may allocate a page of its page table */
	if (ev->kind != EVENT_PAGE_ALLOC)
		life->sending[ev->cpu] = SLOT_NONE;
	switch (ev->kind) {
	case EVENT_GRO_RECEIVE:
		return on_arrival(life, ev, time_ns);
	case EVENT_NETIF_RECEIVE:
		return gro_delivery(life, ev, time_ns);
	case EVENT_NETIF_RX:
		if (slots_find(&life->slots, ev->object) != life->delivered[ev->cpu])
			skb_vanished(life, ev->object);
		return 0;
	case EVENT_TX_QUEUE:
		transmit_forward(life, ev, time_ns);
		return 0;
	case EVENT_TX_START:
		transmit_forward(life, ev, time_ns);
		return transmit_send(life, ev, time_ns);
	case EVENT_CONSUME:
	case EVENT_KFREE:
		if (ev->flags & EVENT_FOREIGN)
			skb_vanished(life, ev->object);
		else
			on_free(life, ev, time_ns);
		return 0;
	case EVENT_COPY:
		life->delivered[ev->cpu] = SLOT_NONE;
		on_copy(life, ev, time_ns);
		return 0;
	case EVENT_XDP_SENT:
		life->xdp_sent[ev->cpu] += ev->len;
		return 0;
	case EVENT_NAPI_POLL:
		life->delivered[ev->cpu] = SLOT_NONE;
		poll_close(life, ev->cpu);
		return 0;
	default:
		return 0;
	}
}

/* No more will be known of the oldest packet: give it, and all that hangs on it, what there is. */
static void slot_settle(struct lifetime *life, uint64_t id, struct slot *slot)
{
	struct flow *flow = flow_get(&life->flows, slot->flow);

	switch (slot->state) {
	case SLOT_DONE:
		return;
	case SLOT_FORWARDED:
		skb_detach(life, id, slot);
		skb_finish(life, id, slot->end_ns, slot->end_cpu, RELEASE_FREE, PACKET_TX);
		return;
	case SLOT_READ:
		if (flow && flow->read_bytes < flow->known_bytes)
			slot->end_ns = 0;
		break;
	default:
		break;
	}
	skb_finish_by_copy(life, id, slot);
}

void lifetime_finish(struct lifetime *life)
{
	for (unsigned int cpu = 0; cpu < LIFETIME_MAX_CPUS; cpu++)
		poll_close(life, (uint16_t)cpu);
	for (uint64_t id = life->slots.tail; id < life->slots.head; id++) {
		struct slot *slot = slot_get(&life->slots, id);

		if (life->frees_are_recorded && read_elsewhere(slot))
			slot->end_ns = life->last_ns + 1;
		slot_settle(life, id, slot);
	}
}

bool lifetime_take(struct lifetime *life, struct slot *slot)
{
	struct slot *oldest = slot_get(&life->slots, life->slots.tail);

	if (!oldest)
		return false;
	if (oldest->state != SLOT_DONE || oldest->poll_open) {
		if (!slots_are_full(&life->slots))
			return false;
		slot_settle(life, life->slots.tail, oldest);
	}
	*slot = *oldest;
	slots_pop(&life->slots);
	return true;
}
