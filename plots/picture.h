/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * picture.h - one picture: variables for gnuplot, then the script that draws with them, as SVG and
 * as PNG.
 */
#ifndef PLOTS_PICTURE_H
#define PLOTS_PICTURE_H

#include <stddef.h>
#include <stdio.h>

#include "plots/plot_input.h"

/**
 * picture_begin() - a stream for the variables and data of a picture
 * Return: NULL with @err when there is no room for temporary files.
 */
FILE *picture_begin(const struct plot_input *in, char *err, size_t err_size);

/**
 * picture_end() - draw script_dir/@name.gp into OUT/plots/@name.svg and .png, 800 by @height
 * pixels; closes @script
 * Return: 0, -ENOENT (no gnuplot), -errno; @err
 */
int picture_end(FILE *script, const struct plot_input *in, const char *name, unsigned int height,
		char *err, size_t err_size);

#endif
