/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cpu.h - a simulated core shared by softirq and application.
 *
 * Each context keeps a clock of its own. Code of a context runs between cpu_enter() and cpu_leave();
 * what it was charged is spent in simulated time afterwards, with one call of the engine.
 */
#ifndef SIM_CPU_H
#define SIM_CPU_H

#include <stdint.h>
#include "models/cpu/core.h"

struct engine_gate;
struct sim;

/** enum context - who uses a core; softirq and application keep clocks of their own */
enum context { CONTEXT_APP, CONTEXT_SOFTIRQ, CONTEXTS };

/**
 * struct cpu - a core as the simulation shares it out
 * @core: its account of time
 * @clock: where each context stands, mcycles
 * @spent: mcycles charged in each context
 * @paid: mcycles of the application context already spent in simulated time
 * @gate: the actor that frees packets on this core waits here
 * @sim: the run it belongs to
 * @id: core number
 */
struct cpu {
	struct core *core;
	uint64_t clock[CONTEXTS];
	uint64_t spent[CONTEXTS];
	uint64_t paid;
	struct engine_gate *gate;
	struct sim *sim;
	unsigned int id;
};

/**
 * cpu_enter() - make @cpu's core core_current, in context @ctx
 * @now_ns: the context's clock goes on from here, or from where it stands if that is later
 * @mark: set; to be handed to cpu_leave()
 * Return: the core
 */
struct core *cpu_enter(struct cpu *cpu, enum context ctx, uint64_t now_ns, uint64_t *mark);

/**
 * cpu_leave() - end what cpu_enter() began; core_current is NULL then
 * Return: mcycles charged in between
 */
uint64_t cpu_leave(struct cpu *cpu, enum context ctx, uint64_t mark);

/**
 * cpu_owed() - mcycles the application context was charged and has not spent in simulated time yet
 * Puts that ran there for other cores included. Each is returned once.
 */
uint64_t cpu_owed(struct cpu *cpu);

#endif
