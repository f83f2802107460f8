/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calibrate_pair.h - line transfers between two CPUs.
 */
#ifndef SIM_CALIBRATE_PAIR_H
#define SIM_CALIBRATE_PAIR_H

#include <stdint.h>

/** CALIB_PAIR_LINES - lines transferred per sample; they fit the L1 of either CPU */
#define CALIB_PAIR_LINES 128

struct calib_pair;

/** calib_pair_create() - start a helper on @cpu, not the caller's. Return: 0, or -errno */
int calib_pair_create(struct calib_pair **pair, unsigned int cpu);

/** calib_pair_destroy() - end the helper thread; NULL does nothing */
void calib_pair_destroy(struct calib_pair *pair);

/**
 * calib_pair_transfer() - the helper writes the lines, then this CPU reads them, each load
 * dependent on the one before
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
 * calib_pair_ping_pong() - @rounds round trips by compare-exchange on one line
 * As published core-to-core tables measure; half a round is one way.
 * Return: ticks of native_clock().
 */
uint64_t calib_pair_ping_pong(struct calib_pair *pair, uint32_t rounds);

#endif
