/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * native_simulate.h - the cost of the measured stream on simulated cores.
 */
#ifndef SIM_NATIVE_SIMULATE_H
#define SIM_NATIVE_SIMULATE_H

#include <stddef.h>

#include "tools/native/native_run.h"

struct machine;

/**
 * native_simulate() - execute the stream on simulated cores of @m, for the strategies of @out
 * Context: after native_measure(), and not beside another simulation in this process.
 * Return: 0, or -errno with one line in @err.
 */
int native_simulate(const struct scenario *s, const struct machine *m,
		    const struct native_stream *stream, struct native_outcome *out, char *err,
		    size_t err_size);

#endif
