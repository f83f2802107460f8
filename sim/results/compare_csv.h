/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * compare_csv.h - compare.csv: every metric of every strategy, for programs.
 */
#ifndef SIM_COMPARE_CSV_H
#define SIM_COMPARE_CSV_H

#include "sim/results/compare.h"

/**
 * compare_write_csv() - compare.csv: a row per metric, a column per strategy, absent = empty
 * @base: one of the results, or NULL; behind the strategies each other one has a column more,
 *	"STRATEGY vs BASE (%)", of result_percent()
 * Written under a temporary name and renamed.
 * Return: 0, -errno.
 */
int compare_write_csv(const struct result *results, unsigned int nr, const struct result *base,
		      const char *path);

/**
 * compare_read_labels() - the strategies a compare.csv has results of, in its order
 * The column of one that failed is empty.
 * Return: how many, -EINVAL (not such a file), -errno.
 */
int compare_read_labels(const char *path, char label[COMPARE_MAX_COLS][RESULT_NAME_MAX]);

#endif
