/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * figures_print.h - figures as a table for people, and as JSON for programs.
 */
#ifndef SIM_FIGURES_PRINT_H
#define SIM_FIGURES_PRINT_H

#include <stdio.h>

#include "tools/figures/figures.h"

/** figures_print() - a table, the order per machine, and the score */
void figures_print(const struct figures *figures, FILE *out);

/** figures_print_json() - one JSON document. Return: 0, or -ENOMEM */
int figures_print_json(const struct figures *figures, FILE *out);

#endif
