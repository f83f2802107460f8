/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * skb_life.h - the life of a delivered skb: what it holds, and how it ends.
 */
#ifndef TRACES_SKB_LIFE_H
#define TRACES_SKB_LIFE_H

#include "traces/lifetime/lifetime.h"

/** CONTROL_BYTES - IPv4 + TCP with all options: a packet that may carry no data */
#define CONTROL_BYTES 80

/**
 * skb_life_finish() - make the packets of a delivered skb, and of those it absorbed, final
 * @id: slot of the skb's head
 * @time_ns, @cpu: when and where it was released; without meaning for RELEASE_UNKNOWN
 * @method: how that is known
 * @flags: enum packet_flags to add to each packet
 */
void skb_life_finish(struct lifetime *life, uint64_t id, uint64_t time_ns, uint16_t cpu,
		     enum release_method method, uint16_t flags);

/**
 * skb_life_end() - the capture is over, or there is no room: what can be said of an open skb
 * @ended: the capture is over, so an skb that waits to be read still does
 */
void skb_life_end(struct lifetime *life, uint64_t id, struct slot *slot, bool ended);

/** skb_life_finish_by_copy() - detach an skb and end it at its last copy, if it had one */
void skb_life_finish_by_copy(struct lifetime *life, uint64_t id, struct slot *slot);

/** skb_life_detach() - take an skb out of the address map and its flow; what it absorbed stays */
void skb_life_detach(struct lifetime *life, uint64_t id, struct slot *slot);

/**
 * skb_life_learn() - the skb being read has been read to its end: that tells the flow's header size
 * Without effect where that is known. What it absorbed is chained to it then.
 * @until: the skb that is read next, SLOT_NONE when that is not known
 */
void skb_life_learn(struct lifetime *life, struct flow *flow, uint64_t until);

/** skb_life_absorb_read() - chain to the skb being read what the bytes read from it contain */
void skb_life_absorb_read(struct lifetime *life, struct flow *flow);

/** skb_life_absorb_next() - chain the next unread skb to the one being read. Return: was there? */
bool skb_life_absorb_next(struct lifetime *life, struct flow *flow);

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
