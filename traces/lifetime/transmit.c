/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * transmit.c - packets that leave by a device: forwarded ones, which came in before, and those the
 * device itself sends.
 */
#include "traces/lifetime/transmit.h"

#include <errno.h>
#include "traces/lifetime/skb_life.h"

/* Forwarded: the skb just delivered on this CPU goes out by another device, one header longer. */
void transmit_forward(struct lifetime *life, const struct event *ev, uint64_t time_ns)
{
	uint64_t id = slots_find(&life->slots, ev->object);
	struct slot *slot = slot_get(&life->slots, id);

	if (life->delivered[ev->cpu] != id)
		life->delivered[ev->cpu] = SLOT_NONE;
	if (!slot)
		return;
	if (slot->state == SLOT_DELIVERED && life->delivered[ev->cpu] == id &&
	    ev->dev != slot->dev && ev->len > slot->len) {
		skb_life_detach(life, id, slot);
		slots_map(&life->slots, slot->skb, id);
		slot->state = SLOT_FORWARDED;
	} else if (slot->state != SLOT_FORWARDED) {
		skb_life_vanished(life, ev->object);
		return;
	}
	slot->end_ns = time_ns;
	slot->end_cpu = ev->cpu;
}

/* The device sends an skb that did not come in through it. */
int transmit_send(struct lifetime *life, const struct event *ev, uint64_t time_ns)
{
	uint64_t id;
	struct slot *slot;

	if (!life->sends || ev->dev != life->dev || slots_find(&life->slots, ev->object))
		return 0;
	id = slots_push(&life->slots);
	slot = slot_get(&life->slots, id);
	if (!slot)
		return -ENOMEM;
	slot->pkt = (struct packet){
		.arrival_ns = time_ns,
		.release_ns = PACKET_UNKNOWN,
		.bytes = ev->len,
		.cpu = ev->cpu,
		.flags = PACKET_SENT,
		.method = RELEASE_UNKNOWN,
	};
	slot->skb = ev->object;
	slot->len = ev->len;
	slot->dev = ev->dev;
	slot->flow = FLOW_NONE;
	slot->state = SLOT_SENT;
	slots_map(&life->slots, slot->skb, id);
	life->sending[ev->cpu] = id;
	return 0;
}

/* A mapping made inside a transmit function, where no softirq comes between, is that packet's. */
void transmit_map(struct lifetime *life, const struct event *ev)
{
	struct slot *slot = slot_get(&life->slots, life->sending[ev->cpu]);

	if (slot)
		slot->pkt.mappings++;
}
