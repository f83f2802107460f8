/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * native_exec.h - execute a stream of operations with a native strategy once, and time it.
 *
 * Each execution creates the queues, fills the rings, runs the stream and destroys everything; only
 * the stream is timed, in pieces of NATIVE_PIECE operations. A piece takes some ten microseconds,
 * so that preemption hits few pieces, and others in the next execution. The clock is read around
 * each piece (the total), or whenever the kind of operation changes (the cost of each kind; what
 * reading the clock costs is known from the strategy `null`, timed in the same way).
 */
#ifndef SIM_NATIVE_EXEC_H
#define SIM_NATIVE_EXEC_H

#include "tools/native/native_stream.h"

/** enum native_mode - how a stream is executed */
enum native_mode {
	NATIVE_ONE_CORE,  /* all by one thread: the total */
	NATIVE_BY_KIND,	  /* all by one thread: each kind of operation */
	NATIVE_TWO_CORES, /* remote puts by a second thread on another CPU, in recorded order */
	NATIVE_MODES
};

#define NATIVE_PIECE 4096

/** NATIVE_TOTAL - after the kinds: all operations, of the allocating thread */
#define NATIVE_TOTAL  NATIVE_KINDS
#define NATIVE_SERIES (NATIVE_KINDS + 1)

/**
 * struct native_sample - one execution
 * @ticks: of each piece, native_pieces() of them; the caller's memory. NATIVE_ONE_CORE fills
 *	NATIVE_TOTAL, NATIVE_BY_KIND the kinds. NATIVE_TWO_CORES: NATIVE_TOTAL without waiting for
 *	the other thread, and NATIVE_PUT_REMOTE in pieces of its own
 * @stats: the strategy's counters over all queues, at the end of the stream
 */
struct native_sample {
	uint64_t (*ticks)[NATIVE_SERIES];
	struct rx_stats stats;
};

static inline size_t native_pieces(const struct native_info *info)
{
	return (size_t)((info->nr - info->nr_setup) / NATIVE_PIECE + 1);
}

/**
 * native_exec() - execute the stream once
 * @option: of the strategy
 * @cpu: for the second thread
 * Context: the native environment is up, the calling thread is pinned.
 * Return: 0, -EINVAL (the strategy refuses such queues), -ENOMEM (it ran dry), -errno.
 */
int native_exec(const struct native_stream *stream, const struct rx_strategy *strategy,
		const unsigned int option[STRATEGY_MAX_OPTIONS], enum native_mode mode,
		unsigned int cpu, struct native_sample *sample);

#endif
