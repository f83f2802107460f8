/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pool_start.c - tries candidates in child processes, a stage after the other.
 *
 * The part looked at has a few refills and releases in it. A candidate that is already farther from
 * the record than the best one so far ends early; so the result depends neither on how many run at
 * once nor on which ends first. Stages: packets held before, bytes used of the page, cache by ring
 * position in coarse steps, then the steps between.
 */
#define _GNU_SOURCE /* pipe2() */
#include "sim/pool_start.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "models/memory/mm_sim.h"
#include "sim/child.h"
#include "sim/out_folder.h"
#include "sim/results/truth_kernel.h"
#include "sim/results/truth_view.h"
#include "sim/scenario/strategies.h"
#include "sim/scenario/traffic.h"
#include "sim/sim.h"
#include "traces/capture.h"

#define REFILLS	     6 /* that the part looked at has, and as many times that pages left it */
#define BURSTS	     3
#define BURST	     8 /* pages that leave between two points */
#define MOST_AT_ONCE 16
#define CACHE_MOST   127 /* a 128th would not leave room for the page that is taken first */
#define CACHE_STEP   8
#define RING_BATCH   16 /* slots cleared at once; Source: linux-ptr-ring */
#define RING_STEP    2
#define USED_STEPS   16 /* of a page */
#define SIZE_TRIES   4
#define SIZE_MOST    256 /* packets */
#define SIZE_NEAR    3
#define EXACT	     0.25 /* pages apart on average: nothing is left to find */
#define BETTER	     0.05 /* pages: less is no reason to prefer one */

/*
 * struct search - what candidates are tried on
 * @points: of the record that are looked at
 * @base: that candidates are tried on next
 * @patient: nothing ends early: the answer is wanted, not only who is best
 */
struct search {
	struct simulate_params run;
	struct truth_view view;
	unsigned int points, jobs;
	struct pool_begin base;
	bool patient;
	const volatile sig_atomic_t *stop;
	struct pool_start *found;
};

/*
 * struct answer - what a child tells
 * @sum: of truth_curve_apart(), or a negative number
 * @cache: pages put into the cache
 * @is_short, @hold_seen: short_at_hold and hold_seen of struct replay
 */
struct answer {
	double sum;
	unsigned int cache;
	bool hold_seen;
	int64_t is_short;
};

/* struct attempt - a child */
struct attempt {
	struct pool_begin begin;
	pid_t pid;
	int fd;
	struct answer answer;
};

/* Of a child, for the tick, which has no argument. */
static struct {
	const struct search *search;
	int fd;
	double most;
	unsigned int point;
	struct answer answer;
} child;

static void child_tell(void)
{
	ssize_t n = write(child.fd, &child.answer, sizeof(child.answer));

	_exit(n == sizeof(child.answer) ? 0 : 1);
}

static void child_tick(const struct sim *sim)
{
	const struct search *s = child.search;

	child.answer.cache = sim->replay.idle_cached;
	child.answer.hold_seen = sim->replay.hold_seen;
	child.answer.is_short = sim->replay.short_at_hold;
	child.answer.sum +=
		truth_curve_apart(&sim->gauges, &s->view, &child.point, s->found->fit.until_ns);
	if (child.answer.sum > child.most || child.point >= s->points)
		child_tell();
}

static void child_failed(const char *text)
{
	(void)text;
	child.answer.sum = -1;
	child_tell();
}

static void child_main(const struct search *s, const struct attempt *a, int fd, double most)
{
	struct simulate_params run = s->run;
	struct result *res;
	char err[512];
	int null = open("/dev/null", O_WRONLY);

	if (null >= 0)
		dup2(null, STDOUT_FILENO);
	out_folder_forget();
	child.search = s;
	child.fd = fd;
	child.most = most;
	mm_sim.on_bug = child_failed;
	mm_sim.on_no_memory = child_failed;
	run.begin = &a->begin;
	run.tick = child_tick;
	run.no_series = true;
	res = calloc(1, sizeof(*res));
	if (!res || simulate(&run, res, err, sizeof(err)))
		child.answer.sum = -1;
	child_tell();
}

static bool attempt_start(const struct search *s, struct attempt *a, double most)
{
	int fd[2];

	if (pipe2(fd, O_CLOEXEC))
		return false;
	a->pid = child_fork();
	if (a->pid == 0) {
		close(fd[0]);
		child_main(s, a, fd[1], most);
	}
	close(fd[1]);
	if (a->pid < 0) {
		close(fd[0]);
		return false;
	}
	a->fd = fd[0];
	return true;
}

