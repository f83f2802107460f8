/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * compare.h - strategies side by side: the table people read.
 *
 * The table holds what usually decides (drops, cycles and their causes, memory, page and IOMMU
 * traffic, page_pool's statistics under the names that ethtool -S and netlink give them) and leaves
 * out what is zero everywhere; compare_csv.h has every metric.
 */
#ifndef SIM_COMPARE_H
#define SIM_COMPARE_H

#include <stdbool.h>
#include "models/options/options.h"
#include "sim/results/results.h"

#define COMPARE_MAX_COLS  OPTION_LIST_MAX
#define COMPARE_MAX_ROWS  56
#define COMPARE_MAX_LINES (COMPARE_MAX_COLS * (6 + 2 * RESULT_MAX_POOLS))

/**
 * struct compare_cell - a value ready to print
 * @text: "" = not computed
 * @percent: how far it is from the baseline's, "+1.5 %"; "" without one, or where that is zero
 * @best: the best of its row
 */
struct compare_cell {
	char text[28];
	char percent[28];
	bool best;
};

/** struct compare_row - one quantity; an indented name is a part of the row above */
struct compare_row {
	char name[36];
	struct compare_cell cell[COMPARE_MAX_COLS];
};

/**
 * struct compare_table - what compare_print.h prints (large: allocate it on the heap)
 * @label: of each column
 * @baseline: the column that percents are of, "" = none
 * @row: rows in use are @nr_rows
 * @fair: the column's strategy dropped no more packets than the one that dropped fewest, so it may
 *	be best of a row
 * @remark: why a column is not, @nr_remarks of them
 * @line: simulated against recorded (compare_truth.h), @nr_lines of them
 */
struct compare_table {
	unsigned int nr_cols, nr_rows, nr_lines;
	char label[COMPARE_MAX_COLS][RESULT_NAME_MAX];
	char baseline[RESULT_NAME_MAX];
	struct compare_row row[COMPARE_MAX_ROWS];
	bool fair[COMPARE_MAX_COLS];
	unsigned int nr_remarks;
	char remark[COMPARE_MAX_COLS][2 * RESULT_NAME_MAX + 192];
	char line[COMPARE_MAX_LINES][RESULT_NAME_MAX + 128];
};

/**
 * compare_build() - choose rows, format values, find the best of each row
 * @nr: results, at most COMPARE_MAX_COLS; more are left out
 * @base: the one of them that the others are told apart from in percent; NULL: none
 * No cell of a row is best when all that may be show the same. Only a strategy that dropped no more
 * packets than the one that dropped fewest is best of a row that does not count packets. The
 * strategy null, which measures the harness, is never best, nor what others are measured by.
 */
void compare_build(struct compare_table *table, const struct result *results, unsigned int nr,
		   const struct result *base);

/** compare_row_name() - the row that shows @m. Return: NULL when the table has none */
const char *compare_row_name(enum metric m);

/** compare_count() - a count with its thousands set apart: 1234567 -> "1,234,567" */
void compare_count(uint64_t value, char *buf, size_t size);

#endif
