/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * skb_life.c - ends the life of an skb: freed, absorbed, or gone without an event.
 *
 * An skb is its head's slot. Its packets (merged by GRO) hang on @next, the skbs that it
 * absorbed on @after: they end with it.
 */
#include "traces/lifetime/skb_life.h"

#define SAME_SOFTIRQ_NS 2000000 /* net.core.netdev_budget_usecs */
#define FLUSH_GAP_NS	100000	/* between two frees of a flush there is nothing but the free */
#define DEFER_FULL	60	/* net.core.skb_defer_max is 64; a few may be other flows' */

static void packet_finish(struct slot *slot, uint64_t time_ns, uint16_t cpu,
			  enum release_method method, uint16_t flags)
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
		     enum release_method method, uint16_t flags)
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
	if (flow_is_datagrams(flow))
		slot->pkt.flags |= PACKET_DATAGRAM;
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
static void absorb(struct lifetime *life, struct flow *flow, struct slot *last, uint64_t id)
{
	struct slot *slot = slot_get(&life->slots, id);

	slots_unmap(&life->slots, slot->skb, id);
	slot_list_remove(&life->slots, &flow->unread, id);
	slot->state = SLOT_ABSORBED;
	slot->flow = FLOW_NONE;
	slot->pkt.flags |= PACKET_ABSORBED;
	last->after = id;
}

bool skb_life_absorb_next(struct lifetime *life, struct flow *flow)
{
	struct slot *last = slot_get(&life->slots, flow->absorbed_last);
	uint64_t id = flow->unread.first;

	if (!flow->reading || !last || !id)
		return false;
	flow->known_bytes += skb_life_payload(flow, slot_get(&life->slots, id));
	absorb(life, flow, last, id);
	flow->absorbed_last = id;
	return true;
}

/* @until: the skb that is read now, and was not absorbed */
static void absorb_read(struct lifetime *life, struct flow *flow, uint64_t until)
{
	while (flow->header_bytes && flow->read_bytes > flow->known_bytes &&
	       flow->unread.first != until)
		if (!skb_life_absorb_next(life, flow))
			return;
}

void skb_life_absorb_read(struct lifetime *life, struct flow *flow)
{
	absorb_read(life, flow, SLOT_NONE);
}

/*
 * The header size for which the skb being read and some that follow it hold the bytes read:
 * sum(len) - nr * header = read. Of several the one that takes all up to @until, else the fewest.
 * Return: 0 when there is none
 */
static uint32_t header_of_read(const struct lifetime *life, const struct flow *flow, uint64_t until)
{
	const struct slot *slot = slot_get(&life->slots, flow->reading);
	uint64_t next = flow->unread.first, sum = 0, nr = 0;
	uint32_t found = 0;

	while (slot && sum < flow->read_bytes + nr * HEADER_MAX) {
		if (!nr || slot->len > CONTROL_BYTES) {
			sum += slot->len;
			nr++;
		}
		if (sum > flow->read_bytes && (sum - flow->read_bytes) % nr == 0 &&
		    flow_header_fits((sum - flow->read_bytes) / nr)) {
			if (!found || next == until)
				found = (uint32_t)((sum - flow->read_bytes) / nr);
			if (!until)
				break;
		}
		if (next == until)
			break;
		slot = slot_get(&life->slots, next);
		next = slot ? slot->after : SLOT_NONE;
	}
	return found;
}

/* Only now is it known which of the unread carry data, and how those end that vanished. */
static void unread_sort(struct lifetime *life, struct flow *flow, uint64_t until)
{
	uint64_t id = flow->unread.first, next;

	for (; id; id = next) {
		struct slot *slot = slot_get(&life->slots, id);

		next = slot->after;
		if (id == until)
			continue;
		if (!skb_life_payload(flow, slot)) {
			slot_list_remove(&life->slots, &flow->unread, id);
			slot->flow = FLOW_NONE;
			slot->end_ns = slot->pkt.arrival_ns;
			slot->end_cpu = slot->pkt.cpu;
			if (slot->state == SLOT_VANISHED)
				skb_life_finish_by_copy(life, id, slot);
		} else if (slot->state == SLOT_VANISHED && flow_is_datagrams(flow)) {
			skb_life_detach(life, id, slot);
			skb_life_finish(life, id, slot->gone_ns, slot->pkt.cpu, RELEASE_REUSE, 0);
		}
	}
}

