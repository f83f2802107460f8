/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * advice.h - what a capture lacks for a good replay, and how to record it.
 */
#ifndef TOOLS_ADVICE_H
#define TOOLS_ADVICE_H

struct capture_info;

#define ADVICE_MAX 9

/**
 * advice_collect() - sentences, most important first; the last is the command that records a
 * complete capture
 * @advice: set to strings that are valid until the next call
 * Return: how many; 0: nothing is missing.
 */
unsigned int advice_collect(const struct capture_info *info, const char *advice[ADVICE_MAX]);

#endif
