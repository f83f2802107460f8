/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ring.c - a ring's indices, and the cache lines of its descriptors.
 */
#include "models/nic/ring.h"

#include <assert.h>
#include <errno.h>

#include "models/cpu/access.h"
#include "models/cpu/arena.h"
#include "models/cpu/core.h"

int ring_init(struct ring *ring, unsigned int size, unsigned int desc_bytes)
{
	char *desc = arena_meta((size_t)size * desc_bytes);

	if (!desc)
		return -ENOSPC;
	*ring = (struct ring){.desc = desc, .size = size, .desc_bytes = desc_bytes};
	return 0;
}

unsigned int ring_free_slots(const struct ring *ring)
{
	return ring->size - 1 - ring->posted - ring->done;
}

static unsigned int ring_next(const struct ring *ring, unsigned int slot)
{
	return slot + 1 == ring->size ? 0 : slot + 1;
}

static char *ring_desc(const struct ring *ring, unsigned int slot)
{
	return ring->desc + (size_t)slot * ring->desc_bytes;
}

static void ring_touch(const struct ring *ring, unsigned int slot, enum cache_op op)
{
	enum cause old = core_set_cause(core_current, CAUSE_RING);

	access_touch(ring_desc(ring, slot), ring->desc_bytes, op);
	core_set_cause(core_current, old);
}

void ring_post(struct ring *ring)
{
	assert(ring_free_slots(ring) > 0);
	ring_touch(ring, ring->next_to_use, CACHE_WRITE);
	ring->next_to_use = ring_next(ring, ring->next_to_use);
	ring->posted++;
}

unsigned int ring_device_fill(struct ring *ring)
{
	unsigned int slot = ring->next_to_fill;

	assert(ring->posted > 0);
	access_dma_read(ring_desc(ring, slot), ring->desc_bytes);
	access_dma_write(ring_desc(ring, slot), ring->desc_bytes);
	ring->next_to_fill = ring_next(ring, slot);
	ring->posted--;
	ring->done++;
	return slot;
}

unsigned int ring_clean(struct ring *ring)
{
	unsigned int slot = ring->next_to_clean;

	assert(ring->done > 0);
	ring_touch(ring, slot, CACHE_READ);
	ring->next_to_clean = ring_next(ring, slot);
	ring->done--;
	return slot;
}
