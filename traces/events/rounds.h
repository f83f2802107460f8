/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rounds.h - sorts by time events that were written CPU by CPU.
 *
 * A recorder empties the ring buffers of all CPUs in turn and marks the end of each such round
 * (perf: FINISHED_ROUND). What it finds in a round cannot be older than the newest event of the
 * round before the last one, so events up to that time may leave.
 *
 *	round 1         round 2         round 3
 *	cpu 0   cpu 1   cpu 0   cpu 1   cpu 0   cpu 1
 *	1 2 3 5|2 3 4   6 7    |4 5 8   9      |7 9
 *	              ^               ^               ^
 *	              |               out: up to 5    out: up to 8
 *	              out: nothing yet
 */
#ifndef TRACES_ROUNDS_H
#define TRACES_ROUNDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "traces/events/event.h"

/** ROUNDS_IN_MEMORY - events kept in memory (20 MB); beyond that they go to a temporary file */
#define ROUNDS_IN_MEMORY (1u << 19)

/**
 * ROUNDS_MAX - most events kept (640 MB of file). Two rounds of 128 CPUs with full buffers of 8 MB
 * reach it, or a recorder that marks no rounds; then the older half leaves.
 */
#define ROUNDS_MAX (1u << 24)

/**
 * struct rounds_run - events that came in order: mostly one CPU's share of a round
 * @at, @end: indices into @events of struct rounds; those from @at on have not left yet
 */
struct rounds_run {
	size_t at, end;
};

/** struct rounds_head - next event of a run; the heads form a heap (min_heap.h) */
struct rounds_head {
	uint64_t time_ns;
	size_t run;
};

/**
 * struct rounds - events that are being sorted; it collects, or events leave
 * @events, @nr, @room: the events in order of arrival
 * @mapped: @events is a temporary file
 * @runs, @nr_runs, @runs_room: runs of ascending times; the last one may still grow
 * @heap, @nr_heads: heads of the runs while events leave
 * @leaving: how many more may leave; 0: it collects
 * @until_ns: events up to this time may leave
 * @newest_ns, @round_ns: time of the newest event so far, and when the last round ended
 * @left_ns: time of the last event that left; older ones are refused
 * @max, @in_memory: ROUNDS_MAX, ROUNDS_IN_MEMORY; smaller in tests
 */
struct rounds {
	struct event *events;
	size_t nr, room;
	bool mapped;
	struct rounds_run *runs;
	size_t nr_runs, runs_room;
	struct rounds_head *heap;
	size_t nr_heads;
	size_t leaving;
	uint64_t until_ns;
	uint64_t newest_ns, round_ns;
	uint64_t left_ns;
	size_t max, in_memory;
};

/** rounds_init() - start empty */
void rounds_init(struct rounds *rounds);

/** rounds_fini() - drop all events, free memory and the temporary file */
void rounds_fini(struct rounds *rounds);

/**
 * rounds_put() - add an event; not while events leave
 *
 * Return: 0, -ERANGE (older than one that has left), -ENOMEM, -errno of the temporary file.
 */
int rounds_put(struct rounds *rounds, const struct event *ev);

/** rounds_end() - a round has ended: rounds_take() what may leave */
void rounds_end(struct rounds *rounds);

/** rounds_finish() - no more events will come: rounds_take() all of them */
void rounds_finish(struct rounds *rounds);

/**
 * rounds_take() - take the next event, in order of time, then of arrival
 *
 * Return: false when none may leave now; rounds_put() more.
 */
bool rounds_take(struct rounds *rounds, struct event *ev);

#endif
