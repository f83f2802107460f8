/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace_dat_v6.h - walks a trace.dat of version 6: blocks in one sequence, and tables of CPUs.
 */
#ifndef TRACES_TRACE_DAT_V6_H
#define TRACES_TRACE_DAT_V6_H

#include "traces/trace_dat/trace_dat_layout.h"

/**
 * dat_walk_v6() - read the structure of a version 6 file and its event formats
 * @cur: behind the head that both versions have
 * @why: written on failure
 * Return: 0, -EINVAL, -ENOMEM.
 */
int dat_walk_v6(struct trace_dat_file *file, struct cursor *cur, struct dat_refusal *why);

/** dat_symbols_v6() - give the symbols of the file, which it has, to its decoder */
void dat_symbols_v6(struct trace_dat_file *file);

#endif
