/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cpu.c - softirq and application on one core.
 *
 * A softirq starts when it is raised, however long the application's batch still takes (SimGrid
 * delays the application by its weight); two softirqs of one core follow each other. Error:
 * buffers that an application batch puts carry times as if the batch had not been interrupted.
 */
#include "sim/engine/cpu.h"

#include <stddef.h>

struct core *cpu_enter(struct cpu *cpu, enum context ctx, uint64_t now_ns, uint64_t *mark)
{
	struct core *core = cpu->core;

	core_set_clock(core, cpu->clock[ctx]);
	core_enter(core, now_ns);
	*mark = core->total;
	return core;
}

uint64_t cpu_leave(struct cpu *cpu, enum context ctx, uint64_t mark)
{
	struct core *core = cpu->core;
	uint64_t spent;

	core_drain(core);
	spent = core->total - mark;
	cpu->clock[ctx] = core_clock(core);
	cpu->spent[ctx] += spent;
	core_current = NULL;
	return spent;
}

uint64_t cpu_owed(struct cpu *cpu)
{
	uint64_t owed = cpu->spent[CONTEXT_APP] - cpu->paid;

	cpu->paid = cpu->spent[CONTEXT_APP];
	return owed;
}
