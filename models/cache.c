/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cache.c - set-associative L1 and L2 per core under one inclusive LLC that is also the directory.
 *
 * L2 includes L1 and the LLC includes both, so one LLC entry per line says who holds it (sharers)
 * and who may write it without asking (owner: MESI's E and M in one). Every set is an array kept in
 * order of use, the most recent first: a hit in the first way, nearly all there are, changes nothing.
 * A new LLC line replaces the least recently used line that no core holds (Jaleel et al., MICRO
 * 2010), so that what is hot in an L1 does not age out of the LLC unseen.
 *
 * Ignored, and the error that brings: the cost and traffic of write-backs (too cheap where bandwidth
 * binds), prefetchers (sequential misses too dear: DRAM streams by half and more), non-inclusive
 * LLCs (their L2 adds to capacity, here it does not), slices and hashing of LLC sets (conflicts of a
 * regular layout look worse), sockets (one only), and TLBs (misses of large arenas too cheap).
 * Replacement is true LRU; hardware approximates it, a few per cent apart except for working sets
 * just beyond a level, where LRU is the worst case. DDIO lines keep their share until evicted, as
 * they keep their way in hardware; core lines may use those ways as well.
 */
#include <stdlib.h>
#include <string.h>
#include "models/cache.h"
#include "models/core.h"

#define WRITABLE 1u
#define NO_WORD	 UINT32_MAX /* empty way of L1 or L2; above CACHE_LINE_END << 1 */
#define NO_LINE	 UINT32_MAX /* empty way of the LLC */
#define NO_OWNER UINT8_MAX

_Static_assert(CORE_MAX <= 8, "sharers is a mask of 8 bits");

/**
 * struct llc_line - one way of the LLC: a line and its directory entry
 * @line: number, or NO_LINE
 * @sharers: cores whose L2 holds it
 * @owner: the only sharer, if it may write without asking; else NO_OWNER
 * @dma: filled by a device write: counts towards ddio_ways
 */
struct llc_line {
	uint32_t line;
	uint8_t sharers;
	uint8_t owner;
	bool dma;
};

/**
 * struct cache - all levels
 * @llc: sets x ways, each set in order of use; empty ways last
 * @llc_mask: sets - 1, or 0 when the number of sets is no power of two
 * @served: accesses by core and level, except L1 (cache_private.hits)
 */
struct cache {
	struct cache_private l1[CORE_MAX], l2[CORE_MAX];
	struct llc_line *llc;
	uint32_t llc_sets, llc_mask, llc_ways;
	unsigned int ddio_ways;
	uint64_t served[CORE_MAX][CACHE_LEVELS];
};

static bool is_power_of_two(uint32_t n)
{
	return n && !(n & (n - 1));
}

static int private_init(struct cache_private *p, unsigned int lines, unsigned int ways)
{
	if (!ways || lines % ways || !is_power_of_two(lines / ways))
		return -1;
	p->words = aligned_alloc(64, (lines * sizeof(*p->words) + 63) & ~63ul);
	if (!p->words)
		return -1;
	memset(p->words, 0xff, lines * sizeof(*p->words));
	p->set_mask = lines / ways - 1;
	p->nr_ways = ways;
	return 0;
}

static int llc_init(struct cache *cache, const struct cache_geometry *geo)
{
	if (!geo->llc_ways || geo->llc_lines % geo->llc_ways || geo->ddio_ways > geo->llc_ways)
		return -1;
	cache->llc = aligned_alloc(64, (geo->llc_lines * sizeof(*cache->llc) + 63) & ~63ul);
	if (!cache->llc)
		return -1;
	for (unsigned int i = 0; i < geo->llc_lines; i++)
		cache->llc[i] = (struct llc_line){.line = NO_LINE, .owner = NO_OWNER};
	cache->llc_sets = geo->llc_lines / geo->llc_ways;
	cache->llc_mask = is_power_of_two(cache->llc_sets) ? cache->llc_sets - 1 : 0;
	cache->llc_ways = geo->llc_ways;
	cache->ddio_ways = geo->ddio_ways;
	return 0;
}

struct cache *cache_create(const struct cache_geometry *geo)
{
	struct cache *cache;

	if (!geo->cores || geo->cores > CORE_MAX || !geo->llc_lines ||
	    geo->l1_lines > geo->l2_lines || geo->l2_lines > geo->llc_lines)
		return NULL;
	cache = calloc(1, sizeof(*cache));
	if (!cache)
		return NULL;
	for (unsigned int i = 0; i < geo->cores; i++)
		if (private_init(&cache->l1[i], geo->l1_lines, geo->l1_ways) ||
		    private_init(&cache->l2[i], geo->l2_lines, geo->l2_ways))
			goto fail;
	if (llc_init(cache, geo))
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
	free(cache->llc);
	free(cache);
}

static uint32_t *private_set(const struct cache_private *p, uint32_t line)
{
	return p->words + (size_t)(line & p->set_mask) * p->nr_ways;
}

/* The word of @line, or NULL. */
static uint32_t *private_find(const struct cache_private *p, uint32_t line)
{
	uint32_t *set = private_set(p, line);

	for (uint32_t i = 0; i < p->nr_ways; i++)
		if ((set[i] | WRITABLE) == (line << 1 | WRITABLE))
			return &set[i];
	return NULL;
}

/* Like private_find(), but a use: the word moves to the front of its set. */
static uint32_t *private_use(struct cache_private *p, uint32_t line)
{
	uint32_t *set = private_set(p, line);
	uint32_t *at = private_find(p, line);
	uint32_t word;

	if (!at)
		return NULL;
	word = *at;
	memmove(set + 1, set, (at - set) * sizeof(*set));
	*set = word;
	return set;
}

/* A new word in front; Return: the least recently used one it pushed out, or NO_WORD. */
static uint32_t private_insert(struct cache_private *p, uint32_t word)
{
	uint32_t *set = private_set(p, word >> 1);
	uint32_t victim = set[p->nr_ways - 1];

	memmove(set + 1, set, (p->nr_ways - 1) * sizeof(*set));
	*set = word;
	return victim;
}

static void private_remove(struct cache_private *p, uint32_t line)
{
	uint32_t *at = private_find(p, line);
	uint32_t *last = private_set(p, line) + p->nr_ways - 1;

	if (!at)
		return;
	memmove(at, at + 1, (last - at) * sizeof(*at));
	*last = NO_WORD;
}

static void core_invalidate(struct cache *cache, unsigned int core, uint32_t line)
{
	private_remove(&cache->l1[core], line);
	private_remove(&cache->l2[core], line);
}

static void sharers_invalidate(struct cache *cache, unsigned int sharers, uint32_t line)
{
	for (; sharers; sharers &= sharers - 1)
		core_invalidate(cache, __builtin_ctz(sharers), line);
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

static struct llc_line *llc_set(const struct cache *cache, uint32_t line)
{
	uint32_t set = cache->llc_mask ? line & cache->llc_mask : line % cache->llc_sets;

	return cache->llc + (size_t)set * cache->llc_ways;
}

static struct llc_line *llc_find(const struct cache *cache, uint32_t line)
{
	struct llc_line *set = llc_set(cache, line);

	for (uint32_t i = 0; i < cache->llc_ways; i++)
		if (set[i].line == line)
			return &set[i];
	return NULL;
}

static struct llc_line *llc_to_front(const struct cache *cache, struct llc_line *at)
{
	struct llc_line *set = llc_set(cache, at->line);
	struct llc_line entry = *at;

	memmove(set + 1, set, (at - set) * sizeof(*set));
	*set = entry;
	return set;
}

/* Whom a new line replaces: an empty way or the oldest line nobody holds, else the oldest. */
static struct llc_line *llc_victim(const struct cache *cache, struct llc_line *set)
{
	for (uint32_t i = cache->llc_ways; i-- > 0;)
		if (set[i].line == NO_LINE || !set[i].sharers)
			return &set[i];
	return &set[cache->llc_ways - 1];
}

/* The same for a device write: once its share of the set is full, its own oldest line. */
static struct llc_line *llc_victim_dma(const struct cache *cache, struct llc_line *set)
{
	struct llc_line *oldest = NULL;
	unsigned int used = 0;

	for (uint32_t i = cache->llc_ways; i-- > 0;) {
		if (!set[i].dma)
			continue;
		if (!oldest)
			oldest = &set[i];
		used++;
	}
	return used >= cache->ddio_ways ? oldest : llc_victim(cache, set);
}

static struct llc_line *llc_replace(struct cache *cache, struct llc_line *victim, uint32_t line,
				    bool dma)
{
	struct llc_line *set = llc_set(cache, line);

	sharers_invalidate(cache, victim->sharers, victim->line);
	memmove(set + 1, set, (victim - set) * sizeof(*set));
	*set = (struct llc_line){.line = line, .owner = NO_OWNER, .dma = dma};
	return set;
}

static void llc_remove(const struct cache *cache, struct llc_line *at)
{
	struct llc_line *last = llc_set(cache, at->line) + cache->llc_ways - 1;

	memmove(at, at + 1, (last - at) * sizeof(*at));
	*last = (struct llc_line){.line = NO_LINE, .owner = NO_OWNER};
}

/* A line leaves @core's L2 for want of room: L1 may not keep it, the directory forgets. */
static void core_evicted(struct cache *cache, unsigned int core, uint32_t line)
{
	struct llc_line *entry = llc_find(cache, line);

	private_remove(&cache->l1[core], line);
	entry->sharers &= ~(1u << core);
	entry->owner = NO_OWNER;
}

/* Sets what @core may do with a line the directory has; Return: where its contents came from. */
static enum cache_level llc_grant(struct cache *cache, struct llc_line *entry, unsigned int core,
				  enum cache_op op)
{
	unsigned int others = entry->sharers & ~(1u << core);
	enum cache_level level = CACHE_LLC;

	if (op == CACHE_WRITE && others) {
		sharers_invalidate(cache, others, entry->line);
		level = CACHE_REMOTE;
	} else if (op == CACHE_READ && others && entry->owner != NO_OWNER) {
		core_set_writable(cache, entry->owner, entry->line, false);
		level = CACHE_REMOTE;
	}
	if (op == CACHE_WRITE || !others) {
		entry->sharers = 1u << core;
		entry->owner = core;
	} else {
		entry->sharers |= 1u << core;
		entry->owner = NO_OWNER;
	}
	return level;
}

/* @core has no copy: get one through the LLC into its L2. Return: where it was. */
static enum cache_level llc_fetch(struct cache *cache, unsigned int core, uint32_t line,
				  enum cache_op op)
{
	struct llc_line *entry = llc_find(cache, line);
	enum cache_level level = CACHE_MEMORY;
	uint32_t victim;
	bool writable;

	if (entry) {
		entry = llc_to_front(cache, entry);
		level = llc_grant(cache, entry, core, op);
	} else {
		entry = llc_replace(cache, llc_victim(cache, llc_set(cache, line)), line, false);
		llc_grant(cache, entry, core, op);
	}
	writable = entry->owner == core;
	victim = private_insert(&cache->l2[core], line << 1 | writable);
	if (victim != NO_WORD)
		core_evicted(cache, core, victim >> 1);
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
	if (op == CACHE_WRITE && !(*word & WRITABLE)) {
		level = llc_grant(cache, llc_to_front(cache, llc_find(cache, line)), core, op);
		core_set_writable(cache, core, line, true);
	}
	if (level == CACHE_L1)
		l1->hits++;
	else
		cache->served[core][level]++;
	return level;
}

struct cache_private *cache_l1(struct cache *cache, unsigned int core)
{
	return &cache->l1[core];
}

void cache_dma_write(struct cache *cache, uint64_t line)
{
	struct llc_line *entry = llc_find(cache, line);

	if (entry) {
		sharers_invalidate(cache, entry->sharers, line);
		entry->sharers = 0;
		entry->owner = NO_OWNER;
	}
	if (!cache->ddio_ways) {
		if (entry)
			llc_remove(cache, entry);
	} else if (entry) {
		llc_to_front(cache, entry);
	} else {
		llc_replace(cache, llc_victim_dma(cache, llc_set(cache, line)), line, true);
	}
}

void cache_dma_read(struct cache *cache, uint64_t line)
{
	struct llc_line *entry = llc_find(cache, line);

	if (!entry || entry->owner == NO_OWNER)
		return;
	core_set_writable(cache, entry->owner, line, false);
	entry->owner = NO_OWNER;
}

uint64_t cache_count(const struct cache *cache, unsigned int core, enum cache_level level)
{
	return level == CACHE_L1 ? cache->l1[core].hits : cache->served[core][level];
}
