/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_watermarks.c - finite memory: who may go how far down, which node serves, what others hold,
 * and 2 MB regions. Without a core there are no per-CPU lists, so every number is exact.
 */
#include "alloc/mm_types.h"
#include "test_mm_sim_fixture.h"

#define PAGES 4000ul
#define MIN   80ul
#define LOW   (MIN + MIN / 4) /* more than PAGES / 1000 = 4 above min */
#define HALF  (MIN - MIN / 2)
#define FLOOR (HALF - HALF / 4) /* 30: what an atomic request leaves */
#define NODE1 1000ul

static struct machine machine;

static void up(const struct mm_sim_params *more)
{
	struct mm_sim_params params = *more;

	machine = test_machine();
	params.machine = &machine;
	params.cores = 2;
	params.page_shift = 12;
	params.memory_bytes = PAGES << 12;
	assert_int_equal(mm_sim_init(&params), 0);
	core_current = NULL;
}

static long take(unsigned int order, unsigned int node, enum page_reserve reserve, bool *emergency)
{
	struct page_request req = {.order = order, .node = node, .reserve = reserve};

	return page_alloc_request(mm_sim.pages, &req, emergency);
}

/* Pages that can be had one by one, at most @most. */
static unsigned long take_all(enum page_reserve reserve, unsigned long most)
{
	unsigned long n = 0;
	bool emergency;

	while (n < most && take(0, 0, reserve, &emergency) >= 0)
		n++;
	return n;
}

/*
 * 4000 pages, min 80: a request that could sleep leaves 80, an atomic one 3/8 of that = 30, and the
 * last 30 are for those that may use the reserves, and are pfmemalloc.
 */
static void test_marks(void **state)
{
	bool emergency;

	(void)state;
	up(&(struct mm_sim_params){.min_free_bytes = MIN << 12});
	assert_int_equal(take_all(PAGE_RESERVE_NONE, PAGES), PAGES - MIN);
	assert_int_equal(take_all(PAGE_RESERVE_ATOMIC, PAGES), MIN - FLOOR);
	assert_int_equal(page_allocator_counts(mm_sim.pages).pfmemalloc, 0);
	assert_int_equal(take_all(PAGE_RESERVE_EMERGENCY, PAGES), FLOOR);
	assert_int_equal(page_allocator_counts(mm_sim.pages).pfmemalloc, FLOOR);
	assert_true(take(0, 0, PAGE_RESERVE_EMERGENCY, &emergency) < 0);
	assert_int_equal(page_allocator_counts(mm_sim.pages).failed, 4);
	assert_true(page_allocator_check(mm_sim.pages));
}

/* Recovery: with 31 pages back (more than 30) an atomic request is served, without the reserves. */
static void test_recovery(void **state)
{
	bool emergency;

	(void)state;
	up(&(struct mm_sim_params){.min_free_bytes = MIN << 12});
	assert_int_equal(take_all(PAGE_RESERVE_EMERGENCY, PAGES), PAGES);
	for (unsigned long pfn = 0; pfn < FLOOR; pfn++)
		assert_int_equal(page_free_block(mm_sim.pages, pfn, 0), 0);
	assert_true(take(0, 0, PAGE_RESERVE_ATOMIC, &emergency) < 0);
	assert_int_equal(page_free_block(mm_sim.pages, FLOOR, 0), 0);
	assert_true(take(0, 0, PAGE_RESERVE_EMERGENCY, &emergency) >= 0);
	assert_false(emergency);
	assert_true(take(0, 0, PAGE_RESERVE_EMERGENCY, &emergency) >= 0);
	assert_true(emergency);
}

/* Enough pages are free, but no two of them are neighbours: order 1 fails, order 0 does not. */
static void test_no_block(void **state)
{
	bool emergency;

	(void)state;
	up(&(struct mm_sim_params){.min_free_bytes = MIN << 12});
	assert_int_equal(take_all(PAGE_RESERVE_EMERGENCY, PAGES), PAGES);
	for (unsigned long pfn = 0; pfn < PAGES; pfn += 2)
		assert_int_equal(page_free_block(mm_sim.pages, pfn, 0), 0);
	assert_true(take(1, 0, PAGE_RESERVE_EMERGENCY, &emergency) < 0);
	assert_true(take(0, 0, PAGE_RESERVE_NONE, &emergency) >= 0);
}

/*
 * A bulk of 64 needs more than low + 64 = 164 free pages; with 164 there is one page only, as an
 * atomic request gets it.
 */
