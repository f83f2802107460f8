/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * defer.c - skbs freed on the CPU that allocated them: nic.free_path defer and napi_direct.
 *
 * defer is skb_attempt_defer_free(). A CPU that is done with an skb of another CPU adds it to
 * that CPU's list, unless 64 wait there already: then it frees the skb itself, as the allocating
 * CPU does. The 33rd kicks the allocating CPU: an interrupt raises its softirq. Each poll starts
 * by freeing the whole list, last added first; buffers of the queue whose NAPI is scheduled are
 * put directly, others are not.
 *
 * napi_direct is what no kernel does throughout: each put runs at
 * once in softirq of the queue's CPU, directly and without a list. It bounds what freeing
 * elsewhere costs.
 *
 * Ignores: the cache lines of the skb itself that travel with it (skbs have no memory here), and
 * the sender's side of the interrupt; both are the same for every strategy.
 * Source: skb-defer (net/core/skbuff.c, skb_defer_free_flush() of net/core/dev.c)
 */
#include "sim/rx/defer.h"

#include <errno.h>

#include "models/cpu/access.h"
#include "models/cpu/arena.h"
#include "sim/rx/skb.h"
#include "sim/rx/rx_queue.h"
#include "sim/sim.h"

#define DEFER_MAX  64 /* net.core.skb_defer_max */
#define DEFER_KICK (DEFER_MAX / 2)

int defer_init(struct defer_list *list)
{
	list->line = arena_meta(L1_CACHE_BYTES);
	return list->line ? 0 : -ENOMEM;
}

static struct defer_list *list_of(const struct cpu *cpu)
{
	return &cpu->sim->defer[cpu->id];
}

/* The core that touched the line last still owns it: no look-up. */
static void list_touch(struct cpu *cpu, unsigned int atomics)
{
	struct defer_list *list = list_of(cpu);
	enum cause old = core_set_cause(core_current, CAUSE_SKB);

	if (list->owner != core_current->id + 1)
		access_touch(list->line, sizeof(long), CACHE_WRITE);
	list->owner = core_current->id + 1;
	core_charge(core_current, CAUSE_SKB, atomics * cpu->sim->machine->atomic_mcycles);
	core_set_cause(core_current, old);
}

static void list_add(struct defer_list *list, struct skb *skb)
{
	skb->next = list->first;
	list->first = skb;
	list->nr++;
}

void defer_flush(struct cpu *cpu, const struct rx_queue *scheduled)
{
	bool always = cpu->sim->scenario->nic.free_path == NIC_FREE_NAPI_DIRECT;
	struct defer_list *list = list_of(cpu);
	struct skb *skb = list->first;

	if (!skb)
		return;
	if (!always)
		list_touch(cpu, 1);
	list->first = NULL;
	list->nr = 0;
	list->kicked = false;
	while (skb) {
		struct skb *next = skb->next;

		skb_consume(cpu->sim, skb, always || skb->queue == scheduled);
		skb = next;
	}
}

/* Flush in a softirq of its own, outside any poll. */
static void defer_softirq(struct cpu *home, uint64_t now_ns, uint64_t irq_mcycles)
{
	uint64_t mark;

	cpu_enter(home, CONTEXT_SOFTIRQ, now_ns, &mark);
	core_charge(core_current, CAUSE_IRQ, irq_mcycles);
	defer_flush(home, NULL);
	cpu_leave(home, CONTEXT_SOFTIRQ, mark);
}

static void free_here(struct cpu *cpu, struct skb *skb, uint64_t now_ns)
{
	uint64_t mark;

	cpu_enter(cpu, CONTEXT_APP, now_ns, &mark);
	skb_consume(cpu->sim, skb, false);
	cpu_leave(cpu, CONTEXT_APP, mark);
}

/* Return: must the home CPU be kicked? */
static bool defer_add(struct cpu *cpu, struct cpu *home, struct skb *skb, uint64_t now_ns)
{
	uint64_t mark;

	cpu_enter(cpu, CONTEXT_APP, now_ns, &mark);
	list_touch(home, 2); /* counter and list head */
	cpu_leave(cpu, CONTEXT_APP, mark);
	list_add(list_of(home), skb);
	cpu->sim->skb_model.counts.deferred++;
	return list_of(home)->nr == DEFER_KICK + 1;
}

/* The queue has ended: no poll will flush the list. */
static void defer_last(struct cpu *home, uint64_t now_ns, bool in_poll)
{
	if (in_poll)
		defer_flush(home, NULL);
	else
		defer_softirq(home, now_ns, 0);
}

void defer_skb(struct cpu *cpu, struct skb *skb, uint64_t now_ns, const struct cpu *polling)
{
	struct sim *sim = cpu->sim;
	struct cpu *home = &sim->cpu[skb->core];
	struct defer_list *list = list_of(home);
	struct core *before = core_current;
	bool direct = sim->scenario->nic.free_path == NIC_FREE_NAPI_DIRECT;
	bool in_poll = home == polling, ended = skb->queue->ended;

	if (!direct && (home == cpu || list->nr >= DEFER_MAX)) {
		free_here(cpu, skb, now_ns);
		return;
	}
	if (direct) {
		list_add(list, skb);
	} else if (defer_add(cpu, home, skb, now_ns)) {
		sim->skb_model.counts.kicks++;
		list->kicked = true;
	}
	core_current = before;
	if (ended)
		defer_last(home, now_ns, in_poll);
	else if (!in_poll && (direct || list->kicked))
		defer_softirq(home, now_ns, direct ? 0 : sim->machine->poll_mcycles);
}
