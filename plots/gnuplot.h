/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gnuplot.h - runs gnuplot on a script put together in memory.
 *
 * No shell is involved, and nothing a user wrote becomes a command: text goes through
 * gnuplot_text(), and files are named by paths that start with "./" or "/", because gnuplot takes
 * "<" or "|" at the start of a name for a pipe.
 */
#ifndef PLOTS_GNUPLOT_H
#define PLOTS_GNUPLOT_H

#include <stddef.h>
#include <stdio.h>

/** gnuplot_text() - write @text as a string literal of gnuplot */
void gnuplot_text(FILE *script, const char *text);

/**
 * gnuplot_run() - run what was written to @script, with @dir as its working folder
 * The user's own gnuplot settings are not read: equal data give equal pictures.
 * Return: 0, -ENOENT (there is no gnuplot), -EIO with gnuplot's complaint in @err, -errno.
 */
int gnuplot_run(FILE *script, const char *dir, char *err, size_t err_size);

#endif
