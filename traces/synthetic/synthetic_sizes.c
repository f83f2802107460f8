/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * synthetic_sizes.c - fixed sizes, two sizes, IMIX, or a distribution from a file.
 */
#include "traces/synthetic/synthetic_sizes.h"

#include <stdlib.h>
#include <string.h>

/* Simple IMIX: 64, 576 and 1500 bytes at 7:4:1 (synthetic.h). */
static const uint32_t imix_bytes[] = {64, 64, 64, 64, 64, 64, 64, 576, 576, 576, 576, 1500};
#define IMIX_SHARES (sizeof(imix_bytes) / sizeof(imix_bytes[0]))

static double mean_of(const struct sizes *sizes)
{
	const struct synthetic_params *params = sizes->params;
	double small = params->small_milli / 1000.0, sum = 0;

	switch (params->sizes) {
	case SIZES_IMIX:
		for (size_t i = 0; i < IMIX_SHARES; i++)
			sum += imix_bytes[i];
		return sum / IMIX_SHARES;
	case SIZES_BIMODAL:
		return small * params->small_bytes + (1 - small) * params->large_bytes;
	case SIZES_EMPIRICAL:
		return size_cdf_mean(sizes->cdf);
	default:
		return params->bytes;
	}
}

int sizes_init(struct sizes *sizes, const struct synthetic_params *params, char *err,
	       size_t err_size)
{
	memset(sizes, 0, sizeof(*sizes));
	sizes->params = params;
	rng_seed(&sizes->rng, params->seed, "traffic.sizes");
	if (params->sizes == SIZES_EMPIRICAL) {
		int rc = size_cdf_load(params->sizes_file, &sizes->cdf, err, err_size);

		if (rc)
			return rc;
	}
	sizes->mean = mean_of(sizes);
	return 0;
}

void sizes_fini(struct sizes *sizes)
{
	free(sizes->cdf);
	sizes->cdf = NULL;
}

uint32_t sizes_draw(struct sizes *sizes)
{
	const struct synthetic_params *params = sizes->params;

	switch (params->sizes) {
	case SIZES_IMIX:
		return imix_bytes[rng_below(&sizes->rng, IMIX_SHARES)];
	case SIZES_BIMODAL:
		return rng_below(&sizes->rng, 1000) < params->small_milli ? params->small_bytes
									  : params->large_bytes;
	case SIZES_EMPIRICAL:
		return size_cdf_draw(sizes->cdf, &sizes->rng);
	default:
		return params->bytes;
	}
}
