/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * slab.c - see slab.h.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "models/cpu/arena.h"
#include "models/cpu/access.h"
#include "models/memory/slab.h"

#define SLAB_FREED 0x80u

int slab_init(struct slab *slab)
{
	*slab = (struct slab){.shift = calloc(arena.map_off >> SLAB_MIN_SHIFT, 1)};
	return slab->shift ? 0 : -ENOMEM;
}

void slab_fini(struct slab *slab)
{
	free(slab->shift);
	slab->shift = NULL;
}

static size_t slab_index(const void *obj)
{
	return (size_t)((const char *)obj - arena.base) >> SLAB_MIN_SHIFT;
}

void *slab_alloc(struct slab *slab, size_t bytes)
{
	unsigned int shift = SLAB_MIN_SHIFT;
	void *obj;

	while (shift <= SLAB_MAX_SHIFT && (size_t)1 << shift < bytes)
		shift++;
	if (shift > SLAB_MAX_SHIFT)
		return NULL;

	obj = slab->free[shift];
	if (obj) {
		memcpy(&slab->free[shift], obj, sizeof(void *));
		memset(obj, 0, (size_t)1 << shift);
	} else {
		obj = arena_meta((size_t)1 << shift);
	}
	if (!obj)
		return NULL;
	slab->shift[slab_index(obj)] = (uint8_t)shift;
	access_touch(obj, bytes, CACHE_WRITE);
	return obj;
}

bool slab_free(struct slab *slab, void *obj)
{
	uint8_t *shift;

	if (!obj)
		return true;
	if ((char *)obj < arena.base || (char *)obj >= arena.base + arena.map_off)
		return false;
	shift = &slab->shift[slab_index(obj)];
	if (!*shift || *shift & SLAB_FREED || (uintptr_t)obj & ((1u << SLAB_MIN_SHIFT) - 1))
		return false;
	memcpy(obj, &slab->free[*shift], sizeof(void *));
	slab->free[*shift] = obj;
	*shift |= SLAB_FREED;
	access_touch(obj, sizeof(void *), CACHE_WRITE);
	return true;
}
