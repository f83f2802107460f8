/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cache.c - set-associative L1 and L2 per core under an inclusive LLC per socket, the directory of
 * its cores.
 *
 * L2 includes L1 and the LLC includes both, so one LLC entry per line says which cores of the socket
 * hold it (sharers) and who may write it without asking (owner: MESI's E and M in one). A line may
 * be in both LLCs, and then nobody owns it. Every set is an array kept in order of use, the most
 * recent first: a hit in the first way, nearly all there are, changes nothing. A new LLC line
 * replaces the least recently used line that no core holds (Jaleel et al., MICRO 2010), so that what
 * is hot in an L1 does not age out of the LLC unseen. Device writes update a line where it is, or
 * take one of at most ddio_ways ways of its set; lines they lose before a core looked are counted.
 *
 * Ignored, and the error that brings:
 * - The LLC of Skylake-SP and of Zen is not inclusive. There the L2s add to capacity (here they do
 *   not: 1 MB in 25 per busy core), a line a core takes gives its DDIO way free (here it stays until
 *   evicted, so the share looks smaller to backlogs that are read late), and evicting a DDIO line
 *   leaves a core's copy alone (here it dies). A directory of its own beside the LLC would be needed
 *   and be looked up with every miss; for packets, which are read once, the gain is small.
 * - Write-backs: no cost and no traffic; too cheap where memory bandwidth binds.
 * - Prefetchers: sequential misses of metadata too dear (DRAM streams by half and more); for payload
 *   sim/payload.c has costs of its own.
 * - Slices and hashing of LLC sets: conflicts of a regular layout look worse than they are.
 * - Sockets: an access that finds the line in the other socket costs the same from its cores and
 *   from its LLC (hardware: some 10 ns apart); the directory in memory and stale snoops cost
 *   nothing.
 * - TLBs: misses of large arenas too cheap, by a page walk or two each.
 * Replacement is true LRU; hardware approximates it, a few per cent apart except for working sets
 * just beyond a level, where LRU is the worst case.
 */
#include <stdlib.h>
#include <string.h>
#include "models/cache.h"
#include "models/cache_private.h"

#define NO_LINE	 UINT32_MAX /* empty way of the LLC */
#define NO_OWNER UINT8_MAX

_Static_assert(CORE_MAX <= 8, "sharers is a mask of 8 bits");

/** enum unread - a line the device wrote and no core has looked at */
enum unread { UNREAD_NOT, UNREAD_LINE, UNREAD_SAMPLE, UNREAD_KINDS };

/**
 * struct llc_line - one way of the LLC: a line and its directory entry
 * @line: number, or NO_LINE
 * @sharers: cores of the socket whose L2 holds it
 * @owner: the only sharer, if it may write without asking; else NO_OWNER
 * @dma: filled by a device write: counts towards ddio_ways
 * @unread: enum unread
 */
struct llc_line {
	uint32_t line;
	uint8_t sharers;
	uint8_t owner;
	bool dma;
	uint8_t unread;
};

/**
 * struct llc - the last level of one socket
 * @lines: sets x ways, each set in order of use; empty ways last; NULL: no such socket
 * @magic: 2^64 / @sets, rounded up, which turns line % sets into two multiplications
 */
struct llc {
	struct llc_line *lines;
	uint32_t sets, ways;
	uint64_t magic;
};

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
	uint64_t lost[UNREAD_KINDS];
	uint64_t served[CORE_MAX][CACHE_LEVELS];
};

static int llc_init(struct llc *llc, const struct cache_geometry *geo)
{
	if (!geo->llc_ways || geo->llc_lines % geo->llc_ways || geo->ddio_ways > geo->llc_ways)
		return -1;
	llc->lines = aligned_alloc(64, (geo->llc_lines * sizeof(*llc->lines) + 63) & ~63ul);
	if (!llc->lines)
		return -1;
	for (unsigned int i = 0; i < geo->llc_lines; i++)
		llc->lines[i] = (struct llc_line){.line = NO_LINE, .owner = NO_OWNER};
	llc->sets = geo->llc_lines / geo->llc_ways;
	llc->magic = UINT64_MAX / llc->sets + 1;
	llc->ways = geo->llc_ways;
	return 0;
}

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
	for (int i = 0; i < CACHE_SOCKETS; i++)
		free(cache->llc[i].lines);
	free(cache);
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

