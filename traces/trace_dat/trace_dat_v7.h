/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace_dat_v7.h - walks a trace.dat of version 7: sections, and options that say where they are.
 */
#ifndef TRACES_TRACE_DAT_V7_H
#define TRACES_TRACE_DAT_V7_H

#include "traces/trace_dat/trace_dat_layout.h"

/**
 * dat_walk_v7() - read the structure of a version 7 file and its event formats
 * @cur: behind the head that both versions have
 * @why: written on failure
 * Return: 0, -EINVAL, -ENOTSUP (compression), -ENOMEM.
 */
int dat_walk_v7(struct trace_dat_file *file, struct cursor *cur, struct dat_refusal *why);

/** dat_symbols_v7() - give the symbols of the file, which it has, to its decoder */
void dat_symbols_v7(struct trace_dat_file *file);

#endif
