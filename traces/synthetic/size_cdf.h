/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * size_cdf.h - a distribution of packet sizes from a text file.
 *
 * One point per line, "BYTES CUMULATIVE": the share of packets of at most so many bytes, 0 to 1.
 * Both ascend; the last share is 1. Between two points sizes are spread evenly; a share that rises
 * at the same size (two lines with it), or above 0 in the first line, is that of packets of exactly
 * this size. Text after # and empty lines are ignored. Sizes are those of packets with Ethernet
 * header, without FCS.
 */
#ifndef TRACES_SIZE_CDF_H
#define TRACES_SIZE_CDF_H

#include <stddef.h>
#include <stdint.h>
#include "traces/synthetic/rng.h"

#define SIZE_CDF_POINTS	   4096
#define SIZE_CDF_BYTES_MIN 60
#define SIZE_CDF_BYTES_MAX 65536

struct size_cdf_point {
	double bytes, share;
};

struct size_cdf {
	unsigned int nr;
	struct size_cdf_point point[SIZE_CDF_POINTS];
};

/**
 * size_cdf_load() - read a file
 * @cdf: set on success, free() it
 * Return: 0, -ENOENT, -EINVAL (file:line in @err), -ENOMEM, -errno.
 */
int size_cdf_load(const char *path, struct size_cdf **cdf, char *err, size_t err_size);

/** size_cdf_mean() - the mean size in bytes */
double size_cdf_mean(const struct size_cdf *cdf);

/** size_cdf_draw() - one size; one draw of @rng */
uint32_t size_cdf_draw(const struct size_cdf *cdf, struct rng *rng);

#endif
