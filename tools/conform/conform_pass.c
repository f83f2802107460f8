/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * conform_pass.c - the loop over a log's rows.
 */
#include "tools/conform/conform_pass.h"

void conform_pass_run(const struct conform_log *log, conform_step_fn *step, void *ctx,
		      struct conform_pass *pass)
{
	for (pass->at = 0; pass->at < log->nr; pass->at++) {
		const struct conform_row *theirs = &log->row[pass->at];

		pass->ours = (struct conform_row){.op = theirs->op};
		conform_row_set(&pass->ours, CONFORM_N, pass->at);
		step(ctx, theirs, &pass->ours);
		if (conform_row_differs(log->kind, theirs, &pass->ours) < log->kind->nr_columns)
			return;
	}
}
