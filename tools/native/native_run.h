/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * native_run.h - what a scenario's strategies cost on this machine, beside what they cost simulated.
 *
 * The same stream of operations (native_stream.h) is executed by each native strategy, in rounds:
 * every round runs every strategy, so that a change of the machine meets all alike. A figure is the
 * sum, over the pieces of the stream, of the median of the rounds; what the strategy `null` takes
 * is the harness's and is taken off. All is wall-clock time: nothing of it ever goes into the files
 * of a run.
 */
#ifndef SIM_NATIVE_RUN_H
#define SIM_NATIVE_RUN_H

#include "tools/native/native_clock.h"
#include "tools/native/native_stream.h"
#include "sim/results/results.h"
#include "sim/run.h"

#define NATIVE_MIN_ROUNDS 7
#define NATIVE_MAX_ROUNDS 999

/** struct native_figure - sums of the pieces' medians and quartiles, in ticks; @has: was measured */
struct native_figure {
	bool has;
	double median, q1, q3;
};

/**
 * struct native_cost - of a strategy above `null`, simulated: core cycles per packet
 * @page_allocator: the part of @cycles that the page allocator took
 * @transfers: lines that came from the other core, per packet
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
 * @two_remote: two cores, per remote put, on the core that does it
 * @pages, @reused: pages taken, buffers served without taking one; one core
 * @simulated: the same stream on one simulated core, and on two
 */
struct native_result {
	char strategy[RESULT_NAME_MAX];
	struct native_figure total, kind[NATIVE_KINDS], two, two_remote;
	uint64_t pages, reused;
	struct native_cost simulated[2];
};

/**
 * struct native_outcome
 * @harness: what `null` and the loops around it take, and was taken off
 * @khz, @tsc_khz: of the simulated machine
 * @two_why_not: why there are no figures of two cores, "" = there are
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
 * native_measure() - executes the stream with the strategies of @s, after one round to warm up
 * Pins the calling thread. Takes the native environment, of which there is one per process.
 * Return: 0, -EINVAL or -errno with one line in @err.
 */
int native_measure(const struct scenario *s, const struct native_stream *stream,
		   unsigned int rounds, struct native_outcome *out, char *err, size_t err_size);

#endif
