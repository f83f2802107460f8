/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * truth_pool.c - page_pools one by one: their pages, and the queue whose polls take them.
 *
 * A pool is its address until it is destroyed: after page_pool_release, which is recorded when that
 * begins, a hold is another pool's, and so is hold number 1 after others (its end was not
 * recorded). A hold inside a softirq belongs to the NAPI poll that ends next on its CPU, and
 * the packets of that poll name device and queue. Holds outside of softirqs (rings filled when
 * the device comes up) and polls without a packet say nothing; polls of two queues make it
 * unknown. Not seen so: threaded NAPI, which is no softirq, unless a packet of the same poll
 * came before the hold.
 */
#include "traces/truth/truth_pool.h"

#include <string.h>

static struct truth_followed *followed_find(struct truth_builder *builder, uint64_t address)
{
	unsigned int i = builder->nr_pools;

	if (builder->last && builder->last->address == address)
		return builder->last;
	while (i--)
		if (builder->pools[i].address == address)
			return builder->last = &builder->pools[i];
	return NULL;
}

static struct truth_followed *followed_add(struct truth_builder *builder, uint64_t address)
{
	struct truth_followed *pool = &builder->pools[builder->nr_pools];

	if (builder->nr_pools == TRUTH_MAX_FOLLOWED)
		return NULL;
	builder->nr_pools++;
	pool->address = address;
	builder->last = pool;
	return pool;
}

static bool is_successor(const struct truth_followed *pool, const struct event *ev)
{
	return pool->closing || (pool->holds && ev->len == 1 && pool->last_hold != 0);
}

/* Takes out a pool that only released pages: it belongs to an earlier run, and so do they. */
static void pool_drop(struct truth_builder *builder, struct truth_pool *pool)
{
	struct truth *truth = builder->truth;
	unsigned int at = (unsigned int)(pool - truth->pools), after = truth->nr_pools - at - 1;

	for (unsigned int i = 0; i < truth->nr_points; i++)
		truth->points[i].pool_release -= truth->pool_points[at][i].release;
	truth->last.pool_release -= pool->releases;
	memmove(pool, pool + 1, after * sizeof(*pool));
	memmove(truth->pool_points[at], truth->pool_points[at + 1],
		after * sizeof(truth->pool_points[0]));
	memset(&truth->pools[--truth->nr_pools], 0, sizeof(*pool));
	memset(truth->pool_points[truth->nr_pools], 0, sizeof(truth->pool_points[0]));
	for (unsigned int i = 0; i < TRUTH_MAX_CPUS; i++)
		builder->cpus[i].pools = 0; /* numbers of entries, which move */
	for (unsigned int i = 0; i < builder->nr_pools; i++) {
		struct truth_followed *of = &builder->pools[i];

		if (of->shown == pool)
			of->shown = NULL;
		else if (of->shown > pool)
			of->shown--;
	}
}

/* Gives a pool an entry of truth.pools, if fewer than @most are taken. */
static void pool_show(struct truth_builder *builder, struct truth_followed *pool, unsigned int most)
{
	struct truth *truth = builder->truth;

	if (pool->shown)
		return;
	for (unsigned int i = 0; truth->nr_pools == TRUTH_MAX_POOLS && i < builder->nr_pools; i++)
		if (builder->pools[i].shown && !builder->pools[i].holds)
			pool_drop(builder, builder->pools[i].shown);
	if (truth->nr_pools >= most)
		return;
	pool->shown = &truth->pools[truth->nr_pools++];
	pool->shown->address = pool->address;
}

static void first_hold(struct truth_builder *builder, struct truth_followed *pool,
		       const struct event *ev, uint64_t time_ns)
{
	struct truth *truth = builder->truth;

	pool->holds = true;
	pool->first_hold = ev->len;
	pool->first_ns = time_ns;
	pool->before_first = pool->held;
	truth->has_pool = true;
	truth->pools_seen++;
	builder->held += pool->held;
	pool_show(builder, pool, TRUTH_MAX_POOLS);
}

/* Was the page taken inside a NAPI poll? */
static void hold_on_cpu(struct truth_builder *builder, const struct truth_followed *pool,
			const struct event *ev)
{
	struct truth_cpu *cpu = &builder->cpus[ev->cpu < TRUTH_MAX_CPUS ? ev->cpu : 0];

	if (ev->cpu >= TRUTH_MAX_CPUS || !pool->shown)
		return;
	if (ev->flags & EVENT_SOFTIRQ || cpu->poll.owner != OWNER_NONE)
		cpu->pools |= (uint16_t)(1u << (pool->shown - builder->truth->pools));
}

static void on_hold(struct truth_builder *builder, const struct event *ev, uint64_t time_ns)
{
	struct truth_followed *pool = followed_find(builder, ev->object);

	if (!pool || is_successor(pool, ev))
		pool = followed_add(builder, ev->object);
	if (!pool)
		return;
	if (!builder->truth->has_pool)
		builder->truth->hold_ns = time_ns;
	if (!pool->holds)
		first_hold(builder, pool, ev, time_ns);
	pool->last_hold = ev->len;
	if (++pool->held > pool->held_peak)
		pool->held_peak = pool->held;
	if (pool->shown)
		pool->shown->holds++;
	builder->truth->last.pool_hold++;
	if (++builder->held > builder->held_peak)
		builder->held_peak = builder->held;
	hold_on_cpu(builder, pool, ev);
}

