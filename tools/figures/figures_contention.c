/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * figures_contention.c - the page allocator used by several CPUs at once (pg-lock), simulated.
 *
 * Each core allocates and frees blocks in a loop, as page_bench does; the core that is earliest in
 * simulated time goes next. The published figures are of a kernel of 2016, the profile's constants
 * of one of 2023, so costs are compared as multiples of those of one CPU: their growth depends on
 * the lock, not on the constants. Kernels before 5.13 had per-CPU lists for order 0 only.
 */
#include <errno.h>

#include "models/machine.h"
#include "models/memory/mm_sim.h"
#include "tools/figures/figures_contention.h"

#define MEMORY_BYTES ((size_t)256 << 20)
#define WARM	     1024
#define PAIRS	     4096 /* per core */

static struct core *core_first(unsigned int cores)
{
	struct core *first = &mm_sim.cores[0];

	for (unsigned int i = 1; i < cores; i++)
		if (core_clock(&mm_sim.cores[i]) < core_clock(first))
			first = &mm_sim.cores[i];
	return first;
}

/* @n allocations or frees by all cores together. Return: false when an allocation fails. */
static bool halves_run(unsigned int cores, unsigned int order, unsigned int n)
{
	long held[CORE_MAX] = {0}; /* page number + 1 */

	for (unsigned int i = 0; i < n; i++) {
		struct core *core = core_first(cores);

		core_enter(core, 0);
		if (held[core->id]) {
			page_free_block(mm_sim.pages, (unsigned long)held[core->id] - 1, order);
			held[core->id] = 0;
		} else {
			held[core->id] = page_alloc_block(mm_sim.pages, order) + 1;
			if (!held[core->id])
				return false;
		}
	}
	for (unsigned int i = 0; i < cores; i++) {
		core_enter(&mm_sim.cores[i], 0);
		if (held[i])
			page_free_block(mm_sim.pages, (unsigned long)held[i] - 1, order);
	}
	core_current = NULL;
	return true;
}

/* mcycles of an alloc + free when @cores do the same */
static int pair_cost(const struct machine *m, unsigned int cores, unsigned int order, double *cost)
{
	const struct mm_sim_params params = {
		.machine = m, .cores = cores, .page_shift = 12, .memory_bytes = MEMORY_BYTES};
	int err = mm_sim_init(&params);
	uint64_t before;

	if (err)
		return err;
	if (!halves_run(cores, order, 2 * WARM * cores))
		err = -ENOMEM;
	before = core_clock(core_first(cores));
	if (!err && !halves_run(cores, order, 2 * PAIRS * cores))
		err = -ENOMEM;
	*cost = (double)(core_clock(core_first(cores)) - before) / PAIRS;
	mm_sim_fini();
	return err;
}

int figure_contention(const struct machine *machine, int arg, double *times)
{
	struct machine m = *machine;
	double alone = 0, together = 0;
	int err;

	m.pcp_max_order = 0;
	err = pair_cost(&m, 1, (unsigned int)arg % 16, &alone);
	if (!err)
		err = pair_cost(&m, (unsigned int)arg / 16, (unsigned int)arg % 16, &together);
	if (!err)
		*times = together / alone;
	return err;
}
