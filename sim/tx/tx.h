/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tx.h - workload router: packets are sent on; their pages are freed when sent.
 */
#ifndef SIM_TX_H
#define SIM_TX_H

#include <stdint.h>
#include "models/nic/ring.h"

struct skb;
struct rx_queue;

/**
 * struct tx_slot - a packet between xmit and clean
 * @done_ns: its completion, known after the doorbell
 */
struct tx_slot {
	struct skb *skb;
	uint64_t done_ns;
};

/**
 * struct tx_ring - packets of workload router on their way out
 * @sent: circular array, oldest at @head; the device knows of the first @rung of @nr
 * @link_ns: when the link is free again
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

/**
 * tx_init() - create the TX ring of @q, where the workload sends
 * Return: 0, -ENOMEM, or -ENOSPC (see ring_init())
 */
int tx_init(struct rx_queue *q);

/** tx_fini() - free the TX ring */
void tx_fini(struct rx_queue *q);

/**
 * tx_xmit() - core_current queues a packet for transmission, or drops it where the ring is full
 * Ownership: takes @skb.
 */
void tx_xmit(struct rx_queue *q, struct skb *skb);

/** tx_doorbell() - the poll ends: tell the device of the packets queued since the last doorbell */
void tx_doorbell(struct rx_queue *q);

/** tx_clean() - core_current frees the packets that are complete */
void tx_clean(struct rx_queue *q);

/** tx_irq_ns() - Return: when the next completion asks for a poll; UINT64_MAX: none will */
uint64_t tx_irq_ns(const struct rx_queue *q);

#endif
