/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * release.c - when and on which core the buffers of packets are put.
 *
 * A packet whose release time is known waits in its core's heap. Puts run in order of time, each
 * on its own core, before anything else acts at a later time: a poll calls release_due() as its
 * clock moves, the core's releaser actor when it wakes. Error: a put that becomes known while a
 * poll runs is seen by the next poll, never earlier than its own time.
 */
#include "sim/rx/release.h"

#include <stdlib.h>

#include "sim/engine/engine.h"
#include "sim/rx/defer.h"
#include "sim/sim.h"
#include "traces/min_heap.h"

static inline bool put_before(const struct skb *a, const struct skb *b)
{
	return a->release_ns != b->release_ns ? a->release_ns < b->release_ns : a->seq < b->seq;
}

MIN_HEAP_DEFINE(puts, struct skb *, put_before);

static void put_add(struct put_heap *h, struct skb *skb)
{
	if (h->nr == h->cap) {
		h->cap = h->cap ? 2 * h->cap : 1024;
		h->at = realloc(h->at, h->cap * sizeof(*h->at));
		if (!h->at)
			mm_sim_no_memory("the puts to come");
	}
	h->at[h->nr++] = skb;
	puts_up(h->at, h->nr - 1);
}

void release_at(struct sim *sim, struct skb *skb, unsigned int core, uint64_t time_ns)
{
	skb->release_ns = time_ns;
	put_add(&sim->puts[core], skb);
}

void release_recorded(struct sim *sim, struct skb *skb, unsigned int core, uint64_t time_ns)
{
	struct cpu *cpu = &sim->cpu[core];

	release_at(sim, skb, core, time_ns);
	if (time_ns < cpu->wakes_ns)
		engine_gate_open(cpu->gate);
}

static const struct skb *first_put(const struct cpu *cpu)
{
	const struct put_heap *puts = &cpu->sim->puts[cpu->id];

	return puts->nr ? puts->at[0] : NULL;
}

uint64_t release_next_ns(const struct cpu *cpu)
{
	const struct skb *skb = first_put(cpu);

	return skb ? skb->release_ns : UINT64_MAX;
}

static void release_first(struct cpu *cpu, const struct cpu *polling)
{
	struct put_heap *puts = &cpu->sim->puts[cpu->id];
	struct skb *skb = puts_pop(puts->at, &puts->nr);
	struct core *before = core_current;
	uint64_t mark, time_ns = skb->release_ns;

	if (skb->read_ns > time_ns) { /* what was appended since was read later */
		release_at(cpu->sim, skb, cpu->id, skb->read_ns);
		return;
	}
	if (skb->read_ns) {
		cpu_enter(cpu, CONTEXT_APP, time_ns, &mark);
		skb_copy_before(cpu->sim, skb);
		cpu_leave(cpu, CONTEXT_APP, mark);
	}
	if (cpu->sim->scenario->nic.free_path != NIC_FREE_REMOTE && !skb->recorded) {
		defer_skb(cpu, skb, time_ns, polling);
	} else {
		cpu_enter(cpu, CONTEXT_APP, time_ns, &mark);
		skb_consume(cpu->sim, skb, skb->direct);
		cpu_leave(cpu, CONTEXT_APP, mark);
	}
	core_current = before;
}

/*
 * Can the first put of @cpu run now? While a core polls, its application waits, and so do the
 * puts of the application. A packet that was never copied and was freed during the poll was
 * dropped by it.
 */
static bool release_is_due(const struct cpu *cpu, uint64_t now_ns, const struct cpu *polling)
{
	const struct skb *skb = first_put(cpu);

	return skb && skb->release_ns <= now_ns &&
	       (cpu != polling || (skb->recorded && !skb->copied));
}

void release_due(struct sim *sim, uint64_t now_ns, const struct cpu *polling)
{
	for (;;) {
		struct cpu *first = NULL;
		struct skb *skb;

		for (unsigned int i = 0; i < sim->nr_cores; i++)
			if (release_is_due(&sim->cpu[i], now_ns, polling) &&
			    (!first || put_before(first_put(&sim->cpu[i]), first_put(first))))
				first = &sim->cpu[i];
		if (!first)
			return;
		if (first != polling) {
			release_first(first, polling);
		} else {
			skb = puts_pop(sim->puts[first->id].at, &sim->puts[first->id].nr);
			skb_consume(sim, skb, skb->direct);
		}
	}
}

void releaser_actor(void *arg)
{
	struct cpu *cpu = arg;
	struct sim *sim = cpu->sim;

	while (!sim_is_drained(sim)) {
		cpu->wakes_ns = release_next_ns(cpu);
		if (cpu->wakes_ns == UINT64_MAX)
			engine_gate_wait(cpu->gate);
		else
			engine_gate_wait_until(cpu->gate, cpu->wakes_ns);
		release_due(sim, engine_now_ns(), NULL);
		engine_execute(cpu_owed(cpu), ENGINE_APP);
	}
}

void release_fini(struct put_heap *puts)
{
	free(puts->at);
}
