/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * metrics.h - what memory looks like over time: gauges, their time-weighted means, a time series.
 *
 * Gauges are changed by whoever changes the thing; metrics_advance() is called with the time of a
 * change *before* it, so that means and samples hold the value that was true until then. Time never
 * goes back: a change reported late (another core's, at most one poll) counts from the latest time
 * seen.
 */
#ifndef SIM_METRICS_H
#define SIM_METRICS_H

#include <stddef.h>
#include <stdint.h>
#include "alloc/strategy.h"

#define METRICS_MAX_POINTS 4096

/** METRICS_INTERVAL_NS - first sampling interval of a run nobody gave one for */
#define METRICS_INTERVAL_NS 10000

/** struct metrics_point - one sample: the values at the end of an interval */
struct metrics_point {
	uint64_t time_ns;
	uint64_t packets;
	uint64_t pages_held, pages_in_ring, pages_in_stack;
	uint64_t payload_bytes;
	uint64_t cycles;
	uint64_t iommu_maps, iommu_unmaps;
};

/**
 * struct metrics - gauges, integrals, series
 * @page_bytes: PAGE_SIZE
 * @packets: delivered so far
 * @payload_bytes: packet bytes in buffers that wait in the stack
 * @pages_in_stack: pages with at least one buffer there
 * @pages_in_ring: pages posted to the device and not in the stack
 * @ring_users, @stack_users: per page, buffers posted / waiting
 * @now_ns: latest time seen
 * @held_page_ns, @payload_byte_ns: integrals over time
 * @interval_ns, @next_ns, @points, @nr_points: the series; when it is full every second point goes
 *	and the interval doubles
 */
struct metrics {
	size_t page_bytes;
	uint64_t packets, payload_bytes, pages_in_stack, pages_in_ring;
	uint16_t *ring_users, *stack_users;
	uint64_t now_ns;
	unsigned __int128 held_page_ns, payload_byte_ns;
	uint64_t interval_ns, next_ns;
	struct metrics_point points[METRICS_MAX_POINTS];
	unsigned int nr_points;
};

/**
 * metrics_init() - for an environment that is up (mm_sim)
 * @interval_ns: first sampling interval (a ground truth's, so that samples fall together)
 * Return: 0 or -ENOMEM.
 */
int metrics_init(struct metrics *m, unsigned long nr_pages, size_t page_bytes,
		 uint64_t interval_ns);
void metrics_fini(struct metrics *m);

/** metrics_advance() - the state so far was true until @now_ns */
void metrics_advance(struct metrics *m, uint64_t now_ns);

/** metrics_ring(), metrics_stack() - a buffer enters (+1) or leaves (-1) the ring / the stack */
void metrics_ring(struct metrics *m, const struct rx_buf *buf, int change);
void metrics_stack(struct metrics *m, const struct rx_buf *buf, int change);

/** metrics_finish() - the run ends at @now_ns: one last sample */
void metrics_finish(struct metrics *m, uint64_t now_ns);

/** metrics_write_csv() - the series, under a temporary name and renamed. Return: 0, -errno */
int metrics_write_csv(const struct metrics *m, const char *path);

#endif