void skb_life_learn(struct lifetime *life, struct flow *flow, uint64_t until)
{
	struct slot *slot = slot_get(&life->slots, flow->reading);

	if (flow->header_bytes || !slot)
		return;
	flow->header_bytes = header_of_read(life, flow, until);
	if (!flow->header_bytes)
		return;
	flow->known_bytes = skb_life_payload(flow, slot);
	unread_sort(life, flow, until);
	if (flow_is_stream(flow)) {
		absorb_read(life, flow, until);
		return;
	}
	slot->flow = FLOW_NONE;
	flow->reading = SLOT_NONE;
}

/* An skb leaves the socket's queue when it has been read to its end. */
static void read_to_its_end(struct lifetime *life, uint64_t id, const struct slot *slot)
{
	struct flow *flow = flow_get(&life->flows, slot->flow);

	if (flow && flow->reading == id)
		skb_life_learn(life, flow, SLOT_NONE);
}

/*
 * Of a flow of which nothing is known, a vanished skb was absorbed or, a datagram, freed by its own
 * CPU. It stays until that is known.
 */
static void delivered_vanished(struct lifetime *life, uint64_t id, struct slot *slot)
{
	struct flow *flow = flow_get(&life->flows, slot->flow);

	if (!flow && !(slot->pkt.flags & PACKET_XDP)) {
		skb_life_finish_by_copy(life, id, slot);
		return;
	}
	if (flow_is_datagrams(flow) || (!flow_is_stream(flow) && slot->pkt.flags & PACKET_XDP)) {
		skb_life_detach(life, id, slot);
		skb_life_finish(life, id, slot->gone_ns ? slot->gone_ns : life->last_ns,
				slot->pkt.cpu, RELEASE_REUSE, 0);
		return;
	}
	slot->state = SLOT_VANISHED;
	if (!slot->gone_ns)
		slot->gone_ns = life->last_ns;
	flow->vanished++;
	/* Nobody is left that could have absorbed it but the skb freed last. */
	if (flow_is_stream(flow) && flow->unread.first == id && !flow->reading &&
	    flow->freed_ns > slot->pkt.arrival_ns) {
		skb_life_detach(life, id, slot);
		skb_life_finish(life, id, flow->freed_ns, flow->freed_cpu, RELEASE_FREE, 0);
	}
}

static bool nothing_is_known(const struct flow *flow)
{
	return !flow->header_bytes && !flow->copied;
}

/*
 * Frees of TCP are few where it absorbs: one of 19, unless each skb is read alone. Frees out of
 * order are of several sockets: none of them tells of the others.
 */
static bool frees_are_datagrams(const struct flow *flow)
{
	return nothing_is_known(flow) && 10 * flow->freed > flow->delivered &&
	       20 * flow->late <= flow->freed;
}

/*
 * Did those of the unread that vanished hold datagrams? TCP leaves at least one address of 19 in
 * its queue: an skb takes 17 frags of others beside its own data, and one more into its tail.
 */
static bool vanished_are_datagrams(const struct flow *flow)
{
	return (nothing_is_known(flow) && 20 * flow->vanished > 19 * flow->delivered) ||
	       frees_are_datagrams(flow);
}

/*
 * Is it an skb that waits to be read? A datagram does when frees of its flow have events, nearly
 * all of them, and none that came later was freed: they are read in order. What has no flow hash
 * may be TCP's.
 */
static bool waits_unread(struct lifetime *life, const struct flow *flow, uint64_t id,
			 const struct slot *slot)
{
	if (!flow || slot->state == SLOT_PENDING)
		return false;
	if (slot->state == SLOT_READ)
		return flow_is_stream(flow) && flow_get(&life->flows, slot->flow) == flow &&
		       flow->read_bytes < flow->known_bytes;
	if (flow_is_stream(flow))
		return true;
	return slot->state == SLOT_DELIVERED && flow->freed_last && id > flow->freed_last &&
	       20 * flow->silent <= flow->delivered &&
	       (slot_has_flow(slot) || frees_are_datagrams(flow));
}

