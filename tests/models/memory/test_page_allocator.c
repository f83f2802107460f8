/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_page_allocator.c - the per-CPU lists, the buddy lists and their price.
 */
#include <errno.h>
#include "models/cpu/lock.h"
#include "test_mm_sim_fixture.h"

#define PAGES 4096ul

static struct machine machine;

static int setup(void **state)
{
	(void)state;
	machine = test_machine();
	world_up(&machine, PAGES, IOMMU_OFF);
	return 0;
}

static struct page_counts counts(void)
{
	return page_allocator_counts(mm_sim.pages);
}

/* An empty list takes the lowest addresses; after that the page freed last is the next one. */
static void test_lifo(void **state)
{
	(void)state;
	run_on(0);
	for (long i = 0; i < 6; i++)
		assert_int_equal(page_alloc_block(mm_sim.pages, 0), i);
	page_free_block(mm_sim.pages, 2, 0);
	page_free_block(mm_sim.pages, 4, 0);
	page_free_block(mm_sim.pages, 1, 0);
	assert_int_equal(page_alloc_block(mm_sim.pages, 0), 1);
	assert_int_equal(page_alloc_block(mm_sim.pages, 0), 4);
	assert_int_equal(page_alloc_block(mm_sim.pages, 0), 2);
	/* 0..5 are out, 6 and 7 wait since the second refill */
	assert_int_equal(page_alloc_block(mm_sim.pages, 0), 6);
	assert_true(page_allocator_check(mm_sim.pages));
}

/* Lists are per core: core 1 does not see what core 0 freed, and refills with pages 4..7. */
static void test_per_core(void **state)
{
	(void)state;
	run_on(0);
	assert_int_equal(page_alloc_block(mm_sim.pages, 0), 0);
	page_free_block(mm_sim.pages, 0, 0);
	run_on(1);
	assert_int_equal(page_alloc_block(mm_sim.pages, 0), 4);
	run_on(0);
	assert_int_equal(page_alloc_block(mm_sim.pages, 0), 0);
	assert_int_equal(counts().zone_locks, 2);
}

/*
 * n allocations take the zone lock ceil(n / batch) times: n = 10, batch 4: 3 times.
 * Order 2 moves max(batch >> 2, 2) = 2 blocks at once: 5 of them take it ceil(5 / 2) = 3 times.
 */
static void test_batch(void **state)
{
	(void)state;
	run_on(0);
	for (int i = 0; i < 10; i++)
		page_alloc_block(mm_sim.pages, 0);
	assert_int_equal(counts().zone_locks, (10 + BATCH - 1) / BATCH);
	for (int i = 0; i < 5; i++)
		page_alloc_block(mm_sim.pages, 2);
	assert_int_equal(counts().zone_locks, 3 + 3);
}

/*
 * Above pcp_high pages a core gives back a batch, the coldest first. 12 pages out (3 zone locks,
 * lists empty); frees 0..8 fill the list; the ninth makes 9 > 8, so pages 0, 1, 2, 3 leave under a
 * fourth lock and 5 stay. The next refill of core 1 finds 0..3 merged again: it gets page 0.
 */
static void test_high(void **state)
{
	(void)state;
	run_on(0);
	for (int i = 0; i < 12; i++)
		page_alloc_block(mm_sim.pages, 0);
	for (unsigned long i = 0; i < 8; i++)
		page_free_block(mm_sim.pages, i, 0);
	assert_int_equal(counts().zone_locks, 3);
	page_free_block(mm_sim.pages, 8, 0);
	assert_int_equal(counts().zone_locks, 4);
	run_on(1);
	assert_int_equal(page_alloc_block(mm_sim.pages, 2), 0);
	run_on(0);
	for (long i = 8; i >= 4; i--)
		assert_int_equal(page_alloc_block(mm_sim.pages, 0), i);
	assert_true(page_allocator_check(mm_sim.pages));
}

