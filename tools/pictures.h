/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pictures.h - from results to pictures and to report.html.
 */
#ifndef TOOLS_PICTURES_H
#define TOOLS_PICTURES_H

#include <stdbool.h>
#include "sim/results/compare.h"
#include "tools/datadir.h"

struct notes;
struct run_outcome;
struct scenario_input;

/**
 * pictures_draw() - draw OUT/plots/; a failure is only a warning, unless the disk is full
 * @nr: strategies
 * @truth: OUT/truth.csv belongs to these results
 * Return: 0, or -errno after a message.
 */
int pictures_draw(const char *out_dir, const struct datadir *dirs,
		  char label[COMPARE_MAX_COLS][RESULT_NAME_MAX], unsigned int nr, bool truth);

/**
 * pictures_report() - write OUT/report.html
 * @notes: on top of the page, before what failed
 * @pictures: embed those of OUT/plots/
 * Return: 0, or -errno.
 */
int pictures_report(const char *out_dir, const struct scenario_input *scenario,
		    const struct notes *notes, const struct run_outcome *outcome,
		    const struct compare_table *table, bool pictures);

#endif
