/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_iommu_invalidate.c - the invalidation queue under cores that unmap at the same time.
 */
#include "tests/models/memory/test_mm_sim_fixture.h"

#define PAGE 4096ul
#define SLOT 32000u /* mcycles of a slot of the hardware's time: 32 ns at 1 GHz */

static struct machine machine;

static void up(unsigned int cores)
{
	struct mm_sim_params params = {
		.cores = cores,
		.page_shift = 12,
		.memory_bytes = 4096 * PAGE,
		.iommu = IOMMU_STRICT,
	};

	machine = test_machine();
	machine.cores = 8;
	machine.memory_stall_mcycles = 0;
	params.machine = &machine;
	assert_int_equal(mm_sim_init(&params), 0);
}

/*
 * N cores unmap one page each at time 0. All clear their page table in parallel; issue = ISSUE is
 * shorter than hardware = INVAL - ISSUE, so the k-th (k = 1..N) gets its answer at
 *	PT_CLR + STORE + ISSUE + STORE + k (INVAL - ISSUE)
 * less at most a slot for k > 1, and the mean over N cores grows by (INVAL - ISSUE) / 2 with each
 * more.
 */
static void test_one_round(void **state)
{
	(void)state;
	for (unsigned int n = 1; n <= 8; n *= 2) {
		uint64_t addr[8];

		up(n);
		for (unsigned int i = 0; i < n; i++)
			addr[i] = iommu_map(mm_sim.iommu, 0, PAGE);
		for (unsigned int i = 0; i < n; i++) {
			struct core *core = run_on(i);
			uint64_t free = IOVA - IOVA / 2 + STORE;
			uint64_t at =
				PT_CLR + 2 * STORE + ISSUE + (uint64_t)(i + 1) * (INVAL - ISSUE);

			iommu_unmap(mm_sim.iommu, addr[i], PAGE);
			assert_in_range(core_clock(core) - free, i ? at - SLOT : at, at);
		}
		assert_int_equal(iommu_counts_get(mm_sim.iommu).invalidations, n);
		mm_sim_fini();
	}
}

/*
 * N cores that do nothing but map and unmap, the one furthest behind first. The hardware does one
 * per INVAL - ISSUE, so with N of them together a pair takes at least N (INVAL - ISSUE), and alone
 * it takes what a pair costs: cost(1) < cost(2) < cost(4) < cost(8), and cost(8) within 10 % of
 * that bound.
 * Return: mcycles per pair
 */
static uint64_t pair_cost(unsigned int n)
{
	enum { PAIRS = 100 };
	uint64_t total = 0;

	up(n);
	for (unsigned int i = 0; i < n * PAIRS; i++) {
		unsigned int next = 0;

		for (unsigned int c = 1; c < n; c++)
			if (core_clock(&mm_sim.cores[c]) < core_clock(&mm_sim.cores[next]))
				next = c;
		run_on(next);
		iommu_unmap(mm_sim.iommu, iommu_map(mm_sim.iommu, 0, PAGE), PAGE);
	}
	for (unsigned int c = 0; c < n; c++) {
		assert_true(core_check(&mm_sim.cores[c]));
		total += mm_sim.cores[c].total;
	}
	print_message("  %u cores: %llu cycles per map and unmap, waited %llu\n", n,
		      (unsigned long long)(total / (n * PAIRS) / 1000),
		      (unsigned long long)iommu_counts_get(mm_sim.iommu).wait_cycles / (n * PAIRS));
	mm_sim_fini();
	return total / (n * PAIRS);
}

static void test_cost_grows_with_cores(void **state)
{
	uint64_t cost[4];

	(void)state;
	for (unsigned int i = 0; i < 4; i++)
		cost[i] = pair_cost(1u << i);
	for (unsigned int i = 1; i < 4; i++)
		assert_true(cost[i] > cost[i - 1]);
	assert_in_range(cost[3], 8ull * (INVAL - ISSUE) * 9 / 10, 8ull * (INVAL - ISSUE) * 11 / 10);
}

/*
 * The same, simulated as runs are: core 0 unmaps 64 pages at a go, then core 1 as if at the same
 * time, and so on. However they are simulated the hardware does one at a time: N x 64 x 10 commands
 * take at least that often INVAL - ISSUE, and with the page table and addresses of each core in the
 * gaps no more than 10 % longer from 4 cores on.
 */
static void test_polls_at_a_go(void **state)
{
	(void)state;
	for (unsigned int n = 2; n <= 8; n *= 2) {
		uint64_t last = 0, work = 640ull * n * (INVAL - ISSUE);

		up(n);
		for (unsigned int i = 0; i < 640 * n; i++) {
			run_on(i / 64 % n);
			iommu_unmap(mm_sim.iommu, iommu_map(mm_sim.iommu, 0, PAGE), PAGE);
		}
		for (unsigned int c = 0; c < n; c++)
			if (core_clock(&mm_sim.cores[c]) > last)
				last = core_clock(&mm_sim.cores[c]);
		assert_true(last >= work);
		if (n >= 4)
			assert_true(last <= work * 11 / 10);
		mm_sim_fini();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_round),
		cmocka_unit_test(test_cost_grows_with_cores),
		cmocka_unit_test(test_polls_at_a_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
