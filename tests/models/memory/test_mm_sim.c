/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_mm_sim.c - the simulated environment as an allocator sees it.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "alloc/mm_types.h"
#include "models/cpu/lock.h"
#include "test_mm_sim_fixture.h"

#define PAGES 1024ul
#define PAGE  4096ul
#define GFP   GFP_ATOMIC

static struct machine machine;
static jmp_buf bug_jump;
static char bug_text[256];

static _Noreturn void on_bug(const char *text)
{
	snprintf(bug_text, sizeof(bug_text), "%s", text);
	longjmp(bug_jump, 1);
}

/* The statement ends in mm_sim_bug(), or mm_sim_no_memory(), and its text contains the words. */
#define assert_bug(statement, words)                                                               \
	do {                                                                                       \
		if (!setjmp(bug_jump)) {                                                           \
			statement;                                                                 \
			fail_msg("no BUG: %s", #statement);                                        \
		}                                                                                  \
		assert_non_null(strstr(bug_text, words));                                          \
	} while (0)

static int setup(void **state)
{
	(void)state;
	machine = test_machine();
	mm_sim.on_bug = on_bug;
	world_up(&machine, PAGES, IOMMU_STRICT);
	return 0;
}

static void assert_quiescent(void)
{
	char err[128] = "";

	if (!mm_sim_quiescent(err, sizeof(err)))
		fail_msg("%s", err);
}

static void assert_not_quiescent(const char *words)
{
	char err[128] = "";

	assert_false(mm_sim_quiescent(err, sizeof(err)));
	assert_non_null(strstr(err, words));
}

/* A page's life: allocated with one reference, mapped, unmapped, freed by another core. */
static void test_round_trip(void **state)
{
	struct page *page;
	dma_addr_t dma;

	(void)state;
	run_on(0);
	page = mm_sim_alloc_pages(GFP, 0, NUMA_NO_NODE);
	assert_non_null(page);
	assert_int_equal(page->_refcount.counter, 1);
	assert_int_equal(page->flags | page->lru_next | page->lru_prev | page->private_, 0);
	assert_not_quiescent("1 pages are still held");
	dma = mm_sim_dma_map(NULL, page, 256, 2048, DMA_FROM_DEVICE);
	assert_int_equal(dma % PAGE, 256);
	mm_sim_dma_sync(NULL, dma, 2048, DMA_FROM_DEVICE, false);
	mm_sim_dma_unmap(NULL, dma, 2048, DMA_FROM_DEVICE);
	assert_bug(mm_sim_dma_sync(NULL, dma, 2048, DMA_FROM_DEVICE, true), "not mapped");
	run_on(1);
	page->_refcount.counter = 0;
	mm_sim_free_pages(page, 0);
	assert_quiescent();
	assert_int_equal(iommu_counts_get(mm_sim.iommu).maps, 1);
	assert_true(mm_sim.cores[0].by_cause[CAUSE_PAGE_ALLOCATOR] > 0);
	assert_true(mm_sim.cores[1].by_cause[CAUSE_PAGE_ALLOCATOR] > 0);
	assert_int_equal(mm_sim.cores[0].by_cause[CAUSE_ALLOC], 0);
}

/* A compound page names its head in every tail, its order in the first; freed, nothing is left. */
static void test_compound(void **state)
{
	struct page *page;

	(void)state;
	run_on(0);
	page = mm_sim_alloc_pages(GFP | __GFP_COMP, 3, 0);
	assert_int_equal((page - mm_sim_layout.map) % 8, 0);
	assert_int_equal(page->flags, PG_head);
	assert_int_equal(page->_refcount.counter, 1);
	for (int i = 1; i < 8; i++) {
		assert_int_equal(page[i].compound_head, (unsigned long)page | 1);
		assert_int_equal(page[i]._refcount.counter, 0);
		assert_int_equal(page[i].compound_order, i == 1 ? 3 : 0);
	}
	page->_refcount.counter = 0;
	mm_sim_free_pages(page, 3);
	page = mm_sim_alloc_pages(GFP, 3, 0);
	assert_int_equal(page->flags, 0);
	for (int i = 1; i < 8; i++)
		assert_int_equal(page[i].compound_head | page[i].compound_order, 0);
	page->_refcount.counter = 0;
	mm_sim_free_pages(page, 3);
	assert_quiescent();
}

/*
 * Lines of an order-3 compound page, cold: batch 4 moves max(4 >> 3, 2) = 2 blocks, so 2 heads, the
 * lock word, the heads of the lists, and the 7 tails: 11 MISS. Page allocator: ATOMIC + 2 STORE for
 * lock and lists, 2 (STORE + ZONE), half the pair of order 3 and STORE for the head, 7 STORE for
 * the tails.
 */
static void test_compound_cycles(void **state)
{
	struct core *core = run_on(0);

	(void)state;
	assert_non_null(mm_sim_alloc_pages(GFP | __GFP_COMP, 3, 0));
	assert_int_equal(core->by_cause[CAUSE_CACHE_MISS], 11 * MISS);
	assert_int_equal(core->by_cause[CAUSE_PAGE_ALLOCATOR],
			 12 * STORE + ATOMIC + 2 * ZONE + 500000 / 2);
	assert_int_equal(core->cause, CAUSE_ALLOC);
}

static void test_bulk(void **state)
{
	struct page *pages[200];

	(void)state;
	run_on(0);
	assert_int_equal(mm_sim_alloc_pages_bulk(GFP, NUMA_NO_NODE, 200, pages), 200);
	for (int i = 0; i < 200; i++) {
		assert_int_equal(pages[i]->_refcount.counter, 1);
		pages[i]->_refcount.counter = 0;
		mm_sim_free_pages(pages[i], 0);
	}
	assert_quiescent();
	page_allocator_fail_at(mm_sim.pages, 2);
	/* asked for in portions of 64: the second fails */
	assert_int_equal(mm_sim_alloc_pages_bulk(GFP, NUMA_NO_NODE, 200, pages), 64);
}

static void test_page_bugs(void **state)
{
	struct page *page;

	(void)state;
	run_on(0);
	page = mm_sim_alloc_pages(GFP | __GFP_COMP, 1, 0);
	assert_bug(mm_sim_free_pages(page, 1), "still referenced");
	page->_refcount.counter = 0;
	assert_bug(mm_sim_free_pages(page, 0), "not allocated so");
	assert_bug(mm_sim_free_pages(page + 1, 0), "not allocated so");
	assert_bug(mm_sim_free_pages((struct page *)(void *)((char *)page + 8), 1), "struct page");
	assert_bug(mm_sim_free_pages(mm_sim_layout.map + PAGES, 0), "struct page");
	mm_sim_free_pages(page, 1);
	assert_bug(mm_sim_free_pages(page, 1), "not allocated so");
	assert_not_quiescent("one place");
}

static void place(const void *pc, char *buf, size_t size)
{
	assert_non_null(pc);
	snprintf(buf, size, "pool.c:7");
}

/* What an allocator's call does wrong is said with its place; what the stack's does, is not its. */
static void test_bug_places(void **state)
{
	struct page *page;

	(void)state;
	run_on(0);
	mm_sim.place_of = place;
	page = mm_sim_alloc_pages(GFP, 0, 0);
	assert_bug(mm_sim_free_pages(page, 0), "pool.c:7: free_pages() of a page");
	assert_bug(mm_sim_kfree(page), "pool.c:7: kfree() of what");
	mm_sim_page_put(page);
	assert_bug(mm_sim_page_put(page), "put_page() of a page that nobody holds, by the stack");
	assert_null(strstr(bug_text, "pool.c"));
	mm_sim.place_of = NULL;
}

/* What there is no room for is told apart: 2^48 pages; a last level whose lines no word counts. */
static void test_lacks(void **state)
{
	struct machine big = machine;
	struct mm_sim_params params = {
		.machine = &big, .cores = 1, .page_shift = 12, .memory_bytes = 1ul << 60};

	(void)state;
	mm_sim_fini();
	assert_int_equal(mm_sim_init(&params), -ENOMEM);
	assert_int_equal(mm_sim_lacks(), MM_SIM_MEMORY);
	params.memory_bytes = 1 << 20;
	big.llc_bytes = 1ul << 38;
	assert_int_equal(mm_sim_init(&params), -ENOMEM);
	assert_int_equal(mm_sim_lacks(), MM_SIM_CACHES);
	big = machine;
	assert_int_equal(mm_sim_init(&params), 0);
	assert_int_equal(mm_sim_lacks(), MM_SIM_NONE);
}

/* The host's memory is another matter than an allocator's bug, and a new world keeps both hooks. */
static void test_no_memory(void **state)
{
	(void)state;
	mm_sim.on_bug = NULL;
	mm_sim.on_no_memory = on_bug;
	mm_sim_fini();
	world_up(&machine, PAGES, IOMMU_STRICT);
	assert_bug(mm_sim_no_memory("the books"), "not enough host memory for the books; expected");
	mm_sim.on_bug = on_bug;
	mm_sim.on_no_memory = NULL;
	mm_sim_fini();
	world_up(&machine, PAGES, IOMMU_STRICT);
	assert_bug(mm_sim_kfree(&machine), "kfree");
}

static void test_failure(void **state)
{
	(void)state;
	run_on(0);
	page_allocator_fail_at(mm_sim.pages, 1);
	assert_null(mm_sim_alloc_pages(GFP, 0, 0));
	assert_null(mm_sim_alloc_pages(GFP, PAGE_ALLOCATOR_ORDERS, 0));
	assert_non_null(mm_sim_alloc_pages(GFP, 0, 0));
}

/* Wrong unmaps and forgotten ones are found after a run. */
static void test_dma_complaints(void **state)
{
	struct page *page = mm_sim_alloc_pages(GFP, 0, 0);
	dma_addr_t dma = mm_sim_dma_map(NULL, page, 0, PAGE, DMA_FROM_DEVICE);

	(void)state;
	page->_refcount.counter = 0;
	mm_sim_free_pages(page, 0);
	assert_not_quiescent("1 DMA mappings");
	mm_sim_dma_unmap(NULL, dma, PAGE, DMA_FROM_DEVICE);
	assert_quiescent();
	mm_sim_dma_unmap(NULL, dma, PAGE, DMA_FROM_DEVICE);
	assert_not_quiescent("1 DMA maps or unmaps were wrong");
	assert_int_equal(mm_sim_dma_map(NULL, page, 0, (PAGES + 1) * PAGE, DMA_FROM_DEVICE),
			 DMA_MAPPING_ERROR);
}

/* Objects are zeroed, aligned to their size up to a line, and freed ones are used again. */
static void test_kzalloc(void **state)
{
	const size_t bytes[] = {1, 8, 24, 64, 65, 200, 4096, 70000};
	char *obj, *again;

	(void)state;
	for (unsigned int i = 0; i < sizeof(bytes) / sizeof(bytes[0]); i++) {
		obj = mm_sim_kzalloc(bytes[i], GFP);
		assert_non_null(obj);
		assert_int_equal((uintptr_t)obj % (bytes[i] >= 64 ? 64 : 8), 0);
		for (size_t k = 0; k < bytes[i]; k++)
			assert_int_equal(obj[k], 0);
		memset(obj, 0xff, bytes[i]);
		mm_sim_kfree(obj);
		again = mm_sim_kzalloc(bytes[i], GFP);
		assert_ptr_equal(again, obj);
		for (size_t k = 0; k < bytes[i]; k++)
			assert_int_equal(again[k], 0);
	}
	mm_sim_kfree(NULL);
	assert_bug(mm_sim_kfree(again + 8), "kfree");
	assert_bug(mm_sim_kfree(&again), "kfree");
	mm_sim_kfree(again);
	assert_bug(mm_sim_kfree(again), "kfree");
}

/* Meta is finite: the end is NULL, not a crash, and what is freed can be had again. */
static void test_kzalloc_exhaustion(void **state)
{
	void *obj, *last = NULL;

	(void)state;
	assert_null(mm_sim_kzalloc((size_t)1 << 40, GFP));
	while ((obj = mm_sim_kzalloc(1 << 20, GFP)))
		last = obj;
	assert_non_null(last);
	mm_sim_kfree(last);
	assert_ptr_equal(mm_sim_kzalloc(1 << 20, GFP), last);
	assert_null(mm_sim_kzalloc(1 << 20, GFP));
}

/*
 * A lock word in another core's cache costs its transfer, a lock held costs waiting: without
 * stalls core 0 takes it at ATOMIC and holds it 5000 and the store that lets go; core 1
 * arrives at ATOMIC and waits 5000 + STORE.
 */
static void test_spin_lock(void **state)
{
	spinlock_t *lock = mm_sim_kzalloc(sizeof(*lock), GFP);
	struct core *core;

	(void)state;
	no_stalls(&machine);
	core = run_on(0);
	mm_sim_spin_lock(lock);
	assert_bug(mm_sim_spin_lock(lock), "spin_lock");
	core_charge(core, CAUSE_FREE, 5000);
	mm_sim_spin_unlock(lock);
	assert_bug(mm_sim_spin_unlock(lock), "spin_unlock");
	assert_int_equal(core->by_cause[CAUSE_ALLOC], STORE + ATOMIC);
	core = run_on(1);
	mm_sim_spin_lock(lock);
	mm_sim_spin_unlock(lock);
	assert_int_equal(core->by_cause[CAUSE_LOCK], 5000 + STORE);
	assert_int_equal(lock_counts_get().acquired, 2);
}

/*
 * A device that does not see the caches, 10 cycles a line: of a buffer of 2000 bytes, that is
 * ceil(2000 / 64) = 32 lines, dma_map cleans and a sync for the CPU invalidates 32 each; 100 bytes
 * back to the device are 2 more. What only goes to the device needs nothing on its way back.
 */
static void test_sync_of_lines(void **state)
{
	struct page *page;
	struct core *core;
	dma_addr_t dma;

	(void)state;
	no_stalls(&machine);
	page = mm_sim_alloc_pages(GFP, 0, 0);
	core = run_on(0);
	/* the first takes its address from the tree, further ones find it in a magazine */
	mm_sim_dma_unmap(NULL, mm_sim_dma_map(NULL, page, 0, 2000, DMA_FROM_DEVICE), 2000,
			 DMA_FROM_DEVICE);
	core_init(core, 0, machine.khz);
	dma = mm_sim_dma_map(NULL, page, 0, 2000, DMA_FROM_DEVICE);
	assert_int_equal(core->by_cause[CAUSE_IOMMU_MAP], IOVA / 2 + LOAD + PT_MAP);
	assert_int_equal(mm_sim.syncs.calls, 0);
	mm_sim_dma_unmap(NULL, dma, 2000, DMA_FROM_DEVICE);
	machine.dma_coherent = false;
	machine.dma_sync_line_mcycles = 10000;
	core_init(core, 0, machine.khz);
	dma = mm_sim_dma_map(NULL, page, 0, 2000, DMA_FROM_DEVICE);
	mm_sim_dma_sync(NULL, dma, 2000, DMA_FROM_DEVICE, false);
	mm_sim_dma_sync(NULL, dma, 100, DMA_FROM_DEVICE, true);
	mm_sim_dma_sync(NULL, dma, 100, DMA_TO_DEVICE, false);
	assert_int_equal(core->by_cause[CAUSE_IOMMU_MAP],
			 IOVA / 2 + LOAD + PT_MAP + (32 + 2) * 10000);
	assert_int_equal(core->by_cause[CAUSE_IOMMU_UNMAP], 32 * 10000);
	assert_int_equal(mm_sim.syncs.calls, 3);
	assert_int_equal(mm_sim.syncs.lines, 66);
	mm_sim_dma_unmap(NULL, dma, 2000, DMA_FROM_DEVICE);
}

/* Setting up and tearing down happen on no core: all works, nothing is charged. */
static void test_no_core(void **state)
{
	spinlock_t lock = {0};
	struct page *page;
	void *obj;

	(void)state;
	core_current = NULL;
	page = mm_sim_alloc_pages(GFP | __GFP_COMP, 2, 0);
	mm_sim_dma_unmap(NULL, mm_sim_dma_map(NULL, page, 0, PAGE, DMA_FROM_DEVICE), PAGE,
			 DMA_FROM_DEVICE);
	mm_sim_spin_lock(&lock);
	mm_sim_spin_unlock(&lock);
	obj = mm_sim_kzalloc(100, GFP);
	mm_sim_kfree(obj);
	page->_refcount.counter = 0;
	mm_sim_free_pages(page, 2);
	assert_int_equal(mm_sim_cpu(), 0);
	assert_int_equal(mm_sim_nid(), 0);
	assert_int_equal(mm_sim.cores[0].total + mm_sim.cores[1].total, 0);
	assert_int_equal(lock_counts_get().acquired, 0);
	assert_quiescent();
	run_on(1);
	assert_int_equal(mm_sim_cpu(), 1);
}

/* Two runs of one process are alike: nothing is left of the first. */
static void test_again(void **state)
{
	struct core first;

	(void)state;
	test_compound_cycles(NULL);
	first = mm_sim.cores[0];
	mm_sim_fini();
	world_up(&machine, PAGES, IOMMU_STRICT);
	test_compound_cycles(NULL);
	assert_memory_equal(&first, &mm_sim.cores[0], sizeof(first));
}

static void test_params(void **state)
{
	struct mm_sim_params good = {
		.machine = &machine,
		.cores = 1,
		.page_shift = 16,
		.memory_bytes = 1 << 20,
		.iommu = IOMMU_OFF,
	};
	struct mm_sim_params bad = good;

	(void)state;
	machine = test_machine();
	bad.cores = CORE_MAX + 1;
	assert_int_equal(mm_sim_init(&bad), -EINVAL);
	bad = good;
	bad.page_shift = 13;
	assert_int_equal(mm_sim_init(&bad), -EINVAL);
	bad = good;
	bad.memory_bytes = 65535;
	assert_int_equal(mm_sim_init(&bad), -EINVAL);
	assert_int_equal(mm_sim_init(&good), 0);
	assert_int_equal(mm_sim_layout.nr_pages, 16);
	mm_sim_fini();
	mm_sim_fini();
}

/*
 * Owner 1 takes a block of 8 pages and a bulk of 2, owner 2 takes 1: a free by anybody is its
 * owner's, so owner 1 held 10 at most and has 2 left.
 */
static void test_owners(void **state)
{
	const struct mm_sim_params params = {
		.machine = &machine,
		.cores = 1,
		.page_shift = 12,
		.memory_bytes = PAGES * PAGE,
		.iommu = IOMMU_OFF,
		.owners = true,
	};
	struct page *block, *bulk[2], *one;

	(void)state;
	machine = test_machine();
	assert_int_equal(mm_sim_init(&params), 0);
	mm_sim.owner = 1;
	block = mm_sim_alloc_pages(GFP | __GFP_COMP, 3, NUMA_NO_NODE);
	assert_int_equal(mm_sim_alloc_pages_bulk(GFP, NUMA_NO_NODE, 2, bulk), 2);
	mm_sim.owner = 2;
	one = mm_sim_alloc_pages(GFP, 0, NUMA_NO_NODE);
	mm_sim.owner = 0;
	mm_sim_page_put(block);
	mm_sim_page_put(one);
	assert_int_equal(mm_sim.owned[1].allocated, 10);
	assert_int_equal(mm_sim.owned[1].held, 2);
	assert_int_equal(mm_sim.owned[1].held_peak, 10);
	assert_int_equal(mm_sim.owned[2].allocated, 1);
	assert_int_equal(mm_sim.owned[2].held, 0);
	assert_int_equal(mm_sim.owned[2].held_peak, 1);
	assert_int_equal(mm_sim.owned[0].allocated, 0);
	mm_sim_page_put(bulk[0]);
	mm_sim_page_put(bulk[1]);
	mm_sim_fini();
	/* nobody counts unless asked to */
	world_up(&machine, PAGES, IOMMU_OFF);
	one = mm_sim_alloc_pages(GFP, 0, NUMA_NO_NODE);
	assert_int_equal(mm_sim.owned[0].allocated, 0);
	mm_sim_page_put(one);
	mm_sim_fini();
}

/*
 * 5 pages taken, 2 given back, then counts begin: 3 were allocated, none was freed, 3 were held at
 * most. One more and two fewer: 4 allocated, 2 freed, 4 at most.
 */
static void test_begin(void **state)
{
	struct mm_sim_params params = {
		.machine = &machine,
		.cores = 1,
		.page_shift = 12,
		.memory_bytes = PAGES * PAGE,
		.owners = true,
	};
	struct page *page[5];
	struct page_counts counts;

	(void)state;
	machine = test_machine();
	assert_int_equal(mm_sim_init(&params), 0);
	run_on(0);
	mm_sim.owner = 1;
	for (unsigned int i = 0; i < 5; i++)
		page[i] = mm_sim_alloc_pages(GFP, 0, NUMA_NO_NODE);
	mm_sim_page_put(page[4]);
	mm_sim_page_put(page[3]);
	mm_sim_begin();
	counts = page_allocator_counts(mm_sim.pages);
	assert_int_equal(counts.pages_allocated, 3);
	assert_int_equal(counts.pages_freed, 0);
	assert_int_equal(counts.pages_held_peak, 3);
	assert_int_equal(mm_sim.owned[1].allocated, 3);
	assert_int_equal(mm_sim.owned[1].held_peak, 3);
	page[3] = mm_sim_alloc_pages(GFP, 0, NUMA_NO_NODE);
	mm_sim_page_put(page[0]);
	mm_sim_page_put(page[1]);
	counts = page_allocator_counts(mm_sim.pages);
	assert_int_equal(counts.pages_allocated, 4);
	assert_int_equal(counts.pages_freed, 2);
	assert_int_equal(counts.pages_held_peak, 4);
	assert_int_equal(mm_sim.owned[1].allocated, 4);
	assert_int_equal(mm_sim.owned[1].held, 2);
	assert_int_equal(mm_sim.owned[1].held_peak, 4);
	mm_sim_page_put(page[2]);
	mm_sim_page_put(page[3]);
	mm_sim.owner = 0;
	assert_quiescent();
	mm_sim_fini();
}

#define WORLD_TEST(f) cmocka_unit_test_setup_teardown(f, setup, world_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_round_trip),	  WORLD_TEST(test_compound),
		WORLD_TEST(test_compound_cycles), WORLD_TEST(test_bulk),
		WORLD_TEST(test_page_bugs),	  WORLD_TEST(test_no_memory),
		WORLD_TEST(test_failure),	  WORLD_TEST(test_dma_complaints),
		WORLD_TEST(test_kzalloc),	  WORLD_TEST(test_kzalloc_exhaustion),
		WORLD_TEST(test_spin_lock),	  WORLD_TEST(test_sync_of_lines),
		WORLD_TEST(test_no_core),	  WORLD_TEST(test_again),
		WORLD_TEST(test_bug_places),	  WORLD_TEST(test_lacks),
		cmocka_unit_test(test_params),	  cmocka_unit_test(test_owners),
		cmocka_unit_test(test_begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
