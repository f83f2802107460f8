/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * access.c - what an access, an atomic and a basic block cost, and the compiler's names for them.
 *
 * Loads, stores and basic blocks are counted; core.c turns the counts into time. What is found
 * beyond L1 is a miss of its level's stall, which core.c hides as far as a core can. A locked
 * operation waits for all that is outstanding and for its own line, or on other cores for neither
 * (core_locked()), and takes machine->atomic_mcycles. The first half charges, the second half
 * defines the functions gcc and clang call (names of ThreadSanitizer's and SanitizerCoverage's
 * interface).
 *
 * Those calls bring an address and nothing else, so core_current, the arena and what is below are
 * globals: one simulation per process.
 *
 * Ignored, and the error that brings: wide moves (a struct copy counts one access per 8 bytes,
 * hardware needs half or a quarter of it); an instruction that both loads and stores counts as two.
 * Compiled by gcc, a bit-field store shows no read of its byte, and the expected value of a
 * compare-exchange is a store and a load on the stack instead of a register. Instructions of a
 * basic block besides its accesses are one average (ins-per-block).
 */
#include <string.h>
#include "alloc/mm_types.h"
#include "models/cpu/access.h"
#include "models/cpu/arena.h"
#include "models/cpu/load_chain.h"
#include "models/machine.h"

#define LINE_BYTES (1u << ARENA_LINE_SHIFT)

#define likely(x)   __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

void (*access_underflow)(const void *addr, long left, const void *pc);
void (*access_observer)(char kind, const void *addr, size_t bytes);

/*
 * All the hot path reads and writes, side by side. base to map_bytes are the arena's at
 * access_init(); stall_mcycles is indexed by enum cache_level.
 */
static struct {
	uintptr_t base;
	size_t bytes, map_off, map_bytes;
	uint64_t atomic_mcycles;
	struct access_counts counts;
	struct cache_private *l1[CORE_MAX];
	uint64_t stall_mcycles[CACHE_LEVELS];
	struct cache *cache;
	struct load_chain chain[CORE_MAX];
} access;

/* 1 / @per_kcycle of a thousand cycles, for core_exec; nothing takes time where a test says so */
static uint64_t exec_cost(uint64_t per_kcycle)
{
	uint64_t kcycle = (uint64_t)1000 * MCYCLES_PER_CY << CORE_EXEC_SHIFT;

	return per_kcycle ? (kcycle + per_kcycle / 2) / per_kcycle : 0;
}

static void exec_init(const struct machine *m)
{
	const struct core_exec exec = {
		.issue = exec_cost(m->width_milli),
		.block = exec_cost(m->width_milli) * m->block_milli / 1000,
		.load = exec_cost(m->loads_milli),
		.store = exec_cost(m->stores_milli),
		.window = exec_cost(m->width_milli) * m->window >> CORE_EXEC_SHIFT,
		.store_buffer = m->store_buffer,
		.locked_overlaps = m->atomic_overlaps,
	};

	core_exec_set(&exec);
}

void access_init(struct cache *cache, const struct machine *machine)
{
	const uint64_t stall[CACHE_LEVELS] = {
		[CACHE_L2] = machine->l2_stall_mcycles,
		[CACHE_LLC] = machine->llc_stall_mcycles,
		[CACHE_REMOTE] = machine->remote_stall_mcycles,
		[CACHE_SOCKET] = machine->socket_stall_mcycles,
		[CACHE_MEMORY] = machine->memory_stall_mcycles,
		[CACHE_MEMORY_REMOTE] = machine->memory_remote_stall_mcycles,
	};

	memset(&access, 0, sizeof(access));
	access.base = (uintptr_t)arena.base;
	access.bytes = arena.bytes;
	access.map_off = arena.map_off;
	access.map_bytes = arena.mem_off - arena.map_off;
	access.atomic_mcycles = machine->atomic_mcycles;
	memcpy(access.stall_mcycles, stall, sizeof(stall));
	exec_init(machine);
	for (unsigned int i = 0; i < CORE_MAX; i++)
		access.l1[i] = cache_l1(cache, i);
	access.cache = cache;
}

