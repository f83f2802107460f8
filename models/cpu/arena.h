/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * arena.h - the one range of addresses the cache model knows.
 *
 *	base                                                    base + bytes
 *	| meta: state of allocators, rings, skbs | struct page map | page memory ... |
 *
 * The base may be anywhere but is aligned beyond the largest modelled set index, and the model sees
 * only offsets from it: no absolute address reaches a result. Backed lazily (MAP_NORESERVE).
 */
#ifndef MODELS_ARENA_H
#define MODELS_ARENA_H

#include <stddef.h>
#include <stdint.h>

#define ARENA_LINE_SHIFT 6
#define ARENA_ALIGN	 (1ul << 26) /* sets x line size of every modelled level is far below */
#define ARENA_META_BYTES (1ul << 28) /* reserved; only what is used gets memory */

/**
 * struct arena - the range and what lies where in it
 * @base: first byte
 * @bytes: all of it
 * @map_off: offset of the struct page map
 * @mem_off: offset of page memory
 * @meta_used: bytes of meta handed out so far
 */
struct arena {
	char *base;
	size_t bytes;
	size_t map_off, mem_off;
	size_t meta_used;
};

/** arena - the arena of this process (one simulation per process) */
extern struct arena arena;

/**
 * arena_init() - reserve the range
 * @nr_pages: pages of memory
 * @page_bytes: bytes of each
 * @map_off and @mem_off are aligned to ARENA_ALIGN, so that a block of any order is.
 * Return: 0, -EINVAL (@page_bytes is no power of two), -EBUSY (there is one already), -ENOMEM (not
 *	that much address space, or more lines than the cache model can number).
 */
int arena_init(unsigned long nr_pages, size_t page_bytes);
/** arena_fini() - unmap the arena; nothing that lives in it may be used again */
void arena_fini(void);

/**
 * arena_meta() - zeroed memory for state the core touches
 * Aligned to its size rounded up to a power of two, at most a cache line. Freed only with the whole
 * arena: a run has few such objects.
 * Return: NULL when meta is full.
 */
void *arena_meta(size_t bytes);

#endif