/* Datagrams that were read between the same two: their times lie evenly between those. */
static void passed_spread(struct lifetime *life, struct flow *flow, struct slot *first)
{
	uint64_t passed_ns = first->passed_ns, since_ns = first->since_ns, nr = 0, i = 0;
	struct slot *slot;

	if (since_ns < first->pkt.arrival_ns)
		since_ns = first->pkt.arrival_ns;
	if (since_ns > passed_ns) /* it arrived while its CPU was freeing */
		since_ns = passed_ns;
	for (slot = first; slot && slot->passed_ns == passed_ns;
	     slot = slot_get(&life->slots, slot->after))
		nr++;
	for (slot = first; i < nr; slot = slot_get(&life->slots, slot->after)) {
		unsigned __int128 part = (unsigned __int128)(passed_ns - since_ns) * ++i / (nr + 1);
		uint64_t at_ns = since_ns + (uint64_t)part;

		if (!slot->gone_ns || at_ns < slot->gone_ns)
			slot->gone_ns = at_ns;
		slot->passed_ns = 0;
	}
	flow->silent += nr;
}

/*
 * Datagrams are read in order. One that has no event though later ones have was freed by its
 * reader, the CPU that allocated it, between those freed around it; unless it is in a list still.
 */
static void end_passed(struct lifetime *life, struct flow *flow, struct slot *slot, bool ended)
{
	if (!slot->passed_ns || !frees_are_datagrams(flow))
		return;
	if (!deferred_may_hold(life, slot, DEFERRED_ANY_CPU, slot->passed_ns))
		passed_spread(life, flow, slot);
	else if (ended)
		slot->gone_ns = life->last_ns + 1;
}

void skb_life_end(struct lifetime *life, uint64_t id, struct slot *slot, bool ended)
{
	struct flow *flow = flow_get(&life->flows, slot->flow);

	if (slot->state == SLOT_READ)
		read_to_its_end(life, id, slot);
	if (flow)
		end_passed(life, flow, slot, ended);
	if (flow && !flow_is_stream(flow) && slot->gone_ns &&
	    (slot->state == SLOT_DELIVERED || vanished_are_datagrams(flow))) {
		skb_life_detach(life, id, slot);
		skb_life_finish(life, id, slot->gone_ns, slot->pkt.cpu, RELEASE_REUSE, 0);
	} else if (ended && waits_unread(life, flow, id, slot)) {
		if (slot->state == SLOT_VANISHED)
			slot->pkt.flags |= PACKET_ABSORBED;
		skb_life_detach(life, id, slot);
		skb_life_finish(life, id, life->last_ns + 1, slot->pkt.cpu, RELEASE_HELD, 0);
	} else {
		if (slot->state == SLOT_READ && flow && flow->read_bytes < flow->known_bytes)
			slot->end_ns = 0;
		skb_life_finish_by_copy(life, id, slot);
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
		read_to_its_end(life, id, slot);
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
		absorb(life, flow, slot, id);
		slot = successor;
	}
}

/* Unread datagrams older than @newest are gone. Each is met once: those up to gone_to are known. */
static void mark_gone(struct lifetime *life, struct flow *flow, uint64_t freed, uint64_t newest,
		      uint64_t time_ns)
{
	struct slot *slot = slot_get(&life->slots, freed);
	uint64_t before = slot->before, after = slot->after;

	while (before > flow->gone_to) {
		slot = slot_get(&life->slots, before);
		if (!slot->gone_ns)
			slot->gone_ns = time_ns;
		slot->passed_ns = 0;
		before = slot->before;
	}
	while (after && after < newest) {
		slot = slot_get(&life->slots, after);
		if (!slot->gone_ns)
			slot->gone_ns = time_ns;
		slot->passed_ns = 0;
		after = slot->after;
	}
	flow->gone_to = newest;
}

