/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * slots.h - packets whose end is not known yet, in order of arrival, in bounded memory.
 *
 * A ring of slots and a map from skb address to slot. Ids only grow and are never
 * reused: slot_get() returns NULL for a packet that has left. Lists are threaded through the
 * slots by id.
 *
 *	tail <= id < head		head - tail <= SLOTS_MAX
 */
#ifndef TRACES_SLOTS_H
#define TRACES_SLOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "traces/packet.h"

/** SLOTS_MAX - packets alive at once: 120 bytes of slot and 32 of map each, 38 MB together */
#define SLOTS_MAX (1u << 18)

/** SLOT_NONE - no slot */
#define SLOT_NONE 0

/** enum slot_state - where the skb of a packet is */
enum slot_state {
	SLOT_PENDING,	/* arrived; held by GRO or on its way to the stack */
	SLOT_MERGED,	/* its bytes are in another packet's skb, which decides its end */
	SLOT_DELIVERED, /* head of a delivered skb */
	SLOT_VANISHED,	/* the same, but its address has been reused: absorbed or freed silently */
	SLOT_ABSORBED,	/* its bytes were moved into an earlier delivered skb, which decides */
	SLOT_READ,	/* copied to its end; a free event may follow */
	SLOT_FORWARDED, /* handed to a transmit queue; a free event may follow */
	SLOT_SENT,	/* sent by the device; a free event follows */
	SLOT_DONE,	/* the record is final */
};

/**
 * struct slot - one packet
 * @pkt: the record to deliver; final when @state is SLOT_DONE
 * @skb: address of the skb it arrived in
 * @end_ns: best release time so far, on the clock of @pkt; of a delivered skb
 * @gone_ns: it had been freed by then, on the clock of @pkt: its address was reused, or a later
 *	datagram of its flow was freed; 0: not known
 * @passed_ns, @since_ns: of a datagram: a later one of its flow was freed at @passed_ns, so it had
 *	been read; the one that was known to be read before that, at @since_ns. 0: not known
 * @next: next packet of the same delivered skb
 * @before, @after: neighbours in a list of its flow (held by GRO, or waiting to be read); @after
 *	of one that left the list is the next skb that it absorbed
 * @flow: number of its flow (flows.h)
 * @len: bytes of the packet without Ethernet header; of a delivered skb: of the merged packet
 * @end_cpu: CPU of @end_ns
 * @dev: device number
 * @state: enum slot_state
 * @from_gro: its arrival is a napi_gro_receive_entry, not a netif_receive_skb
 * @copied: a copy of it to user space was recorded
 * @stream: then, of a flow that was known to be TCP
 * @poll_open: whether the recorded poll it came in goes on is not known yet
 */
struct slot {
	struct packet pkt;
	uint64_t skb;
	uint64_t end_ns;
	uint64_t gone_ns;
	uint64_t passed_ns, since_ns;
	uint64_t next;
	uint64_t before, after;
	uint32_t flow;
	uint32_t len;
	uint16_t end_cpu;
	uint16_t dev;
	uint8_t state;
	bool from_gro;
	bool copied : 1, stream : 1, poll_open : 1;
};

/** struct slot_cell - one cell of the address map; @id SLOT_NONE is empty */
struct slot_cell {
	uint64_t skb;
	uint64_t id;
};

/** slot_has_flow() - is it told from packets of other sockets? XDP's are, from the stack's */
static inline bool slot_has_flow(const struct slot *slot)
{
	return slot->pkt.flow || slot->pkt.flags & PACKET_XDP;
}

struct slots {
	struct slot *ring;
	struct slot_cell *map;
	uint64_t head, tail;
	uint64_t mask;	   /* ring slots - 1 */
	uint64_t map_mask; /* map cells - 1: the map has twice the ring's size */
};

/** slots_init() - an empty ring and map. Return: 0 or -ENOMEM (then nothing to free). */
int slots_init(struct slots *slots);

/** slots_fini() - free ring and map; accepts one that is all zero */
void slots_fini(struct slots *slots);

/** slot_get() - the slot of an id. Return: NULL for SLOT_NONE, or when it has left the ring */
static inline struct slot *slot_get(const struct slots *slots, uint64_t id)
{
	return id >= slots->tail && id < slots->head ? &slots->ring[id & slots->mask] : NULL;
}

/** slots_are_full() - no more can be pushed before one is popped, and they cannot grow */
bool slots_are_full(const struct slots *slots);

/** slots_push() - a new slot, all zero. Return: its id, or SLOT_NONE without memory */
uint64_t slots_push(struct slots *slots);

/** slots_pop() - drop the oldest slot, which must be out of the map and of every list */
void slots_pop(struct slots *slots);

/** slots_find() - the slot that an skb address names. Return: its id, or SLOT_NONE */
uint64_t slots_find(const struct slots *slots, uint64_t skb);

/** slots_map() - let an address name a slot; it must name none */
void slots_map(struct slots *slots, uint64_t skb, uint64_t id);

/** slots_unmap() - forget an address, if it names this slot */
void slots_unmap(struct slots *slots, uint64_t skb, uint64_t id);

/** struct slot_list - doubly linked through before/after */
struct slot_list {
	uint64_t first, last;
};

/** slot_list_append() - put a slot, which is in no list, at the end */
void slot_list_append(struct slots *slots, struct slot_list *list, uint64_t id);

/** slot_list_remove() - take a slot out of the list it is in */
void slot_list_remove(struct slots *slots, struct slot_list *list, uint64_t id);

#endif
