/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * figures_contention.h - a figure: the page allocator under several CPUs at once (pg-lock).
 */
#ifndef SIM_FIGURES_CONTENTION_H
#define SIM_FIGURES_CONTENTION_H

struct machine;

/** CONTENTION() - argument of figure_contention(): that many CPUs, blocks of that order */
#define CONTENTION(cpus, order) ((cpus)*16 + (order))

/**
 * figure_contention() - alloc + free of a block when several CPUs do it at once
 * @times: what it costs, as a multiple of what one CPU alone pays
 * Return: 0, -errno.
 */
int figure_contention(const struct machine *machine, int arg, double *times);

#endif
