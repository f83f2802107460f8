/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcap_waiting.c - a ring that grows up to WAITING_MAX.
 */
#include "traces/pcap/pcap_waiting.h"

#include <errno.h>
#include <stdlib.h>

#define RING_FIRST 1024 /* power of 2 */

int waiting_init(struct waiting_ring *ring)
{
	ring->at = calloc(RING_FIRST, sizeof(*ring->at));
	ring->mask = RING_FIRST - 1;
	ring->head = ring->tail = 1;
	return ring->at ? 0 : -ENOMEM;
}

void waiting_fini(struct waiting_ring *ring)
{
	free(ring->at);
}

static int ring_grow(struct waiting_ring *ring)
{
	uint64_t size = 2 * (ring->mask + 1);
	struct waiting *at = calloc(size, sizeof(*at));

	if (!at)
		return -ENOMEM;
	for (uint64_t id = ring->tail; id < ring->head; id++)
		at[id & (size - 1)] = ring->at[id & ring->mask];
	free(ring->at);
	ring->at = at;
	ring->mask = size - 1;
	return 0;
}

uint64_t waiting_push(struct waiting_ring *ring, const struct read_packet *pkt)
{
	if (ring->head - ring->tail > ring->mask && ring_grow(ring))
		return 0;
	*waiting_get(ring, ring->head) = (struct waiting){.is = *pkt, .done = true};
	return ring->head++;
}

void waiting_append(struct waiting_ring *ring, struct waiting_list *list, uint64_t id,
		    uint32_t reader, uint64_t end)
{
	struct waiting *slot = waiting_get(ring, id);

	slot->done = false;
	slot->reader = reader;
	slot->end = end;
	if (list->last)
		waiting_get(ring, list->last)->next = id;
	else
		list->first = id;
	list->last = id;
}

struct waiting *waiting_take(struct waiting_ring *ring, struct waiting_list *list)
{
	struct waiting *slot = waiting_get(ring, list->first);

	list->first = slot->next;
	if (!list->first)
		list->last = 0;
	slot->done = true;
	return slot;
}
