/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * compare.c - which metrics the table shows, under which names and units.
 *
 * A row shows a metric as it is, or divided by the delivered packets (cycles by cause). The best
 * cell is chosen by the text shown, so that values that print alike are equal.
 */
#include "sim/results/compare.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define BYTES_PER_MIB (1024.0 * 1024.0)

enum row_format { ROW_COUNT, ROW_REAL, ROW_MIB, ROW_PERCENT, ROW_PER_PACKET };

/* struct row_spec - one line of the table; @if_any: left out when zero for every strategy */
struct row_spec {
	enum metric metric;
	const char *name;
	enum row_format format;
	bool if_any;
};

static const struct row_spec row_specs[] = {
	{METRIC_DELIVERED, "packets delivered", ROW_COUNT, false},
	{METRIC_DROP_NO_DESC, "dropped: no descriptor", ROW_COUNT, true},
	{METRIC_DROP_NO_BUF, "dropped: no buffer", ROW_COUNT, true},
	{METRIC_DROP_RCVBUF, "dropped: socket full", ROW_COUNT, true},
	{METRIC_DROP_PFMEMALLOC, "dropped: emergency memory", ROW_COUNT, true},
	{METRIC_DROP_OVERSIZE, "dropped: too many buffers", ROW_COUNT, true},
	{METRIC_DROP_TX_FULL, "dropped: TX ring full", ROW_COUNT, true},
	{METRIC_DROP_NIC_FIFO, "dropped: DMA too slow", ROW_COUNT, true},
	{METRIC_CYC_PER_PACKET, "cycles per packet", ROW_REAL, false},
	{METRIC_CYC_ALLOC, "  alloc", ROW_PER_PACKET, true},
	{METRIC_CYC_FREE, "  free", ROW_PER_PACKET, true},
	{METRIC_CYC_REFCOUNT, "  refcount", ROW_PER_PACKET, true},
	{METRIC_CYC_MISS, "  cache misses", ROW_PER_PACKET, true},
	{METRIC_CYC_PAGE_ALLOCATOR, "  page allocator", ROW_PER_PACKET, true},
	{METRIC_CYC_IOMMU_MAP, "  IOMMU map", ROW_PER_PACKET, true},
	{METRIC_CYC_IOMMU_UNMAP, "  IOMMU unmap", ROW_PER_PACKET, true},
	{METRIC_CYC_LOCK, "  waiting for locks", ROW_PER_PACKET, true},
	{METRIC_CYC_RING, "  ring", ROW_PER_PACKET, true},
	{METRIC_CYC_SKB, "  skb and stack", ROW_PER_PACKET, true},
	{METRIC_CYC_COPY, "  copy", ROW_PER_PACKET, true},
	{METRIC_CYC_IRQ, "  interrupt and poll", ROW_PER_PACKET, true},
	{METRIC_HELD_PEAK, "pages held, peak", ROW_COUNT, false},
	{METRIC_HELD_MEAN, "pages held, mean", ROW_REAL, false},
	{METRIC_BYTES_PEAK, "memory held, peak (MiB)", ROW_MIB, false},
	{METRIC_BYTES_MEAN, "memory held, mean (MiB)", ROW_MIB, false},
	{METRIC_EFFICIENCY, "memory efficiency (%)", ROW_PERCENT, false},
	{METRIC_PG_ALLOCATED, "pages allocated", ROW_COUNT, false},
	{METRIC_PG_REUSED, "buffers reused", ROW_COUNT, false},
	{METRIC_REF_ATOMICS, "refcount atomics", ROW_COUNT, false},
	{METRIC_IOMMU_MAPS, "IOMMU maps", ROW_COUNT, true},
	{METRIC_IOMMU_UNMAPS, "IOMMU unmaps", ROW_COUNT, true},
};

#define NR_SPECS (sizeof(row_specs) / sizeof(row_specs[0]))
_Static_assert(NR_SPECS < COMPARE_MAX_ROWS, "struct compare_table has too few rows");

/* 1234567 -> 1,234,567; the digits after a '.' are left alone. */
static void thousands(const char *number, char *buf, size_t size)
{
	size_t whole = strcspn(number, "."), n = 0;

	for (size_t i = 0; number[i] && n + 2 < size; i++) {
		if (i && i < whole && (whole - i) % 3 == 0 && number[i - 1] != '-')
			buf[n++] = ',';
		buf[n++] = number[i];
	}
	buf[n] = '\0';
}

static void count_print(uint64_t value, char *buf, size_t size)
{
	char plain[32];

	snprintf(plain, sizeof(plain), "%" PRIu64, value);
	thousands(plain, buf, size);
}

