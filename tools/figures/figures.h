/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * figures.h - published micro-benchmarks, repeated in the simulator under their machine's profile.
 *
 * A figure is a row of figure_rows and a function that simulates it. Rows that a constant of the
 * profile was taken from agree by construction: they are shown, and do not count.
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
 * @name: what it is
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

/** figure_rows - ends with a row without a machine; rows of a machine are side by side */
extern const struct figure_row figure_rows[];

/** struct figure - a row and what came out; @khz, @tsc_khz: of its profile */
struct figure {
	const struct figure_row *row;
	double simulated;
	uint64_t khz, tsc_khz;
};

/** struct figures - all that were asked for */
struct figures {
	struct figure figure[FIGURES_MAX];
	unsigned int nr;
};

/** figure_ratio() - simulated / published */
double figure_ratio(const struct figure *f);

/** figure_is_close() - within FIGURE_TOLERANCE */
bool figure_is_close(const struct figure *f);

/**
 * figures_order_is_right() - are figures [@first, @end) of one source, those in one unit that were
 * not fitted, in the published order? Two published ones that are equal have none.
 */
bool figures_order_is_right(const struct figures *figures, unsigned int first, unsigned int end);

/**
 * figures_simulate() - every row whose machine is in @machines
 * @machines: names with commas between them, NULL = all
 * @dir: folder of the installed profiles
 * Return: 0, -EINVAL (@err: a machine without figures), -errno.
 */
int figures_simulate(const char *machines, const char *dir, struct figures *out, char *err,
		     size_t err_size);

#endif
