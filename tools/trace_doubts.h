/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace_doubts.h - what of a capture's times and packets is not as it was recorded.
 */
#ifndef TOOLS_TRACE_DOUBTS_H
#define TOOLS_TRACE_DOUBTS_H

#include <stdbool.h>

struct capture_info;

/** TRACE_DOUBTS_MAX - most doubts of a capture */
#define TRACE_DOUBTS_MAX 3

/**
 * struct trace_doubt - one of them
 * @misleads: results may be wrong because of it: --strict refuses the capture
 * @text: one line, without the name of the capture
 */
struct trace_doubt {
	bool misleads;
	char text[256];
};

/**
 * trace_doubts() - clocks that were set back, times out of order, packets without a byte
 * @doubts: as many are written as are returned
 * Return: how many; 0: none
 */
unsigned int trace_doubts(const struct capture_info *info,
			  struct trace_doubt doubts[TRACE_DOUBTS_MAX]);

#endif
