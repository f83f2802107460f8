// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * places.c - counts, by call site, frees of addresses that nobody owned.
 *
 * In captures with symbols those that are foreign by name had 50 to 100 % of such frees, all others
 * none. A lossy capture lacks the births of some skbs, hence a threshold: a quarter.
 * Ignored: what a foreign call site does before its first such free. Mostly that is its first or
 * second event; at worst a few packets end too early.
 */
#include "traces/lifetime/places.h"

static uint64_t *freed_cell(struct places *places, uint64_t object)
{
	return &places->freed[object * 0x9e3779b97f4a7c15u >> 32 & (PLACES_FREED - 1)];
}

static void place_free(struct places *places, struct event *ev)
{
	uint64_t *cell = freed_cell(places, ev->object);

	places->frees[ev->place]++;
	places->unborn[ev->place] += *cell == ev->object;
	*cell = ev->object;
	if (ev->place && 4 * places->unborn[ev->place] > places->frees[ev->place])
		ev->flags |= EVENT_FOREIGN;
}

void places_event(struct places *places, struct event *ev)
{
	uint64_t *cell;

	switch (ev->kind) {
	case EVENT_CONSUME:
	case EVENT_KFREE:
		place_free(places, ev);
		break;
	case EVENT_GRO_RECEIVE:
	case EVENT_NETIF_RECEIVE:
	case EVENT_NETIF_RX:
	case EVENT_TX_QUEUE:
	case EVENT_TX_START:
	case EVENT_COPY:
		cell = freed_cell(places, ev->object);
		if (*cell == ev->object)
			*cell = 0;
		break;
	default:
		break;
	}
}
