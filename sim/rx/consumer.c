/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * consumer.c - the modelled application that reads packets from its socket.
 *
 * It copies packets to user space in the pattern of workload.reader. Packets that a capture has no
 * release for go to it as well.
 *
 * With workload.reader.bytes the last skb of a wake-up may be read in part: it stays at the head of
 * the queue with all of its buffers. A datagram is read whole, and may go beyond the limit.
 */
#include "sim/rx/consumer.h"

#include "sim/engine/engine.h"
#include "sim/sim.h"

/* Packets per batch at most: bounds how far ahead the clock can run. */
#define CONSUMER_BATCH 64

/* What comes later than the clock is waited for, asleep. */
static void wait_for(struct sim *sim, struct core *core, const struct skb *skb)
{
	uint64_t visible = core_ns_to_mcycles(core, skb->visible_ns);

	if (core_clock(core) >= visible)
		return;
	core_set_clock(core, visible);
	core_charge(core, CAUSE_COPY, sim->machine->reader_wake_mcycles);
}

static void read_one(struct sim *sim, struct cpu *cpu)
{
	struct skb *skb = sim->socket.head;
	uint64_t left = socket_left(sim);

	wait_for(sim, cpu->core, skb);
	if (skb_data(skb) > left && !skb->datagram) {
		socket_read_part(sim, (uint32_t)left);
		window_freed(sim);
		return;
	}
	socket_take(sim);
	skb_copy_to_user(sim, skb);
	window_freed(sim);
	release_at(sim, skb, cpu->id, core_now_ns(cpu->core));
}

static bool may_read(const struct sim *sim)
{
	return sim->socket.head && socket_left(sim);
}

/*
 * Read a batch, each packet from when it is visible; in a gap the application sleeps and pays
 * another wake-up. Buffers are put when the packet's copy ends.
 * Return: when the batch ends
 */
static uint64_t read_batch(struct sim *sim, struct cpu *cpu)
{
	struct core *core;
	uint64_t mark, end_ns;

	core = cpu_enter(cpu, CONTEXT_APP, engine_now_ns(), &mark);
	core_charge(core, CAUSE_COPY, sim->machine->reader_wake_mcycles);
	for (unsigned int n = 0; n < CONSUMER_BATCH && may_read(sim); n++)
		read_one(sim, cpu);
	end_ns = core_now_ns(core);
	sim->socket.busy_ns = end_ns;
	cpu_leave(cpu, CONTEXT_APP, mark);
	return end_ns;
}

/* Read until the socket is empty, or as much as is read in a wake-up. */
static void read_all(struct sim *sim, struct cpu *cpu)
{
	while (may_read(sim)) {
		uint64_t end_ns = read_batch(sim, cpu), now_ns;

		engine_spend(cpu_owed(cpu), end_ns, ENGINE_APP);
		/* Rounding may leave the clock a nanosecond before the batch's last put. */
		now_ns = engine_now_ns();
		release_due(sim, now_ns > end_ns ? now_ns : end_ns, NULL);
	}
	socket_sleep(sim);
	/* Less than a wake-up is spent with the next batch, which saves a SimGrid call. */
	if (cpu->spent[CONTEXT_APP] - cpu->paid >= sim->machine->reader_wake_mcycles)
		engine_execute(cpu_owed(cpu), ENGINE_APP);
}

void consumer_actor(void *arg)
{
	struct sim *sim = arg;
	struct cpu *cpu = &sim->cpu[sim->scenario->reader_core % sim->nr_cores];

	while (!sim_is_drained(sim)) {
		uint64_t at_ns = socket_wake_ns(sim, engine_now_ns());

		if (!sim->socket.head || at_ns == UINT64_MAX) {
			engine_gate_wait(sim->socket.gate);
			continue;
		}
		engine_sleep_until(at_ns);
		read_all(sim, cpu);
	}
}
