/* SPDX-License-Identifier: GPL-2.0-or-later */
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
 *  3. A datagram that a peer sent by XDP: the kernel frees its skb without an event when the
 *     application ran on the same CPU. It is gone when the address is used again.
 *  4. Read by another CPU than the one that allocated it and not freed when the capture ends, in a
 *     capture that shows the frees of such skbs: it waits in a deferred list, and its end is that
 *     of the capture, unless the list has been emptied since. Who allocated it: the CPU that
 *     received it; behind a veth the sender's, any: of an skb that its own CPU read, when that has
 *     received many packets since and has not used the address for one.
 *  5. None: the modelled consumer decides (RELEASE_UNKNOWN).
 * An address is no identity. It is reused at once, and reuse is evidence: the skb that had it is
 * gone, and if it had not been read it was absorbed. A copy may be of an skb of another kind at the
 * address of one that was absorbed: if it passes unread packets, it waits for what follows.
 * Times of frees are the skb's; its pages follow within microseconds.
 */
#include "traces/lifetime/lifetime.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "traces/events/name_table.h"
#include "traces/lifetime/gro.h"
#include "traces/lifetime/napi_poll.h"
#include "traces/lifetime/skb_life.h"
#include "traces/lifetime/transmit.h"
#include "traces/lifetime/user_copy.h"

#define FREES_PER_SILENT 8 /* frees with an event that outweigh one without, or the reverse */

