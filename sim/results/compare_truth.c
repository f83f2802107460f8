/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * compare_truth.c - the kernel's own strategy in full, a line for each other one.
 */
#include "sim/results/compare_truth.h"

#include <inttypes.h>
#include <stdio.h>

#include "sim/results/truth_kernel.h"
#include "sim/scenario/scenario.h"

#define BYTES_PER_MIB (1024.0 * 1024.0)

/* One quantity, simulated and as recorded from the kernel. */
static void truth_line(struct compare_table *table, const struct result *res, const char *what,
		       uint64_t simulated, uint64_t recorded)
{
	char sim[32], rec[32], off[32] = "";

	compare_count(simulated, sim, sizeof(sim));
	compare_count(recorded, rec, sizeof(rec));
	if (recorded)
		snprintf(off, sizeof(off), " (%+.1f %%)",
			 ((double)simulated - (double)recorded) / recorded * 100);
	snprintf(table->line[table->nr_lines++], sizeof(table->line[0]),
		 "%s: %s %s simulated / %s recorded%s", res->strategy, what, sim, rec, off);
}

static void metric_line(struct compare_table *table, const struct result *res, const char *what,
			enum metric simulated, enum metric recorded)
{
	if (res->has[simulated] && res->has[recorded])
		truth_line(table, res, what, res->u[simulated], res->u[recorded]);
}

/* A single pool would only repeat the totals. */
static void pool_lines(struct compare_table *table, const struct result *res)
{
	char what[64];

	for (unsigned int i = 0; res->nr_pools > 1 && i < res->nr_pools; i++) {
		const struct result_pool *pool = &res->pool[i];

		snprintf(what, sizeof(what), "pool of queue %" PRIu64 ": pages allocated",
			 pool->queue);
		truth_line(table, res, what, pool->allocated, pool->allocated_recorded);
		snprintf(what, sizeof(what), "pool of queue %" PRIu64 ": pages held, peak",
			 pool->queue);
		truth_line(table, res, what, pool->held_peak, pool->held_peak_recorded);
	}
}

static void kernels_lines(struct compare_table *table, const struct result *res)
{
	bool pools = res->has[METRIC_TRUTH_SIM_ALLOCATED];

	metric_line(table, res, "pages allocated",
		    pools ? METRIC_TRUTH_SIM_ALLOCATED : METRIC_PG_ALLOCATED,
		    METRIC_TRUTH_ALLOCATED);
	metric_line(table, res, "pages held, peak", METRIC_TRUTH_SIM_HELD_PEAK,
		    METRIC_TRUTH_HELD_PEAK);
	pool_lines(table, res);
	if (res->has[METRIC_TRUTH_RMSE])
		snprintf(table->line[table->nr_lines++], sizeof(table->line[0]),
			 "%s: pages held differ by %.1f over time (root mean square)",
			 res->strategy, res->r[METRIC_TRUTH_RMSE]);
	metric_line(table, res, "IOMMU maps", METRIC_IOMMU_MAPS, METRIC_TRUTH_MAPS);
	metric_line(table, res, "IOMMU unmaps", METRIC_IOMMU_UNMAPS, METRIC_TRUTH_UNMAPS);
	if (res->has[METRIC_TRUTH_MAPS] && res->u[METRIC_TRUTH_TX])
		snprintf(table->line[table->nr_lines++], sizeof(table->line[0]),
			 "%s: the recorded maps include those of %" PRIu64
			 " packets the device sent, which a receive replay does not simulate",
			 res->strategy, res->u[METRIC_TRUTH_TX]);
}

/* Pages of the simulated and of the recorded kernel may differ in size: both as bytes. */
static size_t mib_print(char *line, size_t size, const struct result *res, double page_bytes,
			const char *what, enum metric simulated, enum metric recorded)
{
	double sim, rec;

	if (!res->has[simulated] || !res->has[recorded])
		return 0;
	sim = (double)res->u[simulated] * (double)res->u[METRIC_PAGE_SIZE_BYTES];
	rec = (double)res->u[recorded] * page_bytes;
	return (size_t)snprintf(line, size, " %s %.2f MiB instead of %.2f;", what,
				sim / BYTES_PER_MIB, rec / BYTES_PER_MIB);
}

static void other_line(struct compare_table *table, const struct scenario *s,
		       const struct result *res)
{
	char *line = table->line[table->nr_lines];
	const size_t size = sizeof(table->line[0]);
	const bool pools = res->has[METRIC_TRUTH_SIM_ALLOCATED];
	const double page_bytes = (double)s->kernel_page_bytes;
	size_t head = (size_t)snprintf(line, size, "%s would have", res->strategy), n = head;

	if (!res->has[METRIC_PAGE_SIZE_BYTES])
		return;
	n += mib_print(line + n, size - n, res, page_bytes, "allocated",
		       pools ? METRIC_TRUTH_SIM_ALLOCATED : METRIC_PG_ALLOCATED,
		       METRIC_TRUTH_ALLOCATED);
	n += mib_print(line + n, size - n, res, page_bytes, "held at most",
		       METRIC_TRUTH_SIM_HELD_PEAK, METRIC_TRUTH_HELD_PEAK);
	if (n == head)
		return;
	line[n - 1] = '\0'; /* the last ; */
	table->nr_lines++;
}

void compare_truth(struct compare_table *table, const struct scenario *s,
		   const struct result *results, unsigned int nr)
{
	for (unsigned int i = 0; i < nr && i < COMPARE_MAX_COLS; i++)
		if (truth_is_kernels(s, results[i].strategy))
			kernels_lines(table, &results[i]);
	for (unsigned int i = 0; i < nr && i < COMPARE_MAX_COLS; i++)
		if (!truth_is_kernels(s, results[i].strategy))
			other_line(table, s, &results[i]);
}
