/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server.h - something that does one thing at a time, asked by parties that are simulated out of order.
 *
 * "Busy until" would be wrong: who is simulated first, up to a poll ahead, would push everybody else
 * behind that poll. So it is remembered how much of each slot of time is taken. What is done in all is
 * exact, and one party that asks in order is served exactly; with several, who comes first within a
 * slot is not known, and an answer can be early by a slot.
 */
#ifndef MODELS_SERVER_H
#define MODELS_SERVER_H

#include <stdint.h>

/**
 * struct server
 * @slot_time: length of a slot, in the caller's unit of time
 * @nr: slots kept; what is asked for a time longer ago is taken to have been free
 * @used: circular array: how much of a slot is taken
 * @slot: which slot stands there, plus 1
 */
struct server {
	uint64_t slot_time;
	unsigned int nr;
	uint32_t *used;
	uint64_t *slot;
};

/** server_init() - idle. @slot_time: not 0. Return: 0, -ENOMEM */
int server_init(struct server *server, uint64_t slot_time, unsigned int nr);
/** server_fini() - free what server_init() allocated */
void server_fini(struct server *server);
/** server_reset() - idle again, time may begin anew */
void server_reset(struct server *server);

/**
 * server_take() - work of length @need that can begin at @start
 * Return: when it is done, not before @start + @need.
 */
uint64_t server_take(struct server *server, uint64_t start, uint64_t need);

#endif
