/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * crash.h - names the hook in which a strategy crashed.
 */
#ifndef SIM_CRASH_H
#define SIM_CRASH_H

#include "alloc/strategy.h"

/**
 * crash_watch() - wrap @strategy so that the running hook is known
 * One per process, for strategies of the user's own.
 * Cost: two stores and a call per hook in real time, nothing in simulated time.
 */
const struct rx_strategy *crash_watch(const struct rx_strategy *strategy);

/**
 * crash_catch() - on a signal that means a bug, pass one line to @tell before the process ends
 * @tell: async-signal-safe
 */
void crash_catch(void (*tell)(const char *line));

#endif
