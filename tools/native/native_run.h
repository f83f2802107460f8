/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * native_run.h - measure the strategies of a scenario on this machine.
 *
 * Each native strategy executes the same stream of operations (native_stream.h), in rounds: every
 * round runs every strategy, so that a change of the machine affects all alike. A figure is the
 * sum, over the pieces of the stream, of the medians over the rounds. The cost of the strategy
 * `null` is that of the harness and is subtracted. All figures are wall-clock time and never go
 * into the files of a run.
 */
#ifndef SIM_NATIVE_RUN_H
#define SIM_NATIVE_RUN_H

#include "tools/native/native_clock.h"
#include "tools/native/native_stream.h"
#include "sim/results/results.h"
#include "sim/run.h"

#define NATIVE_MIN_ROUNDS 7
#define NATIVE_MAX_ROUNDS 999

/** struct native_figure - sums of medians and of quartiles, in ticks; @has: it was measured */
struct native_figure {
	bool has;
	double median, q1, q3;
};

/**
 * struct native_cost - simulated cost of a strategy above `null`: core cycles per packet
 * @page_allocator: the page allocator's share of @cycles
 * @transfers: cache lines from the other core, per packet
 */
struct native_cost {
	bool has;
	double cycles, page_allocator, transfers;
};

/**
 * struct native_result - one strategy
 * @total: one core, per packet
 * @kind: one core, per operation of that kind
 * @two: two cores, both together, per packet
 * @two_remote: two cores, per remote put, on the core that puts
 * @pages, @reused: pages allocated, buffers served without allocating one; one core
 * @simulated: the same stream on one simulated core, and on two
 */
struct native_result {
	char strategy[RESULT_NAME_MAX];
	struct native_figure total, kind[NATIVE_KINDS], two, two_remote;
	uint64_t pages, reused;
	struct native_cost simulated[2];
};

/**
 * struct native_outcome - all strategies
 * @harness: cost of `null` and of the loop, subtracted from the others
 * @khz, @tsc_khz: of the simulated machine
 * @two_why_not: why there are no figures of two cores, or ""
 */
struct native_outcome {
	struct native_machine machine;
	struct native_info stream;
	unsigned int rounds, nr;
	struct native_result harness, result[RUN_MAX_STRATEGIES];
	uint64_t khz, tsc_khz;
	char two_why_not[96];
};

/**
 * native_measure() - execute the stream with the strategies of @s, after a round to warm up
 * Context: pins the calling thread; uses the native environment, of which a process has one.
 * Return: 0, or -EINVAL, -errno with one line in @err.
 */
int native_measure(const struct scenario *s, const struct native_stream *stream,
		   unsigned int rounds, struct native_outcome *out, char *err, size_t err_size);

#endif