/*
 * First allocation, everything cold: the lock word (taken and let go), the heads of the lists and 4
 * struct pages moved, then the first of them again:
 *	page_allocator = ATOMIC + STORE + 4 (STORE + ZONE) + STORE + ORDER0 / 2 + STORE
 *	cache_miss     = (2 + 4) MISS
 * Free: STORE + ORDER0 - ORDER0 / 2. Allocation of the same page: STORE + ORDER0 / 2.
 */
static void test_cycles(void **state)
{
	uint64_t expected = 7 * STORE + ATOMIC + 4 * ZONE + ORDER0 / 2;
	struct core *core = run_on(0);

	(void)state;
	page_alloc_block(mm_sim.pages, 0);
	assert_int_equal(core->by_cause[CAUSE_PAGE_ALLOCATOR], expected);
	assert_int_equal(core->by_cause[CAUSE_CACHE_MISS], 6 * MISS);
	page_free_block(mm_sim.pages, 0, 0);
	expected += STORE + ORDER0 - ORDER0 / 2;
	assert_int_equal(core->by_cause[CAUSE_PAGE_ALLOCATOR], expected);
	page_alloc_block(mm_sim.pages, 0);
	expected += STORE + ORDER0 / 2;
	assert_int_equal(core->by_cause[CAUSE_PAGE_ALLOCATOR], expected);
	assert_int_equal(core->total, expected + 6 * MISS);
	assert_int_equal(core->cause, CAUSE_ALLOC);
	assert_true(core_check(core));
}

/*
 * A page of a bulk request costs BULK for allocation and free together, whatever the free knows of
 * it: 3 pages of one batch: ATOMIC + STORE + 4 (STORE + ZONE) + STORE + 3 (BULK / 2 + STORE), and
 * at the free 3 (BULK - BULK / 2 + STORE).
 */
static void test_bulk_cycles(void **state)
{
	uint64_t expected = 9 * STORE + ATOMIC + 4 * ZONE + 3 * (BULK / 2);
	unsigned long pfns[3];
	struct core *core = run_on(0);

	(void)state;
	assert_int_equal(page_alloc_bulk(mm_sim.pages, 0, 3, pfns), 3);
	assert_int_equal(core->by_cause[CAUSE_PAGE_ALLOCATOR], expected);
	for (int i = 0; i < 3; i++)
		page_free_block(mm_sim.pages, pfns[i], 0);
	expected += 3 * (BULK - BULK / 2 + STORE);
	assert_int_equal(core->by_cause[CAUSE_PAGE_ALLOCATOR], expected);
	assert_int_equal(counts().allocated[0], 3);
	assert_int_equal(counts().freed[0], 3);
}

/*
 * Order 4 goes to the buddy lists under the zone lock. Without stalls both cores reach the lock at
 * STORE; core 0 holds it for a store to the heads of the lists, ORDER4 / 2 and the store that lets
 * go, and that long core 1 waits.
 */
static void test_zone_contention(void **state)
{
	(void)state;
	no_stalls(&machine);
	run_on(0);
	page_alloc_block(mm_sim.pages, 4);
	run_on(1);
	page_alloc_block(mm_sim.pages, 4);
	assert_int_equal(mm_sim.cores[0].by_cause[CAUSE_LOCK], 0);
	assert_int_equal(mm_sim.cores[1].by_cause[CAUSE_LOCK], ORDER4 / 2 + 2 * STORE);
	assert_int_equal(lock_counts_get().contended, 1);
	assert_int_equal(counts().zone_locks, 2);
}

/* Without a core nothing is charged, no list is filled and no lock taken. */
static void test_no_core(void **state)
{
	(void)state;
	assert_int_equal(page_alloc_block(mm_sim.pages, 0), 0);
	assert_int_equal(page_alloc_block(mm_sim.pages, 3), 8);
	assert_int_equal(page_free_block(mm_sim.pages, 0, 0), 0);
	assert_int_equal(page_free_block(mm_sim.pages, 8, 3), 0);
	assert_int_equal(counts().zone_locks, 0);
	assert_int_equal(mm_sim.cores[0].total + mm_sim.cores[1].total, 0);
	assert_int_equal(counts().pages_allocated, 1 + 8);
	assert_int_equal(counts().pages_held_peak, 9);
	assert_true(page_allocator_check(mm_sim.pages));
}

