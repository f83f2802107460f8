/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_iommu.c - mappings: their price, their number, and each undone exactly once.
 */
#include "models/lock.h"
#include "test_mm_sim_fixture.h"

#define PAGES 1024ul
#define PAGE  4096ul

static struct machine machine;

static int setup_strict(void **state)
{
	(void)state;
	machine = test_machine();
	world_up(&machine, PAGES, IOMMU_STRICT);
	return 0;
}

static int setup_off(void **state)
{
	(void)state;
	machine = test_machine();
	world_up(&machine, PAGES, IOMMU_OFF);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	mm_sim_fini();
	return 0;
}

static struct iommu_counts counts(void)
{
	return iommu_counts_get(mm_sim.iommu);
}

/*
 * One page: map = IOVA / 2 + PT_MAP = 15000 + 5000. Unmap = PT_CLR + lock word taken and let go
 * (2 STORE) + INVAL + IOVA - IOVA / 2 = 3000 + 2 + 400000 + 15001; its lock word is cold once.
 */
static void test_strict_page(void **state)
{
	struct core *core = run_on(0);
	uint64_t addr = iommu_map(mm_sim.iommu, 3 * PAGE, PAGE);

	(void)state;
	assert_int_equal(core->by_cause[CAUSE_IOMMU_MAP], 20000);
	assert_int_equal(core->total, 20000);
	assert_int_equal(iommu_live(mm_sim.iommu), 1);
	iommu_unmap(mm_sim.iommu, addr, PAGE);
	assert_int_equal(core->by_cause[CAUSE_IOMMU_MAP], 20000);
	assert_int_equal(core->by_cause[CAUSE_IOMMU_UNMAP], 418003);
	assert_int_equal(core->by_cause[CAUSE_CACHE_MISS], MISS);
	assert_int_equal(core->total, 20000 + 418003 + MISS);
	assert_int_equal(core->cause, CAUSE_ALLOC);
	assert_int_equal(counts().maps, 1);
	assert_int_equal(counts().unmaps, 1);
	assert_int_equal(counts().invalidations, 1);
	assert_int_equal(iommu_live(mm_sim.iommu), 0);
	assert_int_equal(counts().errors, 0);
}

/*
 * 32K at a page boundary: one map of eight pages, IOVA / 2 + 8 PT_MAP = 15000 + 40000, and one
 * invalidation: unmap = 8 PT_CLR + 2 STORE + INVAL + 15001 = 24000 + 2 + 400000 + 15001.
 */
static void test_strict_order3(void **state)
{
	struct core *core = run_on(0);
	uint64_t addr = iommu_map(mm_sim.iommu, 8 * PAGE, 8 * PAGE);

	(void)state;
	assert_int_equal(core->by_cause[CAUSE_IOMMU_MAP], 55000);
	assert_int_equal(addr % (8 * PAGE), 0);
	assert_int_equal(counts().maps, 1);
	assert_int_equal(counts().pages_mapped, 8);
	iommu_unmap(mm_sim.iommu, addr, 8 * PAGE);
	assert_int_equal(core->by_cause[CAUSE_IOMMU_UNMAP], 439003);
	assert_int_equal(counts().unmaps, 1);
	assert_int_equal(counts().pages_unmapped, 8);
	assert_int_equal(counts().invalidations, 1);
}

/* Bytes that cross a page boundary are two pages; the offset within the page is kept. */
static void test_strict_offset(void **state)
{
	uint64_t addr;

	(void)state;
	addr = iommu_map(mm_sim.iommu, 5 * PAGE + 3072, 2048);
	assert_int_equal(addr % PAGE, 3072);
	assert_int_equal(counts().pages_mapped, 2);
	assert_true(iommu_covers(mm_sim.iommu, addr, 2048));
	/* the device reaches whole pages, not bytes */
	assert_true(iommu_covers(mm_sim.iommu, addr - 3072, 2 * PAGE));
	assert_false(iommu_covers(mm_sim.iommu, addr - 3073, 1));
	iommu_unmap(mm_sim.iommu, addr, 2048);
	assert_false(iommu_covers(mm_sim.iommu, addr, 1));
	assert_int_equal(counts().pages_unmapped, 2);
	assert_int_equal(counts().errors, 0);
}

