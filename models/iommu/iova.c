/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * iova.c - see iova.h.
 *
 * The tree is kept as a list in order of address, with an entry per page of address space: what
 * Linux finds by going from node to neighbour is the same walk, and what a red-black tree adds (the
 * place of an insertion, rebalancing) is in iommu_iova_tree_mcycles.
 *
 * Ignored, and the error that brings: the preference for addresses below 4 GiB; the work item that
 * returns surplus magazines of a depot to the tree after 100 ms (addresses stay at hand here, so a
 * second burst is slightly underestimated); the slab allocation of a new magazine, once per 127
 * ranges of growth.
 * Source: linux-iova (drivers/iommu/iova.c)
 */
#include <stdlib.h>
#include "models/cpu/arena.h"
#include "models/cpu/charge.h"
#include "models/iommu/iova.h"

/**
 * struct iova_magazine - a stack of ranges of one size; 1024 bytes, 16 lines
 * @size: ranges in it
 * @next: in a depot or among the empty ones
 */
struct iova_magazine {
	union {
		uint64_t size;
		struct iova_magazine *next;
	};
	uint64_t first[IOVA_MAG_SIZE];
};

_Static_assert(sizeof(struct iova_magazine) == 1024, "as in Linux, no memory wasted");

/** struct iova_node - a range of the tree, at the index of its first page; @pages 0: none is */
struct iova_node {
	uint32_t pages, up, down;
};

struct iova_core {
	struct iova_magazine *loaded, *prev;
};

/**
 * struct iova_space
 * @node: by first page; node 0 is the bottom, node nr_pages the anchor above the top
 * @placed: the range placed last, or its upper neighbour once it is gone: the walk begins here
 * @in_tree, @in_mags: ranges
 * @empty: magazines with nothing in them, for nobody in particular
 * @tree_lock, @depot_lock: lines of the arena
 */
struct iova_space {
	const struct machine *machine;
	struct iova_node *node;
	uint32_t nr_pages, placed;
	uint64_t in_tree, in_mags;
	struct iova_core core[CORE_MAX][IOVA_CLASSES];
	struct iova_magazine *depot[IOVA_CLASSES], *empty;
	void *tree_lock, *depot_lock[IOVA_CLASSES];
	struct iova_counts counts;
};

struct iova_space *iova_create(uint32_t nr_pages, const struct machine *machine)
{
	struct iova_space *space = calloc(1, sizeof(*space));
	bool ok;

	if (!space)
		return NULL;
	space->machine = machine;
	space->nr_pages = nr_pages;
	space->placed = nr_pages;
	space->node = calloc((size_t)nr_pages + 1, sizeof(*space->node));
	space->tree_lock = arena_meta(1u << ARENA_LINE_SHIFT);
	ok = space->node && space->tree_lock;
	for (unsigned int i = 0; i < IOVA_CLASSES; i++) {
		space->depot_lock[i] = arena_meta(1u << ARENA_LINE_SHIFT);
		ok = ok && space->depot_lock[i];
	}
	if (!ok) {
		iova_destroy(space);
		return NULL;
	}
	space->node[0] = (struct iova_node){.pages = 1, .up = nr_pages};
	space->node[nr_pages] = (struct iova_node){.pages = 1};
	return space;
}

void iova_destroy(struct iova_space *space)
{
	if (!space)
		return;
	free(space->node);
	free(space);
}

static uint64_t pages_rounded(uint64_t pages)
{
	uint64_t pow2 = 1;

	while (pow2 < pages)
		pow2 *= 2;
	return pow2;
}

/* Sizes below 2^5 are rounded up, so that any freed range serves any request of its size class. */
static uint64_t pages_taken(uint64_t pages)
{
	return pages < 1u << (IOVA_CLASSES - 1) ? pages_rounded(pages) : pages;
}

static unsigned int iova_class(uint64_t pages)
{
	unsigned int class = 0;

	while (1ull << class < pages)
		class ++;
	return class;
}

/* ---- the tree; its lock is held ---- */

static void __node_insert(struct iova_space *space, uint32_t first, uint64_t pages, uint32_t up)
{
	uint32_t down = space->node[up].down;

	space->node[first] = (struct iova_node){(uint32_t)pages, up, down};
	space->node[up].down = first;
	space->node[down].up = first;
	space->placed = first;
	space->in_tree++;
}

/*
 * Goes down from @from for a gap of @pages whose lower end is not below @low.
 * Return: its first page (@up: the range above it), or 0.
 */
