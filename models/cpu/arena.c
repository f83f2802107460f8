/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * arena.c - reserving the range of simulated memory and handing out its first part.
 *
 * Ignored: physical placement. Lines of the arena meet in a set by their offset, as if its pages
 * were contiguous; a real machine scatters 4K pages over the sets of L2 and LLC, so two structures
 * that collide here may not collide there and the other way round. L1 sets lie within a page, so L1
 * is not affected beyond the order of objects.
 */
#include <errno.h>
#include <sys/mman.h>
#include "alloc/mm_types.h"
#include "models/cpu/arena.h"
#include "models/cpu/cache.h"

/* A global, because the compiler's callbacks (access.c) are given an address and nothing else. */
struct arena arena;

static size_t arena_round(size_t bytes)
{
	return (bytes + ARENA_ALIGN - 1) & ~(ARENA_ALIGN - 1);
}

/* Bytes of the whole range, or 0 when the cache model cannot number its lines. */
static size_t arena_layout(unsigned long nr_pages, size_t page_bytes, struct arena *a)
{
	const size_t end = (size_t)CACHE_LINE_END << ARENA_LINE_SHIFT;

	if (nr_pages > end / page_bytes)
		return 0;
	a->map_off = ARENA_META_BYTES;
	a->mem_off = a->map_off + arena_round(nr_pages * sizeof(struct page));
	a->bytes = a->mem_off + arena_round(nr_pages * page_bytes);
	return a->bytes <= end ? a->bytes : 0;
}

int arena_init(unsigned long nr_pages, size_t page_bytes)
{
	struct arena a = {0};
	size_t before;
	char *raw;

	if (!page_bytes || page_bytes & (page_bytes - 1))
		return -EINVAL;
	if (arena.base)
		return -EBUSY;
	if (!arena_layout(nr_pages, page_bytes, &a))
		return -ENOMEM;
	raw = mmap(NULL, a.bytes + ARENA_ALIGN, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (raw == MAP_FAILED)
		return -ENOMEM;
	before = -(uintptr_t)raw & (ARENA_ALIGN - 1);
	a.base = raw + before;
	if (before)
		munmap(raw, before);
	munmap(a.base + a.bytes, ARENA_ALIGN - before);
	arena = a;
	return 0;
}

void arena_fini(void)
{
	if (arena.base)
		munmap(arena.base, arena.bytes);
	arena = (struct arena){0};
}

void *arena_meta(size_t bytes)
{
	size_t align = 1, off;

	while (align < bytes && align < L1_CACHE_BYTES)
		align <<= 1;
	off = (arena.meta_used + align - 1) & ~(align - 1);
	if (!arena.base || off > arena.map_off || bytes > arena.map_off - off)
		return NULL;
	arena.meta_used = off + bytes;
	return arena.base + off;
}
