/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calibrate_stats.c - medians, quartiles, and plausibility.
 *
 * Disturbances (interrupts, a neighbour on the host) only lengthen a sample. Where a sample
 * averages many equal operations, the fastest is that of an idle machine; what differs between
 * pairs of CPUs takes the median.
 */
#include "tools/calibrate/calibrate_stats.h"

#include <stdio.h>
#include <stdlib.h>

#define SLACK 1.05 /* equal levels differ by noise */

static int sample_compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double quantile(const double *sorted, unsigned int nr, double q)
{
	double at = q * (nr - 1);
	unsigned int low = (unsigned int)at;

	if (low + 1 >= nr)
		return sorted[nr - 1];
	return sorted[low] + (at - low) * (sorted[low + 1] - sorted[low]);
}

void calib_value_set(struct calib_value *value, double *sample, unsigned int nr, bool idle)
{
	unsigned int good = 0;

	for (unsigned int i = 0; i < nr; i++)
		if (sample[i] > 0)
			sample[good++] = sample[i];
	value->n = good;
	if (!good) {
		calib_value_fail(value, "the counter stood still");
		return;
	}
	qsort(sample, good, sizeof(*sample), sample_compare);
	value->median = quantile(sample, good, 0.5);
	value->q1 = quantile(sample, good, 0.25);
	value->q3 = quantile(sample, good, 0.75);
	value->value = idle ? sample[0] : value->median;
	value->note[0] = '\0';
}

void calib_value_fail(struct calib_value *value, const char *why)
{
	value->n = 0;
	snprintf(value->note, sizeof(value->note), "%s", why);
}

static void drop(struct calib_value *value, const char *why)
{
	char note[sizeof(value->note)];

	snprintf(note, sizeof(note), "not plausible: %.4g, %s", value->value, why);
	calib_value_fail(value, note);
}

static bool below(const struct calib_value *value, const struct calib_value *floor)
{
	return value->n && floor->n && value->value * SLACK < floor->value;
}

void calib_judge(struct calib_value value[CALIB_NR])
{
	static const struct {
		enum calib_id id, floor;
		const char *why;
	} orders[] = {
		{CALIB_L2, CALIB_L1, "below L1"},
		{CALIB_LLC, CALIB_L2, "below L2"},
		{CALIB_MEMORY, CALIB_LLC, "below the last level"},
		{CALIB_TRANSFER, CALIB_L2, "below L2"},
		{CALIB_TRANSFER_SOCKET, CALIB_TRANSFER, "below a transfer within the socket"},
		{CALIB_ATOMIC_FOREIGN, CALIB_ATOMIC, "below one on an own line"},
		{CALIB_LOCK, CALIB_ATOMIC, "below one atomic"},
	};
	struct calib_value *ratio = &value[CALIB_CLOCK_RATIO];

	if (ratio->n && (ratio->value < 0.1 || ratio->value > 100)) {
		drop(ratio, "core clock / counter clock");
		calib_value_fail(&value[CALIB_CORE_CLOCK], ratio->note);
	}
	for (unsigned int i = 0; i < sizeof(orders) / sizeof(orders[0]); i++)
		if (below(&value[orders[i].id], &value[orders[i].floor]))
			drop(&value[orders[i].id], orders[i].why);
}
