/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * busy_slots.h - the time of hardware that does one thing at a time, asked for out of order.
 *
 * Cores are simulated a poll at a time, so requests do not come in order of time. "Busy until"
 * would queue an early request behind one that is up to a poll later. Instead each slot of time
 * remembers how much of it is taken. The sum of the work is exact, and requests in order are served
 * exactly. Of requests out of order within one slot it is not known which comes first: an answer
 * can be early by a slot.
 */
#ifndef MODELS_BUSY_SLOTS_H
#define MODELS_BUSY_SLOTS_H

#include <stdint.h>

/**
 * struct busy_slots
 * @slot_time: length of a slot, in the caller's unit of time
 * @nr: slots kept; what is asked for a time longer ago is taken to have been free
 * @used: circular array: how much of a slot is taken
 * @slot: which slot stands there, plus 1
 */
struct busy_slots {
	uint64_t slot_time;
	unsigned int nr;
	uint32_t *used;
	uint64_t *slot;
};

/** busy_slots_init() - idle. @slot_time: not 0. Return: 0, -ENOMEM */
int busy_slots_init(struct busy_slots *busy, uint64_t slot_time, unsigned int nr);
/** busy_slots_fini() - free what busy_slots_init() allocated */
void busy_slots_fini(struct busy_slots *busy);
/** busy_slots_reset() - idle again, time may begin anew */
void busy_slots_reset(struct busy_slots *busy);

/**
 * busy_slots_take() - work of length @need that can begin at @start
 * Return: when it is done, not before @start + @need.
 */
uint64_t busy_slots_take(struct busy_slots *busy, uint64_t start, uint64_t need);

#endif
