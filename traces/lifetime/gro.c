/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gro.c - which packets did the stack get as one skb?
 *
 * GRO keeps the first packet's skb and moves the payload of its successors into it; there is no
 * event for a merge. What is known: the first skb's address is the delivered one's, and each
 * merged packet adds its length minus its headers. So the group is the shortest run of successors
 * in the flow whose payloads add up to the delivered length. The first group with a solution
 * tells the header size, which makes the others exact.
 *
 *	delivered len = len[0] + (len[1] - header) + ... + (len[k] - header)
 */
#include "traces/lifetime/gro.h"

#include <errno.h>
#include "traces/lifetime/napi_poll.h"
#include "traces/lifetime/skb_life.h"

#define ETHERNET_BYTES 14 /* not counted in len */
#define VLAN_BYTES     4
#define MERGE_MAX      4096 /* packets looked at: a 512 KB skb (BIG TCP) has 363 of 1448 bytes */
#define PENDING_MAX_NS 1000000000u /* GRO holds packets for ms at most (gro_flush_timeout) */

static uint64_t device_key(uint16_t dev)
{
	return (uint64_t)(dev + 1u) << 33;
}

/* Flows without a hash share one list by CPU, which is where GRO holds them. */
static uint64_t flow_key(const struct event *ev)
{
	uint64_t key = device_key(ev->dev);

	return ev->hash ? key | UINT64_C(1) << 32 | ev->hash : key | ev->cpu;
}

static uint64_t packet_push(struct lifetime *life, const struct event *ev, uint64_t time_ns)
{
	uint64_t id = slots_push(&life->slots);
	struct slot *slot = slot_get(&life->slots, id);

	if (!slot)
		return SLOT_NONE;
	slot->pkt = (struct packet){
		.arrival_ns = time_ns,
		.release_ns = PACKET_UNKNOWN,
		.bytes = ev->len + ETHERNET_BYTES + (ev->flags & EVENT_VLAN_TAG ? VLAN_BYTES : 0),
		.flow = ev->hash,
		.queue = ev->queue >= life->queue_base ? ev->queue - life->queue_base : 0,
		.cpu = ev->cpu,
		.method = RELEASE_UNKNOWN,
	};
	slot->skb = ev->object;
	slot->len = ev->len;
	slot->dev = ev->dev;
	slot->flow = FLOW_NONE;
	return id;
}

static void pending_give_up(struct lifetime *life, struct flow *flow, uint64_t id)
{
	slots_unmap(&life->slots, slot_get(&life->slots, id)->skb, id);
	slot_list_remove(&life->slots, &flow->gro, id);
	skb_life_finish(life, id, PACKET_UNKNOWN, 0, RELEASE_UNKNOWN, 0);
}

int gro_arrival(struct lifetime *life, const struct event *ev, uint64_t time_ns, uint16_t flags)
{
	uint64_t id = packet_push(life, ev, time_ns);
	struct slot *slot = slot_get(&life->slots, id), *oldest;
	struct flow *flow;

	if (!slot)
		return -ENOMEM;
	slot->state = SLOT_PENDING;
	slot->from_gro = true;
	slot->pkt.flags = flags;
	slot->flow = flows_find(&life->flows, flow_key(ev));
	slots_map(&life->slots, slot->skb, id);
	napi_poll_packet(life, ev->cpu, id);
	flow = flow_get(&life->flows, slot->flow);
	if (!flow)
		return 0;
	slot_list_append(&life->slots, &flow->gro, id);
	for (;;) {
		oldest = slot_get(&life->slots, flow->gro.first);
		if (!oldest || oldest->pkt.arrival_ns + PENDING_MAX_NS >= time_ns)
			return 0;
		pending_give_up(life, flow, flow->gro.first);
	}
}

/* Successors whose payloads at a known header size add up to @need, or fewer if none do. */
static unsigned int match_known(const struct lifetime *life, const struct flow *flow, uint64_t id,
				uint64_t need, bool *exact)
{
	uint64_t sum = 0;
	unsigned int nr = 0;

	for (; nr < MERGE_MAX && sum < need; nr++) {
		const struct slot *slot = slot_get(&life->slots, id);

		if (!slot || slot->len <= flow->header_bytes ||
		    sum + slot->len - flow->header_bytes > need)
			break;
		sum += slot->len - flow->header_bytes;
		id = slot->after;
	}
	*exact = sum == need;
	return nr;
}

/* The shortest run of successors for which some plausible header size is a solution. */
static unsigned int match_any(const struct lifetime *life, uint64_t id, uint64_t need,
			      uint32_t *header)
{
	uint64_t sum = 0;

	for (unsigned int nr = 1; nr <= MERGE_MAX; nr++) {
		const struct slot *slot = slot_get(&life->slots, id);
		uint64_t headers;

		if (!slot)
			break;
		sum += slot->len;
		id = slot->after;
		if (sum < need || (sum - need) % nr)
			continue;
		headers = (sum - need) / nr;
		if (headers > HEADER_MAX)
			break;
		if (!flow_header_fits(headers))
			continue;
		*header = (uint32_t)headers;
		return nr;
	}
	return 0;
}

