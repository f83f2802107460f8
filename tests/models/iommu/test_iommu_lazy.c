/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_iommu_lazy.c - deferred invalidation: when addresses come back, what it costs, and the exact
 * exposure. The clock is 1 GHz: 1000 mcycles are 1 ns.
 */
#include "tests/models/memory/test_mm_sim_fixture.h"

#define PAGE	   4096ul
#define FULL	   255u /* ranges a flush queue of 256 slots holds */
#define TIMEOUT_NS 10000000ull

static struct machine machine;

static int setup(void **state)
{
	(void)state;
	machine = test_machine();
	world_up(&machine, 4096, IOMMU_LAZY);
	return 0;
}

static struct iommu_counts counts(void)
{
	return iommu_counts_get(mm_sim.iommu);
}

/* On core @id, at @now_ns */
static struct core *at(unsigned int id, uint64_t now_ns)
{
	core_enter(&mm_sim.cores[id], now_ns);
	return core_current;
}

/*
 * An unmap costs PT_CLR + QUEUE and nothing else. The address is not handed out again, is not
 * covered any more, and a second unmap of it is an error.
 */
static void test_unmap_is_cheap(void **state)
{
	struct core *core = run_on(0);
	uint64_t addr = iommu_map(mm_sim.iommu, 0, PAGE);

	(void)state;
	iommu_unmap(mm_sim.iommu, addr, PAGE);
	assert_int_equal(core->by_cause[CAUSE_IOMMU_UNMAP], PT_CLR + QUEUE);
	assert_int_equal(counts().invalidations, 0);
	assert_int_equal(iommu_live(mm_sim.iommu), 0);
	assert_false(iommu_covers(mm_sim.iommu, addr, 1));
	assert_int_not_equal(iommu_map(mm_sim.iommu, 0, PAGE), addr);
	iommu_unmap(mm_sim.iommu, addr, PAGE);
	assert_int_equal(counts().errors, 1);
	assert_true(iommu_check(mm_sim.iommu));
	iommu_drain(mm_sim.iommu);
	assert_true(iommu_check(mm_sim.iommu));
}

/*
 * The 256th unmap finds the queue full and flushes: one invalidation per 255 ranges, after which
 * the addresses of those are free again, the last queued first. */
static void test_full_queue(void **state)
{
	uint64_t addr[FULL + 1];

	(void)state;
	run_on(0);
	for (unsigned int i = 0; i <= FULL; i++)
		addr[i] = iommu_map(mm_sim.iommu, 0, PAGE);
	for (unsigned int i = 0; i < FULL; i++)
		iommu_unmap(mm_sim.iommu, addr[i], PAGE);
	assert_int_equal(counts().invalidations, 0);
	iommu_unmap(mm_sim.iommu, addr[FULL], PAGE);
	assert_int_equal(counts().invalidations, 1);
	assert_int_equal(counts().wait_cycles, (INVAL - ISSUE) / 1000);
	assert_int_equal(iommu_map(mm_sim.iommu, 0, PAGE), addr[FULL - 1]);
	assert_true(iommu_check(mm_sim.iommu));
	for (unsigned int i = 0; i < 254; i++)
		iommu_unmap(mm_sim.iommu, iommu_map(mm_sim.iommu, 0, PAGE), PAGE);
	assert_int_equal(counts().invalidations, 1);
	iommu_unmap(mm_sim.iommu, iommu_map(mm_sim.iommu, 0, PAGE), PAGE);
	assert_int_equal(counts().invalidations, 2);
}

/*
 * Exposure, exactly: two pages unmapped at t = 1000 ns, eight more at t = 5000 ns; the timer was
 * armed by the first and fires at 1000 ns + 10 ms, and the invalidation takes INVAL = 400 ns more.
 * What it costs the core is after the clearing, so both begin when PT_CLR has passed.
 */
static void test_exposure_of_the_timer(void **state)
{
	uint64_t a, b, cleared_a, cleared_b, until;
	struct core *core;

	(void)state;
	a = iommu_map(mm_sim.iommu, 0, 2 * PAGE);
	b = iommu_map(mm_sim.iommu, 0, 8 * PAGE);
	core = at(0, 1000);
	cleared_a = core_now_ns(core) + (PT_CLR + CLR_NEXT) / 1000;
	iommu_unmap(mm_sim.iommu, a, 2 * PAGE);
	at(0, 5000);
	cleared_b = core_now_ns(core) + (PT_CLR + 7 * CLR_NEXT) / 1000;
	iommu_unmap(mm_sim.iommu, b, 8 * PAGE);
	iommu_advance(mm_sim.iommu, 9000);
	assert_int_equal(iommu_exposure(mm_sim.iommu),
			 2 * PAGE * (9000 - cleared_a) + 8 * PAGE * (9000 - cleared_b));
	/* QUEUE is less than a nanosecond: the timer counts from the clearing */
	until = cleared_a + TIMEOUT_NS + INVAL / 1000;
	iommu_advance(mm_sim.iommu, cleared_a + TIMEOUT_NS - 1);
	assert_int_equal(counts().invalidations, 0);
	iommu_advance(mm_sim.iommu, cleared_a + TIMEOUT_NS);
	assert_int_equal(counts().invalidations, 1);
	iommu_advance(mm_sim.iommu, 50 * TIMEOUT_NS);
	assert_int_equal(counts().invalidations, 1);
	assert_int_equal(iommu_exposure(mm_sim.iommu),
			 2 * PAGE * (until - cleared_a) + 8 * PAGE * (until - cleared_b));
}

