/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * user_copy.c - copies to user space: which skb is being read, and which have been.
 *
 * A stream is read in order of delivery. A copy of more bytes than an skb had shows that it
 * absorbed the skbs behind it.
 */
#include "traces/lifetime/user_copy.h"

#include "traces/lifetime/skb_life.h"

/* Another skb is being read: those before it have been read. */
static void pass_unread(struct lifetime *life, struct flow *flow, uint64_t until,
			const struct event *ev, uint64_t time_ns)
{
	struct slot *left = slot_get(&life->slots, flow->reading);

	while (flow->unread.first != until) {
		uint64_t id = flow->unread.first;
		struct slot *slot = slot_get(&life->slots, id);

		if (slot->state == SLOT_VANISHED && skb_life_absorb_next(life, flow))
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

bool user_copy_passes_unread(struct lifetime *life, const struct event *ev)
{
	uint64_t id = slots_find(&life->slots, ev->object), at;
	const struct slot *slot = slot_get(&life->slots, id);
	const struct flow *flow = slot ? flow_get(&life->flows, slot->flow) : NULL;

	if (!flow || slot->state != SLOT_DELIVERED || flow_is_datagrams(flow))
		return false;
	at = flow->unread.first;
	slot = slot_get(&life->slots, at);
	while (slot && at != id && slot->len <= CONTROL_BYTES) {
		at = slot->after;
		slot = slot_get(&life->slots, at);
	}
	return at != id;
}

bool user_copy_is_whole(struct lifetime *life, const struct event *ev)
{
	const struct slot *slot = slot_get(&life->slots, slots_find(&life->slots, ev->object));

	if (!slot || flow_is_stream(flow_get(&life->flows, slot->flow)))
		return false;
	return !slot_has_flow(slot) ||
	       (slot->len > ev->len && flow_header_fits(slot->len - ev->len));
}

void user_copy(struct lifetime *life, const struct event *ev, uint64_t time_ns)
{
	uint64_t id = slots_find(&life->slots, ev->object);
	struct slot *slot = slot_get(&life->slots, id);
	struct flow *flow;

	if (!slot || (slot->state != SLOT_DELIVERED && slot->state != SLOT_READ))
		return;
	life->copied_known += ev->len;
	flow = flow_get(&life->flows, slot->flow);
	if (flow && !slot->pkt.flow && slot->state == SLOT_DELIVERED) {
		/* of which connection is not known */
		flow->copied = true;
		slot_list_remove(&life->slots, &flow->unread, id);
		slot->flow = FLOW_NONE;
		flow = NULL;
	}
	if (flow && slot->state == SLOT_DELIVERED) {
		flow->copied = true;
		skb_life_learn(life, flow, id);
		if (flow_is_datagrams(flow))
			slot_list_remove(&life->slots, &flow->unread, id);
		else
			start_reading(life, flow, id, slot, ev, time_ns);
	}
	slot->state = SLOT_READ;
	slot->copied = true;
	slot->stream = flow_is_stream(flow);
	slot->end_ns = time_ns;
	slot->end_cpu = ev->cpu;
	if (flow_is_datagrams(flow))
		slot->flow = FLOW_NONE;
	else if (flow) {
		flow->read_bytes += ev->len;
		skb_life_absorb_read(life, flow);
	}
}