static void on_release(struct truth_builder *builder, const struct event *ev)
{
	struct truth_followed *pool = followed_find(builder, ev->object);

	if (!pool)
		pool = followed_add(builder, ev->object);
	if (!pool)
		return;
	if (!pool->release_known)
		pool->released = ev->len - 1;
	pool->release_known = true;
	/* it may hold pages later: until then its releases count for it alone, where they can */
	if (!pool->holds)
		pool_show(builder, pool, TRUTH_MAX_POOLS / 2);
	if (!pool->holds && !pool->shown)
		return;
	pool->held--;
	if (pool->shown)
		pool->shown->releases++;
	builder->truth->last.pool_release++;
	if (pool->holds)
		builder->held--;
}

static void on_close(struct truth_builder *builder, const struct event *ev, uint64_t time_ns)
{
	struct truth_followed *pool = followed_find(builder, ev->object);

	if (!pool)
		return;
	pool->closing = true;
	if (!pool->holds)
		return;
	if (!builder->truth->closed_ns)
		builder->truth->closed_ns = time_ns;
	if (pool->shown && !pool->shown->closed_ns)
		pool->shown->closed_ns = time_ns;
}

void truth_pool_event(struct truth_builder *builder, const struct event *ev, uint64_t time_ns)
{
	if (ev->kind == EVENT_POOL_HOLD)
		on_hold(builder, ev, time_ns);
	else if (ev->kind == EVENT_POOL_RELEASE)
		on_release(builder, ev);
	else
		on_close(builder, ev, time_ns);
}

static void queue_join(struct truth_queue *queue, const struct truth_queue *with)
{
	if (with->owner == OWNER_NONE)
		return;
	if (queue->owner == OWNER_NONE)
		*queue = *with;
	else if (with->owner == OWNER_SEVERAL || queue->dev != with->dev ||
		 queue->queue != with->queue)
		queue->owner = OWNER_SEVERAL;
}

void truth_pool_cpu_event(struct truth_builder *builder, const struct event *ev)
{
	const struct truth_queue from = {OWNER_ONE, ev->dev, ev->queue};
	struct truth_cpu *cpu;

	if (ev->cpu >= TRUTH_MAX_CPUS)
		return;
	cpu = &builder->cpus[ev->cpu];
	if (ev->kind == EVENT_GRO_RECEIVE) {
		queue_join(&cpu->poll, &from);
		return;
	}
	if (ev->kind == EVENT_XDP_SENT) {
		cpu->xdp = true;
		return;
	}
	for (unsigned int i = 0; cpu->pools && i < builder->nr_pools; i++) {
		struct truth_followed *pool = &builder->pools[i];

		if (!pool->shown || !(cpu->pools & 1u << (pool->shown - builder->truth->pools)))
			continue;
		queue_join(&pool->polls, &cpu->poll);
		pool->xdp_polls += cpu->xdp;
		pool->other_polls += !cpu->xdp;
	}
	cpu->pools = 0;
	cpu->xdp = false;
	cpu->poll.owner = OWNER_NONE;
}

bool truth_pool_queue(const struct truth_builder *builder, unsigned int pool, uint16_t *dev,
		      uint16_t *queue)
{
	for (unsigned int i = 0; i < builder->nr_pools; i++) {
		const struct truth_followed *at = &builder->pools[i];

		if (at->shown != &builder->truth->pools[pool])
			continue;
		*dev = at->polls.dev;
		*queue = at->polls.queue;
		return at->polls.owner == OWNER_ONE;
	}
	return false;
}

/*
 * Counters are 32 bits wide and wrap. A pool that never released leaves its start unknown, unless
 * its first page came in this capture: 0.
 */
static bool start_is_known(const struct truth_followed *pool, uint32_t *before)
{
	*before = pool->first_hold - 1 - (pool->release_known ? pool->released : 0);
	if (pool->first_hold == 1 || (pool->release_known && *before <= INT32_MAX))
		return true;
	*before = 0;
	return false;
}

/* Once the list of pools has its final order. A start that is not known counts as 0. */
static void holds_set(struct truth_builder *builder)
{
	struct truth *truth = builder->truth;

	for (unsigned int i = 0; i < builder->nr_pools; i++) {
		const struct truth_followed *pool = &builder->pools[i];
		size_t at;

		if (!pool->shown)
			continue;
		at = (size_t)(pool->shown - truth->pools);
		truth->pool_hold_ns[at] = pool->first_ns;
		truth->pool_held_before_hold[at] =
			pool->shown->held_start + (uint64_t)pool->before_first;
	}
}

uint64_t truth_pool_finish(struct truth_builder *builder)
{
	uint64_t held = 0;

	for (unsigned int i = 0; i < builder->nr_pools; i++) {
		const struct truth_followed *pool = &builder->pools[i];
		uint32_t start;
		bool known;

		if (!pool->holds && pool->shown)
			pool_drop(builder, pool->shown);
		if (!pool->holds)
			continue;
		known = start_is_known(pool, &start);
		held += start;
		builder->truth->starts_unknown += !known;
		if (!pool->shown)
			continue;
		pool->shown->start_known = known;
		pool->shown->xdp = pool->xdp_polls > pool->other_polls;
		pool->shown->held_start = start;
		pool->shown->held_peak = start + (uint64_t)pool->held_peak;
	}
	holds_set(builder);
	return held;
}
