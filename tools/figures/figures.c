/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * figures.c - the published figures, and what simulates each.
 *
 * The page_pool rows execute the loops of the kernel's own benchmark module (alloc/pool_bench.h) on
 * one simulated core, L1-hot as there, with the real alloc/page_pool.c. Differences: this page_pool
 * keeps statistics (optional in the kernel), the compiler is that of this build, and there are no
 * retpolines or return thunks, which the published kernels had.
 */
#include "tools/figures/figures.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "alloc/pool_bench.h"
#include "models/memory/mm_sim.h"
#include "tools/figures/figures_contention.h"

#define MEMORY_BYTES ((size_t)256 << 20)
#define WARM_LOOPS   4096 /* a multiple of the refill, like the measured loops */
#define LOOPS	     16384

static const struct pool_bench *bench_of(const struct machine *m)
{
	switch (m->page_bytes) {
	case 1 << 14:
		return &pool_bench_sim_14;
	case 1 << 16:
		return &pool_bench_sim_16;
	default:
		return &pool_bench_sim_12;
	}
}

/* Core cycles of an iteration with warm caches. */
static int loops_run(const struct pool_bench *bench, void *state, int kind, double *cycles)
{
	struct core *core = &mm_sim.cores[0];
	uint64_t before;

	core_enter(core, 0);
	if (bench->run(state, (enum pool_bench_kind)kind, WARM_LOOPS) < WARM_LOOPS)
		return -ENOMEM;
	before = core_clock(core);
	if (bench->run(state, (enum pool_bench_kind)kind, LOOPS) < LOOPS)
		return -ENOMEM;
	core_drain(core);
	*cycles = (double)(core_clock(core) - before) / MCYCLES_PER_CY / LOOPS;
	core_current = NULL;
	return 0;
}

static double ns_of(const struct machine *m, double cycles)
{
	return cycles * 1e6 / (double)m->khz;
}

/* @kind: enum pool_bench_kind. *ns: of one iteration */
static int simulate_pool(const struct machine *m, int kind, double *ns)
{
	const struct pool_bench *bench = bench_of(m);
	const struct mm_sim_params params = {.machine = m,
					     .cores = 1,
					     .page_shift = bench->page_shift,
					     .memory_bytes = MEMORY_BYTES};
	double cycles = 0;
	void *state;
	int err = mm_sim_init(&params);

	if (err)
		return err;
	err = bench->create(&state);
	if (!err) {
		err = loops_run(bench, state, kind, &cycles);
		core_current = NULL;
		bench->destroy(state);
	}
	mm_sim_fini();
	if (!err)
		*ns = ns_of(m, cycles);
	return err;
}

#define POOL(m, src, what, ns, ns_high, kind, fit)                                                 \
	{                                                                                          \
		.machine = (m), .source = (src), .name = (what), .unit = "ns", .low = (ns),        \
		.high = (ns_high), .fitted = (fit), .simulate = simulate_pool, .arg = (kind)       \
	}

/* 2131/524, 4520/524 and 9364/524 TSC cycles; order 0: 283/274, 288/274 and 620/274 */
#define LOCKED(what, times, cpus, order)                                                           \
	{                                                                                          \
		.machine = "x86-bdw", .source = "pg-lock", .name = (what), .unit = "x 1 CPU",      \
		.low = (times), .high = (times), .simulate = figure_contention,                    \
		.arg = CONTENTION(cpus, order)                                                     \
	}

/* The module of pp-skx (2022) still released the page from the pool; the others are of 2025. */
const struct figure_row figure_rows[] = {
	POOL("x86-bdw", "pp-bdw", "atomic_inc", 4.77, 4.77, POOL_BENCH_ATOMIC, "exec.atomic"),
	POOL("x86-bdw", "pp-bdw", "spin_lock + unlock", 10.4, 10.4, POOL_BENCH_LOCK, "exec.lock"),
	POOL("x86-bdw", "pp-bdw", "page_pool fast", 5.40, 5.40, POOL_BENCH_FAST, NULL),
	POOL("x86-bdw", "pp-bdw", "page_pool ptr_ring", 15.09, 15.09, POOL_BENCH_PTR_RING, NULL),
	POOL("x86-bdw", "pp-bdw", "page_pool slow", 66.1, 66.1, POOL_BENCH_SLOW_GET, NULL),
	LOCKED("order 3, 2 CPUs", 4.07, 2, 3),
	LOCKED("order 3, 4 CPUs", 8.63, 4, 3),
	LOCKED("order 3, 8 CPUs", 17.87, 8, 3),
	LOCKED("order 0, 2 CPUs", 1.03, 2, 0),
	LOCKED("order 0, 4 CPUs", 1.05, 4, 0),
	LOCKED("order 0, 8 CPUs", 2.26, 8, 0),
	POOL("x86-100g", "pp-skx", "atomic_inc", 6.03, 6.03, POOL_BENCH_ATOMIC, "core.clock"),
	POOL("x86-100g", "pp-skx", "spin_lock + unlock", 13.9, 13.9, POOL_BENCH_LOCK, "exec.lock"),
	POOL("x86-100g", "pp-skx", "page_pool fast", 5.83, 5.83, POOL_BENCH_FAST, NULL),
	POOL("x86-100g", "pp-skx", "page_pool ptr_ring", 17.37, 17.37, POOL_BENCH_PTR_RING, NULL),
	POOL("x86-100g", "pp-skx", "page_pool slow", 47.2, 47.2, POOL_BENCH_SLOW_RELEASE, NULL),
	POOL("zen4", "pp-zen4", "atomic_inc", 1.85, 1.85, POOL_BENCH_ATOMIC, "exec.atomic"),
	POOL("zen4", "pp-zen4", "spin_lock + unlock", 5.97, 5.97, POOL_BENCH_LOCK, "exec.lock"),
	POOL("zen4", "pp-zen4", "page_pool fast", 3.80, 3.80, POOL_BENCH_FAST, NULL),
	POOL("zen4", "pp-zen4", "page_pool ptr_ring", 10.5, 10.5, POOL_BENCH_PTR_RING, NULL),
	POOL("zen4", "pp-zen4", "page_pool slow", 30.6, 30.6, POOL_BENCH_SLOW_GET, NULL),
	POOL("arm64-64k", "pp-arm", "atomic_inc", 5.77, 5.77, POOL_BENCH_ATOMIC, "exec.atomic"),
	POOL("arm64-64k", "pp-arm", "spin_lock + unlock", 14.6, 14.6, POOL_BENCH_LOCK, "exec.lock"),
	POOL("arm64-64k", "pp-arm", "page_pool fast", 27, 31, POOL_BENCH_FAST, NULL),
	POOL("arm64-64k", "pp-arm", "page_pool ptr_ring", 51, 61, POOL_BENCH_PTR_RING, NULL),
	POOL("arm64-64k", "pp-arm", "page_pool slow", 164, 172, POOL_BENCH_SLOW_GET, NULL),
	{0},
};

