/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * free_sites.h - which call sites free skbs that were never delivered, without symbols.
 *
 * Some callers free skbs whose allocation left no event: copies for packet sockets, originals that
 * XDP replaced, netlink messages. Such an skb may have the address of a packet that ended without
 * an event, and its free says nothing about that packet (EVENT_FOREIGN). With symbols they are
 * known by name (decode.c). Without, they show when they free an address that was freed before and
 * has not been seen since.
 */
#ifndef TRACES_FREE_SITES_H
#define TRACES_FREE_SITES_H

#include <stdint.h>
#include "traces/events/decode.h"
#include "traces/events/event.h"

#define FREE_SITES_ADDRESSES 8192 /* addresses remembered, a power of two: 64 KB */

/**
 * struct free_sites - what call sites did so far
 * @freed: addresses whose last event was a free, by hash; one that finds its cell taken takes it
 * @frees, @unborn: by number of the call site: frees, and those of an address that was free
 */
struct free_sites {
	uint64_t freed[FREE_SITES_ADDRESSES];
	uint64_t frees[DECODER_FREE_SITES + 1];
	uint64_t unborn[DECODER_FREE_SITES + 1];
};

/** free_sites_event() - the next event in order of time; sets EVENT_FOREIGN */
void free_sites_event(struct free_sites *sites, struct event *ev);

#endif
