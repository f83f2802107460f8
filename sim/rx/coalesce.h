/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * coalesce.h - the skb at the tail of a flow's receive queue, and what is appended to it.
 */
#ifndef SIM_COALESCE_H
#define SIM_COALESCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "traces/packet.h"

struct sim;
struct skb;

/** COALESCE_FLOWS - flows whose tails are known at once; one that finds its cell taken takes it */
#define COALESCE_FLOWS 1024

/**
 * struct queue_tail - the end of a flow's receive queue
 * @skb: the last one, or NULL
 * @room: bytes that can be copied into it
 */
struct queue_tail {
	struct skb *skb;
	uint32_t room;
};

/** struct coalesce - the tails, by flow */
struct coalesce {
	struct queue_tail tail[COALESCE_FLOWS];
};

/**
 * coalesce_recorded() - core_current queues @skb as the kernel did
 * A packet that the kernel appended to the skb ahead of it is copied into the room that one's
 * buffer has, if it fits: then its own buffers are put at once.
 * Ownership: takes @skb if it returns true.
 * Return: was it copied?
 */
bool coalesce_recorded(struct sim *sim, struct skb *skb, const struct packet *pkt);

/**
 * coalesce_modelled() - core_current queues @skb for the modelled reader
 * If it continues an skb that waits to be read, its data is copied into the room there and its own
 * buffers are put; or its buffers become frags there.
 * Ownership: takes @skb if it returns true; else it is to be queued by socket_queue().
 * Return: was it appended?
 */
bool coalesce_modelled(struct sim *sim, struct skb *skb);

/** coalesce_collapsed() - @skb, which the queue of its flow was collapsed to, is its last one */
void coalesce_collapsed(struct sim *sim, struct skb *skb);

/** coalesce_gone() - nothing can be appended to @skb of @flow any more */
static inline void coalesce_gone(struct coalesce *c, const struct skb *skb, uint32_t flow)
{
	if (c->tail[flow % COALESCE_FLOWS].skb == skb)
		c->tail[flow % COALESCE_FLOWS].skb = NULL;
}

#endif
