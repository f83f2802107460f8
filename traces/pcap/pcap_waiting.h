/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcap_waiting.h - packets whose release is not known yet, in order of arrival, in bounded memory.
 *
 * A ring; ids only grow. The packets that wait for one reader form a list through it.
 */
#ifndef TRACES_PCAP_WAITING_H
#define TRACES_PCAP_WAITING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "traces/packet_format.h"

/** WAITING_MAX - packets at once, 72 bytes each, 19 MB together */
#define WAITING_MAX (1u << 18)

/**
 * struct read_packet - a packet, and what is known of its reader
 * @unread: why its reader is not known; UNREAD_REASONS: it is, or it is not TCP
 * @scale_found: it is by a window scale that no SYN told
 * @dev: number of its device
 * @split: packets that its record became, if it is the first of them; else 0
 */
struct read_packet {
	struct packet pkt;
	uint8_t unread;
	bool scale_found;
	uint16_t dev;
	uint32_t split;
};

/**
 * struct waiting - one packet
 * @end: position in its stream behind its data
 * @next: the one that waits behind it for the same reader: what came out of order is read with
 *	what came before it
 * @reader: for which it waits
 * @done: its record is final
 */
struct waiting {
	struct read_packet is;
	uint64_t end, next;
	uint32_t reader;
	bool done;
};

/** struct waiting_ring - ids @tail to @head - 1 are in it; ids begin at 1 */
struct waiting_ring {
	struct waiting *at;
	uint64_t mask, head, tail;
};

/** struct waiting_list - ids of the first and the last one, 0: empty */
struct waiting_list {
	uint64_t first, last;
};

/** waiting_init() - Return: 0, -ENOMEM */
int waiting_init(struct waiting_ring *ring);

/** waiting_fini() - accepts a ring that was never made */
void waiting_fini(struct waiting_ring *ring);

/** waiting_get() - a packet in the ring */
static inline struct waiting *waiting_get(const struct waiting_ring *ring, uint64_t id)
{
	return &ring->at[id & ring->mask];
}

/** waiting_oldest() - the first packet; NULL: there is none */
static inline struct waiting *waiting_oldest(const struct waiting_ring *ring)
{
	return ring->head == ring->tail ? NULL : waiting_get(ring, ring->tail);
}

/** waiting_push() - a packet at the end. Return: its id, 0: no memory */
uint64_t waiting_push(struct waiting_ring *ring, const struct read_packet *pkt);

/** waiting_append() - packet @id waits at the end of the list of @reader, for what ends at @end */
void waiting_append(struct waiting_ring *ring, struct waiting_list *list, uint64_t id,
		    uint32_t reader, uint64_t end);

/** waiting_take() - the first one of a list waits no more. Return: it; the list is not empty */
struct waiting *waiting_take(struct waiting_ring *ring, struct waiting_list *list);

#endif
