/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * compare.c - which metrics the table shows, under which names and units.
 *
 * A row shows a metric as it is, or divided by the received packets (cycles by cause). The best
 * cell is chosen by the text shown, so that values that print alike are equal. A strategy that
 * dropped more packets than the one that dropped fewest did less work for them, and is not the best
 * of any row but those of packets. The strategy that measures the harness is never the best.
 */
#include "sim/results/compare.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define BYTES_PER_MIB (1024.0 * 1024.0)
#define HARNESS	      "null" /* the strategy that measures the harness */

enum row_format { ROW_COUNT, ROW_REAL, ROW_HUNDREDTHS, ROW_MIB, ROW_PERCENT, ROW_PER_PACKET };

/* struct row_spec - one line of the table */
struct row_spec {
	enum metric metric;
	const char *name;
	enum row_format format;
};

static const struct row_spec row_specs[] = {
	{METRIC_DELIVERED, "packets delivered", ROW_COUNT},
	{METRIC_DROP_NO_DESC, "dropped: no descriptor", ROW_COUNT},
	{METRIC_DROP_NO_BUF, "dropped: no buffer", ROW_COUNT},
	{METRIC_DROP_RCVBUF, "dropped: socket full", ROW_COUNT},
	{METRIC_DROP_PFMEMALLOC, "dropped: emergency memory", ROW_COUNT},
	{METRIC_DROP_OVERSIZE, "dropped: too many buffers", ROW_COUNT},
	{METRIC_DROP_TX_FULL, "dropped: TX ring full", ROW_COUNT},
	{METRIC_DROP_NIC_FIFO, "dropped: DMA too slow", ROW_COUNT},
	{METRIC_GBIT_S, "throughput (Gbit/s)", ROW_HUNDREDTHS},
	{METRIC_CPU_UTIL, "CPU share (%)", ROW_PERCENT},
	{METRIC_CYC_PER_PACKET, "cycles per packet", ROW_REAL},
	{METRIC_CYC_ALLOC, "  alloc", ROW_PER_PACKET},
	{METRIC_CYC_FREE, "  free", ROW_PER_PACKET},
	{METRIC_CYC_REFCOUNT, "  refcount", ROW_PER_PACKET},
	{METRIC_CYC_MISS, "  cache misses", ROW_PER_PACKET},
	{METRIC_CYC_PAGE_ALLOCATOR, "  page allocator", ROW_PER_PACKET},
	{METRIC_CYC_IOMMU_MAP, "  IOMMU map", ROW_PER_PACKET},
	{METRIC_CYC_IOMMU_UNMAP, "  IOMMU unmap", ROW_PER_PACKET},
	{METRIC_CYC_LOCK, "  waiting for locks", ROW_PER_PACKET},
	{METRIC_CYC_RING, "  ring", ROW_PER_PACKET},
	{METRIC_CYC_SKB, "  skb and stack", ROW_PER_PACKET},
	{METRIC_CYC_COPY, "  copy", ROW_PER_PACKET},
	{METRIC_CYC_IRQ, "  interrupt and poll", ROW_PER_PACKET},
	{METRIC_HELD_PEAK, "pages held, peak", ROW_COUNT},
	{METRIC_HELD_MEAN, "pages held, mean", ROW_REAL},
	{METRIC_BYTES_PEAK, "memory held, peak (MiB)", ROW_MIB},
	{METRIC_BYTES_MEAN, "memory held, mean (MiB)", ROW_MIB},
	{METRIC_EFFICIENCY, "memory efficiency (%)", ROW_PERCENT},
	{METRIC_PG_ALLOCATED, "pages allocated", ROW_COUNT},
	{METRIC_PG_REUSED, "buffers reused", ROW_COUNT},
	{METRIC_PG_FAST, "pool alloc_fast", ROW_COUNT},
	{METRIC_PG_SLOW, "pool alloc_slow", ROW_COUNT},
	{METRIC_PG_SLOW_HIGH, "pool alloc_slow_high_order", ROW_COUNT},
	{METRIC_PG_EMPTY, "pool alloc_empty", ROW_COUNT},
	{METRIC_PG_REFILL, "pool alloc_refill", ROW_COUNT},
	{METRIC_PG_WAIVE, "pool alloc_waive", ROW_COUNT},
	{METRIC_PG_CACHED, "pool recycle_cached", ROW_COUNT},
	{METRIC_PG_CACHE_FULL, "pool recycle_cache_full", ROW_COUNT},
	{METRIC_PG_RING, "pool recycle_ring", ROW_COUNT},
	{METRIC_PG_RING_FULL, "pool recycle_ring_full", ROW_COUNT},
	{METRIC_PG_RELEASED, "pool recycle_released_refcnt", ROW_COUNT},
	{METRIC_REF_ATOMICS, "refcount atomics", ROW_COUNT},
	{METRIC_IOMMU_MAPS, "IOMMU maps", ROW_COUNT},
	{METRIC_IOMMU_UNMAPS, "IOMMU unmaps", ROW_COUNT},
};

