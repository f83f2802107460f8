/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * truth_curve.c - compares at the times of the recorded points.
 */
#include "sim/results/truth_curve.h"

#include <math.h>

#include "sim/results/gauges.h"
#include "sim/results/truth_view.h"
#include "traces/capture.h"

/* Pages in the simulated pools at @time_ns: the last sample not after it */
static uint64_t held_at(const struct gauges *g, uint64_t time_ns, unsigned int *from)
{
	while (*from + 1 < g->nr_points && g->points[*from + 1].time_ns <= time_ns)
		++*from;
	return g->points[*from].pages_compared;
}

static double difference(const struct gauges *g, const struct truth_view *view, unsigned int point,
			 unsigned int *from)
{
	return (double)held_at(g, view->truth->points[point].time_ns, from) -
	       (double)truth_view_held(view, point);
}

double truth_curve_rmse(const struct gauges *g, const struct truth_view *view, uint64_t after_ns)
{
	unsigned int from = 0, nr = 0;
	double sum = 0;

	for (unsigned int i = 0; i < view->truth->nr_points; i++) {
		double d;

		if (after_ns && view->truth->points[i].time_ns <= after_ns)
			continue;
		d = difference(g, view, i, &from);
		sum += d * d;
		nr++;
	}
	return nr ? sqrt(sum / nr) : 0;
}

double truth_curve_apart(const struct gauges *g, const struct truth_view *view, unsigned int *point,
			 uint64_t until_ns)
{
	const struct truth *t = view->truth;
	unsigned int from = 0;
	double sum = 0;

	while (g->nr_points && *point < t->nr_points && t->points[*point].time_ns <= until_ns &&
	       t->points[*point].time_ns <= g->points[g->nr_points - 1].time_ns) {
		double d = fabs(difference(g, view, *point, &from));

		sum += d < TRUTH_REFILL ? d : TRUTH_REFILL;
		++*point;
	}
	return sum;
}