/* Addresses come from the top down; of those given back, the last of that size is the next. */
static void test_strict_addresses(void **state)
{
	uint64_t a = iommu_map(mm_sim.iommu, 0, PAGE);
	uint64_t b = iommu_map(mm_sim.iommu, 0, PAGE);
	uint64_t big = iommu_map(mm_sim.iommu, 0, 8 * PAGE);

	(void)state;
	assert_int_equal(b, a - PAGE);
	/* top - 2 pages is not a multiple of 8: two single pages, then four are skipped */
	assert_int_equal(big, a + PAGE - 16 * PAGE);
	iommu_unmap(mm_sim.iommu, a, PAGE);
	iommu_unmap(mm_sim.iommu, b, PAGE);
	assert_int_equal(iommu_map(mm_sim.iommu, PAGE, PAGE), b);
	assert_int_equal(iommu_map(mm_sim.iommu, PAGE, PAGE), a);
	/* what was skipped for alignment serves the smaller sizes: pages 8..11 and 12, 13 below top */
	assert_int_equal(iommu_map(mm_sim.iommu, 0, 4 * PAGE), a + PAGE - 8 * PAGE);
	assert_int_equal(iommu_map(mm_sim.iommu, 0, 2 * PAGE), a + PAGE - 4 * PAGE);
	assert_int_equal(counts().errors, 0);
}

/* Undone twice, with another size, at another address, never done: an error each, and no change. */
static void test_strict_errors(void **state)
{
	struct core *core = run_on(0);
	uint64_t addr = iommu_map(mm_sim.iommu, 0, 2 * PAGE);
	uint64_t total = core->total;

	(void)state;
	iommu_unmap(mm_sim.iommu, addr, PAGE);
	iommu_unmap(mm_sim.iommu, addr + PAGE, PAGE);
	iommu_unmap(mm_sim.iommu, addr + 1, 2 * PAGE);
	iommu_unmap(mm_sim.iommu, 0, 0);
	iommu_unmap(mm_sim.iommu, ~0ull, PAGE);
	assert_int_equal(counts().errors, 5);
	assert_int_equal(core->total, total);
	assert_true(iommu_covers(mm_sim.iommu, addr, 2 * PAGE));
	iommu_unmap(mm_sim.iommu, addr, 2 * PAGE);
	assert_int_equal(counts().errors, 5);
	iommu_unmap(mm_sim.iommu, addr, 2 * PAGE);
	assert_int_equal(counts().errors, 6);
	assert_int_equal(counts().unmaps, 1);
	assert_int_equal(iommu_map(mm_sim.iommu, PAGES * PAGE - 1, 2), IOMMU_NO_ADDRESS);
	assert_int_equal(iommu_map(mm_sim.iommu, 0, 0), IOMMU_NO_ADDRESS);
	assert_int_equal(counts().errors, 8);
	assert_int_equal(counts().failed, 0);
}

/* No more addresses: counted, and the next works once one is back. Page 0 is never handed out. */
static void test_strict_dry(void **state)
{
	uint64_t addr, last = 0;
	unsigned long n = 0;

	(void)state;
	while ((addr = iommu_map(mm_sim.iommu, 0, 64)) != IOMMU_NO_ADDRESS) {
		assert_int_not_equal(addr, 0);
		last = addr;
		n++;
	}
	assert_int_equal(last, PAGE);
	assert_int_equal(iommu_live(mm_sim.iommu), n);
	assert_int_equal(counts().failed, 1);
	iommu_unmap(mm_sim.iommu, last, 64);
	assert_int_equal(iommu_map(mm_sim.iommu, 64, 64), last + 64);
	assert_int_equal(counts().errors, 0);
}

/*
 * Both cores unmap at time 0. Without stalls both come to the queue after PT_CLR + STORE; core 0
 * has it for INVAL + STORE, and that long core 1 waits. The next unmap of core 0 begins while core
 * 1 still waits for the hardware: core 0 comes to the queue at IOVA / 2 + 1 + PT_CLR + STORE after
 * it let go, core 1 has it from core 0's release on for INVAL + STORE:
 * wait = INVAL + STORE - (15001 + 3000 + STORE) = 400001 - 18002.
 */
static void test_strict_contention(void **state)
{
	struct core *core;
	uint64_t addr[3];

	(void)state;
	no_stalls(&machine);
	for (int i = 0; i < 3; i++)
		addr[i] = iommu_map(mm_sim.iommu, 0, PAGE);
	core = run_on(0);
	iommu_unmap(mm_sim.iommu, addr[0], PAGE);
	assert_int_equal(core->by_cause[CAUSE_LOCK], 0);
	core = run_on(1);
	iommu_unmap(mm_sim.iommu, addr[1], PAGE);
	assert_int_equal(core->by_cause[CAUSE_LOCK], INVAL + STORE);
	core = run_on(0);
	iommu_unmap(mm_sim.iommu, addr[2], PAGE);
	assert_int_equal(core->by_cause[CAUSE_LOCK], 400001 - 18002);
	assert_int_equal(lock_counts_get().contended, 2);
}