/*
 * The set is line % sets: the fraction of line / sets, in units of 2^-64, times sets. Exact, as both
 * have 32 bits (Lemire, Kaser, Kurz, "Faster remainder by direct computation", 2019).
 */
static struct llc_line *llc_set(const struct llc *llc, uint32_t line)
{
	uint64_t fraction = llc->magic * line;
	uint64_t set = (uint64_t)((unsigned __int128)fraction * llc->sets >> 64);

	return llc->lines + set * llc->ways;
}

static struct llc_line *llc_find(const struct llc *llc, uint32_t line)
{
	struct llc_line *set = llc_set(llc, line);

	for (uint32_t i = 0; i < llc->ways; i++)
		if (set[i].line == line)
			return &set[i];
	return NULL;
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

static struct llc_line *llc_to_front(const struct llc *llc, struct llc_line *at)
{
	struct llc_line *set = llc_set(llc, at->line);
	struct llc_line entry = *at;

	memmove(set + 1, set, (at - set) * sizeof(*set));
	*set = entry;
	return set;
}

/* Whom a new line replaces: an empty way or the oldest line nobody holds, else the oldest. */
static struct llc_line *llc_victim(const struct llc *llc, struct llc_line *set)
{
	for (uint32_t i = llc->ways; i-- > 0;)
		if (set[i].line == NO_LINE || !set[i].sharers)
			return &set[i];
	return &set[llc->ways - 1];
}

/* The same for a device write: once its share of the set is full, its own oldest line. */
static struct llc_line *llc_victim_dma(const struct cache *cache, struct llc_line *set)
{
	const struct llc *llc = &cache->llc[0];
	struct llc_line *oldest = NULL;
	unsigned int used = 0;

	for (uint32_t i = llc->ways; i-- > 0;) {
		if (!set[i].dma)
			continue;
		if (!oldest)
			oldest = &set[i];
		used++;
	}
	return used >= cache->ddio_ways ? oldest : llc_victim(llc, set);
}

static struct llc_line *llc_replace(struct cache *cache, const struct llc *llc,
				    struct llc_line *victim, uint32_t line)
{
	struct llc_line *set = llc_set(llc, line);

	sharers_invalidate(cache, victim->sharers, victim->line);
	cache->lost[victim->unread]++;
	memmove(set + 1, set, (victim - set) * sizeof(*set));
	*set = (struct llc_line){.line = line, .owner = NO_OWNER};
	return set;
}

static void llc_remove(struct cache *cache, const struct llc *llc, struct llc_line *at)
{
	struct llc_line *last = llc_set(llc, at->line) + llc->ways - 1;

	sharers_invalidate(cache, at->sharers, at->line);
	memmove(at, at + 1, (last - at) * sizeof(*at));
	*last = (struct llc_line){.line = NO_LINE, .owner = NO_OWNER};
}

/* A line leaves @core's L2 for want of room: L1 may not keep it, the directory forgets. */
static void core_evicted(struct cache *cache, unsigned int core, uint32_t line)
{
	struct llc_line *entry = llc_find(llc_of(cache, core), line);

	private_remove(&cache->l1[core], line);
	entry->sharers &= ~(1u << core);
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
	unsigned int others = entry->sharers & ~(1u << core);
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
		entry->sharers = 1u << core;
		entry->owner = core;
	} else {
		entry->sharers |= 1u << core;
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

/* @core has no copy: get one through the LLC into its L2. Return: where it was. */
static enum cache_level llc_fetch(struct cache *cache, unsigned int core, uint32_t line,
				  enum cache_op op)
{
	struct llc *llc = llc_of(cache, core);
	struct llc_line *entry = llc_find(llc, line);
	enum cache_level level;
	uint32_t victim;
	bool writable;

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
	struct llc_line *peer = llc_peer(cache, llc, line), *entry = llc_find(llc, line);

	if (peer)
		llc_remove(cache, &cache->llc[1], peer);
	if (!cache->ddio_ways || line >= cache->node1_line) {
		if (entry)
			llc_remove(cache, llc, entry);
		return;
	}
	if (entry) {
		sharers_invalidate(cache, entry->sharers, line);
		entry = llc_to_front(llc, entry);
		entry->sharers = 0;
		entry->owner = NO_OWNER;
	} else {
		entry = llc_replace(cache, llc, llc_victim_dma(cache, llc_set(llc, line)), line);
		entry->dma = true;
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
