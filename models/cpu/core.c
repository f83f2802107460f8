/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * core.c - time on a simulated core: throughput of hits, stalls of misses, accounts (core.h).
 *
 * Hits are counted and settled together. Each resource knows how far it is behind the clock: a
 * stretch bound by its stores leaves room for loads that follow, as far as the reorder buffer
 * reaches. Misses follow interval analysis (Karkhanis and Smith, ISCA 2004): an isolated load
 * miss costs its latency less the time it takes to fill the reorder buffer behind it, others inside
 * that buffer cost nothing of their own, a chained one adds its latency. On Intel's cores loads and
 * stores are not reordered with a locked operation, but it is no serializing instruction: the front
 * end continues. On Zen 4 everything continues (zen4-locked).
 * Source: interval-model
 *
 * Ignored, and the error that brings: chains of dependent instructions that hit, and taken branches
 * (width is a bound: fine four wide, underestimated by a quarter to a third six wide,
 * docs/validation.md); failed store forwarding (underestimated by about 14 cycles each);
 * mispredicted branches (15-20 cycles each; those of a steady stream are predicted, turning a page
 * or refilling once in 64 buffers is not: below a cycle per buffer); the number of misses in flight
 * at once (10-16 line fill buffers, more than an allocator has). Calls and returns are among a
 * block's instructions; retpolines and return thunks do not exist. Relaxed atomics of arm64 cost
 * what ordered ones do (overestimated). Frequency changes, SMT and other work of the machine do not
 * exist either: a real core under load may run 10-20 % off its nominal clock.
 */
#include "models/cpu/core.h"

/* A global, because the compiler's callbacks (access.c) are given no core. */
struct core *core_current;

static const char *const cause_names[CAUSE_MAX] = {
	[CAUSE_ALLOC] = "alloc",
	[CAUSE_FREE] = "free",
	[CAUSE_REFCOUNT] = "refcount",
	[CAUSE_CACHE_MISS] = "cache_miss",
	[CAUSE_PAGE_ALLOCATOR] = "page_allocator",
	[CAUSE_IOMMU_MAP] = "iommu_map",
	[CAUSE_IOMMU_UNMAP] = "iommu_unmap",
	[CAUSE_LOCK] = "lock",
	[CAUSE_RING] = "ring",
	[CAUSE_SKB] = "skb",
	[CAUSE_COPY] = "copy",
	[CAUSE_IRQ] = "irq",
};

const char *cause_name(enum cause cause)
{
	return cause_names[cause];
}

/* One for all cores, as in a machine profile; read for every stretch of code that is settled. */
static struct core_exec exec;

void core_init(struct core *core, unsigned int id, uint64_t khz)
{
	*core = (struct core){.id = id, .khz = khz, .cause = CAUSE_ALLOC};
}

/* 1 ns is khz / 1000 mcycles. Whole and rest apart: no product exceeds the result. */
uint64_t core_ns_to_mcycles(const struct core *core, uint64_t ns)
{
	return ns / 1000 * core->khz + ns % 1000 * core->khz / 1000;
}

uint64_t core_mcycles_to_ns(const struct core *core, uint64_t mcycles)
{
	return mcycles / core->khz * 1000 + mcycles % core->khz * 1000 / core->khz;
}

void core_exec_set(const struct core_exec *now)
{
	exec = *now;
}

static uint64_t beyond(uint64_t mcycles, uint64_t room)
{
	return mcycles > room ? mcycles - room : 0;
}

