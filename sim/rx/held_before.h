/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * held_before.h - a capture that begins in mid-flow: the stack and the pools as they were then.
 */
#ifndef SIM_HELD_BEFORE_H
#define SIM_HELD_BEFORE_H

#include <stdbool.h>
#include <stdint.h>

struct rx_queue;

/** POOL_BEGIN_STEP - bytes by which pool_begin.used is told apart */
#define POOL_BEGIN_STEP 256

/**
 * struct pool_begin - what no event tells of a page_pool that has served before
 * @fitted_ns: until when the recorded curve was used to find it; what follows is a comparison
 * @resized: packets more in the first skb that the stack held: a reader may have read a part of it
 *	already; or, negative, fewer in the last ones: TCP may have appended packets to these since,
 *	which are packets of their own as well
 * @ended: packets of before that no event ends did end in the capture, with the first skb that does
 * @arranged: @cache and @position are set; else pages fill the ring, then the cache
 * @cache: of its idle pages, those in the alloc cache; the others are in the ring
 * @position: slots by which the ring is moved on: so many of those taken are not cleared
 * @used: bytes of the page that it cuts fragments from that were handed out
 * @out: of its idle pages, those that are in frames which no event names, as of XDP: they leave
 *	before time 0
 */
struct pool_begin {
	uint64_t fitted_ns;
	int32_t resized;
	bool ended, arranged;
	uint32_t cache, position, used, out;
};

/**
 * held_before_fill() - receive the packets of @q that the capture found in the stack
 * Before time 0, and on no account of the run: the caller drops cycles and counts. Each is released
 * when the capture says.
 * @pages: pages that the queue's pool held then; what the packets leave is put into the pool, if
 *	the strategy keeps one
 * @begin: how they are put there
 * Return: pages in the alloc cache, where @begin arranges them
 */
unsigned int held_before_fill(struct rx_queue *q, uint64_t pages, const struct pool_begin *begin);

#endif
