/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wall.h - time as the user sees it pass: for progress, patience and wall_ns, never for a result.
 */
#ifndef SIM_WALL_H
#define SIM_WALL_H

#include <stdint.h>
#include <time.h>

/** wall_ns() - of a clock that nobody sets, since some time in the past */
static inline uint64_t wall_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

#endif
