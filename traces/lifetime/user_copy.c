/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * user_copy.c - copies to user space: which skb is being read, and which have been.
 *
 * A stream is read in order of delivery. A copy of more bytes than an skb had shows that it
 * absorbed the skbs behind it.
 */
#include "traces/lifetime/user_copy.h"

#include "traces/lifetime/skb_life.h"

#define CONTROL_BYTES	80  /* IPv4 + TCP with all options: a packet that may carry no data */
#define COPY_HEADER_MIN 28  /* IPv4 + UDP */
#define COPY_HEADER_MAX 120 /* IPv4 or IPv6 with options + TCP with options */

/* Chains an unread skb to the one being read. Return: false without one to chain to. */
static bool reading_absorb(struct lifetime *life, struct flow *flow, uint64_t id)
{
	struct slot *last = slot_get(&life->slots, flow->absorbed_last);

	if (!flow->reading || !last)
		return false;
	flow->known_bytes += skb_life_payload(flow, slot_get(&life->slots, id));
	skb_life_absorb(life, flow, last, id);
	flow->absorbed_last = id;
	return true;
}

/* Another skb is being read: those before it have been read. */
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
			skb_life_finish_by_copy(life, id, slot);
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
	flow->known_bytes = skb_life_payload(flow, slot);
}

static void learn_header(struct flow *flow, const struct slot *slot, uint32_t copied)
{
	uint32_t rest = slot->len - copied;

	if (flow->header_bytes || copied > slot->len)
		return;
	if (rest >= COPY_HEADER_MIN && rest <= COPY_HEADER_MAX && rest % 4 == 0)
		flow->header_bytes = rest;
}

void user_copy(struct lifetime *life, const struct event *ev, uint64_t time_ns)
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
