/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * release.c - packets in the stack, and the way their buffers come back.
 *
 * A packet whose release is known waits in its core's heap. Puts run in order of time, on their own
 * core, before anybody acts at a later time: a poll calls release_due() as its clock moves, the
 * core's consumer actor does when it wakes. Error: a put that becomes known while a poll runs is
 * seen by the next poll, never earlier than its own time.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/rx/shadow.h"
#include "sim/sim.h"

struct held *held_get(struct sim *sim, unsigned int nr_bufs)
{
	unsigned int class = nr_bufs > 1;
	struct held *held = sim->spare[class];

	if (held)
		sim->spare[class] = held->next;
	else
		held = malloc(sizeof(*held) + (class ? NIC_MAX_BUFS : 1) * sizeof(held->buf[0]));
	if (!held)
		mm_sim.on_bug("not enough memory for the packets held by the stack");
	memset(held, 0, sizeof(*held));
	held->nr = nr_bufs;
	held->pkts = 1;
	held->last = held;
	held->class = class;
	return held;
}

static void held_put(struct sim *sim, struct held *held)
{
	held->next = sim->spare[held->class];
	sim->spare[held->class] = held;
}

void held_fini(struct sim *sim)
{
	for (unsigned int i = 0; i < 2; i++)
		while (sim->spare[i]) {
			struct held *next = sim->spare[i]->next;

			free(sim->spare[i]);
			sim->spare[i] = next;
		}
}

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

void held_put_buffers(struct sim *sim, struct held *held, bool direct)
{
	enum cause old = core_set_cause(core_current, CAUSE_FREE);
	char err[sizeof(sim->violation)];

	metrics_advance(&sim->metrics, core_now_ns(core_current));
	for (unsigned int i = 0; i < held->nr; i++) {
		if (sim->shadow && !held->shared &&
		    shadow_put(sim->shadow, &held->buf[i], err, sizeof(err)) && !sim->violation[0])
			memcpy(sim->violation, err, sizeof(err));
		metrics_stack(&sim->metrics, &held->buf[i], -1);
		if (held->shared)
			mm_sim_page_put(held->buf[i].page);
		else
			sim->strategy->put(&held->buf[i], direct);
	}
	held->nr = 0;
	core_set_cause(core_current, old);
}

void release_buffers(struct sim *sim, struct held *held, bool direct)
{
	while (held) {
		struct held *next = held->chain;

		held_put_buffers(sim, held, direct);
		held_put(sim, held);
		held = next;
	}
}

void held_copy(struct sim *sim, const struct held *held)
{
	skb_copy(&sim->skb, held->len);
	for (; held; held = held->chain)
		payload_read(sim, held);
}

/* Source: linux-veth (veth_xdp_rcv_skb(): veth_xdp_get(), then consume_skb()) */
void release_shared(struct sim *sim, struct held *held)
{
	enum cause old;
	char err[sizeof(sim->violation)];

	/* the put drops one of two references, and the last one is as good as this one */
	if (sim->counts_to_zero)
		return;
	old = core_set_cause(core_current, CAUSE_FREE);
	for (unsigned int i = 0; i < held->nr; i++) {
		struct rx_buf buf = held->buf[i];

		mm_sim_page_get(buf.page);
		if (sim->shadow && shadow_put(sim->shadow, &buf, err, sizeof(err)) &&
		    !sim->violation[0])
			memcpy(sim->violation, err, sizeof(err));
		sim->strategy->put(&buf, false);
	}
	core_set_cause(core_current, old);
	held->shared = true;
}

/*
 * The copy that came before a recorded release: the recorded times contain it already, so its cycles
 * are counted but neither move the clock nor keep the core busy.
 */
static void copy_before(struct sim *sim, const struct held *held)
{
	uint64_t clock = core_clock(core_current);

	held_copy(sim, held);
	sim->cpu[core_current->id].paid += core_clock(core_current) - clock;
	core_set_clock(core_current, clock);
}

void release_packet(struct sim *sim, struct held *held, bool direct)
{
	metrics_advance(&sim->metrics, core_now_ns(core_current));
	sim->metrics.payload_bytes -= held->len;
	sim->live--;
	skb_free(&sim->skb, &held->skb);
	if (held->copied)
		copy_before(sim, held);
	release_buffers(sim, held, direct);
	if (sim_is_drained(sim))
		sim_wake_consumers(sim);
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
