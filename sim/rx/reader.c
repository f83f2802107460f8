/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reader.c - who takes packets out of the stack.
 *
 * Recorded: the capture says when and on which CPU each packet was released; the core's releaser
 * actor wakes then. Modelled: one socket and one reader that copies packets to user space, in the
 * pattern the scenario asks for; packets a capture has no release for go to it as well.
 */
#include "sim/rx/reader.h"

#include "sim/engine/engine.h"
#include "sim/sim.h"

/* Packets a reader takes per wake-up at most: bounds how far ahead its clock can run. */
#define READER_BATCH 64

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
