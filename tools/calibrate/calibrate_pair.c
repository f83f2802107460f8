/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calibrate_pair.c - a helper thread on another CPU.
 *
 * Waiters spin and sometimes yield: on a busy machine one of the two may be preempted, and such a
 * sample is an outlier that the median ignores. A ping-pong alone charges a reader two transactions
 * (the line arrives shared, then becomes exclusive); chasing lines the other CPU has written
 * charges exactly one.
 */
#define _GNU_SOURCE
#include "tools/calibrate/calibrate_pair.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tools/calibrate/calibrate_core.h"
#include "traces/synthetic/rng.h"

#define SPINS  1000 /* before yielding the CPU */
#define STRIDE 128  /* beyond the adjacent-line prefetch */

enum command { WAIT, WRITE_LINES, PING_PONG, QUIT };

/* struct pair_line - @next: index of the line after it, in one cycle through all */
struct pair_line {
	uint32_t next;
	uint32_t written;
} __attribute__((aligned(STRIDE)));

/**
 * struct calib_pair - shared by both threads
 * @command: set by the caller, reset to WAIT by the helper when done
 * @ball: even: the caller's turn
 */
struct calib_pair {
	struct pair_line line[CALIB_PAIR_LINES];
	_Alignas(STRIDE) uint32_t command;
	_Alignas(STRIDE) uint32_t ball;
	_Alignas(STRIDE) uint32_t rounds;
	unsigned int cpu;
	int err;
	pthread_t thread;
};

static void wait_a_bit(unsigned int *spins)
{
	if (++*spins % SPINS)
		native_relax();
	else
		sched_yield();
}

static void lines_write(struct calib_pair *pair)
{
	for (unsigned int i = 0; i < CALIB_PAIR_LINES; i++)
		__atomic_store_n(&pair->line[i].written, i, __ATOMIC_RELAXED);
}

/* For @rounds values of one parity: wait for it, answer with the next. */
static void play(struct calib_pair *pair, uint32_t first, uint32_t rounds)
{
	unsigned int spins = 0;

	for (uint32_t i = 0; i < rounds; i++) {
		uint32_t mine = first + 2 * i;

		while (!__atomic_compare_exchange_n(&pair->ball, &(uint32_t){mine}, mine + 1, false,
						    __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
			if (++spins % SPINS == 0)
				sched_yield();
	}
}

static void *helper(void *arg)
{
	struct calib_pair *pair = arg;
	unsigned int spins = 0;
	uint32_t command;

	pair->err = native_pin(pair->cpu);
	__atomic_store_n(&pair->command, WAIT, __ATOMIC_RELEASE);
	while ((command = __atomic_load_n(&pair->command, __ATOMIC_ACQUIRE)) != QUIT) {
		if (command == WAIT) {
			wait_a_bit(&spins);
			continue;
		}
		if (command == WRITE_LINES)
			lines_write(pair);
		else
			play(pair, 1, pair->rounds);
		__atomic_store_n(&pair->command, WAIT, __ATOMIC_RELEASE);
	}
	return NULL;
}

static void helper_wait(struct calib_pair *pair)
{
	unsigned int spins = 0;

	while (__atomic_load_n(&pair->command, __ATOMIC_ACQUIRE) != WAIT)
		wait_a_bit(&spins);
}

static void helper_tell(struct calib_pair *pair, enum command command)
{
	__atomic_store_n(&pair->command, command, __ATOMIC_RELEASE);
}

/* One cycle through all lines in random order (Sattolo's algorithm). */
static void lines_chain(struct calib_pair *pair)
{
	struct rng rng;

	rng_seed(&rng, 1, "pair");
	for (uint32_t i = 0; i < CALIB_PAIR_LINES; i++)
		pair->line[i].next = i;
	for (uint32_t i = CALIB_PAIR_LINES - 1; i > 0; i--) {
		uint32_t j = rng_below(&rng, i), was = pair->line[i].next;

		pair->line[i].next = pair->line[j].next;
		pair->line[j].next = was;
	}
}

int calib_pair_create(struct calib_pair **out, unsigned int cpu)
{
	struct calib_pair *pair = aligned_alloc(STRIDE, sizeof(*pair));
	int err;

	if (!pair)
		return -ENOMEM;
	memset(pair, 0, sizeof(*pair));
	pair->cpu = cpu;
	lines_chain(pair);
	pair->command = PING_PONG; /* until the helper runs and resets it */
	err = -pthread_create(&pair->thread, NULL, helper, pair);
	if (err) {
		free(pair);
		return err;
	}
	helper_wait(pair);
	err = pair->err;
	if (err)
		calib_pair_destroy(pair);
	else
		*out = pair;
	return err;
}

void calib_pair_destroy(struct calib_pair *pair)
{
	if (!pair)
		return;
	helper_tell(pair, QUIT);
	pthread_join(pair->thread, NULL);
	free(pair);
}

uint64_t calib_pair_transfer(struct calib_pair *pair)
{
	uint64_t start;
	uint32_t at = 0;

	helper_tell(pair, WRITE_LINES);
	helper_wait(pair);
	start = calib_ticks();
	for (unsigned int i = 0; i < CALIB_PAIR_LINES; i++)
		at = __atomic_load_n(&pair->line[at].next, __ATOMIC_RELAXED);
	__asm__ volatile("" : : "r"(at));
	return calib_ticks() - start;
}

uint64_t calib_pair_atomic(struct calib_pair *pair)
{
	uint64_t start;
	uint32_t at = 0;

	helper_tell(pair, WRITE_LINES);
	helper_wait(pair);
	start = calib_ticks();
	for (unsigned int i = 0; i < CALIB_PAIR_LINES; i++) {
		/* in order: nothing passes a sequentially consistent read-modify-write */
		__atomic_fetch_add(&pair->line[at].written, 1, __ATOMIC_SEQ_CST);
		at = __atomic_load_n(&pair->line[at].next, __ATOMIC_RELAXED);
	}
	__asm__ volatile("" : : "r"(at));
	return calib_ticks() - start;
}

uint64_t calib_pair_ping_pong(struct calib_pair *pair, uint32_t rounds)
{
	uint64_t start;

	pair->rounds = rounds;
	pair->ball = 0;
	helper_tell(pair, PING_PONG);
	start = calib_ticks();
	play(pair, 0, rounds);
	helper_wait(pair);
	return calib_ticks() - start;
}
