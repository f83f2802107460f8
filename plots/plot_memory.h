/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plot_memory.h - the picture of pages held over time.
 */
#ifndef PLOTS_PLOT_MEMORY_H
#define PLOTS_PLOT_MEMORY_H

#include <stddef.h>

#include "plots/plot_input.h"

/**
 * plot_memory() - OUT/plots/memory.svg and .png: pages held over time, a curve per strategy
 * Return: 0, or -ENOENT (no gnuplot), -EINVAL, -errno with one line in @err.
 */
int plot_memory(const struct plot_input *in, char *err, size_t err_size);

#endif