int lifetime_init(struct lifetime *life, uint64_t first_ns)
{
	memset(life, 0, sizeof(*life));
	life->dev = LIFETIME_ALL_DEVS;
	life->first_ns = first_ns;
	life->delivered = calloc(LIFETIME_MAX_CPUS, sizeof(*life->delivered));
	life->sending = calloc(LIFETIME_MAX_CPUS, sizeof(*life->sending));
	life->flush = calloc(LIFETIME_MAX_CPUS, sizeof(*life->flush));
	life->recent = calloc(LIFETIME_MAX_CPUS, sizeof(*life->recent));
	life->xdp = calloc(LIFETIME_MAX_CPUS, sizeof(*life->xdp));
	life->poll_last = calloc(LIFETIME_MAX_CPUS, sizeof(*life->poll_last));
	life->gro_seen = calloc(NAME_DEVS_MAX, sizeof(*life->gro_seen));
	if (!life->delivered || !life->sending || !life->xdp || !life->flush || !life->poll_last ||
	    !life->recent || !life->gro_seen || slots_init(&life->slots) ||
	    flows_init(&life->flows)) {
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
	for (unsigned int cpu = 0; life->xdp && cpu < LIFETIME_MAX_CPUS; cpu++)
		free(life->xdp[cpu]);
	free(life->xdp);
	free(life->flush);
	free(life->recent);
	free(life->poll_last);
	free(life->gro_seen);
	memset(life, 0, sizeof(*life));
}

/*
 * Where any CPU may have allocated an skb, many readers free what is their own CPU's, silently. A
 * capture that shows neither is of a kernel as they are now.
 */
bool lifetime_saw_frees(const struct lifetime *life)
{
	if (deferred_is_local(life))
		return FREES_PER_SILENT * life->freed_visibly >= life->freed_silently;
	return life->freed_visibly >= FREES_PER_SILENT * life->freed_silently;
}

/* Return: NULL without memory; @make: also for a CPU that had none */
static struct xdp_cpu *xdp_of(struct lifetime *life, uint16_t cpu, bool make)
{
	if (!life->xdp[cpu] && make)
		life->xdp[cpu] = calloc(1, sizeof(*life->xdp[cpu]));
	return life->xdp[cpu];
}

static int on_xdp_sent(struct lifetime *life, const struct event *ev, uint64_t time_ns)
{
	struct xdp_cpu *xdp = xdp_of(life, ev->cpu, true);

	if (!xdp)
		return -ENOMEM;
	xdp_sent(xdp, ev->len, time_ns);
	return 0;
}

static int on_foreign_free(struct lifetime *life, const struct event *ev, uint64_t time_ns)
{
	struct xdp_cpu *xdp = xdp_of(life, ev->cpu, true);

	skb_life_vanished(life, ev->object);
	if (!xdp)
		return -ENOMEM;
	xdp_copied(xdp, time_ns);
	return 0;
}

/* Who read the skb frees it at once: no TCP, which leaves no event then, nor XDP. */
static bool is_foreign_free(const struct copy_doubted *doubted, const struct event *ev)
{
	if (ev->object != doubted->ev.object ||
	    (ev->kind != EVENT_CONSUME && ev->kind != EVENT_KFREE))
		return false;
	return ev->flags & EVENT_FOREIGN || (ev->cpu == doubted->ev.cpu && !doubted->whole);
}

/*
 * The copy was of the skb that it seemed to be of, unless @next says that it is of another kind.
 * Return: true: it does, and frees that one
 */
static bool doubted_settle(struct lifetime *life, const struct event *next)
{
	struct copy_doubted *doubted = &life->doubted;

	if (!doubted->waits ||
	    (next && next->cpu != doubted->ev.cpu && next->object != doubted->ev.object))
		return false;
	doubted->waits = false;
	if (next && is_foreign_free(doubted, next))
		return true;
	user_copy(life, &doubted->ev, doubted->time_ns);
	return false;
}

static void on_copy(struct lifetime *life, const struct event *ev, uint64_t time_ns)
{
	life->delivered[ev->cpu] = SLOT_NONE;
	life->copied += ev->len;
	if (!user_copy_passes_unread(life, ev)) {
		user_copy(life, ev, time_ns);
		return;
	}
	doubted_settle(life, NULL);
	life->doubted = (struct copy_doubted){.ev = *ev,
					      .time_ns = time_ns,
					      .waits = true,
					      .whole = user_copy_is_whole(life, ev)};
}

static void on_poll_end(struct lifetime *life, const struct event *ev, uint64_t time_ns)
{
	life->delivered[ev->cpu] = SLOT_NONE;
	deferred_poll(&life->recent[ev->cpu], time_ns);
	napi_poll_end(life, ev->cpu);
	if (xdp_of(life, ev->cpu, false))
		xdp_poll_end(life->xdp[ev->cpu]);
}

static int on_arrival(struct lifetime *life, const struct event *ev, uint64_t time_ns)
{
	struct xdp_cpu *xdp;
	uint16_t flags = 0;

	skb_life_vanished(life, ev->object);
	life->delivered[ev->cpu] = SLOT_NONE;
	life->arrived++;
	deferred_arrival(&life->recent[ev->cpu], time_ns);
	if (ev->dev == EVENT_NO_DEV)
		return 0;
	life->gro_seen[ev->dev] = true;
	if (life->dev != LIFETIME_ALL_DEVS && (life->dev != ev->dev || !life->before_gro))
		return 0;
	xdp = xdp_of(life, ev->cpu, false);
	if (xdp && xdp_arrival(xdp, &time_ns))
		flags = PACKET_XDP;
	if (time_ns > life->arrival_ns)
		life->arrival_ns = time_ns;
	return gro_arrival(life, ev, life->arrival_ns, flags);
}

int lifetime_feed(struct lifetime *life, const struct event *ev)
{
	uint64_t time_ns = ev->time_ns > life->first_ns ? ev->time_ns - life->first_ns : 0;

	if (ev->cpu >= LIFETIME_MAX_CPUS || ev->kind == EVENT_PAGE_FREE)
		return 0;
	if (doubted_settle(life, ev))
		skb_life_vanished(life, ev->object);
	life->last_ns = time_ns;
	if (ev->cpu >= life->nr_cpus)
		life->nr_cpus = ev->cpu + 1u;
	if (ev->kind == EVENT_IOMMU_MAP) {
		transmit_map(life, ev);
		return 0;
	}
	/* a mapping may allocate a page of its page table */
	if (ev->kind != EVENT_PAGE_ALLOC)
		life->sending[ev->cpu] = SLOT_NONE;
	deferred_event(life, ev, time_ns);
	switch (ev->kind) {
	case EVENT_GRO_RECEIVE:
		return on_arrival(life, ev, time_ns);
	case EVENT_NETIF_RECEIVE:
		return gro_delivery(life, ev, time_ns);
	case EVENT_NETIF_RX:
		if (slots_find(&life->slots, ev->object) != life->delivered[ev->cpu])
			skb_life_vanished(life, ev->object);
		return 0;
	case EVENT_TX_QUEUE:
		transmit_forward(life, ev, time_ns);
		return 0;
	case EVENT_TX_START:
		life->started++;
		life->recent[ev->cpu].sends = true;
		transmit_forward(life, ev, time_ns);
		return transmit_send(life, ev, time_ns);
	case EVENT_CONSUME:
	case EVENT_KFREE:
		if (ev->flags & EVENT_FOREIGN)
			return on_foreign_free(life, ev, time_ns);
		skb_life_freed(life, ev, time_ns);
		return 0;
	case EVENT_COPY:
		on_copy(life, ev, time_ns);
		return 0;
	case EVENT_XDP_SENT:
		return on_xdp_sent(life, ev, time_ns);
	case EVENT_NAPI_POLL:
		on_poll_end(life, ev, time_ns);
		return 0;
	default:
		return 0;
	}
}

/* No more evidence will come: end the packet, and all that hangs on it, by what there is. */
static void slot_settle(struct lifetime *life, uint64_t id, struct slot *slot, bool ended)
{
	switch (slot->state) {
	case SLOT_DONE:
		return;
	case SLOT_FORWARDED:
		skb_life_detach(life, id, slot);
		skb_life_finish(life, id, slot->end_ns, slot->end_cpu, RELEASE_FREE, PACKET_TX);
		return;
	default:
		skb_life_end(life, id, slot, ended);
	}
}

/*
 * Read, and not freed when the capture ends: it waits in the deferred list of the CPU that
 * allocated it. That may not be the one that received it, which would have used the address again.
 */
static bool is_deferred(const struct lifetime *life, const struct slot *slot)
{
	if (slot->state != SLOT_READ || !slot->copied)
		return false;
	if (slot->end_cpu == slot->pkt.cpu &&
	    (!deferred_is_local(life) || !slot->stream ||
	     slot->end_ns >= life->recent[slot->end_cpu].before_ns))
		return false;
	return deferred_may_hold(life, slot, slot->end_cpu, slot->end_ns);
}

void lifetime_finish(struct lifetime *life)
{
	doubted_settle(life, NULL);
	for (unsigned int cpu = 0; cpu < LIFETIME_MAX_CPUS; cpu++)
		napi_poll_end(life, (uint16_t)cpu);
	for (uint64_t id = life->slots.tail; id < life->slots.head; id++) {
		struct slot *slot = slot_get(&life->slots, id);

		if (life->frees_are_recorded && is_deferred(life, slot))
			slot->end_ns = life->last_ns + 1;
		slot_settle(life, id, slot, true);
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
		slot_settle(life, life->slots.tail, oldest, false);
	}
	*slot = *oldest;
	slots_pop(&life->slots);
	return true;
}
