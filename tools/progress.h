/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * progress.h - progress of a run on a terminal; silent elsewhere.
 */
#ifndef TOOLS_PROGRESS_H
#define TOOLS_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct run_progress;

/** struct progress - state of the status line; @start_ns: wall clock at the start */
struct progress {
	bool terminal, shown;
	uint64_t start_ns;
};

/** progress_init() - the run starts now */
void progress_init(struct progress *p);

/** progress_show() - callback of run_scenario(); @ctx is the struct progress */
void progress_show(void *ctx, const struct run_progress *now);

/** progress_clear() - erase the status line */
void progress_clear(struct progress *p);

#endif
