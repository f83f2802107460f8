/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * access.h - where the compiler's instrumentation meets the cache model.
 *
 * The instrumented build of alloc/ calls __tsan_read8(addr), __tsan_atomic32_fetch_add(addr, ...)
 * and __sanitizer_cov_trace_pc() (one per basic block). access.c defines them: each looks its line
 * up for core_current, counts it or reports a miss, and atomics also do the operation. Memory
 * outside the arena (stack, globals) counts as an L1 hit. alloc/instrument-cc has the compiler
 * flags.
 *
 * Models that touch simulated memory themselves (rings, page allocator, skb) use access_touch().
 */
#ifndef MODELS_ACCESS_H
#define MODELS_ACCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "models/cpu/cache.h"
#include "models/cpu/core.h"

struct machine;

/**
 * struct access_counts - what the instrumented code did on a core, for tests and results
 * @reads, @writes: loads and stores, one per compiler-emitted call; a range counts one per 8 bytes
 *	begun. Atomic loads, and atomic stores weaker than seq_cst, are among them: that is what the
 *	hardware executes
 * @atomics: locked operations; a compare-exchange counts whether or not it succeeds
 * @bytes_read, @bytes_written: bytes of @reads and @writes
 * @blocks: basic blocks
 * @refcount_atomics: atomics on the reference counts of struct page
 * @remote_transfers: accesses served by another core's cache
 */
struct access_counts {
	uint64_t reads, writes, atomics;
	uint64_t bytes_read, bytes_written;
	uint64_t blocks;
	uint64_t refcount_atomics;
	uint64_t remote_transfers;
};

/**
 * access_init() - use @cache with the costs of @machine, over the arena as it is, from now on
 * @cache outlives the use, @machine is read only here. Counts start at zero.
 *
 * While core_current is NULL (set-up outside a run), instrumented code and models do their work,
 * but nothing is charged, counted or observed.
 */
void access_init(struct cache *cache, const struct machine *machine);

/**
 * access_touch() - a model reads or writes @bytes at @addr on core_current
 * L1 hits go to the core's current cause, stalls to CAUSE_CACHE_MISS.
 */
void access_touch(const void *addr, size_t bytes, enum cache_op op);

/**
 * access_lock() - write a lock word: like an atomic it waits for its line and for all before it
 */
void access_lock(const void *word);

/** access_dma_write() - the device writes @bytes at @addr; charges no core */
void access_dma_write(const void *addr, size_t bytes);
/** access_dma_read() - the device reads @bytes at @addr; charges no core */
void access_dma_read(const void *addr, size_t bytes);

/**
 * access_memcpy() - memcpy() of instrumented code (alloc/instrument.h puts it in place of libc's)
 * Cost: both ranges, like a copied struct.
 */
void *access_memcpy(void *dst, const void *src, size_t bytes);
/** access_memmove() - memmove() of instrumented code, charged as access_memcpy() */
void *access_memmove(void *dst, const void *src, size_t bytes);
/** access_memset() - memset() of instrumented code; Cost: the range written */
void *access_memset(void *dst, int byte, size_t bytes);

/**
 * access_underflow - called when an atomic of instrumented code makes a counter of struct page
 * negative: _refcount, or pp_ref_count
 * @addr: of the counter
 * @left: its value now
 * @pc: where the atomic returns to. May be NULL, need not return.
 */
extern void (*access_underflow)(const void *addr, long left, const void *pc);

/** access_counts_get() - totals since access_init() */
struct access_counts access_counts_get(void);

/**
 * access_observer - when set, called for every access of instrumented code (tests, --check)
 * @kind: 'r', 'w', 'a' (locked operation) or 'b' (basic block, addr = NULL)
 */
extern void (*access_observer)(char kind, const void *addr, size_t bytes);

#endif