struct access_counts access_counts_get(void)
{
	return access.counts;
}

static bool load_is_chained(const struct core *core, uint32_t line)
{
	return load_chain_add(&access.chain[core->id], line, core->miss_left);
}

/* Return: 1 when another core's or socket's copy was in the way, else 0. */
static __attribute__((noinline)) unsigned int line_miss(struct core *core, uint32_t line,
							enum cache_op op)
{
	enum cache_level level = cache_access(access.cache, core->id, line, op);

	if (level == CACHE_L1)
		return 0;
	core_settle(core);
	core_miss(core, access.stall_mcycles[level], op == CACHE_WRITE,
		  op == CACHE_READ && load_is_chained(core, line));
	return level == CACHE_REMOTE || level == CACHE_SOCKET;
}

static inline unsigned int line_touch(struct core *core, size_t off, enum cache_op op)
{
	uint32_t line = off >> ARENA_LINE_SHIFT;

	if (likely(cache_l1_hit(access.l1[core->id], line, op)))
		return 0;
	return line_miss(core, line, op);
}

/* The stalls of all lines of a range. Return: remote transfers. */
static inline unsigned int lines_touch(struct core *core, const void *addr, size_t bytes,
				       enum cache_op op)
{
	size_t off = (uintptr_t)addr - access.base;
	unsigned int remote = 0;
	size_t end;

	if (off >= access.bytes || !bytes)
		return 0;
	end = off + bytes < access.bytes ? off + bytes : access.bytes;
	for (off &= ~(size_t)(LINE_BYTES - 1); off < end; off += LINE_BYTES)
		remote += line_touch(core, off, op);
	return remote;
}

static inline void access_observe(char kind, const void *addr, size_t bytes)
{
	if (unlikely(access_observer != NULL))
		access_observer(kind, addr, bytes);
}

static inline void access_count(struct core *core, enum cache_op op, size_t units, size_t bytes)
{
	if (op == CACHE_READ) {
		core->loads += units;
		access.counts.reads += units;
		access.counts.bytes_read += bytes;
	} else {
		core->stores += units;
		access.counts.writes += units;
		access.counts.bytes_written += bytes;
	}
}

/* Any number of bytes at any address. */
static inline void access_range(const void *addr, size_t bytes, enum cache_op op)
{
	struct core *core = core_current;
	size_t units = (bytes + 7) / 8;

	if (!core)
		return;
	access_observe(op == CACHE_READ ? 'r' : 'w', addr, bytes);
	access_count(core, op, units, bytes);
	access.counts.remote_transfers += lines_touch(core, addr, bytes, op);
}

static __attribute__((noinline)) void access_slow(const void *addr, size_t bytes, enum cache_op op)
{
	access_range(addr, bytes, op);
}

/*
 * At most 8 bytes, aligned: one line. Decides how fast a simulation is, so all but a plain hit goes
 * elsewhere in a tail call, and nothing needs to be saved.
 */
static inline void access_aligned(const void *addr, size_t bytes, enum cache_op op)
{
	struct core *core = core_current;
	size_t off = (uintptr_t)addr - access.base;

	if (unlikely(!core))
		return;
	if (unlikely(access_observer || off >= access.bytes ||
		     !cache_l1_hit(access.l1[core->id], off >> ARENA_LINE_SHIFT, op))) {
		access_slow(addr, bytes, op);
		return;
	}
	access_count(core, op, 1, bytes);
}

/* What a locked operation waits for. Return: transfers from another core or socket. */
static unsigned int locked_begin(struct core *core, size_t off)
{
	uint32_t line = (uint32_t)(off >> ARENA_LINE_SHIFT);
	enum cache_level level = CACHE_L1;
	bool chained = false;

	if (off < access.bytes)
		level = cache_access(access.cache, core->id, line, CACHE_WRITE);
	core_settle(core);
	if (level != CACHE_L1)
		chained = load_is_chained(core, line);
	core_locked_miss(core, access.stall_mcycles[level], chained);
	return level == CACHE_REMOTE || level == CACHE_SOCKET;
}

