/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tx.h - workload router: packets go out again, their pages return when they have been sent.
 */
#ifndef SIM_TX_H
#define SIM_TX_H

#include <stdint.h>
#include "models/nic/ring.h"

struct skb;
struct rx_queue;

/** struct tx_slot - a packet between xmit and clean; @done_ns: its completion, known after the doorbell */
struct tx_slot {
	struct skb *skb;
	uint64_t done_ns;
};

/**
 * struct tx_ring - packets of workload router on their way out
 * @sent: circular array, oldest at @head; the device knows of the first @rung of @nr
 * @link_ns: the link is busy until then
 */
struct tx_ring {
	struct ring ring;
	struct tx_slot *sent;
	unsigned int head, nr, rung;
	uint64_t link_ns;
};

/** struct tx_counts - packets between xmit and clean, over all queues: now, and at most */
struct tx_counts {
	uint64_t outstanding, peak;
};

/** tx_init() - the TX ring of @q, if its workload sends. Return: 0, -ENOMEM, -ENOSPC (see ring_init()) */
int tx_init(struct rx_queue *q);

/** tx_fini() - free it */
void tx_fini(struct rx_queue *q);

/**
 * tx_xmit() - core_current puts a packet into the TX ring, or drops it where that is full
 * Ownership: @skb is taken.
 */
void tx_xmit(struct rx_queue *q, struct skb *skb);

/** tx_doorbell() - the poll ends: the device learns of what was put there */
void tx_doorbell(struct rx_queue *q);

/** tx_clean() - core_current frees packets whose completion has come */
void tx_clean(struct rx_queue *q);

/** tx_irq_ns() - when the next completion asks for a poll. Return: UINT64_MAX: none is to come */
uint64_t tx_irq_ns(const struct rx_queue *q);

#endif
