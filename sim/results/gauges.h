/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gauges.h - memory over time: gauges, their time-weighted means, a time series.
 *
 * Whoever changes a gauge calls gauges_advance() with the time of the change *before* it, so that
 * means and samples cover the value up to then. Time never goes back: a change reported late (by
 * another core, at most one poll) counts from the latest time seen.
 */
#ifndef SIM_GAUGES_H
#define SIM_GAUGES_H

#include <stddef.h>
#include <stdint.h>
#include "alloc/strategy.h"

#define GAUGES_MAX_POINTS 4096

/** GAUGES_INTERVAL_NS - initial sampling interval where no ground truth sets one */
#define GAUGES_INTERVAL_NS 10000

/**
 * struct gauges_point - one sample: the values at the end of an interval
 * @pages_compared: of @pages_held, those that pools own whose counterparts the capture recorded
 */
struct gauges_point {
	uint64_t time_ns;
	uint64_t packets;
	uint64_t pages_held, pages_compared, pages_in_ring, pages_in_stack;
	uint64_t payload_bytes;
	uint64_t cycles;
	uint64_t iommu_maps, iommu_unmaps;
};

/**
 * struct gauges - gauges, integrals, series
 * @page_bytes: PAGE_SIZE
 * @packets: packets delivered so far
 * @payload_bytes: packet bytes in buffers that wait in the stack
 * @pages_in_stack: pages with at least one buffer there
 * @pages_in_ring: pages posted to the device and not in the stack
 * @ring_users, @stack_users: per page, buffers posted / waiting
 * @compared: Return: pages to be compared with the capture's; NULL: all that are held
 * @compared_arg: its argument
 * @now_ns: latest time seen
 * @held_page_ns, @payload_byte_ns: integrals over time
 * @interval_ns, @next_ns, @points, @nr_points: the series; when it is full, every second point is
 *	dropped and the interval doubles
 */
struct gauges {
	size_t page_bytes;
	uint64_t packets, payload_bytes, pages_in_stack, pages_in_ring;
	uint16_t *ring_users, *stack_users;
	uint64_t (*compared)(const void *arg);
	const void *compared_arg;
	uint64_t now_ns;
	unsigned __int128 held_page_ns, payload_byte_ns;
	uint64_t interval_ns, next_ns;
	struct gauges_point points[GAUGES_MAX_POINTS];
	unsigned int nr_points;
};

/**
 * gauges_init() - start at time 0; mm_sim must be up
 * @interval_ns: initial sampling interval; that of the ground truth, so that samples coincide
 * Return: 0 or -ENOMEM.
 */
int gauges_init(struct gauges *g, unsigned long nr_pages, size_t page_bytes, uint64_t interval_ns);

/** gauges_fini() - free what gauges_init() took */
void gauges_fini(struct gauges *g);

/** gauges_advance() - account the current values up to @now_ns */
void gauges_advance(struct gauges *g, uint64_t now_ns);

/** gauges_ring() - @buf enters (@change 1) or leaves (-1) the ring */
void gauges_ring(struct gauges *g, const struct rx_buf *buf, int change);

/** gauges_stack() - @buf enters (@change 1) or leaves (-1) the stack */
void gauges_stack(struct gauges *g, const struct rx_buf *buf, int change);

/** gauges_finish() - end the run at @now_ns with a last sample */
void gauges_finish(struct gauges *g, uint64_t now_ns);

/** gauges_write_csv() - write the series, by rename. Return: 0, or -errno */
int gauges_write_csv(const struct gauges *g, const char *path);

#endif