/*
 * Blocks of all orders, each freed by the other core: drained, they merge to all of memory again.
 */
static void test_coalesce(void **state)
{
	const unsigned int order[] = {0, 3, 1, 5, 2, 4, 0, 1, 3, 0};
	long first[10][2];

	(void)state;
	for (unsigned int i = 0; i < 10; i++)
		for (unsigned int core = 0; core < 2; core++) {
			run_on(core);
			first[i][core] = page_alloc_block(mm_sim.pages, order[i]);
			assert_int_equal(first[i][core] % (1 << order[i]), 0);
		}
	assert_true(page_allocator_check(mm_sim.pages));
	for (unsigned int i = 10; i-- > 0;)
		for (unsigned int core = 0; core < 2; core++) {
			run_on(!core);
			page_free_block(mm_sim.pages, (unsigned long)first[i][core], order[i]);
		}
	assert_true(page_allocator_check(mm_sim.pages));
	page_allocator_drain(mm_sim.pages);
	assert_true(page_allocator_check(mm_sim.pages));
	assert_int_equal(counts().pages_allocated, counts().pages_freed);
	/* all of memory in blocks of 32: possible only if nothing stayed behind in smaller ones */
	for (unsigned long i = 0; i < PAGES / 32; i++)
		assert_true(page_alloc_block(mm_sim.pages, 5) >= 0);
	assert_int_equal(page_alloc_block(mm_sim.pages, 0), -1);
}

/* A dry zone and an order nobody serves are failures that are counted, and nothing else. */
static void test_dry(void **state)
{
	unsigned long pfns[PAGES + 1];

	(void)state;
	run_on(0);
	assert_int_equal(page_alloc_block(mm_sim.pages, PAGE_ALLOCATOR_ORDERS), -1);
	assert_int_equal(page_alloc_bulk(mm_sim.pages, 0, PAGES + 1, pfns), PAGES);
	assert_int_equal(counts().failed, 1);
	assert_int_equal(page_alloc_bulk(mm_sim.pages, 0, 1, pfns), 0);
	assert_int_equal(page_alloc_block(mm_sim.pages, 0), -1);
	assert_int_equal(page_alloc_block(mm_sim.pages, 5), -1);
	assert_int_equal(counts().failed, 4);
	assert_int_equal(counts().pages_held_peak, PAGES);
	assert_true(page_allocator_check(mm_sim.pages));
	assert_int_equal(page_free_block(mm_sim.pages, 7, 0), 0);
	assert_int_equal(page_alloc_block(mm_sim.pages, 0), 7);
}

static void test_fail_at(void **state)
{
	unsigned long pfn;

	(void)state;
	run_on(0);
	page_allocator_fail_at(mm_sim.pages, 3);
	assert_int_equal(page_alloc_block(mm_sim.pages, 0), 0);
	assert_int_equal(page_alloc_bulk(mm_sim.pages, 0, 1, &pfn), 1);
	assert_int_equal(page_alloc_block(mm_sim.pages, 3), -1);
	assert_true(page_alloc_block(mm_sim.pages, 3) >= 0);
	page_allocator_fail_at(mm_sim.pages, 1);
	assert_int_equal(page_alloc_bulk(mm_sim.pages, 0, 1, &pfn), 0);
	page_allocator_fail_at(mm_sim.pages, 1);
	page_allocator_fail_at(mm_sim.pages, 0);
	assert_int_equal(page_alloc_bulk(mm_sim.pages, 0, 1, &pfn), 1);
	assert_int_equal(counts().failed, 2);
}

/* A wrong free changes nothing, is told and counted, and the check does not forget it. */
static void wrong_free(unsigned long pfn, unsigned int order)
{
	struct page_counts before = counts();
	uint64_t total = core_current->total;

	assert_int_equal(page_free_block(mm_sim.pages, pfn, order), -EINVAL);
	assert_int_equal(counts().errors, before.errors + 1);
	assert_int_equal(counts().pages_freed, before.pages_freed);
	assert_int_equal(core_current->total, total);
	assert_false(page_allocator_check(mm_sim.pages));
}

