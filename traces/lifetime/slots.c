/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * slots.c - ring of open packets and map of skb addresses.
 *
 * The ring doubles until SLOTS_MAX, so a small capture needs little memory. The map is open
 * addressing with linear probing; removal shifts the following cells back instead of leaving
 * tombstones, because addresses come and go with every packet.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "traces/lifetime/slots.h"

#define SLOTS_START 1024

int slots_init(struct slots *slots)
{
	memset(slots, 0, sizeof(*slots));
	slots->ring = calloc(SLOTS_START, sizeof(*slots->ring));
	slots->map = calloc(2 * SLOTS_START, sizeof(*slots->map));
	if (!slots->ring || !slots->map) {
		slots_fini(slots);
		return -ENOMEM;
	}
	slots->mask = SLOTS_START - 1;
	slots->map_mask = 2 * SLOTS_START - 1;
	slots->head = slots->tail = SLOT_NONE + 1;
	return 0;
}

void slots_fini(struct slots *slots)
{
	free(slots->ring);
	free(slots->map);
	memset(slots, 0, sizeof(*slots));
}

static uint64_t cell_of(const struct slots *slots, uint64_t skb)
{
	return (skb * 0x9e3779b97f4a7c15u >> 32) & slots->map_mask;
}

static int slots_grow(struct slots *slots)
{
	uint64_t size = 2 * (slots->mask + 1), old_cells = slots->map_mask + 1;
	struct slot *ring = calloc(size, sizeof(*ring));
	struct slot_cell *map = calloc(2 * size, sizeof(*map)), *old = slots->map;

	if (!ring || !map) {
		free(ring);
		free(map);
		return -ENOMEM;
	}
	for (uint64_t id = slots->tail; id < slots->head; id++)
		ring[id & (size - 1)] = slots->ring[id & slots->mask];
	free(slots->ring);
	slots->ring = ring;
	slots->mask = size - 1;
	slots->map = map;
	slots->map_mask = 2 * size - 1;
	for (uint64_t i = 0; i < old_cells; i++)
		if (old[i].id)
			slots_map(slots, old[i].skb, old[i].id);
	free(old);
	return 0;
}

bool slots_are_full(const struct slots *slots)
{
	return slots->head - slots->tail >= SLOTS_MAX;
}

uint64_t slots_push(struct slots *slots)
{
	if (slots->head - slots->tail > slots->mask && slots_grow(slots))
		return SLOT_NONE;
	memset(&slots->ring[slots->head & slots->mask], 0, sizeof(*slots->ring));
	return slots->head++;
}

void slots_pop(struct slots *slots)
{
	slots->tail++;
}

uint64_t slots_find(const struct slots *slots, uint64_t skb)
{
	uint64_t at = cell_of(slots, skb);

	while (slots->map[at].id && slots->map[at].skb != skb)
		at = (at + 1) & slots->map_mask;
	return slots->map[at].id;
}

void slots_map(struct slots *slots, uint64_t skb, uint64_t id)
{
	uint64_t at = cell_of(slots, skb);

	while (slots->map[at].id)
		at = (at + 1) & slots->map_mask;
	slots->map[at] = (struct slot_cell){skb, id};
}

void slots_unmap(struct slots *slots, uint64_t skb, uint64_t id)
{
	uint64_t at = cell_of(slots, skb), hole;

	while (slots->map[at].id && slots->map[at].skb != skb)
		at = (at + 1) & slots->map_mask;
	if (slots->map[at].id != id)
		return;
	/* Shift back every cell that would not be found past the hole. */
	for (hole = at;;) {
		uint64_t home;

		at = (at + 1) & slots->map_mask;
		if (!slots->map[at].id)
			break;
		home = cell_of(slots, slots->map[at].skb);
		if (((at - home) & slots->map_mask) >= ((at - hole) & slots->map_mask)) {
			slots->map[hole] = slots->map[at];
			hole = at;
		}
	}
	slots->map[hole].id = SLOT_NONE;
}

void slot_list_append(struct slots *slots, struct slot_list *list, uint64_t id)
{
	struct slot *slot = slot_get(slots, id), *last = slot_get(slots, list->last);

	slot->before = list->last;
	slot->after = SLOT_NONE;
	if (last)
		last->after = id;
	else
		list->first = id;
	list->last = id;
}

void slot_list_remove(struct slots *slots, struct slot_list *list, uint64_t id)
{
	struct slot *slot = slot_get(slots, id);
	struct slot *before = slot_get(slots, slot->before), *after = slot_get(slots, slot->after);

	if (before)
		before->after = slot->after;
	else
		list->first = slot->after;
	if (after)
		after->before = slot->before;
	else
		list->last = slot->before;
	slot->before = slot->after = SLOT_NONE;
}