/* A locked operation: needs the line for itself, even a compare-exchange that fails. */
static inline void access_locked(const void *addr, size_t bytes)
{
	struct core *core = core_current;
	size_t off = (uintptr_t)addr - access.base;
	bool refcount = off - access.map_off < access.map_bytes;

	if (!core)
		return;
	access_observe('a', addr, bytes);
	access.counts.atomics++;
	access.counts.refcount_atomics += refcount;
	access.counts.remote_transfers += locked_begin(core, off);
	core_locked(core, refcount ? CAUSE_REFCOUNT : core->cause, access.atomic_mcycles);
}

void access_lock(const void *word)
{
	if (core_current)
		locked_begin(core_current, (uintptr_t)word - access.base);
}

void access_touch(const void *addr, size_t bytes, enum cache_op op)
{
	struct core *core = core_current;

	if (!core)
		return;
	*(op == CACHE_READ ? &core->loads : &core->stores) += (bytes + 7) / 8;
	lines_touch(core, addr, bytes, op);
}

static void dma_lines(const void *addr, size_t bytes,
		      void (*one)(struct cache *cache, uint64_t line))
{
	size_t off = (uintptr_t)addr - access.base;

	if (off >= access.bytes || bytes > access.bytes - off)
		return;
	for (size_t end = off + bytes; off < end; off = (off | (LINE_BYTES - 1)) + 1)
		one(access.cache, off >> ARENA_LINE_SHIFT);
}

void access_dma_write(const void *addr, size_t bytes)
{
	dma_lines(addr, bytes, cache_dma_write);
}

void access_dma_read(const void *addr, size_t bytes)
{
	dma_lines(addr, bytes, cache_dma_read);
}

void *access_memcpy(void *dst, const void *src, size_t bytes)
{
	access_range(src, bytes, CACHE_READ);
	access_range(dst, bytes, CACHE_WRITE);
	return memcpy(dst, src, bytes);
}

void *access_memmove(void *dst, const void *src, size_t bytes)
{
	access_range(src, bytes, CACHE_READ);
	access_range(dst, bytes, CACHE_WRITE);
	return memmove(dst, src, bytes);
}

void *access_memset(void *dst, int byte, size_t bytes)
{
	access_range(dst, bytes, CACHE_WRITE);
	return memset(dst, byte, bytes);
}

/*
 * The compiler's entry points. Nobody declares them but the compiler, so ENTRY() does. Built with
 * any sanitizer, gcc also knows what it would call itself, with untyped pointers.
 */
#ifndef __clang__
#pragma GCC diagnostic ignored "-Wbuiltin-declaration-mismatch"
#endif
#define ENTRY(type, name, ...)                                                                     \
	type name(__VA_ARGS__);                                                                    \
	type name(__VA_ARGS__)

ENTRY(void, __sanitizer_cov_trace_pc, void)
{
	struct core *core = core_current;

	if (unlikely(!core))
		return;
	core->blocks++;
	access.counts.blocks++;
	access_observe('b', NULL, 0);
}

