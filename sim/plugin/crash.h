/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * crash.h - names the hook in which a strategy crashed.
 */
#ifndef SIM_CRASH_H
#define SIM_CRASH_H

/**
 * crash_catch() - on a signal that means a bug, pass one line to @tell before the process ends
 * @tell: async-signal-safe
 */
void crash_catch(void (*tell)(const char *line));

#endif
