/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * advice.h - how to record a capture better: the cures of its notes, and the command.
 */
#ifndef TOOLS_ADVICE_H
#define TOOLS_ADVICE_H

#include "sim/results/notes.h"

#define ADVICE_MAX (NOTES_MAX + 1)

/**
 * advice_collect() - sentences, most important first; the last is the command that records a
 * complete capture
 * @notes: of the capture alone; strings of @advice are theirs, or valid until the next call
 * Return: how many; 0: nothing is missing.
 */
unsigned int advice_collect(const struct notes *notes, const struct capture_info *info,
			    const char *advice[ADVICE_MAX]);

#endif
