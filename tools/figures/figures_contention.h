/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * figures_contention.h - the page allocator used by several CPUs at once (pg-lock).
 */
#ifndef SIM_FIGURES_CONTENTION_H
#define SIM_FIGURES_CONTENTION_H

struct machine;

/** CONTENTION() - argument of figure_contention() for @cpus CPUs and blocks of @order */
#define CONTENTION(cpus, order) ((cpus)*16 + (order))

/**
 * figure_contention() - cost of alloc + free of a block when several CPUs do it at once
 * @times: the cost, as a multiple of that on one CPU
 * Return: 0, or -errno.
 */
int figure_contention(const struct machine *machine, int arg, double *times);

#endif
