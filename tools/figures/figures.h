/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * figures.h - published micro-benchmarks, repeated in the simulator with their machine's profile.
 *
 * A figure is a row of figure_rows and a function that simulates it. Rows from which a constant of
 * the profile was taken agree by construction: they are shown but do not count.
 */
#ifndef SIM_FIGURES_H
#define SIM_FIGURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/machine.h"

#define FIGURES_MAX	 64
#define FIGURE_TOLERANCE 0.25

/**
 * struct figure_row - one published figure
 * @machine: profile that stands for the machine it was measured on
 * @source: id in docs/sources.md
 * @name: of the benchmark
 * @unit: of @low, @high and what @simulate gives
 * @low, @high: as published; the middle of a range is compared
 * @fitted: key of the profile's row that was taken from it, or NULL
 * @simulate: runs it under @m. Return: 0 with *value, or -errno. @arg: the row's
 */
struct figure_row {
	const char *machine, *source, *name, *unit;
	double low, high;
	const char *fitted;
	int (*simulate)(const struct machine *m, int arg, double *value);
	int arg;
};

/** figure_rows - ended by a row without a machine; rows of a machine are adjacent */
extern const struct figure_row figure_rows[];

/** struct figure - a row and its simulated value; @khz, @tsc_khz: of its profile */
struct figure {
	const struct figure_row *row;
	double simulated;
	uint64_t khz, tsc_khz;
};

/** struct figures - the figures of the chosen machines */
struct figures {
	struct figure figure[FIGURES_MAX];
	unsigned int nr;
};

/** figure_ratio() - simulated / published */
double figure_ratio(const struct figure *f);

/** figure_is_close() - is the ratio within FIGURE_TOLERANCE? */
bool figure_is_close(const struct figure *f);

/**
 * figures_order_is_right() - are the figures [@first, @end) of a source in the published order?
 * Compares figures in the same unit that were not fitted; equal published figures have no order.
 */
bool figures_order_is_right(const struct figures *figures, unsigned int first, unsigned int end);

/**
 * figures_simulate() - simulate every row whose machine is in @machines
 * @machines: names separated by commas, NULL: all
 * @dir: folder of the installed profiles
 * Return: 0, or -EINVAL (a machine without figures) with one line in @err, -errno.
 */
int figures_simulate(const char *machines, const char *dir, struct figures *out, char *err,
		     size_t err_size);

#endif