static unsigned int match(struct lifetime *life, struct flow *flow, const struct slot *head,
			  uint32_t len)
{
	unsigned int nr = 0, other;
	uint32_t header;
	bool exact = false;

	if (len <= head->len)
		return 0;
	if (flow->header_bytes)
		nr = match_known(life, flow, head->after, len - head->len, &exact);
	if (exact)
		return nr;
	other = match_any(life, head->after, len - head->len, &header);
	if (!other)
		return nr;
	flow->header_bytes = header;
	return other;
}

static void merge(struct lifetime *life, struct flow *flow, struct slot *head, unsigned int nr)
{
	uint64_t *link = &head->next;

	if (nr)
		head->pkt.flags |= PACKET_GRO_HEAD;
	while (nr--) {
		uint64_t id = head->after;
		struct slot *slot = slot_get(&life->slots, id);

		slots_unmap(&life->slots, slot->skb, id);
		slot_list_remove(&life->slots, &flow->gro, id);
		slot->state = SLOT_MERGED;
		slot->pkt.flags |= PACKET_GRO;
		slot->flow = FLOW_NONE;
		*link = id;
		link = &slot->next;
	}
}

/*
 * Skbs without a flow hash (of UDP sockets that are not connected, of NICs that compute none) wait
 * in one list: their frees may tell that they are read in order. Copies do not: the skb that one
 * empties and those delivered after it may belong to different connections. Frames of XDP wait by
 * CPU.
 */
static void join_unread(struct lifetime *life, struct slot *slot)
{
	if (slot->flow != FLOW_NONE && !slot_has_flow(slot))
		slot->flow = flows_find(&life->flows, device_key(slot->dev) | UINT32_MAX);
}

static void enqueue_unread(struct lifetime *life, uint64_t id, struct slot *slot, uint64_t time_ns)
{
	struct flow *flow = flow_get(&life->flows, slot->flow);

	if (flow && (!flow->header_bytes || skb_life_payload(flow, slot))) {
		flow->delivered++;
		slot_list_append(&life->slots, &flow->unread, id);
		return;
	}
	slot->flow = FLOW_NONE;
	if (flow && slot->pkt.flow) {
		slot->end_ns = time_ns;
		slot->end_cpu = slot->pkt.cpu;
	}
}

static void deliver_group(struct lifetime *life, uint64_t id, const struct event *ev,
			  uint64_t time_ns)
{
	struct slot *slot = slot_get(&life->slots, id);
	struct flow *flow = flow_get(&life->flows, slot->flow);

	if (flow) {
		/* GRO delivers a flow in order: what is before the head will not follow. */
		while (slot->pkt.flow && flow->gro.first != id)
			pending_give_up(life, flow, flow->gro.first);
		merge(life, flow, slot, match(life, flow, slot, ev->len));
		slot_list_remove(&life->slots, &flow->gro, id);
	}
	slot->state = SLOT_DELIVERED;
	slot->len = ev->len;
	join_unread(life, slot);
	enqueue_unread(life, id, slot, time_ns);
}

static bool arrives_here(const struct lifetime *life, uint16_t dev)
{
	if (dev == EVENT_NO_DEV)
		return false;
	return life->dev == LIFETIME_ALL_DEVS ? !life->gro_seen[dev]
					      : life->dev == dev && !life->before_gro;
}

/* An skb that goes up to a bridge or VLAN device is one more packet there. */
static int deliver_upwards(struct lifetime *life, uint64_t head_id, const struct event *ev,
			   uint64_t time_ns)
{
	struct slot *head, *slot;
	uint64_t id;

	if (!arrives_here(life, ev->dev))
		return 0;
	id = packet_push(life, ev, time_ns);
	slot = slot_get(&life->slots, id);
	head = slot_get(&life->slots, head_id);
	if (!slot)
		return -ENOMEM;
	slot->state = SLOT_MERGED;
	slot->next = head->next;
	head->next = id;
	return 0;
}

int gro_delivery(struct lifetime *life, const struct event *ev, uint64_t time_ns)
{
	uint64_t id = slots_find(&life->slots, ev->object);
	struct slot *slot = slot_get(&life->slots, id);

	if (slot && slot->state == SLOT_PENDING && slot->dev == ev->dev) {
		deliver_group(life, id, ev, time_ns);
		life->delivered[ev->cpu] = id;
		return 0;
	}
	if (slot && slot->state == SLOT_DELIVERED && life->delivered[ev->cpu] == id)
		return deliver_upwards(life, id, ev, time_ns);
	skb_life_vanished(life, ev->object);
	if (!arrives_here(life, ev->dev))
		return 0;
	id = packet_push(life, ev, time_ns);
	slot = slot_get(&life->slots, id);
	if (!slot)
		return -ENOMEM;
	slot->state = SLOT_DELIVERED;
	slots_map(&life->slots, slot->skb, id);
	life->delivered[ev->cpu] = id;
	return 0;
}
