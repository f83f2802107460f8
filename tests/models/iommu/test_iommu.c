/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_iommu.c - mappings: their price, their number, and each undone exactly once.
 *
 * What a map pays besides its page table, in mcycles: IOVA / 2 always; the first of a size finds no
 * magazine, looks into the depot (DEPOT: its lock) and goes to the tree (FROM_TREE: its lock, half
 * of the pair, one range looked at).
 */
#include "tests/models/memory/test_mm_sim_fixture.h"

#define PAGES 1024ul
#define PAGE  4096ul

#define DEPOT	  (ATOMIC + STORE)
#define FROM_TREE (TREE / 2 + LOAD + 2 * STORE)

static struct machine machine;

static int setup(enum iommu_mode mode)
{
	machine = test_machine();
	world_up(&machine, PAGES, mode);
	return 0;
}

static int setup_strict(void **state)
{
	(void)state;
	return setup(IOMMU_STRICT);
}

static int setup_off(void **state)
{
	(void)state;
	return setup(IOMMU_OFF);
}

static int setup_passthrough(void **state)
{
	(void)state;
	return setup(IOMMU_PASSTHROUGH);
}

/* The mode comes as the test's initial state. */
static int setup_mode(void **state)
{
	return setup(*(const enum iommu_mode *)*state);
}

static struct iommu_counts counts(void)
{
	return iommu_counts_get(mm_sim.iommu);
}

/*
 * One page: map = IOVA / 2 + DEPOT + FROM_TREE + PT_MAP; both locks' lines are cold. Unmap = PT_CLR
 * + lock word taken and let go (2 STORE) + INVAL + IOVA - IOVA / 2 + one word of a magazine; the
 * queue's lock and the magazine are cold. The next pair finds the address in the magazine, all
 * lines hot.
 */
static void test_strict_page(void **state)
{
	struct core *core = run_on(0);
	uint64_t addr = iommu_map(mm_sim.iommu, 3 * PAGE, PAGE), map, unmap;

	(void)state;
	map = IOVA / 2 + DEPOT + FROM_TREE + PT_MAP;
	unmap = PT_CLR + 2 * STORE + INVAL + IOVA - IOVA / 2 + STORE;
	assert_int_equal(core->by_cause[CAUSE_IOMMU_MAP], map);
	assert_int_equal(core->by_cause[CAUSE_CACHE_MISS], 2 * MISS);
	assert_int_equal(iommu_live(mm_sim.iommu), 1);
	iommu_unmap(mm_sim.iommu, addr, PAGE);
	assert_int_equal(core->by_cause[CAUSE_IOMMU_MAP], map);
	assert_int_equal(core->by_cause[CAUSE_IOMMU_UNMAP], unmap);
	assert_int_equal(core->by_cause[CAUSE_CACHE_MISS], 4 * MISS);
	assert_int_equal(core->total, map + unmap + 4 * MISS);
	assert_int_equal(core->cause, CAUSE_ALLOC);
	assert_int_equal(counts().maps, 1);
	assert_int_equal(counts().unmaps, 1);
	assert_int_equal(counts().invalidations, 1);
	assert_int_equal(counts().wait_cycles, (INVAL - ISSUE) / 1000);
	assert_int_equal(iommu_live(mm_sim.iommu), 0);
	assert_int_equal(iommu_map(mm_sim.iommu, 0, PAGE), addr);
	assert_int_equal(core->by_cause[CAUSE_IOMMU_MAP], map + IOVA / 2 + LOAD + PT_MAP);
	iommu_unmap(mm_sim.iommu, addr, PAGE);
	assert_int_equal(core->by_cause[CAUSE_IOMMU_UNMAP], 2 * unmap);
	assert_int_equal(core->by_cause[CAUSE_CACHE_MISS], 4 * MISS);
	assert_int_equal(counts().errors, 0);
}

/*
 * 32K at a page boundary: one map of eight pages, PT_MAP + 7 PT_NEXT, and one invalidation:
 * PT_CLR + 7 CLR_NEXT + INVAL.
 */
