/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * synthetic_sizes.h - sizes of synthetic packets.
 */
#ifndef TRACES_SYNTHETIC_SIZES_H
#define TRACES_SYNTHETIC_SIZES_H

#include "traces/synthetic/rng.h"
#include "traces/synthetic/size_cdf.h"
#include "traces/synthetic/synthetic.h"

/** struct sizes - a distribution and its stream; @mean in bytes */
struct sizes {
	const struct synthetic_params *params;
	struct rng rng;
	struct size_cdf *cdf;
	double mean;
};

/** sizes_init() - @params stays the caller's. Return: 0, or -errno with one line in @err */
int sizes_init(struct sizes *sizes, const struct synthetic_params *params, char *err,
	       size_t err_size);

/** sizes_fini() - free the distribution; accepts one that is all zero */
void sizes_fini(struct sizes *sizes);

/** sizes_draw() - the size of the next packet, bytes */
uint32_t sizes_draw(struct sizes *sizes);

#endif
