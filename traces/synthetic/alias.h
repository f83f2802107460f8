/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * alias.h - draws from a discrete distribution of any shape in constant time.
 *
 * Walker's alias method in Vose's form: each of n cells draws its own number with some probability,
 * else another one, its alias. Sources: A. J. Walker, ACM TOMS 3 (1977); M. D. Vose, IEEE TSE 17
 * (1991).
 */
#ifndef TRACES_ALIAS_H
#define TRACES_ALIAS_H

#include <stdint.h>
#include "traces/synthetic/rng.h"

/**
 * struct alias_cell - a number and its alias
 * @keep: probability in 2^-32 that the cell's own number is drawn, all ones: always
 * @other: the alias
 */
struct alias_cell {
	uint32_t keep;
	uint32_t other;
};

/** struct alias - @nr cells; all zero: nothing to free */
struct alias {
	struct alias_cell *cell;
	uint32_t nr;
};

/** alias_init() - @weight: @nr weights >= 0, not all of them 0. Return: 0 or -ENOMEM */
int alias_init(struct alias *alias, const double *weight, uint32_t nr);

/** alias_fini() - free the table; accepts one that is all zero */
void alias_fini(struct alias *alias);

/** alias_draw() - a number below @nr; two draws of @rng */
static inline uint32_t alias_draw(const struct alias *alias, struct rng *rng)
{
	uint32_t at = rng_below(rng, alias->nr);
	const struct alias_cell *cell = &alias->cell[at];

	return (uint32_t)(rng_next(rng) >> 32) <= cell->keep ? at : cell->other;
}

#endif
