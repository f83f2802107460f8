/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cache.h - lines, levels and who owns them.
 *
 * L1 and L2 per core; on each of one or two sockets an LLC that includes those of its cores and
 * tracks, per line, which of them hold it and whether one of them may write it. The device is
 * attached to socket 0. An access returns where the line was found; the machine profile says what
 * that costs (access.c adds it up).
 */
#ifndef MODELS_CACHE_H
#define MODELS_CACHE_H

#include <stdbool.h>
#include <stdint.h>
#include "models/cpu/core.h"

/** CACHE_LINE_END - line numbers are below it (128 GiB of arena) */
#define CACHE_LINE_END (UINT32_MAX >> 1)

/** CACHE_SOCKETS - most sockets */
#define CACHE_SOCKETS 2

enum cache_op { CACHE_READ, CACHE_WRITE };

/** enum cache_level - where an access was served */
enum cache_level {
	CACHE_L1,
	CACHE_L2,
	CACHE_LLC,
	CACHE_REMOTE, /* another core of the socket gave it up or shared it */
	CACHE_SOCKET, /* the other socket did: one of its cores or its LLC */
	CACHE_MEMORY, /* of the core's own node */
	CACHE_MEMORY_REMOTE,
	CACHE_LEVELS
};

/**
 * struct cache_geometry - sizes in lines; ways divide them
 * @llc_lines: of each socket
 * @ddio_ways: LLC ways of socket 0 device writes may fill; 0 = device writes go to memory
 * @sockets: 1 or 2; 0 counts as 1
 * @socket: of each core; below @sockets
 * @node1_line: memory of lines from here on is socket 1's; 0 = none is
 */
struct cache_geometry {
	unsigned int cores;
	unsigned int l1_lines, l1_ways;
	unsigned int l2_lines, l2_ways;
	unsigned int llc_lines, llc_ways;
	unsigned int ddio_ways;
	unsigned int sockets;
	uint8_t socket[CORE_MAX];
	uint32_t node1_line;
};

/**
 * struct cache_sampling - which lines of bulk data are looked up on behalf of all
 * @one_in: a power of two up to 64, or below 2: every line
 * @fold, @low: of every @one_in lines in a row it is the one whose number, modulo @one_in, equals
 *	the low bits (@fold) of its 4K page's number times 2^@low
 */
struct cache_sampling {
	unsigned int one_in;
	uint32_t fold, low;
};

/** CACHE_BLOCK_SHIFT - lines of 4K */
#define CACHE_BLOCK_SHIFT 6

/** cache_is_sample() - Return: true if @line is looked up in the place of its neighbours */
static inline bool cache_is_sample(const struct cache_sampling *s, uint32_t line)
{
	uint32_t want = (line >> CACHE_BLOCK_SHIFT & s->fold) << s->low;

	return !((line ^ want) & (s->one_in - 1));
}

struct cache;

/**
 * struct cache_private - L1 or L2 of one core
 * @words: sets x @nr_ways words, line << 1 | writable, the most recently used of a set first
 * @set_mask: number of sets - 1
 * @nr_ways: words of a set
 * @hits: accesses served
 */
struct cache_private {
	uint32_t *words;
	uint32_t set_mask;
	uint32_t nr_ways;
	uint64_t hits;
};

/**
 * cache_create() - empty caches
 * L1 and L2 need a power of two of sets, and no level may be smaller than the one it includes.
 * Return: NULL when out of memory or the geometry is impossible.
 */
struct cache *cache_create(const struct cache_geometry *geo);
/** cache_destroy() - free the caches; NULL is fine */
void cache_destroy(struct cache *cache);

/**
 * cache_sample() - of bulk data (cache_stream(), cache_dma_sample()) only samples will be seen
 * The sets they meet see all of their lines. The other sets of an LLC have as many lines displaced,
 * on average over sampled sets at the same place of a 4K page, as bulk data would displace there.
 * Return: 0 or -ENOMEM.
 */
int cache_sample(struct cache *cache, const struct cache_sampling *sampling);

/**
 * cache_access() - one access of @core to @line (arena offset >> ARENA_LINE_SHIFT)
 * A write to a line other cores share invalidates them and counts as CACHE_REMOTE or CACHE_SOCKET.
 */
enum cache_level cache_access(struct cache *cache, unsigned int core, uint64_t line,
			      enum cache_op op);

/** cache_stream() - cache_access() for bulk data: fills L2 and LLC, not L1 */
enum cache_level cache_stream(struct cache *cache, unsigned int core, uint64_t line,
			      enum cache_op op);

/** cache_l1() - the L1 of @core, for cache_l1_hit() */
struct cache_private *cache_l1(struct cache *cache, unsigned int core);

/**
 * cache_l1_hit() - cache_access() for the most common case: a hit in the way used last
 * Return: true, and the access is done; false: nothing happened, cache_access() has to do it.
 */
static inline bool cache_l1_hit(struct cache_private *l1, uint32_t line, enum cache_op op)
{
	uint32_t word = l1->words[(line & l1->set_mask) * l1->nr_ways];

	if ((word | (op == CACHE_READ)) != (line << 1 | 1))
		return false;
	l1->hits++;
	return true;
}

/**
 * cache_dma_write() - the device writes @line: all copies are invalidated
 * The line goes to the LLC of socket 0 (DDIO), or to memory without DDIO or when the memory is the
 * other socket's. Source: ddio-ways
 */
void cache_dma_write(struct cache *cache, uint64_t line);
/** cache_dma_sample() - cache_dma_write() of a line that stands for others, counted apart */
void cache_dma_sample(struct cache *cache, uint64_t line);
/** cache_dma_read() - the device reads @line: a modified copy is written back, stays shared */
void cache_dma_read(struct cache *cache, uint64_t line);

/** cache_ddio_lost() - lines the device wrote that were evicted before any core read them */
uint64_t cache_ddio_lost(const struct cache *cache, bool sample);

/** cache_count() - accesses of @core served at @level so far */
uint64_t cache_count(const struct cache *cache, unsigned int core, enum cache_level level);

#endif
