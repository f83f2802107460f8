/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * slab.h - small objects of the simulated kernel: power-of-two sizes cut from the arena's meta
 * part, freed ones reused last in first out.
 *
 * Charges the touching of the memory only; what SLUB's own code costs is charged by mm_sim.c
 * (machine row slab.object).
 *
 * Ignores: the pages that slabs are made of (held by SLUB, in no result here), its partial lists,
 * and frees on another CPU than the slab's, which take one more atomic there (underestimated by
 * about that); sizes between powers of two (96, 192 bytes), which pack more objects into a line.
 */
#ifndef MODELS_SLAB_H
#define MODELS_SLAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SLAB_MIN_SHIFT 3
#define SLAB_MAX_SHIFT 30

/**
 * struct slab - the objects of one arena
 * @shift: per 8 bytes of meta, where an object begins: log2 of its size, | SLAB_FREED once freed
 * @free: by log2 of the size: the object freed last; its first word is the link, as in SLUB
 */
struct slab {
	uint8_t *shift;
	void *free[SLAB_MAX_SHIFT + 1];
};

/** slab_init() - no objects. Context: after arena_init(). Return: 0 or -ENOMEM */
int slab_init(struct slab *slab);
/** slab_fini() - free what slab_init() allocated outside the arena */
void slab_fini(struct slab *slab);

/**
 * slab_alloc() - zeroed object, aligned to its size rounded up to a power of two, at most 64
 * Cost: the writes that zero it, to the core's current cause.
 * Return: NULL when meta is full.
 */
void *slab_alloc(struct slab *slab, size_t bytes);

/**
 * slab_free() - back to the list of its size; NULL is fine
 * Cost: one write to its first line.
 * Return: false: not an object of slab_alloc(), or freed already; nothing changed.
 */
bool slab_free(struct slab *slab, void *obj);

#endif
