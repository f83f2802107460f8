/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * progress.h - how far a run is, on a terminal; silent otherwise.
 */
#ifndef TOOLS_PROGRESS_H
#define TOOLS_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/** struct progress - @start_ns: when it began (wall clock) */
struct progress {
	bool terminal, shown;
	uint64_t start_ns;
};

/** progress_init() - a run begins now */
void progress_init(struct progress *p);

/** progress_show() - callback of run_scenario(); @ctx is the struct progress */
void progress_show(void *ctx, unsigned int finished, unsigned int total, uint64_t packets,
		   uint64_t packets_total);

/** progress_clear() - leave an empty line for what comes next */
void progress_clear(struct progress *p);

#endif
