/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rounds.c - merges runs of ordered events.
 *
 * Events of one CPU come in order, so a round is a few long runs, and merging costs a comparison
 * or two per event. Events in any other order are sorted as well, in runs as short as one event.
 * No event stays longer than two ends of rounds, so moving those that stay to the front costs at
 * most two moves per event.
 */
#define _GNU_SOURCE /* mkostemp() */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "traces/events/rounds.h"
#include "traces/min_heap.h"

#define ROOM_START 4096

void rounds_init(struct rounds *rounds)
{
	*rounds = (struct rounds){.max = ROUNDS_MAX, .in_memory = ROUNDS_IN_MEMORY};
}

static void events_free(struct rounds *rounds)
{
	if (rounds->mapped)
		munmap(rounds->events, rounds->room * sizeof(*rounds->events));
	else
		free(rounds->events);
}

void rounds_fini(struct rounds *rounds)
{
	events_free(rounds);
	free(rounds->runs);
	free(rounds->heap);
	rounds_init(rounds);
}

static int events_map(size_t bytes, void **mem)
{
	const char *dir = getenv("TMPDIR");
	char name[4096];
	int fd, rc;

	snprintf(name, sizeof(name), "%s/fragsim-XXXXXX", dir && *dir ? dir : "/tmp");
	fd = mkostemp(name, O_CLOEXEC);
	if (fd < 0)
		return -errno;
	unlink(name);
	/* Allocate the blocks now: a full disk is an error here, and SIGBUS later. */
	rc = -posix_fallocate(fd, 0, (off_t)bytes);
	if (!rc) {
		*mem = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		rc = *mem == MAP_FAILED ? -errno : 0;
	}
	close(fd);
	return rc;
}

static int events_grow(struct rounds *rounds)
{
	size_t room = rounds->room ? 2 * rounds->room : ROOM_START;
	bool map = room > rounds->in_memory;
	void *mem;

	if (map) {
		int rc = events_map(room * sizeof(*rounds->events), &mem);

		if (rc)
			return rc;
		if (rounds->nr)
			memcpy(mem, rounds->events, rounds->nr * sizeof(*rounds->events));
		events_free(rounds);
	} else {
		mem = reallocarray(rounds->events, room, sizeof(*rounds->events));
		if (!mem)
			return -ENOMEM;
	}
	rounds->events = mem;
	rounds->room = room;
	rounds->mapped = map;
	return 0;
}

static int run_start(struct rounds *rounds)
{
	if (rounds->nr_runs == rounds->runs_room) {
		size_t room = rounds->runs_room ? 2 * rounds->runs_room : 64;
		struct rounds_run *runs = reallocarray(rounds->runs, room, sizeof(*runs));
		struct rounds_head *heap;

		if (!runs)
			return -ENOMEM;
		rounds->runs = runs;
		heap = reallocarray(rounds->heap, room, sizeof(*heap));
		if (!heap)
			return -ENOMEM;
		rounds->heap = heap;
		rounds->runs_room = room;
	}
	rounds->runs[rounds->nr_runs++] = (struct rounds_run){rounds->nr, rounds->nr};
	return 0;
}

/* --- merging --- */

static inline bool head_before(struct rounds_head a, struct rounds_head b)
{
	return a.time_ns < b.time_ns || (a.time_ns == b.time_ns && a.run < b.run);
}

MIN_HEAP_DEFINE(heads, struct rounds_head, head_before);

static void leave_start(struct rounds *rounds, uint64_t until_ns, size_t nr)
{
	rounds->nr_heads = rounds->nr_runs;
	for (size_t i = 0; i < rounds->nr_runs; i++)
		rounds->heap[i] =
			(struct rounds_head){rounds->events[rounds->runs[i].at].time_ns, i};
	heads_build(rounds->heap, rounds->nr_heads);
	rounds->until_ns = until_ns;
	rounds->leaving = nr;
}

/* Move the events that stay to the front and drop empty runs. */
static void leave_stop(struct rounds *rounds)
{
	size_t nr = 0, nr_runs = 0;

	for (size_t i = 0; i < rounds->nr_runs; i++) {
		struct rounds_run run = rounds->runs[i];
		size_t left = run.end - run.at;

		if (!left)
			continue;
		if (nr != run.at)
			memmove(rounds->events + nr, rounds->events + run.at,
				left * sizeof(*rounds->events));
		rounds->runs[nr_runs++] = (struct rounds_run){nr, nr + left};
		nr += left;
	}
	rounds->nr = nr;
	rounds->nr_runs = nr_runs;
	rounds->leaving = 0;
}

bool rounds_take(struct rounds *rounds, struct event *ev)
{
	struct rounds_head *head = rounds->heap;
	struct rounds_run *run;

	if (!rounds->leaving)
		return false;
	if (!rounds->nr_heads || head->time_ns > rounds->until_ns) {
		leave_stop(rounds);
		return false;
	}
	run = &rounds->runs[head->run];
	*ev = rounds->events[run->at++];
	rounds->left_ns = ev->time_ns;
	if (run->at < run->end) {
		head->time_ns = rounds->events[run->at].time_ns;
		heads_down(rounds->heap, rounds->nr_heads, 0);
	} else {
		heads_pop(rounds->heap, &rounds->nr_heads);
	}
	if (!--rounds->leaving)
		leave_stop(rounds);
	return true;
}

/* --- collecting --- */

int rounds_put(struct rounds *rounds, const struct event *ev)
{
	struct rounds_run *run;
	int rc;

	if (ev->time_ns < rounds->left_ns)
		return -ERANGE;
	if (rounds->nr == rounds->room) {
		rc = events_grow(rounds);
		if (rc)
			return rc;
	}
	if (!rounds->nr_runs || ev->time_ns < rounds->events[rounds->nr - 1].time_ns) {
		rc = run_start(rounds);
		if (rc)
			return rc;
	}
	run = &rounds->runs[rounds->nr_runs - 1];
	rounds->events[rounds->nr++] = *ev;
	run->end = rounds->nr;
	if (ev->time_ns > rounds->newest_ns)
		rounds->newest_ns = ev->time_ns;
	if (rounds->nr == rounds->max)
		leave_start(rounds, UINT64_MAX, rounds->max / 2);
	return 0;
}

void rounds_end(struct rounds *rounds)
{
	if (rounds->nr_runs)
		leave_start(rounds, rounds->round_ns, rounds->nr);
	rounds->round_ns = rounds->newest_ns;
}

void rounds_finish(struct rounds *rounds)
{
	if (rounds->nr_runs)
		leave_start(rounds, UINT64_MAX, rounds->nr);
}
