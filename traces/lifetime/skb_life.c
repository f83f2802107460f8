/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * skb_life.c - ends the life of an skb: freed, absorbed, or gone without an event.
 *
 * An skb is its head's slot. Its packets (merged by GRO) hang on @next, the skbs that it
 * absorbed on @after: they end with it.
 */
#include "traces/lifetime/skb_life.h"

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

void skb_life_finish(struct lifetime *life, uint64_t id, uint64_t time_ns, uint16_t cpu,
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

void skb_life_detach(struct lifetime *life, uint64_t id, struct slot *slot)
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

void skb_life_finish_by_copy(struct lifetime *life, uint64_t id, struct slot *slot)
{
	skb_life_detach(life, id, slot);
	skb_life_finish(life, id, slot->end_ns, slot->end_cpu,
			slot->end_ns ? RELEASE_COPY : RELEASE_UNKNOWN, 0);
}

/* Chains an unread skb to one that ends later: it will end with that. */
void skb_life_absorb(struct lifetime *life, struct flow *flow, struct slot *last, uint64_t id)
{
	struct slot *slot = slot_get(&life->slots, id);

	slots_unmap(&life->slots, slot->skb, id);
	slot_list_remove(&life->slots, &flow->unread, id);
	slot->state = SLOT_ABSORBED;
	slot->flow = FLOW_NONE;
	last->after = id;
}

static void delivered_vanished(struct lifetime *life, uint64_t id, struct slot *slot)
{
	struct flow *flow = flow_get(&life->flows, slot->flow);

	if (!flow_is_stream(flow) && slot->pkt.flags & PACKET_XDP) {
		skb_life_detach(life, id, slot);
		skb_life_finish(life, id, life->last_ns, slot->pkt.cpu, RELEASE_REUSE, 0);
		return;
	}
	if (!flow_is_stream(flow)) {
		skb_life_finish_by_copy(life, id, slot);
		return;
	}
	slot->state = SLOT_VANISHED;
	/* Nobody is left that could have absorbed it but the skb freed last. */
	if (flow->unread.first == id && !flow->reading && flow->freed_ns > slot->pkt.arrival_ns) {
		skb_life_detach(life, id, slot);
		skb_life_finish(life, id, flow->freed_ns, flow->freed_cpu, RELEASE_FREE, 0);
	}
}

/* Copied to user space on a CPU that did not receive it: that CPU leaves the free to the other. */
bool skb_life_is_read_elsewhere(const struct slot *slot)
{
	return slot->state == SLOT_READ && slot->copied && slot->end_cpu != slot->pkt.cpu;
}

void skb_life_vanished(struct lifetime *life, uint64_t skb)
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
		life->freed_silently += skb_life_is_read_elsewhere(slot);
		skb_life_finish_by_copy(life, id, slot);
		break;
	case SLOT_FORWARDED:
		skb_life_finish(life, id, slot->end_ns, slot->end_cpu, RELEASE_FREE, PACKET_TX);
		break;
	case SLOT_SENT:
		skb_life_finish(life, id, life->last_ns, slot->pkt.cpu, RELEASE_FREE, 0);
		break;
	default:
		/* pending: GRO merged it and freed its skb; its group will end it */
		break;
	}
}

static void delivered_freed(struct lifetime *life, uint64_t id, struct slot *slot)
{
	struct flow *flow = flow_get(&life->flows, slot->flow);
	uint64_t next = slot->after;
	bool absorbs = flow_is_stream(flow);

	skb_life_detach(life, id, slot);
	while (absorbs) {
		struct slot *successor = slot_get(&life->slots, next);

		if (!successor || successor->state != SLOT_VANISHED)
			break;
		id = next;
		next = successor->after;
		skb_life_absorb(life, flow, slot, id);
		slot = successor;
	}
}

void skb_life_freed(struct lifetime *life, const struct event *ev, uint64_t time_ns)
{
	uint64_t id = slots_find(&life->slots, ev->object);
	struct slot *slot = slot_get(&life->slots, id);
	struct flow *flow;
	uint8_t flags;

	if (!slot)
		return;
	flow = flow_get(&life->flows, slot->flow);
	life->freed_visibly += skb_life_is_read_elsewhere(slot);
	flags = ev->kind == EVENT_KFREE ? PACKET_DROPPED : 0;
	if (slot->state == SLOT_FORWARDED)
		flags |= PACKET_TX;
	if (slot->state == SLOT_DELIVERED)
		delivered_freed(life, id, slot);
	else
		skb_life_detach(life, id, slot);
	if (flow && slot->state != SLOT_PENDING) {
		flow->freed_ns = time_ns;
		flow->freed_cpu = ev->cpu;
	}
	skb_life_finish(life, id, time_ns, ev->cpu, RELEASE_FREE, flags);
}