/* A flush of a full queue ends the exposure of all, the range that found it full included, when the
 * core has waited for it. No stalls, and the clock stands but for the costs. */
static void test_exposure_of_a_full_queue(void **state)
{
	uint64_t addr[FULL + 1], cleared[FULL + 1], done, sum = 0;
	struct core *core = run_on(0);

	(void)state;
	no_stalls(&machine);
	for (unsigned int i = 0; i <= FULL; i++)
		addr[i] = iommu_map(mm_sim.iommu, 0, PAGE);
	for (unsigned int i = 0; i <= FULL; i++) {
		cleared[i] = core_mcycles_to_ns(core, core_clock(core) + PT_CLR);
		iommu_unmap(mm_sim.iommu, addr[i], PAGE);
	}
	/* after the wait 255 addresses were put into magazines, the last one after two full ones of
	 * 127: one went to the depot, its link written under the lock */
	done = core_mcycles_to_ns(core, core_clock(core) - FULL * (IOVA - IOVA / 2 + STORE) -
						(ATOMIC + 2 * STORE));
	for (unsigned int i = 0; i <= FULL; i++)
		sum += PAGE * (done - cleared[i]);
	assert_int_equal(iommu_exposure(mm_sim.iommu), sum);
}

/*
 * The device finds the timer due: its IOTLB is empty, though no core has done anything yet. The
 * core that comes next pays INVAL and puts the addresses of every queue into its magazine. */
static void test_timer_is_paid_later(void **state)
{
	struct core *core = at(1, 1000);
	uint64_t keep = iommu_map(mm_sim.iommu, 0, PAGE), addr = iommu_map(mm_sim.iommu, 0, PAGE);

	(void)state;
	iommu_translate(mm_sim.iommu, keep, PAGE, 2000);
	assert_int_equal(iommu_translate(mm_sim.iommu, keep, PAGE, 2000), 0);
	iommu_unmap(mm_sim.iommu, addr, PAGE);
	assert_int_equal(iommu_translate(mm_sim.iommu, keep, PAGE, 3000), 0);
	assert_int_equal(iommu_translate(mm_sim.iommu, keep, PAGE, 2 * TIMEOUT_NS), 4);
	core = at(0, 2 * TIMEOUT_NS);
	assert_int_equal(iommu_map(mm_sim.iommu, 0, PAGE), addr);
	assert_int_equal(core->by_cause[CAUSE_IOMMU_UNMAP], INVAL + IOVA - IOVA / 2 + STORE);
	assert_int_equal(counts().invalidations, 1);
	assert_int_equal(counts().wait_cycles, (INVAL - ISSUE) / 1000);
}

/*
 * No address is in two hands: ten thousand maps and unmaps on two cores, and a range is handed out
 * only after a flush that came after its unmap. */
static void test_churn(void **state)
{
	static uint64_t flushed_at[4096 * 4];
	static bool taken[4096 * 4];
	uint64_t live[64] = {0};
	uint32_t seed = 3;

	(void)state;
	for (unsigned int i = 0; i < 10000; i++) {
		unsigned int n = (seed = seed * 1664525u + 1013904223u) >> 26;

		run_on(seed >> 20 & 1);
		if (live[n]) {
			iommu_unmap(mm_sim.iommu, live[n], PAGE);
			taken[live[n] / PAGE] = false;
			/* covered by the next flush, or by the one this unmap began */
			flushed_at[live[n] / PAGE] = counts().invalidations + 1;
			live[n] = 0;
			continue;
		}
		live[n] = iommu_map(mm_sim.iommu, 0, PAGE);
		assert_int_not_equal(live[n], IOMMU_NO_ADDRESS);
		assert_false(taken[live[n] / PAGE]);
		assert_true(counts().invalidations >= flushed_at[live[n] / PAGE]);
		taken[live[n] / PAGE] = true;
		assert_true(iommu_check(mm_sim.iommu));
	}
	assert_true(counts().invalidations > 5);
	assert_int_equal(counts().errors + counts().failed, 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, world_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_unmap_is_cheap),	  TEST(test_full_queue),
		TEST(test_exposure_of_the_timer), TEST(test_exposure_of_a_full_queue),
		TEST(test_timer_is_paid_later),	  TEST(test_churn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
