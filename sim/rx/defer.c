/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * defer.c - skbs freed on the CPU that allocated them: nic.free_path defer and napi_direct.
 *
 * defer is skb_attempt_defer_free(). A CPU that is done with an skb of another CPU adds it to
 * that CPU's list, unless so many wait there already: then it frees the skb itself, as the
 * allocating CPU does. The one that finds half of that waiting kicks the allocating CPU: an
 * interrupt raises its softirq. Each poll starts by freeing the lists, last added first; buffers of
 * the queue whose NAPI is scheduled are put directly, others are not.
 *
 * Which skbs, how many and how many lists depends on the kernel (kernel_defer()): one list behind a
 * lock for TCP's, or for all one for each node of the CPUs that add, counted and linked by atomics.
 *
 * napi_direct is what no kernel does throughout: each put runs at once in softirq of the queue's
 * CPU, directly and without a list. It bounds what freeing elsewhere costs.
 *
 * Ignores: the cache lines of the skb itself that travel with it (skbs have no memory here), and
 * the sender's side of the interrupt; both are the same for every strategy. So are looks at a list
 * that is empty, or full behind its lock, which are not charged. Taking the lock and giving it back
 * is charged as the two atomics of later kernels, where on x86 the second is a store.
 * Source: skb-defer (net/core/skbuff.c, skb_defer_free_flush() of net/core/dev.c)
 */
#include "sim/rx/defer.h"

#include <errno.h>

#include "models/cpu/access.h"
#include "models/cpu/arena.h"
#include "sim/rx/rx_queue.h"
#include "sim/rx/skb.h"
#include "sim/sim.h"

static unsigned int nr_lists(const struct sim *sim)
{
	return sim->defer.rule.by_node ? DEFER_NODES : 1;
}

int defer_init(struct sim *sim)
{
	sim->defer.rule = kernel_defer(sim->scenario->kernel_version, sim->scenario->skb_defer_max);
	for (unsigned int i = 0; i < sim->nr_cores; i++)
		for (unsigned int n = 0; n < nr_lists(sim); n++) {
			struct defer_list *list = &sim->defer.cpu[i].node[n];

			list->line = arena_meta(L1_CACHE_BYTES);
			if (!list->line)
				return -ENOMEM;
		}
	return 0;
}

/* Where @cpu leaves skbs to @home. */
static struct defer_list *list_of(const struct cpu *cpu, const struct cpu *home)
{
	unsigned int node = cpu->sim->defer.rule.by_node ? mm_sim.socket[cpu->id] : 0;

	return &cpu->sim->defer.cpu[home->id].node[node];
}

/* The core that touched the line last still owns it: no look-up. */
static void list_touch(const struct sim *sim, struct defer_list *list, unsigned int atomics)
{
	enum cause old = core_set_cause(core_current, CAUSE_SKB);

	if (list->owner != core_current->id + 1)
		access_touch(list->line, sizeof(long), CACHE_WRITE);
	list->owner = core_current->id + 1;
	core_charge(core_current, CAUSE_SKB, atomics * sim->machine->atomic_mcycles);
	core_set_cause(core_current, old);
}

static void list_add(struct defer_list *list, struct skb *skb)
{
	skb->next = list->first;
	list->first = skb;
	list->nr++;
}

static void list_flush(struct sim *sim, struct defer_list *list, const struct rx_queue *scheduled)
{
	bool always = sim->scenario->nic.free_path == NIC_FREE_NAPI_DIRECT;
	bool direct = nic_recycles_directly(&sim->scenario->nic);
	struct skb *skb = list->first;

	if (!skb)
		return;
	if (!always)
		list_touch(sim, list, 1);
	list->first = NULL;
	list->nr = 0;
	while (skb) {
		struct skb *next = skb->next;

		skb_consume(sim, skb, always || (direct && skb->queue == scheduled));
		skb = next;
	}
}

void defer_flush(struct cpu *cpu, const struct rx_queue *scheduled)
{
	struct defer_cpu *mine = &cpu->sim->defer.cpu[cpu->id];

	mine->kicked = false;
	for (unsigned int n = 0; n < DEFER_NODES; n++)
		list_flush(cpu->sim, &mine->node[n], scheduled);
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

/* @cpu adds @skb to @list, or finds it full and frees it. Return: was it added? */
static bool defer_add(struct cpu *cpu, struct defer_list *list, struct skb *skb, uint64_t now_ns)
{
	const struct kernel_defer *rule = &cpu->sim->defer.rule;
	bool room = list->nr < rule->capacity;
	uint64_t mark;

	cpu_enter(cpu, CONTEXT_APP, now_ns, &mark);
	if (room)
		list_touch(cpu->sim, list, 2); /* counter and list head */
	else if (rule->by_node && !rule->off)
		list_touch(cpu->sim, list, 1); /* counted before it is compared */
	if (!room)
		skb_consume(cpu->sim, skb, false);
	cpu_leave(cpu, CONTEXT_APP, mark);
	if (!room)
		return false;
	list_add(list, skb);
	cpu->sim->skb_model.counts.deferred++;
	return true;
}

/* Return: is @skb one that @cpu leaves to @home, if there is room? */
static bool is_left(const struct cpu *cpu, const struct cpu *home, const struct skb *skb)
{
	return home != cpu && (!skb->datagram || cpu->sim->defer.rule.datagrams);
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
	struct defer_cpu *theirs = &sim->defer.cpu[home->id];
	struct defer_list *list = list_of(cpu, home);
	struct core *before = core_current;
	bool direct = sim->scenario->nic.free_path == NIC_FREE_NAPI_DIRECT;
	bool in_poll = home == polling, ended = skb->queue->ended;

	if (!direct && !is_left(cpu, home, skb)) {
		free_here(cpu, skb, now_ns);
		return;
	}
	if (direct) {
		list_add(list, skb);
	} else if (!defer_add(cpu, list, skb, now_ns)) {
		return;
	} else if (list->nr == sim->defer.rule.kick) {
		sim->skb_model.counts.kicks++;
		theirs->kicked = true;
	}
	core_current = before;
	if (ended)
		defer_last(home, now_ns, in_poll);
	else if (!in_poll && (direct || theirs->kicked))
		defer_softirq(home, now_ns, direct ? 0 : sim->machine->poll_mcycles);
}
