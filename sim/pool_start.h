/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pool_start.h - how a page_pool that a capture found in mid-flow began, as far as no event says.
 *
 * Counts of the recorded pool tell how many pages it held. How many of the idle ones were in its
 * cache, where its ring stood, how much of the page it cuts up was used: that decides when it
 * refills and what it releases, for the whole capture. So it is found: the start of the replay is
 * simulated with many candidates, and the one whose curve is nearest to the recorded one is taken.
 * What follows that start is not looked at.
 */
#ifndef SIM_POOL_START_H
#define SIM_POOL_START_H

#include <signal.h>
#include <stdint.h>
#include "sim/results/truth_curve.h"
#include "sim/rx/held_before.h"
#include "sim/simulate.h"

/** POOL_START_SHARE - at most one part of so many of a capture is looked at */
#define POOL_START_SHARE 4

/**
 * struct pool_start - what was found
 * @begin: the best candidate
 * @fit: how well it fits, and to what
 * @tried: candidates
 */
struct pool_start {
	struct pool_begin begin;
	struct truth_fit fit;
	unsigned int tried;
};

/**
 * pool_start_find() - find it for the strategy that the recorded kernel ran
 * @p: as for simulate(), but for @label and @begin; each candidate runs in a process of its own
 * @jobs: processes at once; the result does not depend on it
 * @stop: set by a signal: no more candidates are tried
 * @found: filled; @found->begin is as it falls where there is nothing to find, or nothing better
 */
void pool_start_find(const struct simulate_params *p, unsigned int jobs,
		     const volatile sig_atomic_t *stop, struct pool_start *found);

#endif
