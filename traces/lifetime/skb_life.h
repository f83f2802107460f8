/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * skb_life.h - the life of a delivered skb: what it holds, and how it ends.
 */
#ifndef TRACES_SKB_LIFE_H
#define TRACES_SKB_LIFE_H

#include "traces/lifetime/lifetime.h"

/**
 * skb_life_finish() - make the packets of a delivered skb, and of those it absorbed, final
 * @id: slot of the skb's head
 * @time_ns, @cpu: when and where it was released; without meaning for RELEASE_UNKNOWN
 * @method: how that is known
 * @flags: enum packet_flags to add to each packet
 */
void skb_life_finish(struct lifetime *life, uint64_t id, uint64_t time_ns, uint16_t cpu,
		     enum release_method method, uint8_t flags);

/** skb_life_finish_by_copy() - detach an skb and end it at its last copy, if it had one */
void skb_life_finish_by_copy(struct lifetime *life, uint64_t id, struct slot *slot);

/** skb_life_detach() - take an skb out of the address map and its flow; what it absorbed stays */
void skb_life_detach(struct lifetime *life, uint64_t id, struct slot *slot);

/** skb_life_absorb() - chain the unread skb @id to @last, whose end will be its end too */
void skb_life_absorb(struct lifetime *life, struct flow *flow, struct slot *last, uint64_t id);

/** skb_life_vanished() - an address was reused: the skb that had it was freed without an event */
void skb_life_vanished(struct lifetime *life, uint64_t skb);

/** skb_life_freed() - consume_skb or kfree_skb of an address */
void skb_life_freed(struct lifetime *life, const struct event *ev, uint64_t time_ns);

/**
 * skb_life_is_read_elsewhere() - was it copied to user space on a CPU that did not receive it?
 * That CPU leaves the free to the one that did.
 */
bool skb_life_is_read_elsewhere(const struct slot *slot);

/** skb_life_payload() - bytes of a delivered skb that will be copied to user space */
static inline uint32_t skb_life_payload(const struct flow *flow, const struct slot *slot)
{
	return slot->len > flow->header_bytes ? slot->len - flow->header_bytes : 0;
}

#endif
