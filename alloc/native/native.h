/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * native.h - the native environment of alloc/: implements mm_native_*() of mm_types.h with mmap'd
 * memory and real threads. One per process.
 *
 * Its page allocator and its DMA mappings keep books: what an allocator gives back wrongly (a page
 * twice, with references left, or still mapped; a mapping twice or with another size) is counted as
 * an error and explained, and changes nothing.
 */
#ifndef FRAGSIM_ALLOC_NATIVE_H
#define FRAGSIM_ALLOC_NATIVE_H

#include "mm_types.h"

/**
 * struct mm_native_stats - books of the environment since mm_native_init()
 * @blocks_allocated, @blocks_freed: by order
 * @pages_held: order-0 pages that are out now
 * @pages_held_peak: most of them at once
 * @objects_held: kzalloc() not yet kfree()d
 * @maps, @unmaps: DMA mappings made and undone
 * @syncs: dma_sync() calls
 * @requests: pages, blocks, objects and mappings asked for; what mm_native_fail_at() counts
 * @failed: of these, how many were refused
 * @errors: misuse found
 */
struct mm_native_stats {
	uint64_t blocks_allocated[MAX_PAGE_ORDER + 1], blocks_freed[MAX_PAGE_ORDER + 1];
	uint64_t pages_held, pages_held_peak;
	uint64_t objects_held;
	uint64_t maps, unmaps, syncs;
	uint64_t requests, failed;
	uint64_t errors;
};

/**
 * mm_native_init() - memory for pages, lazily backed
 * @page_shift: 12, 14 or 16
 * @memory_bytes: page memory; a multiple of 32 pages is used
 * Return: 0, -EINVAL (no such page size, too little memory), -EBUSY (is up), -ENOMEM.
 */
int mm_native_init(unsigned int page_shift, size_t memory_bytes);

/**
 * mm_native_fini() - gives the memory back, whatever is still out
 * @err: says what was wrong, one line; may be NULL
 * Return: 0, or -EBUSY: pages, objects or mappings were out, or there were errors.
 */
int mm_native_fini(char *err, size_t err_size);

/**
 * mm_native_set_cpu() - the CPU and NUMA node the calling thread runs on; 0 and 0 until said
 * Two threads must not run on one CPU at the same time. Return: 0, or -EINVAL (@cpu >= NR_CPUS).
 */
int mm_native_set_cpu(unsigned int cpu, int nid);

/** mm_native_fail_at() - the @n-th request from now fails, once; 0 = none does */
void mm_native_fail_at(uint64_t n);

/** mm_native_set_max_order() - larger blocks are not to be had: fragmented memory */
void mm_native_set_max_order(unsigned int order);

/** mm_native_set_pfmemalloc() - pages come from the emergency reserves from now on */
void mm_native_set_pfmemalloc(bool on);

/** mm_native_get_stats() - exact when no other thread is in the environment */
struct mm_native_stats mm_native_get_stats(void);

#endif