static uint32_t __gap_find(struct iova_space *space, uint64_t pages, uint32_t from, uint64_t low,
			   uint32_t *up)
{
	uint64_t align = pages_rounded(pages), first;

	for (uint32_t at = from;; at = space->node[at].down) {
		const struct iova_node *down = &space->node[space->node[at].down];

		space->counts.walked++;
		if (at < low + pages)
			return 0;
		first = (at - pages) & ~(align - 1);
		if (first < low)
			return 0;
		if (first >= space->node[at].down + (uint64_t)down->pages) {
			*up = at;
			return (uint32_t)first;
		}
	}
}

static uint32_t __tree_alloc(struct iova_space *space, uint64_t pages)
{
	uint32_t placed = space->placed, up, first = __gap_find(space, pages, placed, 1, &up);

	/* Above the range placed last there may be holes by now. */
	if (!first && placed < space->nr_pages)
		first = __gap_find(space, pages, space->nr_pages,
				   placed + (uint64_t)space->node[placed].pages, &up);
	if (first)
		__node_insert(space, first, pages, up);
	return first;
}

static void __tree_free(struct iova_space *space, uint32_t first)
{
	struct iova_node *node = &space->node[first];

	space->node[node->up].down = node->down;
	space->node[node->down].up = node->up;
	if (first >= space->placed)
		space->placed = node->up;
	node->pages = 0;
	space->in_tree--;
}

/* A walked range is a dependent load of a node used lately. */
static void tree_charge(struct iova_space *space, enum cause cause, bool half_up, uint64_t walked)
{
	const struct machine *m = space->machine;
	uint64_t tree = m->iommu_iova_tree_mcycles;

	space->counts.tree++;
	charge(cause, half_up ? tree - tree / 2 : tree / 2);
	charge_loads(walked);
	charge(cause, walked * m->l2_stall_mcycles);
}

static uint32_t tree_alloc(struct iova_space *space, uint64_t pages)
{
	uint64_t walked = space->counts.walked;
	uint32_t first;

	charge_lock(space->tree_lock, space->machine, true);
	first = __tree_alloc(space, pages);
	tree_charge(space, CAUSE_IOMMU_MAP, false, space->counts.walked - walked);
	charge_unlock(space->tree_lock);
	return first;
}

static void tree_free(struct iova_space *space, uint32_t first, enum cause cause)
{
	charge_lock(space->tree_lock, space->machine, true);
	__tree_free(space, first);
	tree_charge(space, cause, true, 0);
	charge_unlock(space->tree_lock);
}

/* ---- magazines ---- */

static struct iova_magazine *mag_new(struct iova_space *space)
{
	struct iova_magazine *mag = space->empty;

	if (mag)
		space->empty = mag->next;
	else
		mag = arena_meta(sizeof(*mag));
	if (mag)
		mag->size = 0;
	return mag;
}

static bool mag_is_full(const struct iova_magazine *mag)
{
	return mag && mag->size == IOVA_MAG_SIZE;
}

static bool mag_is_empty(const struct iova_magazine *mag)
{
	return !mag || !mag->size;
}

static void mags_swap(struct iova_core *c)
{
	struct iova_magazine *mag = c->loaded;

	c->loaded = c->prev;
	c->prev = mag;
}

/*
 * Give the full loaded magazine to the depot and load an empty one. Return: false if there is none
 */
static bool depot_push(struct iova_space *space, struct iova_core *c, unsigned int class)
{
	struct iova_magazine *mag = mag_new(space);

	if (!mag)
		return false;
	if (c->loaded) {
		charge_lock(space->depot_lock[class], space->machine, false);
		access_touch(&c->loaded->next, sizeof(c->loaded->next), CACHE_WRITE);
		c->loaded->next = space->depot[class];
		space->depot[class] = c->loaded;
		charge_unlock(space->depot_lock[class]);
		space->counts.depot++;
	}
	c->loaded = mag;
	return true;
}

/* Loads a full magazine of the depot in place of the empty one. */
static bool depot_pop(struct iova_space *space, struct iova_core *c, unsigned int class)
{
	struct iova_magazine *mag;

	charge_lock(space->depot_lock[class], space->machine, false);
	mag = space->depot[class];
	if (mag) {
		access_touch(&mag->next, sizeof(mag->next), CACHE_READ);
		space->depot[class] = mag->next;
	}
	charge_unlock(space->depot_lock[class]);
	if (!mag)
		return false;
	if (c->loaded) {
		c->loaded->next = space->empty;
		space->empty = c->loaded;
	}
	mag->size = IOVA_MAG_SIZE;
	c->loaded = mag;
	space->counts.depot++;
	return true;
}

