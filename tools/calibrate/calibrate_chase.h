/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calibrate_chase.h - dependent loads in random order: the latency of whatever holds the data.
 */
#ifndef SIM_CALIBRATE_CHASE_H
#define SIM_CALIBRATE_CHASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct chase - memory to run over
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

/** chase_init() - map and touch memory, in huge pages where the kernel gives them. Return: 0, -ENOMEM */
int chase_init(struct chase *c, size_t bytes);

/** chase_fini() - unmap the memory */
void chase_fini(struct chase *c);

/**
 * chase_build() - one cycle through all elements of the first @bytes, in an order drawn from @seed
 * @stride: bytes from one element to the next: a line or more. The word lies on a line of the
 *	element drawn at random, so that pages' first lines, which share cache sets, are not favoured.
 * One cycle (Sattolo's algorithm): a shorter one would fit a smaller cache.
 */
void chase_build(struct chase *c, size_t bytes, size_t stride, uint64_t seed);

/** chase_run() - follow @loads pointers. Return: ticks of native_clock() */
uint64_t chase_run(struct chase *c, uint64_t loads);

/** chase_flush() - every element's line leaves all caches */
void chase_flush(const struct chase *c, size_t bytes, size_t stride);

/**
 * chase_levels() - sizes of caches from a latency curve
 * @bytes, @cycles: @nr points, sizes growing
 * @found: gets the last size before each rise of more than a third that is not the first of its
 *	kind (a rise may take several points), at most @max
 * Return: how many.
 */
unsigned int chase_levels(const uint64_t *bytes, const double *cycles, unsigned int nr,
			  uint64_t *found, unsigned int max);

#endif
