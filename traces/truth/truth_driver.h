/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * truth_driver.h - pages that drivers without a page_pool hold: taken from the page allocator with
 * __GFP_MEMALLOC, as dev_alloc_pages() does, and not freed yet.
 *
 * Events name the page frame. Of a page that was taken before the capture began no event tells that
 * it is a driver's, so what is held is known only where the rings were filled in the capture.
 */
#ifndef TRACES_TRUTH_DRIVER_H
#define TRACES_TRUTH_DRIVER_H

#include <stdbool.h>
#include <stdint.h>
#include "traces/capture.h"

struct event;

/** TRUTH_DRIVER_PAGES - blocks of pages followed at once (2 GB of order 0) */
#define TRUTH_DRIVER_PAGES (1u << 19)

/**
 * struct truth_driver - blocks that are held
 * @frame: hash table of page frame numbers + 1, 0 is empty; @room is a power of 2, @nr are in it
 * @too_many: there was no room for one: what is held is not known
 * @frees_seen: frees of pages are recorded
 * @held, @peak: base pages
 * @before: blocks of @order taken before the first packet, the last of them at @filled_ns
 * @mixed: they are of several orders
 */
struct truth_driver {
	uint64_t *frame;
	uint32_t room, nr;
	bool too_many, frees_seen, mixed;
	uint32_t order;
	uint64_t held, peak, before, filled_ns;
};

/**
 * truth_driver_event() - a page was allocated or freed
 * @time_ns: since the first event
 * @received: a packet was received before
 * @last: totals that it changes
 */
void truth_driver_event(struct truth_driver *driver, const struct event *ev, uint64_t time_ns,
			bool received, struct truth_point *last);

/**
 * truth_driver_finish() - fill @truth->driver_held_peak, driver_from_start and driver_filled_ns
 * @truth: all else of its driver pages is filled
 */
void truth_driver_finish(const struct truth_driver *driver, struct truth *truth);

/** truth_driver_fini() - free the table */
void truth_driver_fini(struct truth_driver *driver);

#endif
