/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sim_run.h - test helper: one simulation in a process of its own, its result handed back.
 */
#ifndef TESTS_SIM_RUN_H
#define TESTS_SIM_RUN_H

#include "sim/results/results.h"

struct pool_begin;

/** sim_run_begin - how pools begin in the next runs; NULL: as it falls */
extern const struct pool_begin *sim_run_begin;

/**
 * sim_run() - simulate @strategy under "key=value" settings, with every invariant checked
 * @settings: NULL-terminated, over the scenario defaults
 * @err: receives the message of a failed run
 * Return: 0, or the run's -errno.
 */
int sim_run(const char *strategy, const char *const *settings, struct result *res, char err[512]);

#endif
