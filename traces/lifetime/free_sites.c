/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * free_sites.c - counts, by call site, frees of addresses that were free.
 *
 * In captures with symbols, 50 to 100 % of the frees by foreign callers were of this kind, and none
 * of the others. A lossy capture lacks the first events of some skbs, hence a threshold of a
 * quarter. Error: frees of a foreign call site before its first one of this kind count. Mostly
 * that is its first or second event; at worst a few packets end too early.
 */
#include "traces/lifetime/free_sites.h"

static uint64_t *freed_cell(struct free_sites *sites, uint64_t object)
{
	return &sites->freed[object * 0x9e3779b97f4a7c15u >> 32 & (FREE_SITES_ADDRESSES - 1)];
}

static void site_free(struct free_sites *sites, struct event *ev)
{
	uint64_t *cell = freed_cell(sites, ev->object);

	sites->frees[ev->free_site]++;
	sites->unborn[ev->free_site] += *cell == ev->object;
	*cell = ev->object;
	if (ev->free_site && 4 * sites->unborn[ev->free_site] > sites->frees[ev->free_site])
		ev->flags |= EVENT_FOREIGN;
}

void free_sites_event(struct free_sites *sites, struct event *ev)
{
	uint64_t *cell;

	switch (ev->kind) {
	case EVENT_CONSUME:
	case EVENT_KFREE:
		site_free(sites, ev);
		break;
	case EVENT_GRO_RECEIVE:
	case EVENT_NETIF_RECEIVE:
	case EVENT_NETIF_RX:
	case EVENT_TX_QUEUE:
	case EVENT_TX_START:
	case EVENT_COPY:
		cell = freed_cell(sites, ev->object);
		if (*cell == ev->object)
			*cell = 0;
		break;
	default:
		break;
	}
}
