/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cpu.h - a simulated core, shared by softirq and application.
 *
 * Each context has a clock of its own. Code of a context runs between cpu_enter() and
 * cpu_leave(); what it was charged is spent in simulated time afterwards, with one call of the
 * engine.
 */
#ifndef SIM_CPU_H
#define SIM_CPU_H

#include <stdint.h>
#include "models/cpu/core.h"

struct engine_gate;
struct sim;

/** enum context - what runs on a core */
enum context { CONTEXT_APP, CONTEXT_SOFTIRQ, CONTEXTS };

/**
 * struct cpu - a core and its two contexts
 * @core: its account of time
 * @clock: of each context, mcycles
 * @spent: mcycles charged in each context
 * @paid: mcycles of the application already spent in simulated time
 * @gate: the actor that frees packets on this core waits here
 * @wakes_ns: until then; UINT64_MAX: until the gate is opened
 * @sim: the run it belongs to
 * @id: core number
 */
struct cpu {
	struct core *core;
	uint64_t clock[CONTEXTS];
	uint64_t spent[CONTEXTS];
	uint64_t paid;
	struct engine_gate *gate;
	uint64_t wakes_ns;
	struct sim *sim;
	unsigned int id;
};

/**
 * cpu_enter() - run as @ctx on @cpu: sets core_current
 * @now_ns: the context's clock continues from here, or from where it stands if that is later
 * @mark: set, for cpu_leave()
 * Return: the core
 */
struct core *cpu_enter(struct cpu *cpu, enum context ctx, uint64_t now_ns, uint64_t *mark);

/**
 * cpu_leave() - end cpu_enter(): core_current becomes NULL
 * Return: mcycles charged in between
 */
uint64_t cpu_leave(struct cpu *cpu, enum context ctx, uint64_t mark);

/**
 * cpu_owed() - mcycles that the application was charged and has not spent in simulated time
 * Includes puts that ran there for other cores. The caller spends them: the next call returns the
 * rest.
 */
uint64_t cpu_owed(struct cpu *cpu);

#endif
