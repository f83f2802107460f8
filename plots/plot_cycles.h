/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plot_cycles.h - the picture of cycles per packet.
 */
#ifndef PLOTS_PLOT_CYCLES_H
#define PLOTS_PLOT_CYCLES_H

#include <stddef.h>

#include "plots/plot_input.h"

/**
 * plot_cycles() - OUT/plots/cycles.svg and .png: cycles per packet, stacked by cause
 * Return: 0, or -ENOENT (no gnuplot), -EINVAL, -errno with one line in @err.
 */
int plot_cycles(const struct plot_input *in, char *err, size_t err_size);

#endif