/* @freed and what was delivered before it had been read when its CPU began to free. */
static void mark_passed(struct lifetime *life, struct flow *flow, uint64_t freed, uint64_t time_ns)
{
	uint64_t before = slot_get(&life->slots, freed)->before;

	while (before > flow->passed_to) {
		struct slot *slot = slot_get(&life->slots, before);

		slot->passed_ns = time_ns;
		slot->since_ns = flow->passed_ns;
		before = slot->before;
	}
	flow->passed_to = freed;
	flow->passed_ns = time_ns;
}

/*
 * Datagrams are read in order. When the list of deferred frees is full, a reader frees what it has
 * read itself, without an event, until the list is flushed: those delivered before the newest one
 * of the flow in a full list, and not freed with it, are gone by then. Without a flow hash they may
 * be of another socket, which only the end of the capture tells.
 */
static void flush_event(struct lifetime *life, struct flow *flow, uint64_t freed, uint16_t cpu,
			uint64_t time_ns)
{
	uint64_t newest = freed > flow->freed_last ? freed : flow->freed_last, id;
	struct flush *flush = &life->flush[cpu];

	if (time_ns > flush->last_ns + FLUSH_GAP_NS)
		flush->nr = 0;
	flush->last_ns = time_ns;
	if (!flush->nr++)
		flush->begun_ns = time_ns;
	if (freed > flow->passed_to)
		mark_passed(life, flow, freed, flush->begun_ns);
	if (!slot_has_flow(slot_get(&life->slots, freed)))
		return;
	if (flush->nr >= DEFER_FULL && newest > flow->gone_to)
		mark_gone(life, flow, freed, newest, flush->begun_ns);
	while ((id = flow->unread.first) < newest && id != freed) {
		struct slot *slot = slot_get(&life->slots, id);

		if (!slot || !slot->gone_ns || time_ns < slot->gone_ns + SAME_SOFTIRQ_NS)
			break;
		skb_life_detach(life, id, slot);
		skb_life_finish(life, id, slot->gone_ns, slot->pkt.cpu, RELEASE_REUSE, 0);
	}
}

void skb_life_freed(struct lifetime *life, const struct event *ev, uint64_t time_ns)
{
	uint64_t id = slots_find(&life->slots, ev->object);
	struct slot *slot = slot_get(&life->slots, id);
	struct flow *flow;
	uint16_t flags;

	if (!slot)
		return;
	flow = flow_get(&life->flows, slot->flow);
	if (ev->kind == EVENT_CONSUME && slot->state == SLOT_READ && slot->copied &&
	    slot->end_cpu != ev->cpu)
		deferred_freed(&life->recent[ev->cpu]);
	life->freed_visibly += skb_life_is_read_elsewhere(slot);
	if (flow && slot->passed_ns && time_ns > slot->passed_ns + SAME_SOFTIRQ_NS &&
	    !deferred_may_hold(life, slot, DEFERRED_ANY_CPU, slot->passed_ns))
		flow->late++;
	flags = ev->kind == EVENT_KFREE ? PACKET_DROPPED : 0;
	if (slot->state == SLOT_FORWARDED)
		flags |= PACKET_TX;
	if (slot->state == SLOT_READ)
		read_to_its_end(life, id, slot);
	if (slot->state == SLOT_DELIVERED && ev->kind == EVENT_CONSUME && flow && !flow->copied &&
	    !flow_is_stream(flow))
		flush_event(life, flow, id, ev->cpu, time_ns);
	if (slot->state == SLOT_DELIVERED)
		delivered_freed(life, id, slot);
	else
		skb_life_detach(life, id, slot);
	if (flow && slot->state != SLOT_PENDING) {
		flow->freed += ev->kind == EVENT_CONSUME;
		flow->freed_ns = time_ns;
		flow->freed_cpu = ev->cpu;
		if (ev->kind == EVENT_CONSUME && id > flow->freed_last)
			flow->freed_last = id;
	}
	skb_life_finish(life, id, time_ns, ev->cpu, RELEASE_FREE, flags);
}
