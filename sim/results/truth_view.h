/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * truth_view.h - of the pages that a capture recorded, those that a replay simulates.
 *
 * A device's buffers are of its own pools; packets that another device sent on by XDP bring their
 * buffers along, from pools whose polls sent them. Other devices' pools are none of its business.
 * A device without a pool has the pages that drivers took themselves, where the capture saw them
 * taken from the start; which driver took a page no event tells.
 */
#ifndef SIM_TRUTH_VIEW_H
#define SIM_TRUTH_VIEW_H

#include <stdbool.h>
#include <stdint.h>

struct capture_info;
struct scenario;
struct truth;

/**
 * struct truth_view - pools that are compared
 * @truth: of the capture
 * @pools: a bit for each of truth.pools
 * @nr: how many; 0: the replayed device has none that showed an event
 * @driver: there are none, and pages that drivers took are compared
 * @all: these are all pools of the capture: its sums count, also of pools beyond truth.pools
 */
struct truth_view {
	const struct truth *truth;
	uint32_t pools;
	unsigned int nr;
	bool all, driver;
};

/** truth_view_of() - the pools of the replayed device; @capture must outlive the view */
struct truth_view truth_view_of(const struct scenario *s, const struct capture_info *capture);

/** truth_view_is() - is there anything to compare held pages with? */
static inline bool truth_view_is(const struct truth_view *view)
{
	return view->nr || view->driver;
}

/** truth_view_has() - is pool @i of truth.pools compared? */
static inline bool truth_view_has(const struct truth_view *view, unsigned int i)
{
	return view->pools & UINT32_C(1) << i;
}

/**
 * truth_view_from_ns() - from when on pages held can be compared: a run begins with full rings
 * Return: 0: from its beginning
 */
uint64_t truth_view_from_ns(const struct truth_view *view);

/** truth_view_start() - Return: pages in them when the capture began */
uint64_t truth_view_start(const struct truth_view *view);

/** truth_view_entered() - Return: pages in them at the start, and entered up to @point */
uint64_t truth_view_entered(const struct truth_view *view, unsigned int point);

/** truth_view_held() - Return: pages in them at @point of the series */
uint64_t truth_view_held(const struct truth_view *view, unsigned int point);

/** truth_view_allocated() - Return: pages in them at the start, and all that entered */
uint64_t truth_view_allocated(const struct truth_view *view);

/** truth_view_peak() - Return: most pages in them at once; of a part of the pools, at any point */
uint64_t truth_view_peak(const struct truth_view *view);

#endif
