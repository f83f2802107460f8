/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * places.h - whose skbs does a call site free? What the events say where there are no symbols.
 *
 * Some callers free skbs that came into being without an event: copies for packet sockets,
 * originals that XDP replaced, netlink messages. Such an skb may have the address of a packet that
 * ended without one, and its free says nothing about that packet (EVENT_FOREIGN). With symbols
 * they are known by name (decode.c). Without, they give themselves away: sooner or later they free
 * an address that was freed before and has not been seen since.
 */
#ifndef TRACES_PLACES_H
#define TRACES_PLACES_H

#include <stdint.h>
#include "traces/events/decode.h"
#include "traces/events/event.h"

#define PLACES_FREED 8192 /* addresses remembered, a power of two: 64 KB */

/**
 * struct places - what call sites did so far
 * @freed: addresses whose last event was a free, by hash; one that finds its cell taken takes it
 * @frees, @unborn: by number of the call site: frees, and those of an address that was free
 */
struct places {
	uint64_t freed[PLACES_FREED];
	uint64_t frees[DECODER_PLACES + 1];
	uint64_t unborn[DECODER_PLACES + 1];
};

/** places_event() - the next event in order of time; sets EVENT_FOREIGN where it must be */
void places_event(struct places *places, struct event *ev);

#endif
