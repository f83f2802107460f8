/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * napi.c - one NAPI actor per receive queue.
 *
 * It sleeps until a packet is due, polls with the real driver-side code for up to a budget, and
 * spends the poll's cycles with one SimGrid call.
 *
 * A capture that recorded its polls (napi:napi_poll) is replayed poll by poll: packets of one
 * recorded poll are handled in one simulated poll, on the CPU that polled, each no earlier than
 * recorded. Otherwise the queue polls on its own core, as soon as interrupt moderation allows.
 */
#include "sim/rx/napi.h"

#include "sim/engine/engine.h"
#include "sim/rx/rx.h"
#include "sim/rx/rx_queue.h"
#include "sim/scenario/traffic.h"
#include "sim/sim.h"

/* When the interrupt fires for packets from @first on. */
static uint64_t irq_time(const struct rx_queue *q, const struct packet *first)
{
	const struct nic *nic = &q->sim->scenario->nic;
	uint64_t fire = first->arrival_ns + nic->rx_usecs_ns, later;
	const struct packet *nth;

	if (nic->rx_frames &&
	    traffic_peek(q->sim->traffic, q->index, nic->rx_frames - 1, &nth, &later) ==
		    TRAFFIC_PACKET &&
	    nth->arrival_ns < fire)
		fire = nth->arrival_ns;
	return fire;
}

/* When DMA takes time: moderation counts from the first packet that is complete. */
static uint64_t irq_time_timed(struct rx_queue *q)
{
	const struct nic *nic = &q->sim->scenario->nic;
	uint64_t done = rx_expect_ns(q, 0), fire = done + nic->rx_usecs_ns;
	uint64_t nth = nic->rx_frames ? rx_expect_ns(q, nic->rx_frames - 1) : UINT64_MAX;

	if (nth < fire)
		fire = nth > done ? nth : done;
	return fire;
}

/* A TX completion may raise the interrupt before any packet does. */
static void sleep_until_irq(const struct rx_queue *q, uint64_t rx_ns)
{
	uint64_t tx_ns = tx_irq_ns(q);

	engine_sleep_until(tx_ns < rx_ns ? tx_ns : rx_ns);
}

/* No packet will be received any more. Return: false when no TX completion is to come either */
static bool tx_wait(const struct rx_queue *q)
{
	if (tx_irq_ns(q) == UINT64_MAX)
		return false;
	engine_sleep_until(tx_irq_ns(q));
	return true;
}

/* Wake when DMA of a packet starts: only then is its end known. */
static bool napi_wait_timed(struct rx_queue *q)
{
	const struct packet *pkt;
	uint64_t later, now, next;

	for (;;) {
		now = engine_now_ns();
		if (tx_irq_ns(q) <= now)
			return true;
		rx_arrive(q, now);
		if (q->arr_nr) {
			if (!q->scheduled || q->arrived[q->arr_head].done_ns > now)
				sleep_until_irq(q, irq_time_timed(q));
			return true;
		}
		next = rx_expect_ns(q, 0);
		if (next == UINT64_MAX) {
			if (traffic_peek(q->sim->traffic, q->index, 0, &pkt, &later) !=
			    TRAFFIC_LATER)
				return tx_wait(q);
			next = later;
		}
		sleep_until_irq(q, next > now ? next : now + TRAFFIC_LOOK_AGAIN_NS);
	}
}

/* Sleep until there is work to poll for. Return: false when none will come any more */
static bool napi_wait(struct rx_queue *q)
{
	const struct packet *pkt;
	uint64_t later, now;

	if (q->sim->dma.timed)
		return napi_wait_timed(q);
	for (;;) {
		if (q->arr_nr || tx_irq_ns(q) <= engine_now_ns())
			return true;
		switch (traffic_peek(q->sim->traffic, q->index, 0, &pkt, &later)) {
		case TRAFFIC_PACKET:
			if (q->sim->nr_cpus)
				q->core = pkt->cpu % q->sim->nr_cores;
			sleep_until_irq(q, irq_time(q, pkt));
			return true;
		case TRAFFIC_LATER:
			now = engine_now_ns();
			sleep_until_irq(q, later > now ? later : now + TRAFFIC_LOOK_AGAIN_NS);
			break;
		default:
			return tx_wait(q);
		}
	}
}

/* In a recorded poll: idle until the poll's next packet. Return: false when there is none */
static bool napi_idle_to_next(struct rx_queue *q)
{
	const struct packet *pkt;
	uint64_t later, due;

	if (!q->poll_goes_on ||
	    traffic_peek(q->sim->traffic, q->index, 0, &pkt, &later) != TRAFFIC_PACKET)
		return false;
	due = core_ns_to_mcycles(core_current, pkt->arrival_ns + 1);
	if (core_clock(core_current) < due)
		core_set_clock(core_current, due);
	return true;
}

/* Return: true when the budget was used up: the NAPI stays scheduled */
static bool napi_work(struct rx_queue *q, const struct cpu *cpu)
{
	const struct nic *nic = &q->sim->scenario->nic;
	uint64_t work = 0;

	while (work < nic->budget) {
		release_due(q->sim, core_now_ns(core_current), cpu);
		rx_arrive(q, core_now_ns(core_current));
		if (rx_receive_one(q))
			work++;
		else if (!napi_idle_to_next(q))
			break;
		if (ring_free_slots(&q->ring) >= nic->refill_batch)
			rx_refill(q);
	}
	rx_refill(q);
	gro_flush(q);
	tx_doorbell(q);
	return work == nic->budget;
}

static void napi_poll(struct rx_queue *q)
{
	struct sim *sim = q->sim;
	struct cpu *cpu = &sim->cpu[q->core];
	struct core *core;
	uint64_t mark, spent, end_ns;

	engine_move(q->core);
	core = cpu_enter(cpu, CONTEXT_SOFTIRQ, engine_now_ns(), &mark);
	core_charge(core, CAUSE_IRQ, sim->machine->poll_mcycles);
	defer_flush(cpu, q);
	tx_clean(q);
	q->scheduled = napi_work(q, cpu);
	if (sim->defer.cpu[cpu->id].kicked)
		defer_flush(cpu, q->scheduled ? q : NULL);
	end_ns = core_now_ns(core);
	spent = cpu_leave(cpu, CONTEXT_SOFTIRQ, mark);
	if (sim->tick)
		sim->tick(sim);
	engine_spend(spent, end_ns, ENGINE_SOFTIRQ);
}

/* Free what waits on @cpu: no softirq will come any more. */
static void napi_last_flush(struct cpu *cpu)
{
	uint64_t mark;

	cpu_enter(cpu, CONTEXT_SOFTIRQ, engine_now_ns(), &mark);
	defer_flush(cpu, NULL);
	cpu_leave(cpu, CONTEXT_SOFTIRQ, mark);
}

void napi_actor(void *queue)
{
	struct rx_queue *q = queue;
	struct sim *sim = q->sim;

	while (napi_wait(q))
		napi_poll(q);
	q->ended = true;
	if (q->sim->replay.closed)
		rx_queue_close(q);
	sim->napi_running--;
	napi_last_flush(&sim->cpu[q->core]);
	for (unsigned int i = 0; !sim->napi_running && i < sim->nr_cores; i++)
		napi_last_flush(&sim->cpu[i]);
	sim_wake_consumers(sim);
}
