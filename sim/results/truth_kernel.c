/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * truth_kernel.c - compare a label with the strategy of the NIC preset.
 */
#include "sim/results/truth_kernel.h"

#include <string.h>

#include "sim/scenario/scenario.h"
#include "sim/scenario/strategies.h"

bool truth_is_kernels(const struct scenario *s, const char *label)
{
	const struct rx_strategy *mine, *kernels;
	unsigned int option[STRATEGY_MAX_OPTIONS] = {0}, deflt[STRATEGY_MAX_OPTIONS] = {0};
	char id[OPTION_TEXT_MAX], err[512];
	unsigned int shift = (unsigned int)__builtin_ctzl(s->kernel_page_bytes);

	nic_strategy(&s->nic, id, sizeof(id));
	if (s->page_size != s->kernel_page_bytes || !id[0] ||
	    strategy_find(id, shift, &kernels, deflt, err, sizeof(err)) ||
	    strategy_find(label, shift, &mine, option, err, sizeof(err)))
		return false;
	return mine == kernels && !memcmp(option, deflt, sizeof(option));
}