#define NR_SPECS (sizeof(row_specs) / sizeof(row_specs[0]))
_Static_assert(NR_SPECS < COMPARE_MAX_ROWS, "struct compare_table has too few rows");

const char *compare_row_name(enum metric m)
{
	for (size_t i = 0; i < NR_SPECS; i++)
		if (row_specs[i].metric == m)
			return row_specs[i].name;
	return NULL;
}

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

void compare_count(uint64_t value, char *buf, size_t size)
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

static bool cell_has(const struct result *res, const struct row_spec *spec)
{
	return res->has[spec->metric] &&
	       (spec->format != ROW_PER_PACKET || res->u[METRIC_RECEIVED]);
}

/* In the row's own unit, before it is rounded. */
static double row_value(const struct result *res, const struct row_spec *spec)
{
	double value = result_value(res, spec->metric);

	return spec->format == ROW_PER_PACKET ? value / res->u[METRIC_RECEIVED] : value;
}

static void cell_percent(const struct result *res, const struct result *base,
			 const struct row_spec *spec, struct compare_cell *cell)
{
	double from;

	cell->percent[0] = '\0';
	if (!base || res == base || !cell_has(res, spec) || !cell_has(base, spec))
		return;
	from = row_value(base, spec);
	if (from == 0)
		return;
	snprintf(cell->percent, sizeof(cell->percent), "%+.1f %%",
		 (row_value(res, spec) - from) / from * 100);
	if (!strcmp(cell->percent, "-0.0 %"))
		cell->percent[0] = '+';
}

static void cell_format(const struct result *res, const struct row_spec *spec,
			struct compare_cell *cell)
{
	double value = result_value(res, spec->metric);

	cell->text[0] = '\0';
	if (!cell_has(res, spec))
		return;
	switch (spec->format) {
	case ROW_COUNT:
		compare_count(res->u[spec->metric], cell->text, sizeof(cell->text));
		break;
	case ROW_REAL:
		real_print(value, 1, cell->text, sizeof(cell->text));
		break;
	case ROW_HUNDREDTHS:
		real_print(value, 2, cell->text, sizeof(cell->text));
		break;
	case ROW_MIB:
		real_print(value / BYTES_PER_MIB, 2, cell->text, sizeof(cell->text));
		break;
	case ROW_PERCENT:
		real_print(value * 100, 1, cell->text, sizeof(cell->text));
		break;
	case ROW_PER_PACKET:
		real_print(row_value(res, spec), 1, cell->text, sizeof(cell->text));
		break;
	}
}

/* Rows without a value are left out, and those of zeros, but for what the table is about. */
static bool row_wanted(const struct row_spec *spec, const struct compare_row *row, unsigned int nr)
{
	const bool always =
		spec->metric == METRIC_DELIVERED || spec->metric == METRIC_CYC_PER_PACKET;

	for (unsigned int i = 0; i < nr; i++)
		if (always ? row->cell[i].text[0] : strpbrk(row->cell[i].text, "123456789") != NULL)
			return true;
	return false;
}

/* null does none of the work that is compared. */
static bool is_harness(const struct result *res)
{
	const size_t len = strlen(HARNESS);

	return !strncmp(res->strategy, HARNESS, len) && strchr(":", res->strategy[len]);
}