/* Ten thousand maps and unmaps of 1..9 pages: no two ever share a page of device addresses. */
static void test_strict_churn(void **state)
{
	static uint8_t taken[PAGES * 16];
	struct {
		uint64_t addr;
		size_t bytes;
	} live[64] = {{0, 0}};
	uint32_t seed = 7;

	(void)state;
	for (int i = 0; i < 10000; i++) {
		unsigned int at = (seed = seed * 1664525u + 1013904223u) >> 26;
		bool mapped = live[at].bytes != 0;

		if (mapped) {
			iommu_unmap(mm_sim.iommu, live[at].addr, live[at].bytes);
		} else {
			live[at].bytes = (1 + (seed >> 8) % 9) * PAGE;
			live[at].addr = iommu_map(mm_sim.iommu, 0, live[at].bytes);
			assert_int_not_equal(live[at].addr, IOMMU_NO_ADDRESS);
			assert_true(iommu_covers(mm_sim.iommu, live[at].addr, live[at].bytes));
		}
		for (uint64_t page = live[at].addr / PAGE;
		     page < (live[at].addr + live[at].bytes) / PAGE; page++) {
			assert_int_equal(taken[page], mapped);
			taken[page] = !mapped;
			assert_int_equal(iommu_covers(mm_sim.iommu, page * PAGE, 1), !mapped);
		}
		if (mapped)
			live[at].bytes = 0;
	}
	assert_int_equal(counts().errors + counts().failed, 0);
}

/* Off: DIRECT each way, no translation counted, the address never 0. */
static void test_off(void **state)
{
	struct core *core = run_on(0);
	uint64_t addr = iommu_map(mm_sim.iommu, 0, PAGE);

	(void)state;
	assert_int_not_equal(addr, 0);
	assert_int_equal(iommu_map(mm_sim.iommu, 2 * PAGE + 256, 2048), addr + 2 * PAGE + 256);
	assert_int_equal(core->by_cause[CAUSE_IOMMU_MAP], 2 * DIRECT);
	iommu_unmap(mm_sim.iommu, addr, PAGE);
	assert_int_equal(core->by_cause[CAUSE_IOMMU_UNMAP], DIRECT);
	assert_int_equal(core->total, 3 * DIRECT);
	assert_int_equal(iommu_live(mm_sim.iommu), 1);
	assert_int_equal(counts().maps + counts().unmaps + counts().pages_mapped +
				 counts().pages_unmapped + counts().invalidations,
			 0);
	assert_true(iommu_covers(mm_sim.iommu, 0, PAGE));
}

/* Off: two mappings of one page at once are fine; what was never mapped, or not so, is not. */
static void test_off_errors(void **state)
{
	struct core *core = run_on(0);
	uint64_t addr = iommu_map(mm_sim.iommu, 0, PAGE);
	uint64_t part = iommu_map(mm_sim.iommu, 2048, 1024);

	(void)state;
	iommu_unmap(mm_sim.iommu, addr, PAGE);
	assert_int_equal(counts().errors, 0);
	iommu_unmap(mm_sim.iommu, part, 2048);	      /* more than was mapped */
	iommu_unmap(mm_sim.iommu, part, 512);	      /* less */
	iommu_unmap(mm_sim.iommu, part + PAGE, 1024); /* never mapped */
	iommu_unmap(mm_sim.iommu, 0, PAGE);	      /* beyond memory */
	assert_int_equal(counts().errors, 4);
	iommu_unmap(mm_sim.iommu, part, 1024);
	assert_int_equal(counts().errors, 4);
	iommu_unmap(mm_sim.iommu, part, 1024); /* twice */
	assert_int_equal(counts().errors, 5);
	assert_int_equal(core->by_cause[CAUSE_IOMMU_UNMAP], 2 * DIRECT);
	assert_int_equal(iommu_live(mm_sim.iommu), 0);
}

#define STRICT_TEST(f) cmocka_unit_test_setup_teardown(f, setup_strict, teardown)
#define OFF_TEST(f)    cmocka_unit_test_setup_teardown(f, setup_off, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STRICT_TEST(test_strict_page),
		STRICT_TEST(test_strict_order3),
		STRICT_TEST(test_strict_offset),
		STRICT_TEST(test_strict_addresses),
		STRICT_TEST(test_strict_errors),
		STRICT_TEST(test_strict_dry),
		STRICT_TEST(test_strict_contention),
		STRICT_TEST(test_strict_churn),
		OFF_TEST(test_off),
		OFF_TEST(test_off_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