static struct iova_core *core_of(struct iova_space *space, unsigned int class)
{
	return &space->core[core_current ? core_current->id : 0][class];
}

/* Return: the range freed last on this core, or of the depot; 0: neither has one */
static uint32_t mag_get(struct iova_space *space, unsigned int class)
{
	struct iova_core *c = core_of(space, class);
	struct iova_magazine *mag;

	if (mag_is_empty(c->loaded) && !mag_is_empty(c->prev))
		mags_swap(c);
	if (mag_is_empty(c->loaded) && !depot_pop(space, c, class))
		return 0;
	mag = c->loaded;
	mag->size--;
	access_touch(&mag->first[mag->size], sizeof(mag->first[0]), CACHE_READ);
	space->in_mags--;
	space->counts.cached++;
	return (uint32_t)mag->first[mag->size];
}

static bool mag_put(struct iova_space *space, uint32_t first, unsigned int class)
{
	struct iova_core *c = core_of(space, class);
	struct iova_magazine *mag;

	if (!c->loaded || (mag_is_full(c->loaded) && c->prev && !mag_is_full(c->prev)))
		mags_swap(c);
	if ((!c->loaded || mag_is_full(c->loaded)) && !depot_push(space, c, class))
		return false;
	/* As in Linux both magazines exist from the start. */
	if (!c->prev)
		c->prev = mag_new(space);
	mag = c->loaded;
	access_touch(&mag->first[mag->size], sizeof(mag->first[0]), CACHE_WRITE);
	mag->first[mag->size++] = first;
	space->in_mags++;
	return true;
}

static void mag_spill(struct iova_space *space, struct iova_magazine *mag, uint64_t size)
{
	for (uint64_t i = 0; i < size; i++)
		tree_free(space, (uint32_t)mag->first[i], CAUSE_IOMMU_MAP);
	space->in_mags -= size;
	mag->next = space->empty;
	space->empty = mag;
}

/* Addresses have run out: all that magazines keep goes back to the tree. */
static void mags_spill_all(struct iova_space *space)
{
	for (unsigned int class = 0; class < IOVA_CLASSES; class ++) {
		for (unsigned int i = 0; i < CORE_MAX; i++) {
			struct iova_core *c = &space->core[i][class];

			if (c->loaded)
				mag_spill(space, c->loaded, c->loaded->size);
			if (c->prev)
				mag_spill(space, c->prev, c->prev->size);
			*c = (struct iova_core){NULL, NULL};
		}
		while (space->depot[class]) {
			struct iova_magazine *mag = space->depot[class];

			space->depot[class] = mag->next;
			mag_spill(space, mag, IOVA_MAG_SIZE);
		}
	}
}

/* ---- */

uint32_t iova_alloc(struct iova_space *space, uint64_t pages)
{
	uint64_t taken = pages_taken(pages);
	unsigned int class = iova_class(taken);
	enum cause cause = charge_cause(CAUSE_IOMMU_MAP);
	uint32_t first = 0;

	charge(CAUSE_IOMMU_MAP, space->machine->iommu_iova_mcycles / 2);
	if (class < IOVA_CLASSES)
		first = mag_get(space, class);
	if (!first)
		first = tree_alloc(space, taken);
	if (!first && space->in_mags) {
		mags_spill_all(space);
		first = tree_alloc(space, taken);
	}
	charge_cause(cause);
	return first;
}

void iova_free(struct iova_space *space, uint32_t first, uint64_t pages)
{
	uint64_t iova = space->machine->iommu_iova_mcycles;
	unsigned int class = iova_class(pages_taken(pages));
	enum cause cause = charge_cause(CAUSE_IOMMU_UNMAP);

	charge(CAUSE_IOMMU_UNMAP, iova - iova / 2);
	if (class >= IOVA_CLASSES || !mag_put(space, first, class))
		tree_free(space, first, CAUSE_IOMMU_UNMAP);
	charge_cause(cause);
}

struct iova_counts iova_counts_get(const struct iova_space *space)
{
	return space->counts;
}

uint64_t iova_in_use(const struct iova_space *space)
{
	return space->in_tree - space->in_mags;
}
