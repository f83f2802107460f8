/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * iommu_parts.h - the state that the files of the IOMMU model share; private to them.
 */
#ifndef MODELS_IOMMU_PARTS_H
#define MODELS_IOMMU_PARTS_H

#include "models/cpu/core.h"
#include "models/iommu/iommu.h"
#include "models/iommu/iotlb.h"
#include "models/iommu/iova.h"
#include "models/cpu/busy_slots.h"

/* The invalidation hardware's time: slots of 32 ns, 4 ms of them */
#define HARDWARE_SLOT_NS 32u
#define HARDWARE_SLOTS	 (1u << 17)

/* Source: linux-fq (IOVA_DEFAULT_FQ_SIZE; IOVA_DEFAULT_FQ_TIMEOUT, ms) */
#define FLUSH_QUEUE_SIZE 256u
#define FLUSH_TIMEOUT_NS 10000000ull

/**
 * struct flush_entry - a range that was unmapped and not flushed yet
 * @first, @pages: the range
 * @started: flushes begun when it was queued; one that begins later covers it
 * @unmapped_ns: when its page-table entries were cleared; UINT64_MAX: no longer reachable
 */
struct flush_entry {
	uint32_t first, pages;
	uint64_t started, unmapped_ns;
};

/**
 * struct flush_ring - one core's queue: head <= exposed <= tail, counted without wrapping
 * @head: oldest entry whose addresses are not free again
 * @exposed: oldest entry the device may still reach
 */
struct flush_ring {
	uint64_t head, exposed, tail;
	struct flush_entry entry[FLUSH_QUEUE_SIZE];
};

/**
 * struct flush_queue - deferred invalidation
 * @nr_rings: rings from here on have never been used
 * @started, @finished: flushes
 * @timer_ns: when the timer fires; 0: it is off
 * @timer_fired: it has, and the core that pays for it is still to come
 * @exposure: bytes x ns of what has been flushed
 */
struct flush_queue {
	struct flush_ring ring[CORE_MAX];
	unsigned int nr_rings;
	uint64_t started, finished, timer_ns;
	bool timer_fired;
	unsigned __int128 exposure;
};

/**
 * struct iommu_map_entry - one page of device address space (direct modes: of memory)
 * @bytes: first page of a mapping: its size, else 0. Direct: sum over the mappings that start here
 * @offset: first page of a mapping: where in the page it starts
 * @live: mappings: 0 or 1, on every page covered; direct: on the first page, any number
 */
struct iommu_map_entry {
	uint64_t bytes;
	uint32_t offset, live;
};

/**
 * struct iommu
 * @now_ns: latest time seen
 * @queue_lock: a line of the arena: the invalidation queue's lock
 * @hardware: what works invalidations off, one after the other; its time in mcycles
 */
struct iommu {
	const struct machine *machine;
	enum iommu_mode mode;
	unsigned int page_shift;
	uint64_t mem_bytes, now_ns;
	struct iommu_map_entry *entry;
	uint32_t nr_entries;
	struct iova_space *space;
	struct iotlb *tlb;
	void *queue_lock;
	struct busy_slots hardware;
	struct flush_queue flush;
	uint64_t live, wait_mcycles;
	struct iommu_counts counts;
};

#endif