static void test_bulk(void **state)
{
	unsigned long pfns[64];

	(void)state;
	up(&(struct mm_sim_params){.min_free_bytes = MIN << 12});
	assert_int_equal(take_all(PAGE_RESERVE_ATOMIC, PAGES - LOW - 65), PAGES - LOW - 65);
	assert_int_equal(page_alloc_bulk(mm_sim.pages, 0, 64, pfns), 64);
	for (int i = 0; i < 63; i++)
		assert_int_equal(page_free_block(mm_sim.pages, pfns[i], 0), 0);
	assert_int_equal(page_alloc_bulk(mm_sim.pages, 0, 64, pfns), 1);
}

/*
 * Node 1 has 1000 of 4000 pages and its share of the marks, min 20, low 25. Asked first, it serves
 * until 25 are left; then node 0, which is counted as remote. page_to_nid() says where a page is.
 */
static void test_nodes(void **state)
{
	struct page *page;
	bool emergency;

	(void)state;
	up(&(struct mm_sim_params){.min_free_bytes = MIN << 12, .node1_bytes = NODE1 << 12});
	for (unsigned long i = 0; i < NODE1 - 25; i++) {
		long pfn = take(0, 1, PAGE_RESERVE_ATOMIC, &emergency);

		assert_in_range(pfn, PAGES - NODE1, PAGES - 1);
		assert_int_equal(page_node(mm_sim.pages, (unsigned long)pfn), 1);
	}
	assert_int_equal(page_allocator_counts(mm_sim.pages).remote, 0);
	assert_in_range(take(0, 1, PAGE_RESERVE_ATOMIC, &emergency), 0, PAGES - NODE1 - 1);
	assert_int_equal(page_allocator_counts(mm_sim.pages).remote, 1);
	page = mm_sim_alloc_pages(GFP_ATOMIC, 0, 0);
	assert_int_equal(page->flags >> PG_NID_SHIFT, 0);
	assert_int_equal(page_free_block(mm_sim.pages, PAGES - 1, 0), 0);
	page = mm_sim_alloc_pages(GFP_ATOMIC, 0, 1);
	assert_int_equal(page->flags >> PG_NID_SHIFT, 1);
	assert_true(page_allocator_check(mm_sim.pages));
}

/* A bulk that would take node 1 below its low mark is node 0's: each page counts as remote. */
static void test_bulk_of_the_other_node(void **state)
{
	unsigned long pfns[64];
	bool emergency;

	(void)state;
	up(&(struct mm_sim_params){.min_free_bytes = MIN << 12, .node1_bytes = NODE1 << 12});
	for (unsigned long i = 0; i < NODE1 - 25 - 64; i++)
		take(0, 1, PAGE_RESERVE_ATOMIC, &emergency);
	assert_int_equal(page_alloc_bulk(mm_sim.pages, 1, 64, pfns), 64);
	assert_int_equal(page_allocator_counts(mm_sim.pages).remote, 64);
	for (int i = 0; i < 64; i++)
		assert_int_equal(page_node(mm_sim.pages, pfns[i]), 0);
	/* one page is more than it needs: 64 above the mark are enough for 63 */
	assert_int_equal(page_alloc_bulk(mm_sim.pages, 1, 63, pfns), 63);
	assert_int_equal(page_node(mm_sim.pages, pfns[0]), 1);
	assert_int_equal(page_allocator_counts(mm_sim.pages).remote, 64);
}

/* What an allocator asks with decides: the same last page, with and without __GFP_MEMALLOC. */
static void test_gfp(void **state)
{
	struct page *page;

	(void)state;
	up(&(struct mm_sim_params){.min_free_bytes = MIN << 12});
	take_all(PAGE_RESERVE_ATOMIC, PAGES);
	assert_null(mm_sim_alloc_pages(GFP_ATOMIC, 0, NUMA_NO_NODE));
	assert_null(mm_sim_alloc_pages(GFP_ATOMIC | __GFP_MEMALLOC | __GFP_NOMEMALLOC, 0,
				       NUMA_NO_NODE));
	page = mm_sim_alloc_pages(GFP_ATOMIC | __GFP_MEMALLOC, 0, NUMA_NO_NODE);
	assert_non_null(page);
	assert_true(page->lru_next & PFMEMALLOC);
}

/*
 * A tenth of memory is with others, page by page: an aligned block of 8 pages is free with chance
 * 0.9^8 = 0.430. Of 500 blocks 215 are expected, with a standard deviation of 11: 215 +- 33. Of the
 * 4000 pages 3600 +- 3 x 19.
 */