static void attempt_end(struct attempt *a)
{
	ssize_t n;

	do
		n = read(a->fd, &a->answer, sizeof(a->answer));
	while (n < 0 && errno == EINTR);
	if (n != sizeof(a->answer))
		a->answer.sum = -1;
	close(a->fd);
	while (waitpid(a->pid, NULL, 0) < 0 && errno == EINTR)
		;
}

/* Tries all of @a and keeps the best. Return: false: no more are to be tried */
static bool try_all(struct search *s, struct attempt *a, unsigned int nr)
{
	struct pool_start *found = s->found;

	for (unsigned int done = 0; done < nr;) {
		unsigned int n = 0;

		while (done + n < nr && n < s->jobs &&
		       attempt_start(s, &a[done + n],
				     s->patient ? INFINITY : found->fit.apart * s->points))
			n++;
		if (!n)
			return false;
		for (unsigned int i = done; i < done + n; i++) {
			attempt_end(&a[i]);
			found->tried++;
			if (a[i].answer.sum < 0 ||
			    a[i].answer.sum / s->points >= found->fit.apart - BETTER)
				continue;
			found->fit.apart = a[i].answer.sum / s->points;
			found->begin = a[i].begin;
		}
		done += n;
	}
	return found->fit.apart > EXACT && !*s->stop;
}

/* Packets of before more or fewer. Frames of XDP are in no skb: more of their pages leave. */
static struct pool_begin resized(const struct search *s, struct pool_begin begin, int64_t by)
{
	const struct capture_device *dev = traffic_device(s->run.scenario, s->run.capture);
	int64_t all = (int64_t)begin.resized + begin.out + by;

	begin.out = all > 0 && 2 * dev->xdp_packets > dev->packets ? (uint32_t)all : 0;
	begin.resized = begin.out ? 0 : (int32_t)all;
	return begin;
}

/*
 * When the recorded pool took its first pages, all others were handed out: as many as the stack
 * has too many or too few by then, what it held before is resized.
 */
static bool find_size(struct search *s, const struct attempt *first)
{
	struct attempt at = *first;
	int64_t least = INT64_MAX;

	s->patient = true;
	for (unsigned int i = 0; i < SIZE_TRIES && at.answer.sum >= 0 && at.answer.hold_seen; i++) {
		int64_t is_short = at.answer.is_short;

		if (llabs(is_short) < least) {
			least = llabs(is_short);
			s->base = at.begin;
		}
		if (!is_short || llabs(is_short) > SIZE_MOST)
			break;
		at = (struct attempt){.begin = resized(s, at.begin, is_short)};
		if (!try_all(s, &at, 1))
			break;
	}
	s->patient = false;
	if (s->found->fit.apart <= EXACT || *s->stop)
		return false;
	at = (struct attempt){.begin = s->base};
	at.begin.ended = true;
	if (!try_all(s, &at, 1))
		return false;
	s->base.ended = s->found->begin.ended;
	return true;
}

static bool find_used(struct search *s)
{
	const uint32_t bytes = (uint32_t)s->run.scenario->kernel_page_bytes;
	struct attempt a[USED_STEPS] = {0};
	unsigned int nr = 0;

	for (uint32_t used = bytes / USED_STEPS; used < bytes; used += bytes / USED_STEPS) {
		a[nr].begin = s->base;
		a[nr++].begin.used = used;
	}
	return try_all(s, a, nr);
}

static bool find_arrangement(struct search *s)
{
	s->base.used = s->found->begin.used;
	s->base.arranged = true;
	for (uint32_t cache = 0; cache <= CACHE_MOST + 1; cache += CACHE_STEP) {
		struct attempt a[RING_BATCH / RING_STEP] = {0};
		unsigned int nr = 0;

		s->base.cache = cache < CACHE_MOST ? cache : CACHE_MOST;
		for (uint32_t at = 0; at < RING_BATCH; at += RING_STEP) {
			a[nr].begin = s->base;
			a[nr++].begin.position = at;
		}
		if (!try_all(s, a, nr))
			return false;
		/* there are no more idle pages */
		if (a[0].answer.sum >= 0 && a[0].answer.cache < a[0].begin.cache)
			break;
	}
	return true;
}

static bool find_position(struct search *s)
{
	struct attempt a[2] = {0};

	for (uint32_t i = 0; i < 2; i++) {
		a[i].begin = s->found->begin;
		a[i].begin.position += i ? 1 : RING_BATCH - 1;
		a[i].begin.position %= RING_BATCH;
	}
	return !s->found->begin.arranged || try_all(s, a, 2);
}

