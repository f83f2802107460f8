/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * core.c - conversions and names around the account of a simulated core (core.h).
 *
 * Ignored: frequency changes, SMT and time lost to other work of the machine. A real core under load
 * may run 10-20 % off its nominal clock; results are in cycles first, so only times carry that error.
 */
#include "models/core.h"

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

void core_enter(struct core *core, uint64_t now_ns)
{
	uint64_t now = core_ns_to_mcycles(core, now_ns);

	if (core->clock < now)
		core->clock = now;
	core_current = core;
}

uint64_t core_now_ns(const struct core *core)
{
	return core_mcycles_to_ns(core, core->clock);
}

bool core_check(const struct core *core)
{
	uint64_t sum = 0;

	for (int i = 0; i < CAUSE_MAX; i++)
		sum += core->by_cause[i];
	return sum == core->total;
}