static void test_double_free(void **state)
{
	(void)state;
	run_on(0);
	page_alloc_block(mm_sim.pages, 0);
	assert_int_equal(page_free_block(mm_sim.pages, 0, 0), 0);
	assert_true(page_allocator_check(mm_sim.pages));
	wrong_free(0, 0);
}

static void test_wrong_free(void **state)
{
	long first;

	(void)state;
	run_on(0);
	first = page_alloc_block(mm_sim.pages, 3);
	assert_true(page_allocator_check(mm_sim.pages));
	wrong_free((unsigned long)first, 2);	 /* half of it */
	wrong_free((unsigned long)first + 1, 0); /* out of its middle */
	wrong_free(PAGES, 0);			 /* beyond memory */
	wrong_free(PAGES - 1, 0);		 /* never allocated */
}

/* 100 pages are blocks of 64, 32 and 4: all of them can be had, and come back. */
static void test_odd_memory(void **state)
{
	unsigned long pfns[101];

	(void)state;
	mm_sim_fini();
	world_up(&machine, 100, IOMMU_OFF);
	assert_int_equal(page_alloc_bulk(mm_sim.pages, 0, 101, pfns), 100);
	for (int i = 99; i >= 0; i--)
		assert_int_equal(page_free_block(mm_sim.pages, pfns[i], 0), 0);
	assert_true(page_allocator_check(mm_sim.pages));
	assert_int_equal(page_alloc_block(mm_sim.pages, 2), 96);
	assert_true(page_alloc_block(mm_sim.pages, 5) >= 0);
}

/*
 * Ten thousand operations of both cores from a fixed stream; every page has one place throughout.
 */
static void test_churn(void **state)
{
	struct {
		long first;
		unsigned int order;
	} held[64];
	uint32_t seed = 1;

	(void)state;
	for (int i = 0; i < 64; i++)
		held[i].first = -1;
	for (int i = 0; i < 10000; i++) {
		unsigned int at;

		seed = seed * 1664525u + 1013904223u;
		at = seed >> 26;
		run_on(seed >> 20 & 1);
		if (held[at].first >= 0) {
			page_free_block(mm_sim.pages, (unsigned long)held[at].first,
					held[at].order);
			held[at].first = -1;
		} else {
			held[at].order = (seed >> 10) % PAGE_ALLOCATOR_ORDERS;
			held[at].first = page_alloc_block(mm_sim.pages, held[at].order);
		}
		if (i % 500 == 0)
			assert_true(page_allocator_check(mm_sim.pages));
	}
	for (int i = 0; i < 64; i++)
		if (held[i].first >= 0)
			page_free_block(mm_sim.pages, (unsigned long)held[i].first, held[i].order);
	page_allocator_drain(mm_sim.pages);
	assert_true(page_allocator_check(mm_sim.pages));
	assert_int_equal(counts().failed, 0);
	assert_int_equal(counts().pages_allocated, counts().pages_freed);
	assert_true(core_check(&mm_sim.cores[0]) && core_check(&mm_sim.cores[1]));
}

#define WORLD_TEST(f) cmocka_unit_test_setup_teardown(f, setup, world_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_lifo),
		WORLD_TEST(test_per_core),
		WORLD_TEST(test_batch),
		WORLD_TEST(test_high),
		WORLD_TEST(test_cycles),
		WORLD_TEST(test_bulk_cycles),
		WORLD_TEST(test_zone_contention),
		WORLD_TEST(test_no_core),
		WORLD_TEST(test_coalesce),
		WORLD_TEST(test_dry),
		WORLD_TEST(test_fail_at),
		WORLD_TEST(test_double_free),
		WORLD_TEST(test_wrong_free),
		WORLD_TEST(test_odd_memory),
		WORLD_TEST(test_churn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
