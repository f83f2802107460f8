/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calibrate_pair.h - what passes between two CPUs: lines one of them has written, and a word both
 * write in turn.
 */
#ifndef SIM_CALIBRATE_PAIR_H
#define SIM_CALIBRATE_PAIR_H

#include <stdint.h>

/** CALIB_PAIR_LINES - lines handed over at once; they fit the L1 of either CPU */
#define CALIB_PAIR_LINES 128

struct calib_pair;

/** calib_pair_create() - a helper thread on @cpu; the caller is on another. Return: 0, -errno */
int calib_pair_create(struct calib_pair **pair, unsigned int cpu);

/** calib_pair_destroy() - end the helper thread; NULL does nothing */
void calib_pair_destroy(struct calib_pair *pair);

/**
 * calib_pair_transfer() - the helper writes the lines, then this CPU reads them, each load dependent
 * on the one before
 * Return: ticks of native_clock() for CALIB_PAIR_LINES loads.
 */
uint64_t calib_pair_transfer(struct calib_pair *pair);

/**
 * calib_pair_atomic() - the helper writes the lines, then this CPU adds to each with a locked
 * addition
 * Return: ticks of native_clock() for CALIB_PAIR_LINES additions.
 */
uint64_t calib_pair_atomic(struct calib_pair *pair);

/**
 * calib_pair_ping_pong() - @rounds times there and back by compare-exchange on one line
 * What published core-to-core tables measure; half a round is one way.
 * Return: ticks.
 */
uint64_t calib_pair_ping_pong(struct calib_pair *pair, uint32_t rounds);

#endif
