/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * core.h - a simulated CPU core as an account of time.
 *
 * Code "runs" on a core by charging it. A charge moves the core's clock, adds to the cause's
 * account and to the total; sum(by_cause) == total at every moment, checked by core_check().
 * Unit: mcycles, a thousandth of a core cycle, so that an L1 hit at half a cycle of throughput is
 * exact in integers. The clock is absolute simulated time on that core, in mcycles since time 0.
 */
#ifndef MODELS_CORE_H
#define MODELS_CORE_H

#include <stdbool.h>
#include <stdint.h>

#define CORE_MAX       8
#define MCYCLES_PER_CY 1000u

/** enum cause - what cycles were spent on; names in cause_name() are those of results */
enum cause {
	CAUSE_ALLOC,	      /* the strategy's allocation side: its instructions and L1 hits */
	CAUSE_FREE,	      /* the strategy's put side */
	CAUSE_REFCOUNT,	      /* atomics on struct page */
	CAUSE_CACHE_MISS,     /* stalls beyond L1, whoever caused them */
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
 * struct core - one core
 * @id: index
 * @khz: its clock
 * @clock: absolute time on this core, mcycles
 * @total: mcycles charged so far
 * @by_cause: the same by cause
 * @cause: cause that plain charges go to now
 */
struct core {
	unsigned int id;
	uint64_t khz;
	uint64_t clock;
	uint64_t total;
	uint64_t by_cause[CAUSE_MAX];
	enum cause cause;
};

/** core_current - the core whose code runs now; set by core_enter() */
extern struct core *core_current;

const char *cause_name(enum cause cause);

void core_init(struct core *core, unsigned int id, uint64_t khz);

/**
 * core_ns_to_mcycles(), core_mcycles_to_ns() - conversions, rounded down
 * Exact as long as the result fits 64 bits: 92 days of mcycles at 2.3 GHz.
 */
uint64_t core_ns_to_mcycles(const struct core *core, uint64_t ns);
uint64_t core_mcycles_to_ns(const struct core *core, uint64_t mcycles);

/**
 * core_enter() - code runs on @core from @now_ns on
 * The clock only moves forward: a core still busy with earlier work goes on from its own clock.
 */
void core_enter(struct core *core, uint64_t now_ns);

/** core_now_ns() - absolute time on @core */
uint64_t core_now_ns(const struct core *core);

/** core_charge() - spend @mcycles on @core for @cause */
static inline void core_charge(struct core *core, enum cause cause, uint64_t mcycles)
{
	core->clock += mcycles;
	core->total += mcycles;
	core->by_cause[cause] += mcycles;
}

/** core_set_cause() - plain charges go to @cause from now on; Return: the cause before */
static inline enum cause core_set_cause(struct core *core, enum cause cause)
{
	enum cause old = core->cause;

	core->cause = cause;
	return old;
}

/** core_check() - does the account balance? */
bool core_check(const struct core *core);

#endif
