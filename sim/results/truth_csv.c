/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * truth_csv.c - a row per recorded point, a column per quantity and pool.
 */
#include "sim/results/truth_csv.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

#include "sim/results/atomic_file.h"
#include "traces/capture.h"

static void column(FILE *f, bool has, uint64_t value, char end)
{
	if (has)
		fprintf(f, "%" PRIu64, value);
	fputc(end, f);
}

static void row(FILE *f, const struct truth *t, unsigned int nr)
{
	const struct truth_point *p = &t->points[nr];

	column(f, true, p->time_ns, ',');
	column(f, t->has_pool, t->pool_held_start + p->pool_hold - p->pool_release, ',');
	column(f, t->has_pool || t->has_driver_pages,
	       t->has_pool ? t->pool_held_start + p->pool_hold : p->driver_pages, ',');
	column(f, t->has_iommu, p->iommu_maps, ',');
	column(f, t->has_iommu, p->iommu_unmaps, t->nr_pools ? ',' : '\n');
	for (unsigned int i = 0; i < t->nr_pools; i++) {
		const struct truth_pool_point *of = &t->pool_points[i][nr];
		uint64_t start = t->pools[i].held_start;

		column(f, true, start + (uint32_t)(of->hold - of->release), ',');
		column(f, true, start + of->hold, i + 1 < t->nr_pools ? ',' : '\n');
	}
}

int truth_write_csv(const struct truth *t, const char *path)
{
	struct atomic_file file;
	int err = atomic_open(&file, path);

	if (err)
		return err;
	fputs("time_ns,pages_held,pages_allocated,iommu_maps,iommu_unmaps", file.f);
	for (unsigned int i = 0; i < t->nr_pools; i++)
		fprintf(file.f, ",pool%u_held,pool%u_allocated", i, i);
	fputc('\n', file.f);
	for (unsigned int i = 0; i < t->nr_points; i++)
		row(file.f, t, i);
	return atomic_commit(&file, ferror(file.f) ? -EIO : 0);
}
