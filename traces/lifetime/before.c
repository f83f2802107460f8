/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * before.c - an address nobody named before, copied from or freed: received before the capture.
 *
 * Not told from these: skbs sent before the capture began and freed by their driver in it; a ring
 * of them at most.
 */
#include "traces/lifetime/before.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define CELLS (2 * BEFORE_ADDRESSES)

#define PAGE_ROOM(page_bytes) ((page_bytes)-320) /* SKB_MAX_ORDER(0, 0): less skb_shared_info */

int before_init(struct before *before)
{
	memset(before, 0, sizeof(*before));
	before->skbs = calloc(BEFORE_MAX, sizeof(*before->skbs));
	before->cells = calloc(CELLS, sizeof(*before->cells));
	if (before->skbs && before->cells)
		return 0;
	before_fini(before);
	return -ENOMEM;
}

void before_fini(struct before *before)
{
	free(before->skbs);
	free(before->cells);
	memset(before, 0, sizeof(*before));
}

static struct before_cell *cell_of(struct before *before, uint64_t address)
{
	uint32_t at = (uint32_t)(address * 0x9e3779b97f4a7c15u >> 32) & (CELLS - 1);

	while (before->cells[at].address && before->cells[at].address != address)
		at = (at + 1) & (CELLS - 1);
	return &before->cells[at];
}

static void open_skb(struct before *before, struct before_cell *cell)
{
	if (before->nr == BEFORE_MAX) {
		before->lost++;
		return;
	}
	cell->skb = ++before->nr;
}

static struct before_skb *skb_of(struct before *before, const struct before_cell *cell)
{
	return cell->skb ? &before->skbs[cell->skb - 1] : NULL;
}

static void skb_event(struct before *before, struct before_cell *cell, const struct event *ev)
{
	struct before_skb *skb = skb_of(before, cell);

	if (!skb)
		return;
	if (ev->kind != EVENT_COPY && ev->flags & EVENT_FOREIGN) {
		/* read before it was freed here: a socket of another kind */
		skb->void_ = true;
	} else {
		skb->end_ns = ev->time_ns;
		skb->cpu = ev->cpu;
		skb->freed = ev->kind != EVENT_COPY;
		if (ev->kind == EVENT_COPY)
			skb->bytes = ev->len > BEFORE_BYTES_MAX - skb->bytes ? BEFORE_BYTES_MAX
									     : skb->bytes + ev->len;
	}
	if (ev->kind != EVENT_COPY)
		cell->skb = 0;
}

void before_event(struct before *before, const struct event *ev)
{
	struct before_cell *cell;
	bool ends = false;

	switch (ev->kind) {
	case EVENT_COPY:
	case EVENT_CONSUME:
	case EVENT_KFREE:
		ends = true;
		break;
	case EVENT_GRO_RECEIVE:
	case EVENT_NETIF_RECEIVE:
	case EVENT_NETIF_RX:
	case EVENT_TX_QUEUE:
	case EVENT_TX_START:
		break;
	default:
		return;
	}
	cell = cell_of(before, ev->object);
	if (!cell->address) {
		if (before->used == BEFORE_ADDRESSES)
			return;
		before->used++;
		cell->address = ev->object;
		if (ends && !(ev->flags & EVENT_FOREIGN))
			open_skb(before, cell);
	}
	if (ends)
		skb_event(before, cell, ev);
	else
		cell->skb = 0;
}

uint64_t before_copied(const struct before *before)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < before->nr; i++)
		sum += before->skbs[i].bytes;
	return sum;
}

bool before_is_collapsed(const struct before_skb *skb)
{
	return skb->bytes == PAGE_ROOM(4096) || skb->bytes == PAGE_ROOM(16384) ||
	       skb->bytes == PAGE_ROOM(65536);
}