/* Return: the result with the fewest drops, of those that are compared */
static unsigned int fewest_drops(const struct result *results, unsigned int nr)
{
	unsigned int least = 0;

	for (unsigned int i = 1; i < nr; i++)
		if (is_harness(&results[least]) ||
		    (!is_harness(&results[i]) &&
		     result_drops(&results[i]) < result_drops(&results[least])))
			least = i;
	return least;
}

static int row_best(const struct row_spec *spec, const struct result *results, unsigned int nr,
		    const bool *fair)
{
	enum metric_better better = metric_rows[spec->metric].better;
	int best = -1;

	for (unsigned int i = 0; better != BETTER_NONE && i < nr; i++) {
		double value = result_value(&results[i], spec->metric), so_far;

		if (!fair[i] || !cell_has(&results[i], spec))
			continue;
		so_far = best < 0 ? value : result_value(&results[best], spec->metric);
		if (best < 0 || (better == BETTER_LOWER ? value < so_far : value > so_far))
			best = (int)i;
	}
	return best;
}

static void row_mark(struct compare_row *row, int best, unsigned int nr, const bool *fair)
{
	const char *text = best < 0 ? "" : row->cell[best].text;
	unsigned int equal = 0, compared = 0;

	for (unsigned int i = 0; i < nr; i++) {
		row->cell[i].best = fair[i] && text[0] && !strcmp(row->cell[i].text, text);
		equal += row->cell[i].best;
		compared += fair[i];
	}
	for (unsigned int i = 0; equal == compared && i < nr; i++)
		row->cell[i].best = false;
}

/* Rows of packets compare all but null; @table->fair tells who may be best of the others. */
static void row_build(struct compare_table *table, const struct row_spec *spec,
		      const struct result *results, const struct result *base)
{
	struct compare_row *row = &table->row[table->nr_rows];
	bool compared[COMPARE_MAX_COLS];
	const bool *fair = spec->metric < METRIC_CYC_TOTAL ? compared : table->fair;

	snprintf(row->name, sizeof(row->name), "%s", spec->name);
	for (unsigned int i = 0; i < table->nr_cols; i++) {
		cell_format(&results[i], spec, &row->cell[i]);
		cell_percent(&results[i], base, spec, &row->cell[i]);
		compared[i] = !is_harness(&results[i]);
	}
	if (!row_wanted(spec, row, table->nr_cols))
		return;
	row_mark(row, row_best(spec, results, table->nr_cols, fair), table->nr_cols, fair);
	table->nr_rows++;
}

static void fairness(struct compare_table *table, const struct result *results)
{
	unsigned int least = fewest_drops(results, table->nr_cols);

	for (unsigned int i = 0; i < table->nr_cols; i++) {
		char more[32], fewer[32];

		if (is_harness(&results[i])) {
			if (table->nr_cols > 1)
				snprintf(table->remark[table->nr_remarks++],
					 sizeof(table->remark[0]),
					 "no * for %s: it does none of the work, and is there to "
					 "measure the harness",
					 results[i].strategy);
			continue;
		}
		table->fair[i] = result_drops(&results[i]) <= result_drops(&results[least]);
		if (table->fair[i])
			continue;
		compare_count(result_drops(&results[i]), more, sizeof(more));
		compare_count(result_drops(&results[least]), fewer, sizeof(fewer));
		snprintf(table->remark[table->nr_remarks++], sizeof(table->remark[0]),
			 "no * for %s: it dropped %s packets (%s: %s), and a packet that is not "
			 "there costs nothing",
			 results[i].strategy, more, results[least].strategy, fewer);
	}
}

void compare_build(struct compare_table *table, const struct result *results, unsigned int nr,
		   const struct result *base)
{
	memset(table, 0, sizeof(*table));
	table->nr_cols = nr < COMPARE_MAX_COLS ? nr : COMPARE_MAX_COLS;
	for (unsigned int i = 0; i < table->nr_cols; i++)
		snprintf(table->label[i], sizeof(table->label[i]), "%s", results[i].strategy);
	if (base)
		snprintf(table->baseline, sizeof(table->baseline), "%s", base->strategy);
	fairness(table, results);
	for (size_t i = 0; i < NR_SPECS; i++)
		row_build(table, &row_specs[i], results, base);
}
