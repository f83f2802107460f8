/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * release.c - when and on which core the buffers of packets are put.
 *
 * A packet whose release is known waits in its core's heap. Puts run in order of time, on their own
 * core, before anybody acts at a later time: a poll calls release_due() as its clock moves, the
 * core's consumer actor does when it wakes. Error: a put that becomes known while a poll runs is
 * seen by the next poll, never earlier than its own time.
 */
#include "sim/rx/release.h"

#include <stdlib.h>

#include "sim/rx/defer.h"
#include "sim/sim.h"

static bool held_before(const struct held *a, const struct held *b)
{
	return a->release_ns != b->release_ns ? a->release_ns < b->release_ns : a->seq < b->seq;
}

static void heap_push(struct held_heap *h, struct held *held)
{
	unsigned int i = h->nr++;

	if (h->nr > h->cap) {
		h->cap = h->cap ? 2 * h->cap : 1024;
		h->at = realloc(h->at, h->cap * sizeof(*h->at));
		if (!h->at)
			mm_sim.on_bug("not enough memory for the puts to come");
	}
	for (; i && held_before(held, h->at[(i - 1) / 2]); i = (i - 1) / 2)
		h->at[i] = h->at[(i - 1) / 2];
	h->at[i] = held;
}

static struct held *heap_pop(struct held_heap *h)
{
	struct held *top = h->at[0], *last = h->at[--h->nr];
	unsigned int i = 0, child;

	while ((child = 2 * i + 1) < h->nr) {
		if (child + 1 < h->nr && held_before(h->at[child + 1], h->at[child]))
			child++;
		if (!held_before(h->at[child], last))
			break;
		h->at[i] = h->at[child];
		i = child;
	}
	h->at[i] = last;
	return top;
}

void release_at(struct sim *sim, struct held *held, unsigned int core, uint64_t time_ns)
{
	held->release_ns = time_ns;
	heap_push(&sim->puts[core], held);
}

static const struct held *first_put(const struct cpu *cpu)
{
	const struct held_heap *puts = &cpu->sim->puts[cpu->id];

	return puts->nr ? puts->at[0] : NULL;
}

uint64_t release_next_ns(const struct cpu *cpu)
{
	const struct held *held = first_put(cpu);

	return held ? held->release_ns : UINT64_MAX;
}

static void release_first(struct cpu *cpu, int except_core)
{
	struct held *held = heap_pop(&cpu->sim->puts[cpu->id]);
	struct core *before = core_current;
	uint64_t mark, time_ns = held->release_ns;

	if (cpu->sim->scenario->nic.free_path != NIC_FREE_REMOTE && !held->recorded) {
		defer_skb(cpu, held, time_ns, except_core);
	} else {
		cpu_enter(cpu, CONTEXT_APP, time_ns, &mark);
		release_packet(cpu->sim, held, held->direct);
		cpu_leave(cpu, CONTEXT_APP, mark);
	}
	core_current = before;
}

/*
 * May the put that is due first on @cpu run now? On a core that is polling its application waits, and
 * with it the readers' puts. A packet that nobody had copied and that was freed there at a time inside
 * a poll was dropped by it.
 */
static bool release_is_due(const struct cpu *cpu, uint64_t now_ns, int except_core)
{
	const struct held *held = first_put(cpu);

	return held && held->release_ns <= now_ns &&
	       ((int)cpu->id != except_core || (held->recorded && !held->copied));
}

void release_due(struct sim *sim, uint64_t now_ns, int except_core)
{
	for (;;) {
		struct cpu *first = NULL;
		struct held *held;

		for (unsigned int i = 0; i < sim->nr_cores; i++)
			if (release_is_due(&sim->cpu[i], now_ns, except_core) &&
			    (!first || held_before(first_put(&sim->cpu[i]), first_put(first))))
				first = &sim->cpu[i];
		if (!first)
			return;
		if ((int)first->id != except_core) {
			release_first(first, except_core);
		} else {
			held = heap_pop(&sim->puts[first->id]);
			release_packet(sim, held, held->direct);
		}
	}
}
