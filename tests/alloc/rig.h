/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rig.h - an RX ring and a stack around one strategy in the native world, with books of its own.
 *
 * The rig posts buffers in ring order, writes a pattern into each as the device would, receives
 * them in ring order into a list of what the stack holds, and puts them in any order. On the way it
 * checks what every strategy owes: a buffer lies inside its block, its truesize covers the request
 * and overlaps no other live buffer, its pattern is intact when it is put, and it has a device
 * address exactly when buffers are posted.
 */
#ifndef TESTS_RIG_H
#define TESTS_RIG_H

#include <stdbool.h>
#include "strategy.h"

#define RIG_BUFFERS 4096
#define RIG_MEMORY  (96ul << 20)

struct rig_buffer {
	struct rx_buf buf;
	unsigned int bytes;
	unsigned char pattern;
};

struct rig {
	const struct rx_strategy *strategy;
	struct rx_params params;
	void *queue;
	bool overwrites; /* `null`: hands out what the stack still holds */
	unsigned int next_to_use, next_to_clean, posted;
	struct rig_buffer *slot;
	struct rig_buffer held[RIG_BUFFERS]; /* what the stack has, oldest first */
	unsigned int nr_held;
	unsigned int serial;
};

/** rig_strategy() - the native strategy of that name, or NULL */
const struct rx_strategy *rig_strategy(const char *name, unsigned int page_shift);

/**
 * rig_init() - native world and queue
 * @fail_at: the environment's n-th allocation from here on fails; 0 = none
 * Return: what create() said. rig_fini() is due either way.
 */
int rig_init(struct rig *rig, const struct rx_strategy *strategy, const struct rx_params *params,
	     unsigned int fail_at);

/** rig_post() - fills the next slot with @bytes. Return: what alloc() said */
int rig_post(struct rig *rig, unsigned int bytes);

/** rig_refill() - posts until the ring is full. Return: 0, or -ENOMEM */
int rig_refill(struct rig *rig, unsigned int bytes);

/** rig_receive() - the oldest posted buffer goes to the stack; Return: it */
const struct rx_buf *rig_receive(struct rig *rig);

/** rig_put() - the stack puts its @i-th oldest buffer */
void rig_put(struct rig *rig, unsigned int i, bool direct);

/** rig_stats() - the strategy's counters */
struct rx_stats rig_stats(const struct rig *rig);

/** rig_fini() - puts everything, destroys, and checks that all was given back */
void rig_fini(struct rig *rig);

#endif
