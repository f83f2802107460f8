/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gnuplot.h - run gnuplot on a generated script.
 *
 * No shell is involved, and no text of a user becomes a command: text goes through gnuplot_text(),
 * and file names start with "./" or "/", as gnuplot takes "<" or "|" at the start of a name for a
 * pipe.
 */
#ifndef PLOTS_GNUPLOT_H
#define PLOTS_GNUPLOT_H

#include <stddef.h>
#include <stdio.h>

/** gnuplot_text() - write @text as a string literal of gnuplot */
void gnuplot_text(FILE *script, const char *text);

/**
 * gnuplot_run() - run @script, with @dir as working folder
 * The user's gnuplot settings are not read, so that equal data give equal pictures.
 * Return: 0, or -ENOENT (no gnuplot), -EIO with gnuplot's message in @err, -errno.
 */
int gnuplot_run(FILE *script, const char *dir, char *err, size_t err_size);

#endif
