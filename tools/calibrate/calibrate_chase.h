/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calibrate_chase.h - dependent loads in random order, to measure the latency of a cache level.
 */
#ifndef SIM_CALIBRATE_CHASE_H
#define SIM_CALIBRATE_CHASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct chase - memory to chase pointers over
 * @base: aligned to 2 MB; each element's first word points to the next element
 * @at: element the last run ended on
 * @huge: all of it lies in huge pages
 */
struct chase {
	char *base;
	size_t bytes;
	void *at;
	bool huge;
};

/** chase_init() - map and touch memory, if possible in huge pages. Return: 0, or -ENOMEM */
int chase_init(struct chase *c, size_t bytes);

/** chase_fini() - unmap the memory */
void chase_fini(struct chase *c);

/**
 * chase_build() - one cycle through all elements of the first @bytes, in an order drawn from @seed
 * @stride: bytes from one element to the next, at least a line. The word is on a random line of the
 *	element, as the first lines of pages share cache sets.
 * A single cycle (Sattolo's algorithm): a shorter one would fit a smaller cache.
 */
void chase_build(struct chase *c, size_t bytes, size_t stride, uint64_t seed);

/** chase_run() - follow @loads pointers. Return: ticks of native_clock() */
uint64_t chase_run(struct chase *c, uint64_t loads);

/** chase_flush() - flush the line of every element from all caches */
void chase_flush(const struct chase *c, size_t bytes, size_t stride);

/**
 * chase_levels() - find cache sizes in a latency curve
 * @bytes, @cycles: @nr points, by size
 * @found: the last size before each rise by more than a third, at most @max; consecutive rises are
 *	one
 * Return: number of sizes.
 */
unsigned int chase_levels(const uint64_t *bytes, const double *cycles, unsigned int nr,
			  uint64_t *found, unsigned int max);

#endif