static void test_strict_order3(void **state)
{
	struct core *core = run_on(0);
	uint64_t addr = iommu_map(mm_sim.iommu, 8 * PAGE, 8 * PAGE);

	(void)state;
	assert_int_equal(core->by_cause[CAUSE_IOMMU_MAP],
			 IOVA / 2 + DEPOT + FROM_TREE + PT_MAP + 7 * PT_NEXT);
	assert_int_equal(addr % (8 * PAGE), 0);
	assert_int_equal(counts().maps, 1);
	assert_int_equal(counts().pages_mapped, 8);
	iommu_unmap(mm_sim.iommu, addr, 8 * PAGE);
	assert_int_equal(core->by_cause[CAUSE_IOMMU_UNMAP],
			 PT_CLR + 7 * CLR_NEXT + 2 * STORE + INVAL + IOVA - IOVA / 2 + STORE);
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

/* Off and passthrough: DIRECT each way, no mapping counted, the address never 0. */
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

/*
 * The device's access: off translates nothing. Passthrough knows memory in pages of 1 GiB: the
 * first access walks two of four levels, all others hit. Strict walks four levels for the first
 * page, one for its neighbour below, none when it comes back.
 */
static void test_translate(void **state)
{
	uint64_t a = iommu_map(mm_sim.iommu, 0, PAGE), b = iommu_map(mm_sim.iommu, PAGE, PAGE);
	const unsigned int first[] = {0, 2, 4, 4}, second[] = {0, 0, 1, 1};
	enum iommu_mode mode = *(const enum iommu_mode *)*state;
	unsigned int touched = mode == IOMMU_OFF ? 0 : 3;

	assert_int_equal(iommu_translate(mm_sim.iommu, a, 2048, 0), first[mode]);
	assert_int_equal(iommu_translate(mm_sim.iommu, b, 2048, 0), second[mode]);
	assert_int_equal(iommu_translate(mm_sim.iommu, a + 2048, 2048, 0), 0);
	assert_int_equal(counts().walk_reads, first[mode] + second[mode]);
	assert_int_equal(counts().iotlb_hits + counts().iotlb_misses, touched);
	assert_int_equal(counts().faults, 0);
}

/* What is unmapped cannot be reached: a fault each, for the page and for what never was one. */
static void test_strict_fault(void **state)
{
	uint64_t addr = iommu_map(mm_sim.iommu, 0, PAGE);

	(void)state;
	iommu_translate(mm_sim.iommu, addr, PAGE, 0);
	iommu_unmap(mm_sim.iommu, addr, PAGE);
	assert_int_equal(iommu_translate(mm_sim.iommu, addr, PAGE, 0), 0);
	iommu_translate(mm_sim.iommu, ~0ull - PAGE, 1, 0);
	assert_int_equal(counts().faults, 2);
	/* and the next mapping of that address walks again: leaf and, by the profile, all tables */
	assert_int_equal(iommu_map(mm_sim.iommu, 0, PAGE), addr);
	assert_int_equal(iommu_translate(mm_sim.iommu, addr, PAGE, 0), 1);
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

#define STRICT_TEST(f) cmocka_unit_test_setup_teardown(f, setup_strict, world_down)
#define OFF_TEST(f)    cmocka_unit_test_setup_teardown(f, setup_off, world_down)
#define PT_TEST(f)     cmocka_unit_test_setup_teardown(f, setup_passthrough, world_down)
#define MODE_TEST(f, mode)                                                                         \
	cmocka_unit_test_prestate_setup_teardown(f, setup_mode, world_down, &modes[mode])

static enum iommu_mode modes[] = {IOMMU_OFF, IOMMU_PASSTHROUGH, IOMMU_LAZY, IOMMU_STRICT};

int main(void)
{
	const struct CMUnitTest tests[] = {
		STRICT_TEST(test_strict_page),
		STRICT_TEST(test_strict_order3),
		STRICT_TEST(test_strict_offset),
		STRICT_TEST(test_strict_errors),
		STRICT_TEST(test_strict_dry),
		STRICT_TEST(test_strict_churn),
		STRICT_TEST(test_strict_fault),
		OFF_TEST(test_off),
		PT_TEST(test_off),
		OFF_TEST(test_off_errors),
		PT_TEST(test_off_errors),
		MODE_TEST(test_translate, IOMMU_OFF),
		MODE_TEST(test_translate, IOMMU_PASSTHROUGH),
		MODE_TEST(test_translate, IOMMU_LAZY),
		MODE_TEST(test_translate, IOMMU_STRICT),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
