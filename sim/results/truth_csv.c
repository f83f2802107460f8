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
#include "sim/results/truth_view.h"
#include "traces/capture.h"

static void column(FILE *f, bool has, uint64_t value, char end)
{
	if (has)
		fprintf(f, "%" PRIu64, value);
	fputc(end, f);
}

static void row(FILE *f, const struct truth_view *view, unsigned int nr)
{
	const struct truth *t = view->truth;
	const struct truth_point *p = &t->points[nr];
	const bool is = truth_view_is(view);

	column(f, true, p->time_ns, ',');
	column(f, is, is ? truth_view_held(view, nr) : 0, ',');
	column(f, is || t->has_driver_pages, is ? truth_view_entered(view, nr) : p->driver_pages,
	       ',');
	column(f, t->has_iommu, p->iommu_maps, ',');
	column(f, t->has_iommu, p->iommu_unmaps, t->nr_pools ? ',' : '\n');
	for (unsigned int i = 0; i < t->nr_pools; i++) {
		const struct truth_pool_point *of = &t->pool_points[i][nr];
		uint64_t start = t->pools[i].held_start;

		column(f, true, start + (uint32_t)(of->hold - of->release), ',');
		column(f, true, start + of->hold, i + 1 < t->nr_pools ? ',' : '\n');
	}
}

int truth_write_csv(const struct truth_view *view, const char *path)
{
	const struct truth *t = view->truth;
	struct atomic_file file;
	int err = atomic_open(&file, path);

	if (err)
		return err;
	fputs("time_ns,pages_held,pages_allocated,iommu_maps,iommu_unmaps", file.f);
	for (unsigned int i = 0; i < t->nr_pools; i++)
		fprintf(file.f, ",pool%u_held,pool%u_allocated", i, i);
	fputc('\n', file.f);
	for (unsigned int i = 0; i < t->nr_points; i++)
		row(file.f, view, i);
	return atomic_commit(&file, ferror(file.f) ? -EIO : 0);
}
