/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reader.c - who takes packets out of the stack.
 *
 * Recorded: the capture says when and on which CPU each packet was released; the core's releaser
 * actor wakes then. Modelled: one socket and one reader that copies packets to user space, in the
 * pattern the scenario asks for; packets a capture has no release for go to it as well.
 */
#include "sim/engine/engine.h"
#include "sim/sim.h"

/* Packets a reader takes per wake-up at most: bounds how far ahead its clock can run. */
#define READER_BATCH 64

static void socket_queue(struct sim *sim, struct held *held)
{
	struct reader *r = &sim->reader;

	r->truesize += held->skb.truesize;
	if (r->tail)
		r->tail->next = held;
	else
		r->head = held;
	r->tail = held;
	engine_gate_open(r->gate);
}

bool reader_is_recorded(const struct sim *sim, const struct packet *pkt)
{
	return pkt->release_ns != PACKET_UNKNOWN && sim->scenario->release == RELEASE_MODE_RECORDED;
}

void reader_count(struct sim *sim, struct held *held)
{
	held->visible_ns = core_now_ns(core_current);
	held->seq = ++sim->seq;
	metrics_advance(&sim->metrics, held->visible_ns);
	sim->delivered += held->pkts;
	sim->delivered_bytes += held->pkt_bytes;
	sim->metrics.packets += held->pkts;
}

void reader_drop(struct sim *sim, struct held *held)
{
	reader_count(sim, held);
	release_buffers(sim, held, true);
}

static bool is_pfmemalloc(const struct held *held)
{
	for (unsigned int i = 0; i < held->nr; i++) {
		const struct page *page = held->buf[i].page;

		if (page->compound_head & 1)
			page = (const struct page *)(page->compound_head - 1);
		if (page->lru_next & PFMEMALLOC)
			return true;
	}
	return false;
}

/*
 * What a socket refuses. Memory of the emergency reserves is for those that free memory, so a packet
 * in it goes to no ordinary socket. Of rcvbuf, the packet that exceeds it still fits.
 * Source: linux-sk-filter (sk_filter_trim_cap()); __udp_enqueue_schedule_skb(), tcp_try_rmem_schedule()
 * Return: the count of the cause, or NULL
 */
static uint64_t *socket_refuses(struct sim *sim, const struct held *held)
{
	if (is_pfmemalloc(held))
		return &sim->drops.pfmemalloc;
	return sim->reader.truesize > sim->scenario->rcvbuf_bytes ? &sim->drops.rcvbuf : NULL;
}

void reader_deliver(struct sim *sim, struct held *held, const struct packet *pkt)
{
	bool recorded = pkt && reader_is_recorded(sim, pkt);
	uint64_t *drops = recorded ? NULL : socket_refuses(sim, held);
	unsigned int core;

	if (held->skb.skbs)
		skb_deliver(&sim->skb);
	if (drops) {
		*drops += held->pkts;
		skb_free(&sim->skb, &held->skb);
		release_buffers(sim, held, sim->scenario->nic.free_path != NIC_FREE_REMOTE);
		return;
	}
	reader_count(sim, held);
	sim->live++;
	sim->metrics.payload_bytes += held->len;
	if (!recorded) {
		socket_queue(sim, held);
		return;
	}
	core = pkt->release_cpu % sim->nr_cores;
	held->recorded = true;
	held->copied = !(pkt->flags & (PACKET_DROPPED | PACKET_TX));
	held->direct = sim->scenario->nic.free_path != NIC_FREE_REMOTE &&
		       pkt->method == RELEASE_FREE && core == held->queue->core;
	release_at(sim, held, core,
		   pkt->release_ns > held->visible_ns ? pkt->release_ns : held->visible_ns);
	engine_gate_open(sim->cpu[core].gate);
}

void releaser_actor(void *arg)
{
	struct cpu *cpu = arg;
	struct sim *sim = cpu->sim;

	while (!sim_is_drained(sim)) {
		uint64_t next_ns = release_next_ns(cpu);

		if (next_ns == UINT64_MAX) {
			engine_gate_wait(cpu->gate);
			continue;
		}
		engine_sleep_until(next_ns);
		release_due(sim, engine_now_ns(), -1);
		engine_execute(cpu_owed(cpu), ENGINE_APP);
	}
}

/* Next moment the reader looks at its socket. UINT64_MAX: not before the traffic ends. */
static uint64_t reader_wake_ns(const struct sim *sim, uint64_t now_ns)
{
	const struct scenario *s = sim->scenario;

	if (!sim->napi_running || s->pattern == READER_STEADY)
		return now_ns;
	if (s->pattern == READER_STALLED)
		return UINT64_MAX;
	return (now_ns / s->pause_ns + 1) * s->pause_ns;
}

static struct held *socket_take(struct reader *r)
{
	struct held *held = r->head;

	r->head = held->next;
	if (!r->head)
		r->tail = NULL;
	r->truesize -= held->skb.truesize;
	return held;
}

/*
 * One batch of the reader: each packet from the moment it is visible; a gap means it slept in
 * between and pays another wake-up. The buffers are put when the packet's copy ends.
 * Return: when the batch ends.
 */
static uint64_t reader_batch(struct sim *sim, struct cpu *cpu)
{
	struct core *core;
	uint64_t mark, end_ns;

	core = cpu_enter(cpu, CONTEXT_APP, engine_now_ns(), &mark);
	core_charge(core, CAUSE_COPY, sim->machine->reader_wake_mcycles);
	for (unsigned int n = 0; n < READER_BATCH && sim->reader.head; n++) {
		struct held *held = socket_take(&sim->reader);
		uint64_t visible = core_ns_to_mcycles(core, held->visible_ns);

		if (core_clock(core) < visible) {
			core_set_clock(core, visible);
			core_charge(core, CAUSE_COPY, sim->machine->reader_wake_mcycles);
		}
		held_copy(sim, held);
		release_at(sim, held, cpu->id, core_now_ns(core));
	}
	end_ns = core_now_ns(core);
	cpu_leave(cpu, CONTEXT_APP, mark);
	return end_ns;
}

/* Reads until the socket is empty. */
static void reader_drain(struct sim *sim, struct cpu *cpu)
{
	while (sim->reader.head) {
		uint64_t end_ns = reader_batch(sim, cpu), now_ns;

		engine_spend(cpu_owed(cpu), end_ns, ENGINE_APP);
		/* Rounded, the clock may stand a nanosecond before the batch's last put. */
		now_ns = engine_now_ns();
		release_due(sim, now_ns > end_ns ? now_ns : end_ns, -1);
	}
	/* Less than a wake-up: goes with the next batch's time, for one SimGrid call less. */
	if (cpu->spent[CONTEXT_APP] - cpu->paid >= sim->machine->reader_wake_mcycles)
		engine_execute(cpu_owed(cpu), ENGINE_APP);
}

void reader_actor(void *arg)
{
	struct sim *sim = arg;
	struct cpu *cpu = &sim->cpu[sim->scenario->reader_core % sim->nr_cores];

	while (!sim_is_drained(sim)) {
		uint64_t wake_ns = reader_wake_ns(sim, engine_now_ns());

		if (!sim->reader.head || wake_ns == UINT64_MAX) {
			engine_gate_wait(sim->reader.gate);
			continue;
		}
		engine_sleep_until(wake_ns);
		reader_drain(sim, cpu);
	}
}
