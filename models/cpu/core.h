/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * core.h - a simulated CPU core as an account of time.
 *
 * Code "runs" on a core in two ways. Constants are charged: core_charge(). Instrumented code is
 * counted, instruction by instruction, and turned into time when the clock is read
 * (core_settle()): front end, load ports and store port work side by side, so a stretch takes as
 * long as the busiest of them. A miss proceeds in the background (core_miss()) while there is room
 * in the reorder or store buffer. A locked operation waits for all of it, or is one more resource
 * beside the others (core_locked()).
 *
 *	hits:	time = max(instructions / width, loads / load ports, stores / store ports)
 *	misses:	stall = latency - what the buffers let the core do meanwhile
 *
 * Time moves the core's clock, adds to the cause's account and to the total; sum(by_cause) == total
 * at every moment, checked by core_check(). Unit: mcycles, a thousandth of a core cycle. The clock
 * is absolute simulated time on that core, in mcycles since time 0.
 */
#ifndef MODELS_CORE_H
#define MODELS_CORE_H

#include <stdbool.h>
#include <stdint.h>

#define CORE_MAX       64
#define CORE_FEW       8 /* up to so many, entries of the cache model are smallest */
#define MCYCLES_PER_CY 1000u

/* core_exec counts in mcycles << CORE_EXEC_SHIFT, so that a sixth of a cycle is one */
#define CORE_EXEC_SHIFT 10

/** enum cause - what cycles were spent on; names in cause_name() are those of results */
enum cause {
	CAUSE_ALLOC,	      /* the strategy's allocation side: its instructions and L1 hits */
	CAUSE_FREE,	      /* the strategy's put side */
	CAUSE_REFCOUNT,	      /* atomics on struct page */
	CAUSE_CACHE_MISS,     /* stalls beyond L1, of any cause's accesses */
	CAUSE_PAGE_ALLOCATOR, /* the page allocator behind the strategy */
	CAUSE_IOMMU_MAP,
	CAUSE_IOMMU_UNMAP,
	CAUSE_LOCK, /* waiting for a spin lock */
	CAUSE_RING, /* descriptors */
	CAUSE_SKB,  /* skb allocation and release, driver and stack per packet */
	CAUSE_COPY, /* payload copied to user space */
	CAUSE_IRQ,  /* interrupt entry and poll overhead */
	CAUSE_MAX
};

/**
 * struct core_exec - how fast cores execute; all of them alike
 * @issue, @block, @load, @store: of an instruction, a basic block without its loads and stores, a
 *	load, a store: what it keeps busy of its resource, 1 / 1024 mcycle
 * @window: mcycles of issue that the reorder buffer holds; 0 = a load miss stalls at once
 * @store_buffer: stores that wait behind one that misses; 0 = it stalls at once
 * @locked_overlaps: loads and stores pass a locked operation
 */
struct core_exec {
	uint64_t issue, block, load, store;
	uint64_t window;
	uint64_t store_buffer;
	bool locked_overlaps;
};

/**
 * struct core - one core
 * @id: index
 * @khz: its clock
 * @settled_clock: absolute time on this core, mcycles, without what is not settled: core_clock()
 * @total: mcycles charged so far, settled
 * @by_cause: the same by cause
 * @cause: cause that plain charges go to now
 * @loads, @stores, @blocks: executed and not settled
 * @front, @load, @store, @locked: work of each resource against the clock, mcycles, from
 *	-core_exec.window (idle for so long: it can still take that much without time passing) to 0
 * @miss_left: until the last outstanding load has its data, mcycles; 0 = none is outstanding
 * @miss_room: until the reorder buffer is full behind the first of them
 * @store_left: until outstanding stores have their lines
 * @store_room: free store buffer entries
 */
struct core {
	unsigned int id;
	enum cause cause;
	uint64_t khz;
	uint64_t loads, stores, blocks;
	uint64_t settled_clock;
	uint64_t total;
	uint64_t by_cause[CAUSE_MAX];
	int64_t front, load, store, locked;
	uint64_t miss_left, miss_room;
	uint64_t store_left, store_room;
};