static void test_fragmentation(void **state)
{
	unsigned long blocks = 0;
	bool emergency;

	(void)state;
	up(&(struct mm_sim_params){.taken_permille = 100, .seed = 1});
	while (take(3, 0, PAGE_RESERVE_ATOMIC, &emergency) >= 0)
		blocks++;
	assert_in_range(blocks, 215 - 33, 215 + 33);
	assert_in_range(blocks * 8 + take_all(PAGE_RESERVE_ATOMIC, PAGES), 3600 - 57, 3600 + 57);
	assert_true(page_allocator_check(mm_sim.pages));
}

/* Regions of 2 MB that 512 pages of core 0 lie in, when core 1 takes turns with it. */
static unsigned int regions(void)
{
	bool seen[PAGES / 512 + 1] = {false};
	unsigned int n = 0;

	for (int i = 0; i < 512; i++) {
		long pfn[2];

		for (int core = 0; core < 2; core++) {
			core_enter(&mm_sim.cores[core], 0);
			pfn[core] = page_alloc_block(mm_sim.pages, 0);
			assert_true(pfn[core] >= 0);
		}
		n += !seen[pfn[0] / 512];
		seen[pfn[0] / 512] = true;
	}
	assert_true(page_allocator_check(mm_sim.pages));
	return n;
}

/*
 * Two cores share what comes from the buddy lists batch by batch: first the smallest blocks, which
 * are the odd end of memory (32 pages and more of region 7), then regions 0 and 1. Grouped, each
 * has its own 2 MB.
 */
static void test_group(void **state)
{
	(void)state;
	up(&(struct mm_sim_params){.group_2m = false});
	assert_int_equal(regions(), 3);
	mm_sim_fini();
	up(&(struct mm_sim_params){.group_2m = true});
	assert_int_equal(regions(), 1);
	page_allocator_drain(mm_sim.pages);
	assert_true(page_allocator_check(mm_sim.pages));
}

/*
 * A region that a core took for itself is free memory to the watermarks: batches of 4 leave until
 * 448 pages are free, more than the 416 outside of regions, grouped or not; of the last batch one
 * page has been handed out.
 */
static void test_group_marks(void **state)
{
	(void)state;
	for (unsigned int group = 0; group < 2; group++) {
		up(&(struct mm_sim_params){.min_free_bytes = 448 << 12, .group_2m = group});
		core_enter(&mm_sim.cores[0], 0);
		assert_int_equal(take_all(PAGE_RESERVE_NONE, PAGES), PAGES - 448 - (BATCH - 1));
		if (!group)
			mm_sim_fini();
	}
}

/* Grouped or not, the last page can be had: 4000 pages are 7 regions and 416 pages. */
static void test_group_all(void **state)
{
	(void)state;
	up(&(struct mm_sim_params){.group_2m = true});
	core_enter(&mm_sim.cores[0], 0);
	assert_int_equal(take_all(PAGE_RESERVE_ATOMIC, PAGES), PAGES);
	assert_true(page_allocator_check(mm_sim.pages));
}

/*
 * An object costs its half of the pair and the writes that zero it: 64 bytes are 8 stores and a
 * miss. Freed, the other half (the pair is odd: one more) and one store.
 */
static void test_object(void **state)
{
	void *obj;

	(void)state;
	up(&(struct mm_sim_params){.min_free_bytes = 0});
	core_enter(&mm_sim.cores[0], 0);
	obj = mm_sim_kzalloc(64, GFP_ATOMIC);
	assert_int_equal(core_current->total, SLAB / 2 + 8 * STORE + MISS);
	mm_sim_kfree(obj);
	core_settle(core_current);
	assert_int_equal(core_current->total, SLAB + 9 * STORE + MISS);
}

/* 4 sqrt(KB): 1 GB = 2^20 KB: 4096 KB; never below 128 KB nor above 256 MB. */
static void test_min_free(void **state)
{
	(void)state;
	assert_int_equal(page_allocator_min_free(1ull << 30), 4096 << 10);
	assert_int_equal(page_allocator_min_free(1ull << 18), 128 << 10);
	assert_int_equal(page_allocator_min_free(1ull << 50), 262144 << 10);
}

#define WORLD_TEST(f) cmocka_unit_test_teardown(f, world_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_marks),		 WORLD_TEST(test_recovery),
		WORLD_TEST(test_no_block),	 WORLD_TEST(test_bulk),
		WORLD_TEST(test_nodes),		 WORLD_TEST(test_gfp),
		WORLD_TEST(test_fragmentation),	 WORLD_TEST(test_group),
		WORLD_TEST(test_group_all),	 WORLD_TEST(test_object),
		WORLD_TEST(test_group_marks),	 WORLD_TEST(test_bulk_of_the_other_node),
		cmocka_unit_test(test_min_free),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