static int64_t max(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static void pipeline_meet(struct core *core)
{
	core->front = core->load = core->store = core->locked = 0;
}

/* Stores behind one that misses fill the buffer, and then the core waits for its line. */
static void store_buffer_fill(struct core *core, uint64_t stores)
{
	uint64_t left = core->store_left;

	if (stores <= core->store_room) {
		core->store_room -= stores;
		return;
	}
	core->store_left = 0;
	pipeline_meet(core);
	core_charge(core, CAUSE_CACHE_MISS, left);
}

/* @passed: since the lags were right, of the clock */
static void pipeline_pass(struct core *core, int64_t passed)
{
	int64_t idle = -(int64_t)exec.window;

	core->front = max(core->front - passed, idle);
	core->load = max(core->load - passed, idle);
	core->store = max(core->store - passed, idle);
	core->locked = max(core->locked - passed, idle);
}

void __core_settle(struct core *core)
{
	uint64_t loads = core->loads, stores = core->stores, blocks = core->blocks;
	int64_t passed;

	core->loads = core->stores = core->blocks = 0;
	core->front +=
		(int64_t)(((loads + stores) * exec.issue + blocks * exec.block) >> CORE_EXEC_SHIFT);
	core->load += (int64_t)(loads * exec.load >> CORE_EXEC_SHIFT);
	core->store += (int64_t)(stores * exec.store >> CORE_EXEC_SHIFT);
	passed = max(max(core->front, core->load), max(core->store, 0));
	pipeline_pass(core, passed);
	core_charge(core, core->cause, (uint64_t)passed);
	if (core->store_left)
		store_buffer_fill(core, stores);
}

void core_age(struct core *core, uint64_t mcycles)
{
	uint64_t stall = 0;

	core->store_left = beyond(core->store_left, mcycles);
	if (mcycles <= core->miss_room && mcycles < core->miss_left) {
		core->miss_left -= mcycles;
		core->miss_room -= mcycles;
		return;
	}
	/* the data came, or the reorder buffer filled up before it did */
	stall = beyond(core->miss_left, core->miss_room);
	core->miss_left = 0;
	if (!stall)
		return;
	pipeline_meet(core);
	core_charge(core, CAUSE_CACHE_MISS, stall);
}

static void load_miss(struct core *core, uint64_t mcycles, bool chained)
{
	if (!core->miss_left)
		core->miss_room = exec.window;
	if (chained)
		core->miss_left += mcycles;
	else if (core->miss_left < mcycles)
		core->miss_left = mcycles;
}

void core_miss(struct core *core, uint64_t mcycles, bool store, bool chained)
{
	core_settle(core);
	if (!(store ? exec.store_buffer : exec.window)) {
		core_charge(core, CAUSE_CACHE_MISS, mcycles);
		return;
	}
	if (!store) {
		load_miss(core, mcycles, chained);
		return;
	}
	if (!core->store_left)
		core->store_room = exec.store_buffer;
	if (core->store_left < mcycles)
		core->store_left = mcycles;
}

void core_sync(struct core *core)
{
	uint64_t left;

	core_settle(core);
	left = core->miss_left > core->store_left ? core->miss_left : core->store_left;
	core->miss_left = core->store_left = 0;
	pipeline_meet(core);
	core_charge(core, CAUSE_CACHE_MISS, left);
}

void core_locked_miss(struct core *core, uint64_t mcycles, bool chained)
{
	if (exec.locked_overlaps) {
		core_settle(core);
		if (mcycles)
			core_miss(core, mcycles, false, chained);
		return;
	}
	core_sync(core);
	core_charge(core, CAUSE_CACHE_MISS, mcycles);
}

void core_locked(struct core *core, enum cause cause, uint64_t mcycles)
{
	int64_t passed = (int64_t)mcycles;

	core_settle(core);
	if (exec.locked_overlaps) {
		core->locked += (int64_t)mcycles;
		passed = max(core->locked, 0);
		pipeline_pass(core, passed);
	} else {
		core->front = max(core->front - passed, -(int64_t)exec.window);
	}
	core_charge(core, cause, (uint64_t)passed);
}

void core_drain(struct core *core)
{
	uint64_t stall;

	core_settle(core);
	stall = beyond(core->miss_left, core->miss_room);
	core->miss_left = core->store_left = 0;
	pipeline_meet(core);
	core_charge(core, CAUSE_CACHE_MISS, stall);
}

void core_set_clock(struct core *core, uint64_t mcycles)
{
	core_drain(core);
	core->settled_clock = mcycles;
}

void core_enter(struct core *core, uint64_t now_ns)
{
	uint64_t now = core_ns_to_mcycles(core, now_ns);

	if (core_clock(core) < now)
		core_set_clock(core, now);
	core_current = core;
}

uint64_t core_now_ns(struct core *core)
{
	return core_mcycles_to_ns(core, core_clock(core));
}

bool core_check(const struct core *core)
{
	uint64_t sum = 0;

	for (int i = 0; i < CAUSE_MAX; i++)
		sum += core->by_cause[i];
	return sum == core->total;
}
