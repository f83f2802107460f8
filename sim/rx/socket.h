/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * socket.h - the socket of the modelled consumer: its queue and its receive buffer limit.
 */
#ifndef SIM_SOCKET_H
#define SIM_SOCKET_H

#include <stdint.h>

struct engine_gate;
struct held;
struct sim;

/**
 * struct reader - the modelled consumer: one socket
 * @head, @tail: packets waiting, in order of delivery
 * @truesize: memory charged to the socket
 * @gate: the consumer waits here for packets
 */
struct reader {
	struct held *head, *tail;
	uint64_t truesize;
	struct engine_gate *gate;
};

/** socket_queue() - @held waits for the reader, who is woken. Ownership: @held is taken */
void socket_queue(struct sim *sim, struct held *held);

/**
 * socket_refuses() - would the socket drop @held?
 * Return: where the drop is to be counted, or NULL
 */
uint64_t *socket_refuses(struct sim *sim, const struct held *held);

/** socket_take() - Return: the packet that has waited longest; there must be one. The caller owns it */
struct held *socket_take(struct reader *r);

#endif
