/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * socket.h - the modelled application's socket: its queue and its receive buffer limit.
 */
#ifndef SIM_SOCKET_H
#define SIM_SOCKET_H

#include <stdint.h>
#include "sim/rx/drop.h"

struct engine_gate;
struct skb;
struct sim;

/**
 * struct socket - the receive queue of the modelled application
 * @head, @tail: packets waiting, in order of delivery
 * @truesize: memory charged to the socket
 * @gate: the application waits here for packets
 */
struct socket {
	struct skb *head, *tail;
	uint64_t truesize;
	struct engine_gate *gate;
};

/** socket_queue() - append @skb and wake the application. Ownership: takes @skb */
void socket_queue(struct socket *sock, struct skb *skb);

/**
 * socket_refuses() - would the socket drop @skb?
 * Return: why, or DROP_NONE
 */
enum drop_cause socket_refuses(const struct sim *sim, const struct skb *skb);

/**
 * socket_take() - dequeue the oldest packet; the queue must not be empty
 * Return: the packet, now the caller's
 */
struct skb *socket_take(struct socket *sock);

#endif
