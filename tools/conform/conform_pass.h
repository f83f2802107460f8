/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * conform_pass.h - does alloc/ do what the kernel did? One pass over a log.
 *
 * Each operation of the log is done with our allocator in the native world, the row the kernel
 * would have written is built from our state, and the first row that differs ends the pass.
 */
#ifndef SIM_CONFORM_PASS_H
#define SIM_CONFORM_PASS_H

#include "tools/conform/conform_log.h"

/** struct conform_pass - how far a pass came; @ours: our state there; @at: log->nr = all equal */
struct conform_pass {
	unsigned int at;
	struct conform_row ours;
};

/**
 * conform_step_fn - do the operation of @theirs with our allocator
 * @ours: has operation and number; gets what it returned and the state after it
 */
typedef void conform_step_fn(void *ctx, const struct conform_row *theirs, struct conform_row *ours);

/** conform_pass_run() - @step for each row of @log, until a row differs */
void conform_pass_run(const struct conform_log *log, conform_step_fn *step, void *ctx,
		      struct conform_pass *pass);

#endif
