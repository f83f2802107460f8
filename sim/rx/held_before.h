/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * held_before.h - a capture that begins in mid-flow: the stack and the pools as they were then.
 */
#ifndef SIM_HELD_BEFORE_H
#define SIM_HELD_BEFORE_H

#include <stdint.h>

struct rx_queue;

/**
 * held_before_fill() - receive the packets of @q that the capture found in the stack
 * Before time 0, and on no account of the run: the caller drops cycles and counts. Each is released
 * when the capture says.
 * @pages: pages that the queue's pool held then; what the packets leave is put into the pool, if
 *	the strategy keeps one
 */
void held_before_fill(struct rx_queue *q, uint64_t pages);

#endif
