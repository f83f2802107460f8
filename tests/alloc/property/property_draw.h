/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * property_draw.h - which operation comes next: bursts, as polls and readers make them.
 *
 * Single random operations would never fill an alloc cache of 128 or a backlog of hundreds, so an
 * action is kept for a while (up to 64 of a kind), and for a longer while how many packets the
 * stack keeps, in which order it gives them back and from where.
 */
#ifndef TESTS_PROPERTY_DRAW_H
#define TESTS_PROPERTY_DRAW_H

#include "property_model.h"
#include "property_ops.h"

#define WORLD_RING 256
#define WORLD_HELD 1024
#define WORLD_PINS 32

/**
 * struct world_queue
 * @queue: of the strategy; NULL = not created
 * @closed: it is only emptied and destroyed
 * @nid: NUMA node its NAPI runs on
 * @slot: posted buffers by slot
 * @served: alloc() calls that succeeded
 */
struct world_queue {
	void *queue;
	bool closed;
	struct rx_params params;
	int nid;
	struct model_buffer *slot[WORLD_RING];
	unsigned int next_to_use, next_to_clean, posted;
	uint64_t served;
};

/**
 * struct world - what operations act on
 * @held: what the stack has, oldest first
 * @pin: buffers with another holder
 * @failed: alloc() and create() calls that ran dry
 */
struct world {
	const struct run *run;
	struct world_queue queue[MODEL_QUEUES];
	struct model_buffer *held[WORLD_HELD];
	unsigned int nr_held;
	struct model_buffer *pin[WORLD_PINS];
	unsigned int nr_pins;
	unsigned int steps;
	uint64_t failed;
};

/** struct draw - state of the drawing; all but @seed starts as 0 */
struct draw {
	uint64_t seed;
	unsigned int phase_left, backlog, order, direct_of_8;
	unsigned int burst_left;
	struct op burst;
};

/** op_draw() - the next operation, such that it can be done in @world */
struct op op_draw(struct draw *d, const struct world *world);

/** params_draw() - parameters of a queue, all drawn from @seed */
void params_draw(struct rx_params *params, const struct run *run, unsigned int seed);

#endif