static bool find_cache(struct search *s)
{
	struct attempt a[2 * CACHE_STEP] = {0};
	unsigned int nr = 0;

	for (uint32_t i = 1; s->found->begin.arranged && i < 2 * CACHE_STEP; i++) {
		uint32_t cache = s->found->begin.cache + i - CACHE_STEP;

		if (i == CACHE_STEP || cache > CACHE_MOST)
			continue;
		a[nr].begin = s->found->begin;
		a[nr++].begin.cache = cache;
	}
	return try_all(s, a, nr);
}

static bool find_near_size(struct search *s)
{
	struct attempt a[2 * SIZE_NEAR] = {0};
	unsigned int nr = 0;

	for (int64_t by = -SIZE_NEAR; by <= SIZE_NEAR; by++)
		if (by)
			a[nr++].begin = resized(s, s->found->begin, by);
	return try_all(s, a, nr);
}

/*
 * Points of the record up to the end of the part that is looked at: until pages have entered and
 * have left often enough, or a share of the capture.
 */
static unsigned int points_wanted(const struct truth_view *view, uint64_t span_ns)
{
	const struct truth *t = view->truth;
	unsigned int refills = 0, bursts = 0, i;
	bool leaving = false;

	for (i = 1; i < t->nr_points && (refills < REFILLS || bursts < BURSTS); i++) {
		uint64_t entered = truth_view_entered(view, i) - truth_view_entered(view, i - 1);
		uint64_t held = truth_view_held(view, i), before = truth_view_held(view, i - 1);
		bool leaves = before + entered >= held + BURST;

		if (t->points[i].time_ns > span_ns / POOL_START_SHARE)
			break;
		refills += entered >= TRUTH_REFILL / 2;
		bursts += leaves && !leaving;
		leaving = leaves;
	}
	return i;
}

/* Is there a strategy that it is found for? */
static bool has_pools(const struct scenario *sc)
{
	unsigned int shift = (unsigned int)__builtin_ctzl(sc->page_size);
	unsigned int option[STRATEGY_MAX_OPTIONS];
	const struct rx_strategy *strategy;
	char err[512];

	for (unsigned int i = 0; i < sc->strategies.n; i++)
		if (!strategy_find(sc->strategies.word[i], shift, &strategy, option, err,
				   sizeof(err)) &&
		    strategy->has_pool_stats)
			return true;
	return false;
}

/* One pool of its own, of a kernel whose strategy and page size the scenario has */
static bool is_to_be_found(const struct search *s, const char *label)
{
	const struct simulate_params *p = &s->run;

	return s->view.nr == 1 && truth_view_start(&s->view) && !p->capture->lost_events &&
	       p->scenario->nic.buffers == NIC_ON_DEMAND && truth_is_kernels(p->scenario, label) &&
	       traffic_is_whole(p->scenario, p->capture) && s->view.truth->nr_points > 1 &&
	       has_pools(p->scenario);
}

void pool_start_find(const struct simulate_params *p, unsigned int jobs,
		     const volatile sig_atomic_t *stop, struct pool_start *found)
{
	struct search s = {.run = *p, .stop = stop, .found = found};
	struct attempt first = {0};
	char label[OPTION_TEXT_MAX];

	*found = (struct pool_start){0};
	nic_strategy(&p->scenario->nic, label, sizeof(label));
	if (!p->capture)
		return;
	s.view = truth_view_of(p->scenario, p->capture);
	if (!is_to_be_found(&s, label))
		return;
	s.run.label = label;
	s.run.check = false;
	s.jobs = jobs < MOST_AT_ONCE ? jobs : MOST_AT_ONCE;
	s.points = points_wanted(&s.view, p->capture->span_ns);
	found->fit.until_ns = s.view.truth->points[s.points - 1].time_ns;
	found->fit.apart = INFINITY;
	if (try_all(&s, &first, 1) && find_size(&s, &first) && find_used(&s) &&
	    find_arrangement(&s) && find_position(&s) && find_cache(&s))
		find_near_size(&s);
	found->fit.apart_before = first.answer.sum / s.points;
	found->fit.resized = found->begin.resized + (int32_t)found->begin.out;
	found->fit.ended = found->begin.ended;
	if (found->fit.apart < found->fit.apart_before)
		found->begin.fitted_ns = found->fit.until_ns;
}