static void real_print(double value, int digits, char *buf, size_t size)
{
	char plain[48];

	snprintf(plain, sizeof(plain), "%.*f", digits, value);
	thousands(plain, buf, size);
}

static double metric_value(const struct result *res, enum metric m)
{
	return metric_rows[m].type == METRIC_UINT ? (double)res->u[m] : res->r[m];
}

static bool cell_has(const struct result *res, const struct row_spec *spec)
{
	return res->has[spec->metric] &&
	       (spec->format != ROW_PER_PACKET || res->u[METRIC_DELIVERED]);
}

static void cell_format(const struct result *res, const struct row_spec *spec,
			struct compare_cell *cell)
{
	double value = metric_value(res, spec->metric);

	cell->text[0] = '\0';
	if (!cell_has(res, spec))
		return;
	switch (spec->format) {
	case ROW_COUNT:
		count_print(res->u[spec->metric], cell->text, sizeof(cell->text));
		break;
	case ROW_REAL:
		real_print(value, 1, cell->text, sizeof(cell->text));
		break;
	case ROW_MIB:
		real_print(value / BYTES_PER_MIB, 2, cell->text, sizeof(cell->text));
		break;
	case ROW_PERCENT:
		real_print(value * 100, 1, cell->text, sizeof(cell->text));
		break;
	case ROW_PER_PACKET:
		real_print(value / res->u[METRIC_DELIVERED], 1, cell->text, sizeof(cell->text));
		break;
	}
}

/* Leave out rows without a value, and those that are zero where zero says nothing. */
static bool row_wanted(const struct row_spec *spec, const struct compare_row *row, unsigned int nr)
{
	for (unsigned int i = 0; i < nr; i++)
		if (spec->if_any ? strpbrk(row->cell[i].text, "123456789") != NULL
				 : row->cell[i].text[0])
			return true;
	return false;
}

static int row_best(const struct row_spec *spec, const struct result *results, unsigned int nr)
{
	enum metric_better better = metric_rows[spec->metric].better;
	int best = -1;

	for (unsigned int i = 0; better != BETTER_NONE && i < nr; i++) {
		double value = metric_value(&results[i], spec->metric), so_far;

		if (!cell_has(&results[i], spec))
			continue;
		so_far = best < 0 ? value : metric_value(&results[best], spec->metric);
		if (best < 0 || (better == BETTER_LOWER ? value < so_far : value > so_far))
			best = (int)i;
	}
	return best;
}

static void row_mark(struct compare_row *row, int best, unsigned int nr)
{
	const char *text = best < 0 ? "" : row->cell[best].text;
	unsigned int equal = 0;

	for (unsigned int i = 0; i < nr; i++) {
		row->cell[i].best = text[0] && !strcmp(row->cell[i].text, text);
		equal += row->cell[i].best;
	}
	for (unsigned int i = 0; equal == nr && i < nr; i++)
		row->cell[i].best = false;
}

static void row_build(struct compare_table *table, const struct row_spec *spec,
		      const struct result *results)
{
	struct compare_row *row = &table->row[table->nr_rows];

	snprintf(row->name, sizeof(row->name), "%s", spec->name);
	for (unsigned int i = 0; i < table->nr_cols; i++)
		cell_format(&results[i], spec, &row->cell[i]);
	if (!row_wanted(spec, row, table->nr_cols))
		return;
	row_mark(row, row_best(spec, results, table->nr_cols), table->nr_cols);
	table->nr_rows++;
}

/* One quantity, simulated and as recorded from the kernel. */
static void truth_line(struct compare_table *table, const struct result *res, const char *what,
		       uint64_t simulated, uint64_t recorded)
{
	char sim[32], rec[32], off[32] = "";

	count_print(simulated, sim, sizeof(sim));
	count_print(recorded, rec, sizeof(rec));
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

static void truth_build(struct compare_table *table, const struct result *res)
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

void compare_build(struct compare_table *table, const struct result *results, unsigned int nr)
{
	memset(table, 0, sizeof(*table));
	table->nr_cols = nr < COMPARE_MAX_COLS ? nr : COMPARE_MAX_COLS;
	for (unsigned int i = 0; i < table->nr_cols; i++)
		snprintf(table->label[i], sizeof(table->label[i]), "%s", results[i].strategy);
	for (size_t i = 0; i < NR_SPECS; i++)
		row_build(table, &row_specs[i], results);
	for (unsigned int i = 0; i < table->nr_cols; i++)
		truth_build(table, &results[i]);
}
