/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * socket.h - the socket of the modelled consumer: its queue and its receive buffer limit.
 */
#ifndef SIM_SOCKET_H
#define SIM_SOCKET_H

#include <stdint.h>

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

/** socket_queue() - @skb waits to be read; wakes the application. Ownership: @skb is taken */
void socket_queue(struct socket *sock, struct skb *skb);

/**
 * socket_refuses() - would the socket drop @skb?
 * Return: where the drop is to be counted, or NULL
 */
uint64_t *socket_refuses(struct sim *sim, const struct skb *skb);

/** socket_take() - Return: the packet that has waited longest; there must be one. The caller owns it */
struct skb *socket_take(struct socket *sock);

#endif
