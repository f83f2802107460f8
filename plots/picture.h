/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * picture.h - a picture as SVG and PNG: variables for gnuplot, then the script that uses them.
 */
#ifndef PLOTS_PICTURE_H
#define PLOTS_PICTURE_H

#include <stddef.h>
#include <stdio.h>

#include "plots/plot_input.h"

/**
 * picture_begin() - open a stream for the variables and data of a picture
 * Return: the stream for picture_end(), or NULL with one line in @err.
 */
FILE *picture_begin(const struct plot_input *in, char *err, size_t err_size);

/**
 * picture_end() - draw OUT/plots/@name.svg and .png with script_dir/@name.gp; closes @script
 * @height: in pixels; the width is 800
 * Both are drawn in a folder of this process's own and moved when they are whole.
 * Return: 0, or -ENOENT (no gnuplot), -ENOSPC (disk full), -errno with one line in @err.
 */
int picture_end(FILE *script, const struct plot_input *in, const char *name, unsigned int height,
		char *err, size_t err_size);

#endif
