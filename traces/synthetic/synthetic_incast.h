/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * synthetic_incast.h - rounds in which many senders answer at once.
 *
 * Seen behind the last switch: the senders take turns on the receiver's link. The first sender of
 * a round is drawn at random.
 */
#ifndef TRACES_SYNTHETIC_INCAST_H
#define TRACES_SYNTHETIC_INCAST_H

#include <stdbool.h>
#include "traces/synthetic/rng.h"
#include "traces/synthetic/synthetic.h"

/**
 * struct incast - the round that is under way
 * @left: bytes that each sender still has to send
 * @turn: whose turn it is
 * @unsent: senders that have something left
 * @rounds: begun so far
 */
struct incast {
	const struct synthetic_params *params;
	struct rng rng;
	uint64_t *left;
	uint32_t turn, unsent;
	uint64_t rounds;
};

/** incast_init() - before the first round; @params outlives it. Return: 0 or -ENOMEM */
int incast_init(struct incast *incast, const struct synthetic_params *params);

/** incast_fini() - free the round; accepts one that is all zero */
void incast_fini(struct incast *incast);

/** incast_round_is_over() - has every sender sent all its bytes? */
static inline bool incast_round_is_over(const struct incast *incast)
{
	return !incast->unsent;
}

/** incast_begin() - begin a new round. Return: its start, ns */
uint64_t incast_begin(struct incast *incast);

/**
 * incast_take() - the next packet
 * @bytes: of a packet by itself; the last one of a sender has what is left, 60 bytes at least
 * Return: its sender
 */
uint32_t incast_take(struct incast *incast, uint32_t *bytes);

#endif