_Static_assert(sizeof(figure_rows) / sizeof(figure_rows[0]) - 1 <= FIGURES_MAX,
	       "room for every row");

static double published(const struct figure *f)
{
	return (f->row->low + f->row->high) / 2;
}

double figure_ratio(const struct figure *f)
{
	return f->simulated / published(f);
}

bool figure_is_close(const struct figure *f)
{
	double ratio = figure_ratio(f);

	return ratio >= 1 - FIGURE_TOLERANCE && ratio <= 1 + FIGURE_TOLERANCE;
}

static bool pair_is_wrong(const struct figure *a, const struct figure *b)
{
	return !a->row->fitted && !b->row->fitted && !strcmp(a->row->unit, b->row->unit) &&
	       published(a) < published(b) && a->simulated >= b->simulated;
}

bool figures_order_is_right(const struct figures *figures, unsigned int first, unsigned int end)
{
	for (unsigned int a = first; a < end; a++)
		for (unsigned int b = first; b < end; b++)
			if (pair_is_wrong(&figures->figure[a], &figures->figure[b]))
				return false;
	return true;
}

static bool list_has(const char *list, const char *name, size_t len)
{
	for (; list; list = strchr(list, ',') ? strchr(list, ',') + 1 : NULL)
		if (strcspn(list, ",") == len && !strncmp(list, name, len))
			return true;
	return false;
}

static bool machine_has_figures(const char *name, size_t len)
{
	for (const struct figure_row *row = figure_rows; row->machine; row++)
		if (strlen(row->machine) == len && !strncmp(row->machine, name, len))
			return true;
	return false;
}

static int machines_check(const char *machines, char *err, size_t err_size)
{
	const char *last = "";
	size_t used;

	for (const char *name = machines; name;
	     name = strchr(name, ',') ? strchr(name, ',') + 1 : NULL) {
		size_t len = strcspn(name, ",");

		if (machine_has_figures(name, len))
			continue;
		used = (size_t)snprintf(err, err_size,
					"no published figures for machine '%.*s'; expected some "
					"of:",
					(int)(len < 64 ? len : 64), name);
		for (const struct figure_row *row = figure_rows; row->machine; row++) {
			if (strcmp(row->machine, last) && used < err_size)
				used += (size_t)snprintf(err + used, err_size - used, "%s %s",
							 *last ? "," : "", row->machine);
			last = row->machine;
		}
		return -EINVAL;
	}
	return 0;
}

static int row_simulate(const struct figure_row *row, const char *dir, struct figure *f, char *err,
			size_t err_size)
{
	struct machine_profile profile;
	int ret = machine_load(&profile, row->machine, dir, err, err_size);

	if (ret)
		return ret;
	f->row = row;
	f->khz = profile.m.khz;
	f->tsc_khz = profile.m.tsc_khz;
	ret = row->simulate(&profile.m, row->arg, &f->simulated);
	if (ret)
		snprintf(err, err_size, "%s, %s: cannot be simulated: %s", row->machine, row->name,
			 strerror(-ret));
	return ret;
}

int figures_simulate(const char *machines, const char *dir, struct figures *out, char *err,
		     size_t err_size)
{
	int ret = machines_check(machines, err, err_size);

	out->nr = 0;
	for (const struct figure_row *row = figure_rows; !ret && row->machine; row++)
		if (!machines || list_has(machines, row->machine, strlen(row->machine)))
			ret = row_simulate(row, dir, &out->figure[out->nr++], err, err_size);
	return ret;
}
