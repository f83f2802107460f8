/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * conform_pass.h - one pass over a log.
 *
 * Each operation of the log is executed with our allocator in the native world, our state is
 * written as the kernel would have, and the first row that differs ends the pass.
 */
#ifndef SIM_CONFORM_PASS_H
#define SIM_CONFORM_PASS_H

#include "tools/conform/conform_log.h"

/** struct conform_pass - @at: first row that differs, or log->nr; @ours: our state there */
struct conform_pass {
	unsigned int at;
	struct conform_row ours;
};

/**
 * conform_step_fn - execute the operation of @theirs with our allocator
 * @ours: has operation and number; gets its result and the state after it
 */
typedef void conform_step_fn(void *ctx, const struct conform_row *theirs, struct conform_row *ours);

/** conform_pass_run() - call @step for each row of @log, until a row differs */
void conform_pass_run(const struct conform_log *log, conform_step_fn *step, void *ctx,
		      struct conform_pass *pass);

#endif
