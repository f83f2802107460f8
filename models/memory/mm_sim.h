/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mm_sim.h - the simulated environment of alloc/: implements mm_sim_*() of mm_types.h with the
 * models. One per process.
 *
 * Everything is charged to core_current; without one (set-up, tear-down) nothing is charged. What
 * is not page memory (descriptors, struct page) is on node 0. dma_sync() costs nothing where the
 * machine's devices are coherent; elsewhere it costs what the lines of its range cost, billed to
 * the causes of dma_map (for the device) and dma_unmap (for the CPU). Ignored: that the lines are
 * then out of the core's caches, which is an error of the misses of a second look at the same
 * packet.
 */
#ifndef MODELS_MM_SIM_H
#define MODELS_MM_SIM_H

#include <stdbool.h>
#include <stddef.h>
#include "models/cpu/core.h"
#include "models/iommu/iommu.h"
#include "models/memory/page_allocator.h"
#include "models/memory/slab.h"

struct machine;
struct page;

/**
 * MM_SIM_NO_MEMORY - format of the line that says so when the host's memory is exhausted, or what
 * its limits allow of it; %s: for what
 */
#define MM_SIM_NO_MEMORY                                                                           \
	"not enough host memory for %s; expected less simulated memory (--set memory=), a "        \
	"shorter duration (--set duration=), fewer jobs (-j) or a higher limit (ulimit -v)"

/** MM_SIM_OWNERS - owners of pages that are told apart; 0 is nobody in particular */
#define MM_SIM_OWNERS 257

/**
 * struct mm_sim_params
 * @machine: costs; must outlive the environment
 * @cores: simulated cores, 1..CORE_MAX
 * @socket: of each core, 0 or 1; all on 0 by default
 * @page_shift: 12, 14 or 16
 * @memory_bytes: page memory of all nodes; lazily backed
 * @node1_bytes: part of it that is on NUMA node 1; 0: there is one node
 * @min_free_bytes: the page allocator's min watermark; 0: any request may take the last page
 * @taken_permille: share of memory the rest of the system holds, scattered; @seed: which pages
 * @group_2m: a core's pages come from one 2 MB region after the other
 * @iommu: mode
 * @owners: count pages by owner: two bytes for each page, and a look at them when it is freed
 */
struct mm_sim_params {
	const struct machine *machine;
	unsigned int cores;
	uint8_t socket[CORE_MAX];
	unsigned int page_shift;
	size_t memory_bytes, node1_bytes, min_free_bytes;
	unsigned int taken_permille;
	uint64_t seed;
	bool group_2m;
	enum iommu_mode iommu;
	bool owners;
};

/** struct mm_sim_syncs - cache maintenance for a device that is not coherent */
struct mm_sim_syncs {
	uint64_t calls, lines;
};

/**
 * struct mm_sim_owned - base pages of an owner: taken, not given back yet, most of those at once
 */
struct mm_sim_owned {
	uint64_t allocated, held, held_peak;
};

/**
 * struct mm_sim - the parts of the simulated environment
 * @socket: of each core: its node
 * @objects: what kzalloc() handed out
 * @owner: account in @owned of the pages allocated now, below MM_SIM_OWNERS; set by the caller of a
 *	strategy when it is given @owners
 * @page_watch: called with @page_watch_arg when a block of 2^order pages, the first of that number,
 *	has been taken from the page allocator or freed; may be NULL
 * @map_watch: called with @page_watch_arg when a part of page @page has been mapped; may be NULL
 * @place_of: writes where in the source the call is that returns to @pc; NULL: not known, so a BUG
 *	found on behalf of an allocator does not say it
 * @on_bug: gets the text of an allocator's BUG (double free, free of a referenced page, recursive
 *	lock ...), "file:line: what". Must not return; NULL or returning: abort(). Set at any time;
 *	mm_sim_init() and mm_sim_fini() leave it alone.
 * @on_no_memory: gets the line of mm_sim_no_memory(); otherwise like @on_bug
 */
struct mm_sim {
	const struct machine *machine;
	struct core cores[CORE_MAX];
	unsigned int nr_cores;
	uint8_t socket[CORE_MAX];
	struct page_allocator *pages;
	struct iommu *iommu;
	struct cache *cache;
	struct slab objects;
	unsigned int page_shift;
	struct mm_sim_syncs syncs;
	uint16_t owner;
	uint16_t *owner_of;
	struct mm_sim_owned owned[MM_SIM_OWNERS];
	void (*page_watch)(void *arg, unsigned long first, unsigned int order, bool taken);
	void (*map_watch)(void *arg, unsigned long page, uint64_t dma);
	void *page_watch_arg;
	void (*place_of)(const void *pc, char *buf, size_t size);
	void (*on_bug)(const char *text);
	void (*on_no_memory)(const char *text);
};

/** mm_sim - the one simulated environment of the process: alloc/ calls it without an argument */
extern struct mm_sim mm_sim;

/**
 * enum mm_sim_part - what mm_sim_init() had no memory for
 * @MM_SIM_MEMORY: the simulated memory and what is kept for each of its pages
 */
enum mm_sim_part { MM_SIM_NONE, MM_SIM_MEMORY, MM_SIM_CACHES };

/**
 * mm_sim_init() - arena, caches, cores, page allocator, iommu
 * Return: 0, -EINVAL, or -ENOMEM: mm_sim_lacks() says for what
 */
int mm_sim_init(const struct mm_sim_params *params);
/** mm_sim_lacks() - what the last mm_sim_init() had no memory for */
enum mm_sim_part mm_sim_lacks(void);
/** mm_sim_begin() - counts of pages begin: what is held now was allocated, nothing was freed */
void mm_sim_begin(void);
/** mm_sim_fini() - free everything, reset core_current; fine without mm_sim_init() */
void mm_sim_fini(void);

/**
 * mm_sim_no_memory() - give up: the host has no memory for what the simulation cannot do without
 * @what: what the memory is for, as in "the packets held by the stack"
 * No fault of the allocator's, unlike mm_sim_bug(). Hands the line of MM_SIM_NO_MEMORY to
 * @mm_sim.on_no_memory and does not return.
 */
_Noreturn void mm_sim_no_memory(const char *what);

/**
 * mm_sim_page_get() - get_page() of a driver or the stack: one more reference to a page in use
 * Cost: one atomic on the head page's descriptor, to CAUSE_REFCOUNT.
 */
void mm_sim_page_get(struct page *page);
/** mm_sim_page_put() - put_page(): the last one frees the page. Cost: as mm_sim_page_get() */
void mm_sim_page_put(struct page *page);

/**
 * mm_sim_quiescent() - has everything been freed, and did nothing go wrong?
 * After the last queue is destroyed: no page held, nothing mapped, no wrong unmap or free, every
 * page in exactly one place, every core's account balanced. Slow.
 * @err: what is wrong, in one line; untouched on success
 */
bool mm_sim_quiescent(char *err, size_t err_size);

#endif
