/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * truth_curve.h - the simulated curve of pages in pools against the recorded one.
 */
#ifndef SIM_TRUTH_CURVE_H
#define SIM_TRUTH_CURVE_H

#include <stdbool.h>
#include <stdint.h>

struct gauges;
struct truth_view;

/** TRUTH_REFILL - pages that enter a page_pool at once (Source: linux-page-pool) */
#define TRUTH_REFILL 64

/**
 * struct truth_fit - how a start was found that no event tells of (pool_start.h)
 * @until_ns: end of the part of the capture that was looked at; 0: nothing had to be found
 * @resized: packets more (or fewer) in the stack than its skbs tell, with those in no skb
 * @ended: packets that no event ends did end
 * @apart_before, @apart: mean difference of the curves there, in pages, without and with it
 */
struct truth_fit {
	uint64_t until_ns;
	int32_t resized;
	bool ended;
	double apart_before, apart;
};

/**
 * truth_curve_rmse() - how far the curves are apart
 * @g: finished
 * @after_ns: points up to this were fitted, and do not count
 * Return: root mean square of the difference, in pages
 */
double truth_curve_rmse(const struct gauges *g, const struct truth_view *view, uint64_t after_ns);

/**
 * truth_curve_apart() - how far the curves are apart at recorded points, each counted once
 * @point: the first point to look at; set to the one after the last that @g has reached
 * @until_ns: points after this are not looked at
 * Return: sum of the differences, in pages, each TRUTH_REFILL at most: a refill that comes a
 *	little late does not weigh more than one that never comes
 */
double truth_curve_apart(const struct gauges *g, const struct truth_view *view, unsigned int *point,
			 uint64_t until_ns);

#endif
