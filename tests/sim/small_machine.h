/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * small_machine.h - a machine of one or two cores at 1 GHz whose costs are all zero: tests of time
 * and of counts add their own.
 */
#ifndef TESTS_SIM_SMALL_MACHINE_H
#define TESTS_SIM_SMALL_MACHINE_H

#include "models/machine.h"

static const struct machine small_machine = {
	.cores = 2,
	.khz = 1000000,
	.l1_bytes = 32768,
	.l1_ways = 8,
	.l2_bytes = 1 << 20,
	.l2_ways = 16,
	.llc_bytes = 4 << 20,
	.llc_ways = 16,
	.pcp_batch = 63,
	.pcp_high = 512,
	.pcp_max_order = 3,
	.dma_coherent = true,
};

#endif
