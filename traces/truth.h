/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * truth.h - collects the ground truth series of a capture: what the kernel itself counted.
 */
#ifndef TRACES_TRUTH_H
#define TRACES_TRUTH_H

#include "capture.h"
#include "event.h"

/**
 * struct truth_pool - one page_pool
 * @address: of it
 * @holds: it held a page in this capture; before that its releases are those of an earlier run
 * @first_hold: its own count at its first hold
 * @released: its own count of releases before that hold, once @release_known
 */
struct truth_pool {
	uint64_t address;
	bool holds;
	bool release_known;
	uint32_t first_hold;
	uint32_t released;
};

/**
 * struct truth_builder - state while events are counted
 * @mapped: IOMMU maps less unmaps
 * @received: a packet has been received
 * @rings_seen: before that, enough was mapped for a receive ring
 * @unmapped_ns: since when hardly anything is mapped; 0: something is
 */
struct truth_builder {
	struct truth *truth;
	int64_t held, held_peak; /* relative to the start */
	int64_t mapped;
	bool received, rings_seen;
	uint64_t unmapped_ns;
	struct truth_pool pools[TRUTH_MAX_POOLS];
	unsigned int nr_pools;
};

/** truth_begin() - start with an empty series */
void truth_begin(struct truth_builder *builder, struct truth *truth);

/** truth_event() - count an event, @time_ns after the first one; events in order of time */
void truth_event(struct truth_builder *builder, const struct event *ev, uint64_t time_ns);

/** truth_end() - close the last interval at the end of the capture */
void truth_end(struct truth_builder *builder, uint64_t span_ns);

#endif