/** core_current - the core whose code runs now; set by core_enter() */
extern struct core *core_current;

/** cause_name() - Return: the word results and messages use for @cause */
const char *cause_name(enum cause cause);

/** core_init() - an idle core at time 0 with empty accounts; @khz: its clock */
void core_init(struct core *core, unsigned int id, uint64_t khz);

/** core_exec_set() - set the speed of all cores; all zeros: instructions take no time */
void core_exec_set(const struct core_exec *exec);

/**
 * core_ns_to_mcycles() - nanoseconds as thousandths of a cycle, rounded down
 * Exact as long as the result fits 64 bits: 92 days at 2.3 GHz.
 */
uint64_t core_ns_to_mcycles(const struct core *core, uint64_t ns);
/** core_mcycles_to_ns() - thousandths of a cycle as nanoseconds, rounded down */
uint64_t core_mcycles_to_ns(const struct core *core, uint64_t mcycles);

/** __core_settle() - core_settle() when there is something to settle */
void __core_settle(struct core *core);

/**
 * core_settle() - convert what was executed since the last call to time, charged to the current
 * cause; functions of this header that read the clock or change the cause call it first
 */
static inline void core_settle(struct core *core)
{
	if (core->loads | core->stores | core->blocks)
		__core_settle(core);
}

/**
 * core_miss() - a load or store is served from beyond L1, @mcycles later than a hit
 * @store: it is a store
 * @chained: its address comes from an outstanding load, so it begins when that one has ended
 * Stalls go to CAUSE_CACHE_MISS, when it is clear how much of the latency the core could not use.
 */
void core_miss(struct core *core, uint64_t mcycles, bool store, bool chained);

/** core_sync() - a full barrier: all earlier loads and stores complete */
void core_sync(struct core *core);

/**
 * core_locked_miss() - a locked operation begins, whose line is @mcycles later than a hit
 * Where nothing passes it, it first waits for all earlier accesses and then for its line, in full.
 */
void core_locked_miss(struct core *core, uint64_t mcycles, bool chained);

/**
 * core_locked() - a locked operation of @mcycles, for @cause, after core_locked_miss()
 * Where nothing passes it, later loads and stores start only now, but the front end does not stop:
 * what has been issued meanwhile waits in the reorder buffer.
 */
void core_locked(struct core *core, enum cause cause, uint64_t mcycles);

/** core_drain() - settle all work before another context runs on the core, or none */
void core_drain(struct core *core);

/** core_age() - @mcycles passed while loads or stores were outstanding; for core_charge() */
void core_age(struct core *core, uint64_t mcycles);

/**
 * core_enter() - code runs on @core from @now_ns on
 * The clock only moves forward: a core still busy with earlier work continues from its own clock.
 */
void core_enter(struct core *core, uint64_t now_ns);

/** core_clock() - absolute time on @core, mcycles */
static inline uint64_t core_clock(struct core *core)
{
	core_settle(core);
	return core->settled_clock;
}

/** core_set_clock() - switch @core to a context whose clock stands at @mcycles, earlier or later */
void core_set_clock(struct core *core, uint64_t mcycles);

/** core_now_ns() - absolute time on @core */
uint64_t core_now_ns(struct core *core);

/** core_charge() - spend @mcycles on @core for @cause */
static inline void core_charge(struct core *core, enum cause cause, uint64_t mcycles)
{
	core->settled_clock += mcycles;
	core->total += mcycles;
	core->by_cause[cause] += mcycles;
	if (__builtin_expect(core->miss_left || core->store_left, 0))
		core_age(core, mcycles);
}

/** core_set_cause() - plain charges go to @cause from now on. Return: the previous cause */
static inline enum cause core_set_cause(struct core *core, enum cause cause)
{
	enum cause old = core->cause;

	core_settle(core);
	core->cause = cause;
	return old;
}

/** core_check() - Return: true when the causes add up to the total */
bool core_check(const struct core *core);

#endif
