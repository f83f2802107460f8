/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * synthetic_incast.c - senders take turns, packet by packet, until each has sent its share.
 */
#include "traces/synthetic/synthetic_incast.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PACKET_MIN_BYTES 60

int incast_init(struct incast *incast, const struct synthetic_params *params)
{
	memset(incast, 0, sizeof(*incast));
	incast->params = params;
	rng_seed(&incast->rng, params->seed, "traffic.incast");
	incast->left = calloc(params->incast_senders, sizeof(*incast->left));
	return incast->left ? 0 : -ENOMEM;
}

void incast_fini(struct incast *incast)
{
	free(incast->left);
	incast->left = NULL;
}

uint64_t incast_begin(struct incast *incast)
{
	const struct synthetic_params *params = incast->params;

	incast->unsent = params->incast_senders;
	incast->turn = rng_below(&incast->rng, params->incast_senders);
	for (uint32_t i = 0; i < params->incast_senders; i++)
		incast->left[i] = params->incast_bytes;
	return incast->rounds++ * params->incast_period_ns;
}

uint32_t incast_take(struct incast *incast, uint32_t *bytes)
{
	uint32_t sender = incast->turn;
	uint64_t *left = &incast->left[sender];

	if (*bytes >= *left) {
		*bytes = *left > PACKET_MIN_BYTES ? (uint32_t)*left : PACKET_MIN_BYTES;
		*left = 0;
		incast->unsent--;
	} else {
		*left -= *bytes;
	}
	if (incast->unsent)
		do
			incast->turn = (incast->turn + 1) % incast->params->incast_senders;
		while (!incast->left[incast->turn]);
	return sender;
}
