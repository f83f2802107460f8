/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * crash.h - last words of a strategy's process: which hook it was in when a signal ended it.
 */
#ifndef SIM_CRASH_H
#define SIM_CRASH_H

#include "alloc/strategy.h"

/**
 * crash_watch() - the same strategy, noting which of its hooks runs
 * One per process. Costs simulated time nothing, real time two stores and a call per hook; so it is
 * for strategies nobody has tested yet.
 */
const struct rx_strategy *crash_watch(const struct rx_strategy *strategy);

/**
 * crash_catch() - signals that mean a bug tell @tell one line before they end the process
 * @tell: async-signal-safe
 */
void crash_catch(void (*tell)(const char *line));

#endif