/* clang has volatile and read-then-write forms of its own, gcc volatile ones. */
#define PLAIN(n, how)                                                                              \
	ENTRY(void, __tsan_read##n, void *addr)                                                    \
	{                                                                                          \
		how(addr, n, CACHE_READ);                                                          \
	}                                                                                          \
	ENTRY(void, __tsan_write##n, void *addr)                                                   \
	{                                                                                          \
		how(addr, n, CACHE_WRITE);                                                         \
	}                                                                                          \
	ENTRY(void, __tsan_volatile_read##n, void *addr)                                           \
	{                                                                                          \
		how(addr, n, CACHE_READ);                                                          \
	}                                                                                          \
	ENTRY(void, __tsan_volatile_write##n, void *addr)                                          \
	{                                                                                          \
		how(addr, n, CACHE_WRITE);                                                         \
	}                                                                                          \
	ENTRY(void, __tsan_read_write##n, void *addr)                                              \
	{                                                                                          \
		how(addr, n, CACHE_READ);                                                          \
		how(addr, n, CACHE_WRITE);                                                         \
	}

PLAIN(1, access_aligned)
PLAIN(2, access_aligned)
PLAIN(4, access_aligned)
PLAIN(8, access_aligned)
PLAIN(16, access_range) /* may be aligned to 8 only, and two lines then */

#define UNALIGNED(n)                                                                               \
	ENTRY(void, __tsan_unaligned_read##n, void *addr)                                          \
	{                                                                                          \
		access_range(addr, n, CACHE_READ);                                                 \
	}                                                                                          \
	ENTRY(void, __tsan_unaligned_write##n, void *addr)                                         \
	{                                                                                          \
		access_range(addr, n, CACHE_WRITE);                                                \
	}                                                                                          \
	ENTRY(void, __tsan_unaligned_volatile_read##n, void *addr)                                 \
	{                                                                                          \
		access_range(addr, n, CACHE_READ);                                                 \
	}                                                                                          \
	ENTRY(void, __tsan_unaligned_volatile_write##n, void *addr)                                \
	{                                                                                          \
		access_range(addr, n, CACHE_WRITE);                                                \
	}                                                                                          \
	ENTRY(void, __tsan_unaligned_read_write##n, void *addr)                                    \
	{                                                                                          \
		access_range(addr, n, CACHE_READ);                                                 \
		access_range(addr, n, CACHE_WRITE);                                                \
	}

UNALIGNED(2)
UNALIGNED(4)
UNALIGNED(8)
UNALIGNED(16)

ENTRY(void, __tsan_read_range, void *addr, size_t bytes)
{
	access_range(addr, bytes, CACHE_READ);
}

ENTRY(void, __tsan_write_range, void *addr, size_t bytes)
{
	access_range(addr, bytes, CACHE_WRITE);
}

/* Tables of C++ classes: one pointer read, or one written. */
ENTRY(void, __tsan_vptr_read, void **vptr)
{
	access_aligned(vptr, sizeof(*vptr), CACHE_READ);
}

ENTRY(void, __tsan_vptr_update, void **vptr, void *table)
{
	(void)table;
	access_aligned(vptr, sizeof(*vptr), CACHE_WRITE);
}

/* clang 15 and later name these instead of libc's. */
ENTRY(void *, __tsan_memcpy, void *dst, const void *src, size_t bytes)
{
	return access_memcpy(dst, src, bytes);
}

ENTRY(void *, __tsan_memmove, void *dst, const void *src, size_t bytes)
{
	return access_memmove(dst, src, bytes);
}

ENTRY(void *, __tsan_memset, void *dst, int byte, size_t bytes)
{
	return access_memset(dst, byte, bytes);
}

/* Start-up and call stacks matter to a race detector; here they cost nothing and do nothing. */
ENTRY(void, __tsan_init, void)
{
}

ENTRY(void, __tsan_func_entry, void *caller)
{
	(void)caller;
}

ENTRY(void, __tsan_func_exit, void)
{
}

/*
 * Atomics. All simulated cores run on one real thread and nothing interrupts an operation, so plain
 * ones are indivisible and in order: any memory order is met. (A real locked operation would cost
 * the simulator more than its whole model.)
 */
static __attribute__((noinline)) void negative(const void *addr, long left, const void *pc)
{
	size_t off = (uintptr_t)addr - access.base - access.map_off;
	size_t field = off % sizeof(struct page);

	if (access_underflow && off < access.map_bytes &&
	    (field == offsetof(struct page, _refcount) ||
	     field == offsetof(struct page, pp_ref_count)))
		access_underflow(addr, left, pc);
}

#define ATOMIC_RMW(bits, type, name, result)                                                       \
	ENTRY(type, __tsan_atomic##bits##_##name, type *addr, type value, int order)               \
	{                                                                                          \
		type old;                                                                          \
                                                                                                   \
		(void)order;                                                                       \
		access_locked(addr, bits / 8);                                                     \
		old = *addr;                                                                       \
		*addr = (result);                                                                  \
		if (bits == 32 && unlikely((int32_t)*addr < 0))                                    \
			negative(addr, (int32_t)*addr, __builtin_return_address(0));               \
		if (bits == 64 && unlikely((int64_t)*addr < 0))                                    \
			negative(addr, (int64_t)*addr, __builtin_return_address(0));               \
		return old;                                                                        \
	}

#define ATOMIC_COMPARE(bits, type, name)                                                           \
	ENTRY(int, __tsan_atomic##bits##_compare_exchange_##name, type *addr, type *expected,      \
	      type desired, int order, int fail_order)                                             \
	{                                                                                          \
		type old;                                                                          \
                                                                                                   \
		(void)order;                                                                       \
		(void)fail_order;                                                                  \
		access_locked(addr, bits / 8);                                                     \
		old = *addr;                                                                       \
		if (old != *expected) {                                                            \
			*expected = old;                                                           \
			return 0;                                                                  \
		}                                                                                  \
		*addr = desired;                                                                   \
		return 1;                                                                          \
	}

#define ATOMIC(bits, type)                                                                         \
	ENTRY(type, __tsan_atomic##bits##_load, const type *addr, int order)                       \
	{                                                                                          \
		(void)order;                                                                       \
		access_range(addr, bits / 8, CACHE_READ);                                          \
		return *addr;                                                                      \
	}                                                                                          \
	ENTRY(void, __tsan_atomic##bits##_store, type *addr, type value, int order)                \
	{                                                                                          \
		if (order == __ATOMIC_SEQ_CST)                                                     \
			access_locked(addr, bits / 8);                                             \
		else                                                                               \
			access_range(addr, bits / 8, CACHE_WRITE);                                 \
		*addr = value;                                                                     \
	}                                                                                          \
	ATOMIC_RMW(bits, type, exchange, value)                                                    \
	ATOMIC_RMW(bits, type, fetch_add, old + value)                                             \
	ATOMIC_RMW(bits, type, fetch_sub, old - value)                                             \
	ATOMIC_RMW(bits, type, fetch_and, old &value)                                              \
	ATOMIC_RMW(bits, type, fetch_or, old | value)                                              \
	ATOMIC_RMW(bits, type, fetch_xor, old ^ value)                                             \
	ATOMIC_RMW(bits, type, fetch_nand, ~(old & value))                                         \
	ATOMIC_COMPARE(bits, type, strong)                                                         \
	ATOMIC_COMPARE(bits, type, weak)                                                           \
	ENTRY(type, __tsan_atomic##bits##_compare_exchange_val, type *addr, type expected,         \
	      type desired, int order, int fail_order)                                             \
	{                                                                                          \
		__tsan_atomic##bits##_compare_exchange_strong(addr, &expected, desired, order,     \
							      fail_order);                         \
		return expected;                                                                   \
	}

ATOMIC(8, uint8_t)
ATOMIC(16, uint16_t)
ATOMIC(32, uint32_t)
ATOMIC(64, uint64_t)
ATOMIC(128, unsigned __int128)

/* Only a full barrier is an instruction of its own (x86; weaker ones order nothing there). */
ENTRY(void, __tsan_atomic_thread_fence, int order)
{
	struct core *core = core_current;

	if (!core || order != __ATOMIC_SEQ_CST)
		return;
	core_sync(core);
	core_locked(core, core->cause, access.atomic_mcycles);
}

ENTRY(void, __tsan_atomic_signal_fence, int order)
{
	(void)order;
}
