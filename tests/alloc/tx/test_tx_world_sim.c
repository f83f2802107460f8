/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_tx_world_sim.c - the simulated environment behind test_tx_rig.h: two cores, strict IOMMU.
 */
#include <stdio.h>
#include <stdlib.h>
#include "alloc/tx/tx_table.h"
#include "tests/models/memory/test_mm_sim_fixture.h"
#include "test_tx_rig.h"

static struct machine machine;

static _Noreturn void on_bug(const char *text)
{
	fail_msg("%s", text);
	abort();
}

static void up(unsigned int page_shift)
{
	struct mm_sim_params params = {
		.machine = &machine,
		.cores = 2,
		.page_shift = page_shift,
		.memory_bytes = TX_RIG_MEMORY,
		.iommu = IOMMU_STRICT,
	};

	machine = test_machine();
	mm_sim.on_bug = on_bug;
	assert_int_equal(mm_sim_init(&params), 0);
}

static bool down(char *err, size_t err_size)
{
	bool quiescent = mm_sim_quiescent(err, err_size);

	mm_sim_fini();
	return quiescent;
}

static void run_on_core(unsigned int cpu)
{
	run_on(cpu);
}

static void fail_at(uint64_t n)
{
	page_allocator_fail_at(mm_sim.pages, n);
}

static uint64_t failed(void)
{
	return page_allocator_counts(mm_sim.pages).failed;
}

static bool reaches(const struct tx_frag *frag)
{
	uint64_t in_page = (1ull << mm_sim.page_shift) - 1;

	return iommu_covers(mm_sim.iommu, frag->dma, frag->bytes) &&
	       (frag->dma & in_page) == (frag->offset & in_page);
}

static uint64_t maps(void)
{
	return iommu_counts_get(mm_sim.iommu).maps;
}

static uint64_t unmaps(void)
{
	return iommu_counts_get(mm_sim.iommu).unmaps;
}

static uint64_t pages_held(void)
{
	struct page_counts counts = page_allocator_counts(mm_sim.pages);

	return counts.pages_allocated - counts.pages_freed;
}

static uint64_t refcount_atomics(void)
{
	return access_counts_get().refcount_atomics;
}

const struct tx_world tx_world = {
	.table = tx_strategy_table_sim,
	.layout = &mm_sim_layout,
	.up = up,
	.down = down,
	.run_on = run_on_core,
	.fail_at = fail_at,
	.failed = failed,
	.reaches = reaches,
	.maps = maps,
	.unmaps = unmaps,
	.pages_held = pages_held,
	.refcount_atomics = refcount_atomics,
};
