/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cache.c - set-associative L1 and L2 per core under an inclusive LLC per socket, the directory of
 * its cores.
 *
 * L2 includes L1 and the LLC includes both, so one LLC entry per line says which cores of the
 * socket hold it (sharers) and who may write it without asking (owner: MESI's E and M in one). An
 * entry is 8 bytes, with a bit for each of up to CORE_FEW cores; where there are more, 8
 * bytes of sharers go with each entry. A line may be in both LLCs, and then nobody owns it.
 *
 * Every set is an array kept in order of use, the most recent first: a hit in the first way, nearly
 * all there are, changes nothing. A new LLC line replaces the least recently used line that no core
 * holds (Jaleel et al., MICRO 2010), so that what is hot in an L1 does not age out of the LLC
 * unseen. Device writes update a line where it is, or take one of at most ddio_ways ways of its
 * set; written lines evicted before a core read them are counted. Where bulk data is sampled
 * (cache_sample()), LLC sets without samples lose as many lines as those with some.
 *
 * Ignored, and the error that brings:
 * - The LLC of Skylake-SP and of Zen is not inclusive. There the L2s add to capacity (here they do
 *   not: 1 MB in 25 per busy core), a line a core takes gives its DDIO way free (here it stays
 *   until evicted, so the share looks smaller to backlogs that are read late), and evicting a DDIO
 *   line leaves a core's copy alone (here it dies). A directory of its own beside the LLC would be
 *   needed and be looked up with every miss; for packets, which are read once, the gain is small.
 * - Write-backs: no cost and no traffic; underestimated where memory bandwidth binds.
 * - Prefetchers: sequential misses of metadata are overestimated (DRAM streams by half
 *   and more); sim/rx/payload.c has its own costs for payload.
 * - Slices and hashing of LLC sets: conflicts of a regular layout look worse than they are.
 * - Sockets: an access that finds the line in the other socket costs the same from its cores and
 *   from its LLC (hardware: some 10 ns apart); the directory in memory and stale snoops cost
 *   nothing.
 * - TLBs: misses of large arenas are underestimated by a page walk or two each.
 * Replacement is true LRU; hardware approximates it, a few per cent apart except for working sets
 * just beyond a level, where LRU is the worst case.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "models/cpu/cache.h"
#include "models/cpu/cache_llc.h"
#include "models/cpu/cache_private.h"

/**
 * struct cache - all levels
 * @lost: lines the device wrote that were evicted unread, by enum unread
 * @served: accesses by core and level, except L1 (cache_private.hits)
 */
struct cache {
	struct cache_private l1[CORE_MAX], l2[CORE_MAX];
	struct llc llc[CACHE_SOCKETS];
	unsigned int sockets, ddio_ways;
	uint8_t socket[CORE_MAX];
	uint32_t node1_line;
	struct cache_sampling sampling;
	uint32_t places, samples_per_place; /* places in a 4K page; sampled sets at each */
	uint64_t lost[UNREAD_KINDS];
	uint64_t served[CORE_MAX][CACHE_LEVELS];
};

static bool geometry_is_possible(const struct cache_geometry *geo)
{
	unsigned int sockets = geo->sockets ? geo->sockets : 1;

	if (!geo->cores || geo->cores > CORE_MAX || !geo->llc_lines || sockets > CACHE_SOCKETS ||
	    geo->l1_lines > geo->l2_lines || geo->l2_lines > geo->llc_lines)
		return false;
	for (unsigned int i = 0; i < geo->cores; i++)
		if (geo->socket[i] >= sockets)
			return false;
	return true;
}

struct cache *cache_create(const struct cache_geometry *geo)
{
	struct cache *cache;

	if (!geometry_is_possible(geo))
		return NULL;
	cache = calloc(1, sizeof(*cache));
	if (!cache)
		return NULL;
	cache->sockets = geo->sockets ? geo->sockets : 1;
	cache->ddio_ways = geo->ddio_ways;
	cache->node1_line = geo->node1_line ? geo->node1_line : NO_LINE;
	memcpy(cache->socket, geo->socket, sizeof(cache->socket));
	for (unsigned int i = 0; i < geo->cores; i++)
		if (private_init(&cache->l1[i], geo->l1_lines, geo->l1_ways) ||
		    private_init(&cache->l2[i], geo->l2_lines, geo->l2_ways))
			goto fail;
	for (unsigned int i = 0; i < cache->sockets; i++)
		if (llc_init(&cache->llc[i], geo))
			goto fail;
	return cache;
fail:
	cache_destroy(cache);
	return NULL;
}

void cache_destroy(struct cache *cache)
{
	if (!cache)
		return;
	for (int i = 0; i < CORE_MAX; i++) {
		free(cache->l1[i].words);
		free(cache->l2[i].words);
	}
	for (int i = 0; i < CACHE_SOCKETS; i++) {
		free(cache->llc[i].lines);
		free(cache->llc[i].wide);
		free(cache->llc[i].pressed);
	}
	free(cache);
}

int cache_sample(struct cache *cache, const struct cache_sampling *sampling)
{
	const uint32_t sets = cache->llc[0].sets;

	cache->sampling = *sampling;
	if (sampling->one_in < 2)
		return 0;
	cache->places = (1u << CACHE_BLOCK_SHIFT) >> sampling->low;
	while (cache->places > 1 && sets % (cache->places << sampling->low))
		cache->places /= 2; /* a set has to be at one of them */
	cache->samples_per_place = sets / sampling->one_in / cache->places;
	for (unsigned int i = 0; i < cache->sockets; i++) {
		cache->llc[i].pressed = calloc(sets, sizeof(*cache->llc[i].pressed));
		if (!cache->llc[i].pressed)
			return -ENOMEM;
	}
	return 0;
}

static void core_invalidate(struct cache *cache, unsigned int core, uint32_t line)
{
	private_remove(&cache->l1[core], line);
	private_remove(&cache->l2[core], line);
}

static void sharers_invalidate(struct cache *cache, uint64_t sharers, uint32_t line)
{
	for (; sharers; sharers &= sharers - 1)
		core_invalidate(cache, (unsigned int)__builtin_ctzll(sharers), line);
}

/* What @core has of @line may, or may not, be written without asking from now on. */
static void core_set_writable(struct cache *cache, unsigned int core, uint32_t line, bool writable)
{
	uint32_t *l1 = private_find(&cache->l1[core], line);
	uint32_t *l2 = private_find(&cache->l2[core], line);

	if (l1)
		*l1 = line << 1 | writable;
	if (l2)
		*l2 = line << 1 | writable;
}

static struct llc *llc_of(struct cache *cache, unsigned int core)
{
	return &cache->llc[cache->socket[core]];
}

/* The other socket's entry of a line, or NULL. */
static struct llc_line *llc_peer(struct cache *cache, const struct llc *llc, uint32_t line)
{
	if (cache->sockets == 1)
		return NULL;
	return llc_find(&cache->llc[llc == &cache->llc[0]], line);
}

/* Inline wherever it is called: it is most of what a device write does. */
static inline __attribute__((always_inline)) struct llc_line *
llc_replace(struct cache *cache, const struct llc *llc, struct llc_line *victim, uint32_t line)
{
	sharers_invalidate(cache, llc_sharers(llc, victim), victim->line);
	cache->lost[victim->unread]++;
	return llc_put(llc, victim, line);
}

static void llc_remove(struct cache *cache, const struct llc *llc, struct llc_line *at)
{
	sharers_invalidate(cache, llc_sharers(llc, at), at->line);
	llc_drop(llc, at);
}

/* A line leaves @core's L2 for want of room: L1 may not keep it, the directory forgets. */
static void core_evicted(struct cache *cache, unsigned int core, uint32_t line)
{
	struct llc *llc = llc_of(cache, core);
	struct llc_line *entry = llc_find(llc, line);

	private_remove(&cache->l1[core], line);
	llc_set_sharers(llc, entry, llc_sharers(llc, entry) & ~(UINT64_C(1) << core));
	entry->owner = NO_OWNER;
}

/* Nobody may write the line without asking any more. */
static void llc_disown(struct cache *cache, struct llc_line *entry)
{
	if (entry->owner != NO_OWNER)
		core_set_writable(cache, entry->owner, entry->line, false);
	entry->owner = NO_OWNER;
}

/* Sets what @core may do with a line its LLC has; Return: where its contents came from. */
static enum cache_level llc_grant(struct cache *cache, struct llc_line *entry, unsigned int core,
				  enum cache_op op)
{
	struct llc *llc = llc_of(cache, core);
	struct llc_line *peer = llc_peer(cache, llc, entry->line);
	uint64_t self = UINT64_C(1) << core, others = llc_sharers(llc, entry) & ~self;
	enum cache_level level = CACHE_LLC;

	entry->unread = UNREAD_NOT;
	if (op == CACHE_WRITE && others) {
		sharers_invalidate(cache, others, entry->line);
		level = CACHE_REMOTE;
	} else if (op == CACHE_READ && others && entry->owner != NO_OWNER) {
		llc_disown(cache, entry);
		level = CACHE_REMOTE;
	}
	if (op == CACHE_WRITE && peer) {
		llc_remove(cache, &cache->llc[llc == &cache->llc[0]], peer);
		peer = NULL;
		level = CACHE_SOCKET;
	}
	if (op == CACHE_WRITE || (!others && !peer)) {
		llc_set_sharers(llc, entry, self);
		entry->owner = core;
	} else {
		llc_set_sharers(llc, entry, others | self);
		entry->owner = NO_OWNER;
	}
	return level;
}

/* The line is not in @core's LLC: it goes there. Return: where it was. */
static enum cache_level llc_fill(struct cache *cache, unsigned int core, uint32_t line,
				 struct llc_line **entry)
{
	struct llc *llc = llc_of(cache, core);
	struct llc_line *peer = llc_peer(cache, llc, line);

	*entry = llc_replace(cache, llc, llc_victim(llc, llc_set(llc, line)), line);
	if (peer) {
		llc_disown(cache, peer);
		peer->unread = UNREAD_NOT;
		return CACHE_SOCKET;
	}
	return cache->socket[core] == (line >= cache->node1_line) ? CACHE_MEMORY
								  : CACHE_MEMORY_REMOTE;
}

static uint32_t place_of(const struct cache *cache, uint32_t line)
{
	return line >> cache->sampling.low & (cache->places - 1);
}

/* A sample was put into an LLC: so were the lines it stands for, into other sets. */
static void llc_count_fill(struct cache *cache, struct llc *llc, uint32_t line, enum fill kind)
{
	uint32_t place = place_of(cache, line);

	if (!llc->pressed || ++llc->press.fills[kind][place] < cache->samples_per_place)
		return;
	llc->press.fills[kind][place] = 0;
	llc->press.rounds[kind][place]++;
}

static void llc_press_once(struct cache *cache, struct llc *llc, struct llc_line *set,
			   uint32_t line, enum fill kind)
{
	bool dma = kind == FILL_DEVICE;
	struct llc_line *victim =
		dma ? llc_victim_dma(llc, set, cache->ddio_ways) : llc_victim(llc, set);
	struct llc_line *entry = llc_replace(cache, llc, victim, line);

	entry->line = NO_NUMBER;
	entry->dma = dma;
}

/*
 * Before a set that sees no bulk data is looked at, it takes in what sets like it were filled with
 * meanwhile: lines without a number, which nobody finds, displace what bulk data would have.
 */
static void llc_press(struct cache *cache, struct llc *llc, uint32_t line)
{
	uint64_t index = llc_index(llc, line);
	struct llc_line *set = llc->lines + index * llc->ways;
	uint32_t place = place_of(cache, line);

	for (enum fill kind = FILL_CORE; kind < FILLS; kind++) {
		uint32_t due = llc->press.rounds[kind][place] - llc->pressed[index][kind];

		llc->pressed[index][kind] += due;
		for (due = due < llc->ways ? due : llc->ways; due; due--)
			llc_press_once(cache, llc, set, line, kind);
	}
}

/* @core has no copy: get one through the LLC into its L2. Return: where it was. */
static enum cache_level llc_fetch(struct cache *cache, unsigned int core, uint32_t line,
				  enum cache_op op)
{
	struct llc *llc = llc_of(cache, core);
	struct llc_line *entry;
	enum cache_level level;
	uint32_t victim;
	bool writable;

	if (llc->pressed && !cache_is_sample(&cache->sampling, line))
		llc_press(cache, llc, line);
	entry = llc_find(llc, line);
	if (entry) {
		entry = llc_to_front(llc, entry);
		level = llc_grant(cache, entry, core, op);
	} else {
		level = llc_fill(cache, core, line, &entry);
		llc_grant(cache, entry, core, op);
	}
	writable = entry->owner == core;
	victim = private_insert(&cache->l2[core], line << 1 | writable);
	if (victim != NO_WORD)
		core_evicted(cache, core, victim >> 1);
	return level;
}

/* @core holds the line and wants to write it, which others may have to be told. */
static enum cache_level core_upgrade(struct cache *cache, unsigned int core, uint32_t line)
{
	struct llc *llc = llc_of(cache, core);
	enum cache_level level =
		llc_grant(cache, llc_to_front(llc, llc_find(llc, line)), core, CACHE_WRITE);

	core_set_writable(cache, core, line, true);
	return level;
}

enum cache_level cache_access(struct cache *cache, unsigned int core, uint64_t line,
			      enum cache_op op)
{
	struct cache_private *l1 = &cache->l1[core], *l2 = &cache->l2[core];
	enum cache_level level = CACHE_L1;
	uint32_t *word = private_use(l1, line);

	if (!word) {
		level = CACHE_L2;
		word = private_use(l2, line);
		if (!word) {
			level = llc_fetch(cache, core, line, op);
			word = private_set(l2, line);
		}
		private_insert(l1, *word);
	}
	if (op == CACHE_WRITE && !(*word & WRITABLE))
		level = core_upgrade(cache, core, line);
	if (level == CACHE_L1)
		l1->hits++;
	else
		cache->served[core][level]++;
	return level;
}

enum cache_level cache_stream(struct cache *cache, unsigned int core, uint64_t line,
			      enum cache_op op)
{
	struct cache_private *l2 = &cache->l2[core];
	enum cache_level level = CACHE_L2;
	uint32_t *word = private_use(l2, line);

	if (!word) {
		level = llc_fetch(cache, core, line, op);
		word = private_set(l2, line);
		if (level >= CACHE_SOCKET)
			llc_count_fill(cache, llc_of(cache, core), line, FILL_CORE);
	}
	if (op == CACHE_WRITE && !(*word & WRITABLE))
		level = core_upgrade(cache, core, line);
	cache->served[core][level]++;
	return level;
}

struct cache_private *cache_l1(struct cache *cache, unsigned int core)
{
	return &cache->l1[core];
}

static void dma_write(struct cache *cache, uint32_t line, enum unread kind)
{
	struct llc *llc = &cache->llc[0];
	struct llc_line *peer = llc_peer(cache, llc, line), *entry;

	if (llc->pressed && !cache_is_sample(&cache->sampling, line))
		llc_press(cache, llc, line);
	entry = llc_find(llc, line);
	if (peer)
		llc_remove(cache, &cache->llc[1], peer);
	if (!cache->ddio_ways || line >= cache->node1_line) {
		if (entry)
			llc_remove(cache, llc, entry);
		return;
	}
	if (entry) {
		sharers_invalidate(cache, llc_sharers(llc, entry), line);
		entry = llc_to_front(llc, entry);
		llc_set_sharers(llc, entry, 0);
		entry->owner = NO_OWNER;
	} else {
		entry = llc_replace(cache, llc,
				    llc_victim_dma(llc, llc_set(llc, line), cache->ddio_ways),
				    line);
		entry->dma = true;
		if (kind == UNREAD_SAMPLE)
			llc_count_fill(cache, llc, line, FILL_DEVICE);
	}
	entry->unread = kind;
}

void cache_dma_write(struct cache *cache, uint64_t line)
{
	dma_write(cache, line, UNREAD_LINE);
}

void cache_dma_sample(struct cache *cache, uint64_t line)
{
	dma_write(cache, line, UNREAD_SAMPLE);
}

void cache_dma_read(struct cache *cache, uint64_t line)
{
	for (unsigned int i = 0; i < cache->sockets; i++) {
		struct llc_line *entry = llc_find(&cache->llc[i], line);

		if (entry)
			llc_disown(cache, entry);
	}
}

uint64_t cache_ddio_lost(const struct cache *cache, bool sample)
{
	return cache->lost[sample ? UNREAD_SAMPLE : UNREAD_LINE];
}

uint64_t cache_count(const struct cache *cache, unsigned int core, enum cache_level level)
{
	return level == CACHE_L1 ? cache->l1[core].hits : cache->served[core][level];
}
