/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rounds.h - puts events in order of time that were written CPU by CPU.
 *
 * A recorder empties the ring buffers of all CPUs in turn and marks the end of each such round.
 * What it finds in a round cannot be older than the newest event of the round before the last:
 * that one's time is how far events may leave. (perf calls it FINISHED_ROUND.)
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

/** ROUNDS_IN_MEMORY - events that wait in memory (20 MB); more of them wait in a temporary file */
#define ROUNDS_IN_MEMORY (1u << 19)

/**
 * ROUNDS_MAX - most events that wait (640 MB of file). Reached by two rounds of 128 CPUs with full
 * buffers of 8 MB, or by a recorder that marks no rounds. Then the older half of them leaves.
 */
#define ROUNDS_MAX (1u << 24)

/**
 * struct rounds_run - events that came in order: mostly one CPU's share of a round
 * @at, @end: in @events of struct rounds, those from @at on have not left yet
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
 * struct rounds - events that wait for their turn
 * @events, @nr, @room: the events in order of arrival; @mapped: they are in a temporary file
 * @runs, @nr_runs, @runs_room: those in order among themselves; the last one may still grow
 * @heap, @nr_heads: heads of runs while events leave
 * @leaving: how many more may leave; 0: it is collecting
 * @until_ns: time up to which they may
 * @newest_ns, @round_ns: newest event so far, and at the end of the round before this one
 * @left_ns: time of the last event that left: nothing older may come any more
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

/** rounds_init() - nothing waits; allocates nothing */
void rounds_init(struct rounds *rounds);

/** rounds_fini() - drop what waits, free memory and the temporary file */
void rounds_fini(struct rounds *rounds);

/**
 * rounds_put() - an event has come; not while events leave
 * Return: 0, -ERANGE (it is older than one that has left), -ENOMEM, -errno of the temporary file.
 */
int rounds_put(struct rounds *rounds, const struct event *ev);

/** rounds_end() - a round has ended: events leave */
void rounds_end(struct rounds *rounds);

/** rounds_finish() - there will be no more: all events leave */
void rounds_finish(struct rounds *rounds);

/**
 * rounds_take() - the next event to leave, in order of time; of the same time, of arrival
 * Return: false when none may leave now: put more.
 */
bool rounds_take(struct rounds *rounds, struct event *ev);

#endif
