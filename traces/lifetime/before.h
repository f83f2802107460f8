/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * before.h - skbs that were received before the capture began, and are read or freed in it.
 *
 * Such an skb has an address that no event of the capture has named before. What was copied from
 * it tells how much it held, and its last event when it ended.
 */
#ifndef TRACES_BEFORE_H
#define TRACES_BEFORE_H

#include <stdbool.h>
#include <stdint.h>
#include "traces/events/event.h"

/** BEFORE_ADDRESSES - addresses remembered, 2 MB; with more of them no skb is found */
#define BEFORE_ADDRESSES (1u << 16)

/** BEFORE_BYTES_MAX - of one skb, with room to spare: 17 frags of 32 KB, BIG TCP's 512 KB */
#define BEFORE_BYTES_MAX (1u << 20)

/** BEFORE_MAX - skbs found at most: twice a receive buffer of 32 MB in skbs of one page */
#define BEFORE_MAX 16384

/**
 * struct before_skb - an skb of before
 * @end_ns: when it ended: its free, else its last copy to user space; as the event says
 * @bytes: copied to user space, BEFORE_BYTES_MAX at most; 0: freed without a copy
 * @cpu: of that event
 * @freed: its end is a free
 * @void_: it is none: whoever freed it frees no delivered skb
 */
struct before_skb {
	uint64_t end_ns;
	uint32_t bytes;
	uint16_t cpu;
	bool freed, void_;
};

/** struct before_cell - an address seen; @skb: 1 + its number among the skbs, while open */
struct before_cell {
	uint64_t address;
	uint32_t skb;
};

/**
 * struct before - what is known of skbs of before
 * @skbs: @nr of them, in order of their first event; @lost: more were found
 * @cells: open addressing, @used of 2 * BEFORE_ADDRESSES
 */
struct before {
	struct before_skb *skbs;
	unsigned int nr;
	uint64_t lost;
	struct before_cell *cells;
	unsigned int used;
};

/** before_init() - nothing seen. Return: 0 or -ENOMEM (then nothing to free) */
int before_init(struct before *before);

/** before_fini() - free the state; accepts one that is all zero */
void before_fini(struct before *before);

/** before_event() - the next event, in order of time */
void before_event(struct before *before, const struct event *ev);

/** before_copied() - bytes copied from skbs of before */
uint64_t before_copied(const struct before *before);

/**
 * before_is_collapsed() - is it an skb that TCP filled itself?
 * When a receive buffer is full, tcp_collapse() copies what is in it into skbs of one page, which
 * it fills, and frees the driver's pages. Such an skb holds a page less its shared info, which is
 * no multiple of a usual MSS.
 * Source: tcp-collapse
 */
bool before_is_collapsed(const struct before_skb *skb);

#endif
