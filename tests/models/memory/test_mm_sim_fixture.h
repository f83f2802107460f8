/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_mm_sim_fixture.h - a small machine with costs that are easy to tell apart, and the simulated
 * environment on it. Not a real machine: each number is chosen so that a sum shows what went in.
 */
#ifndef TEST_MM_SIM_FIXTURE_H
#define TEST_MM_SIM_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "models/cpu/access.h"
#include "models/machine.h"
#include "models/memory/mm_sim.h"

#define LOAD	 1u	 /* mcycles: 1000 instructions per cycle */
#define STORE	 1u	 /* the same */
#define ATOMIC	 20u	 /* atomic_mcycles */
#define MISS	 100000u /* memory_stall_mcycles, nothing of it hidden: no buffers */
#define ZONE	 1000u	 /* zone_page_mcycles */
#define ORDER0	 200001u /* page_order_mcycles[0]; odd */
#define ORDER4	 700000u
#define BULK	 90001u
#define BATCH	 4u
#define HIGH	 8u
#define IOVA	 30001u
#define PT_MAP	 5000u
#define PT_CLR	 3000u
#define PT_NEXT	 11u	 /* iommu_pt_map_next_mcycles */
#define CLR_NEXT 13u	 /* iommu_pt_unmap_next_mcycles */
#define INVAL	 400000u /* iommu_invalidate_mcycles, of it ISSUE under the lock */
#define ISSUE	 50000u
#define TREE	 60001u /* iommu_iova_tree_mcycles; odd */
#define QUEUE	 900u	/* iommu_flush_queue_mcycles */
#define DIRECT	 7000u
#define SKB	 150001u
#define STACK	 2000u
#define COPY	 350u
#define SLAB	 60001u /* slab_mcycles; odd */

static inline struct machine test_machine(void)
{
	return (struct machine){
		.name = "test",
		.cores = 2,
		.khz = 1000000, /* 1 GHz: 1000 mcycles are 1 ns */
		.tsc_khz = 1000000,
		.width_milli = 1000000,
		.atomic_mcycles = ATOMIC,
		.l1_bytes = 32 << 10,
		.l1_ways = 8,
		.l2_bytes = 256 << 10,
		.l2_ways = 8,
		.llc_bytes = 2 << 20,
		.llc_ways = 16,
		.ddio_ways = 2,
		.memory_stall_mcycles = MISS,
		.page_order_mcycles = {ORDER0, 300000, 400000, 500000, ORDER4, 900000},
		.bulk_page_mcycles = BULK,
		.pcp_batch = BATCH,
		.pcp_high = HIGH,
		.pcp_max_order = 3,
		.slab_mcycles = SLAB,
		.zone_page_mcycles = ZONE,
		.iommu_iova_mcycles = IOVA,
		.iommu_iova_tree_mcycles = TREE,
		.iommu_pt_map_mcycles = PT_MAP,
		.iommu_pt_map_next_mcycles = PT_NEXT,
		.iommu_pt_unmap_mcycles = PT_CLR,
		.iommu_pt_unmap_next_mcycles = CLR_NEXT,
		.iommu_invalidate_mcycles = INVAL,
		.iommu_invalidate_issue_mcycles = ISSUE,
		.iommu_flush_queue_mcycles = QUEUE,
		.iotlb_entries = 64,
		.iotlb_ways = 4,
		.walk_entries = 16,
		.dma_direct_mcycles = DIRECT,
		.dma_coherent = true,
		.skb_alloc_mcycles = SKB,
		.skb_path_mcycles = STACK,
		.copy_byte_mcycles = COPY,
	};
}

/* Two cores, @nr_pages of 4K, nobody running yet. */
static inline void world_up(const struct machine *machine, unsigned long nr_pages,
			    enum iommu_mode iommu)
{
	struct mm_sim_params params = {
		.machine = machine,
		.cores = 2,
		.page_shift = 12,
		.memory_bytes = nr_pages << 12,
		.iommu = iommu,
	};

	assert_int_equal(mm_sim_init(&params), 0);
}

/* A test's teardown. */
static inline int world_down(void **state)
{
	(void)state;
	mm_sim_fini();
	return 0;
}

/* From now on a cold line costs no more than a hot one. */
static inline void no_stalls(struct machine *machine)
{
	machine->memory_stall_mcycles = 0;
	access_init(mm_sim.cache, machine);
}

/* Core @id runs, from the start of time or from where it was. */
static inline struct core *run_on(unsigned int id)
{
	core_enter(&mm_sim.cores[id], 0);
	return core_current;
}

#endif
