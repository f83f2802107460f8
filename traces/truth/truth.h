/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * truth.h - collects the ground truth of a capture: what the kernel itself counted.
 */
#ifndef TRACES_TRUTH_H
#define TRACES_TRUTH_H

#include "traces/capture.h"
#include "traces/events/event.h"
#include "traces/truth/truth_driver.h"

/* pools followed, those that hold no page in the capture included */
#define TRUTH_MAX_FOLLOWED 256
#define TRUTH_MAX_CPUS	   8192

/** enum truth_owner - how many queues polled on a CPU, or took pages of a pool */
enum truth_owner { OWNER_NONE, OWNER_ONE, OWNER_SEVERAL };

/** struct truth_queue - a receive queue as events name it, with OWNER_ONE */
struct truth_queue {
	uint8_t owner;
	uint16_t dev, queue;
};

/**
 * struct truth_followed - one page_pool while it is followed
 * @address: of it
 * @holds: it held a page in this capture; one that never does is of an earlier run
 * @release_known: @released is
 * @closing: it is being destroyed: it takes no more pages, its address may be reused
 * @first_hold: its own count at its first hold
 * @first_ns: when that was
 * @before_first: pages in it just before, relative to the start
 * @last_hold: the same at the last
 * @released: its own count of releases before the first in this capture
 * @held, @held_peak: relative to the start
 * @polls: queue whose NAPI polls took its pages
 * @xdp_polls, @other_polls: polls that took its pages and sent packets by XDP, or did not
 * @shown: its entry in truth.pools, NULL: the list is full
 */
struct truth_followed {
	uint64_t address;
	bool holds, release_known, closing;
	uint32_t first_hold, last_hold;
	uint32_t released;
	uint64_t first_ns;
	int64_t held, held_peak, before_first;
	struct truth_queue polls;
	uint64_t xdp_polls, other_polls;
	struct truth_pool *shown;
};

/**
 * struct truth_cpu - what runs on a CPU
 * @poll: queue of the packets that arrived since the last poll ended
 * @pools: bit per pool of truth.pools that held pages since then
 * @xdp: packets were sent by XDP since then
 * @sending: a transmit function
 */
struct truth_cpu {
	struct truth_queue poll;
	uint16_t pools;
	bool xdp;
	bool sending;
};

/**
 * struct truth_builder - state while events are counted
 * @held, @held_peak: over all pools, relative to the start
 * @mapped: IOMMU maps less unmaps
 * @received: a packet has been received
 * @rings_seen: before that, enough was mapped for a receive ring
 * @unmapped_ns: since when hardly anything is mapped; 0: something is
 * @driver: pages of drivers without a pool
 * @pools: in order of appearance, @nr_pools of them; @last: the one found last
 */
struct truth_builder {
	struct truth *truth;
	int64_t held, held_peak;
	int64_t mapped;
	bool received, rings_seen;
	uint64_t unmapped_ns;
	struct truth_driver driver;
	struct truth_followed pools[TRUTH_MAX_FOLLOWED];
	struct truth_followed *last;
	unsigned int nr_pools;
	struct truth_cpu cpus[TRUTH_MAX_CPUS];
};

/** truth_begin() - start with an empty series */
void truth_begin(struct truth_builder *builder, struct truth *truth);

/** truth_event() - count an event, @time_ns after the first one; events in order of time */
void truth_event(struct truth_builder *builder, const struct event *ev, uint64_t time_ns);

/** truth_end() - close the last interval at the end of the capture, and free what @builder took */
void truth_end(struct truth_builder *builder, uint64_t span_ns);

#endif
