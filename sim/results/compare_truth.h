/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * compare_truth.h - simulated against recorded, as lines below the table.
 */
#ifndef SIM_COMPARE_TRUTH_H
#define SIM_COMPARE_TRUTH_H

#include "sim/results/compare.h"

struct scenario;

/**
 * compare_truth() - fill @table->line from what the results have of the ground truth
 * The strategy that the kernel ran (truth_kernel.h) is compared quantity by quantity, in pages.
 * Each other one has a line of what it would have changed, in bytes, because its pages may have
 * another size. Without ground truth there are no lines.
 * @nr: results, at most COMPARE_MAX_COLS; more are left out
 */
void compare_truth(struct compare_table *table, const struct scenario *s,
		   const struct result *results, unsigned int nr);

#endif
