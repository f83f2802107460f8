/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plot_input.h - what to draw from an output folder.
 *
 * All data comes from files of the folder, so that it can be plotted again later:
 * OUT/<strategy>/timeseries.csv and summary.json, OUT/truth.csv. The pictures become
 * OUT/plots/memory.svg|png and cycles.svg|png, each written under a temporary name and renamed.
 */
#ifndef PLOTS_PLOT_INPUT_H
#define PLOTS_PLOT_INPUT_H

#include <stdbool.h>

#define PLOT_MAX_STRATEGIES 16

/** struct plot_strategy - one line or bar: what it is called, and its folder in OUT */
struct plot_strategy {
	const char *label;
	const char *dir;
};

/**
 * struct plot_input - what to draw
 * @out_dir: OUT
 * @script_dir: folder of memory.gp and cycles.gp
 * @strategy: in the order of the legend
 * @nr: how many, at most PLOT_MAX_STRATEGIES
 * @truth: OUT/truth.csv belongs to these results
 */
struct plot_input {
	const char *out_dir;
	const char *script_dir;
	const struct plot_strategy *strategy;
	unsigned int nr;
	bool truth;
};

#endif
