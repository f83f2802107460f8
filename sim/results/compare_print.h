/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * compare_print.h - the table of compare.h as text.
 */
#ifndef SIM_COMPARE_PRINT_H
#define SIM_COMPARE_PRINT_H

#include <stdio.h>

#include "sim/results/compare.h"

/** compare_print() - as text of at most 110 columns; a wider table is split into blocks */
void compare_print(const struct compare_table *table, FILE *out);

#endif
