/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_native.c - the native environment finds misuse, fails when told to, and hands out what was
 * freed last first.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "alloc/native/native.h"

#define MEMORY (1ul << 20)

static int start(void **state)
{
	(void)state;
	return mm_native_init(12, MEMORY);
}

static int stop(void **state)
{
	(void)state;
	mm_native_fini(NULL, 0);
	return 0;
}

static struct page *page_get(unsigned int order)
{
	struct page *page = mm_native_alloc_pages(GFP_ATOMIC | __GFP_COMP, order, NUMA_NO_NODE);

	assert_non_null(page);
	return page;
}

static void page_put(struct page *page, unsigned int order)
{
	page->_refcount.counter = 0;
	mm_native_free_pages(page, order);
}

static uint64_t errors(void)
{
	return mm_native_get_stats().errors;
}

static void test_init(void **state)
{
	char err[240];

	(void)state;
	assert_int_equal(mm_native_init(12, MEMORY), -EBUSY);
	assert_int_equal(mm_native_fini(err, sizeof(err)), 0);
	assert_int_equal(mm_native_init(13, MEMORY), -EINVAL);
	assert_int_equal(mm_native_init(12, 4096), -EINVAL);
	assert_int_equal(mm_native_init(16, 64ul << 20), 0);
	assert_int_equal(mm_native_layout.nr_pages, 1024);
	assert_int_equal(mm_native_set_cpu(NR_CPUS, 0), -EINVAL);
}

/* A compound page: tails point at the head, and the head knows its order. */
static void test_compound(void **state)
{
	struct page *page;

	(void)state;
	page = page_get(3);
	assert_true(page->flags & PG_head);
	assert_int_equal(page[1].compound_order, 3);
	for (int i = 1; i < 8; i++)
		assert_true(page[i].compound_head == ((unsigned long)page | 1));
	page_put(page, 3);
	page = page_get(0);
	assert_int_equal(page->compound_head, 0);
	assert_false(page->flags & PG_head);
	page_put(page, 0);
}

/* 1 MB is 256 pages. All can be had, in blocks or singly, and blocks are split when short. */
static void test_exhaustion(void **state)
{
	struct page *block[8], *page[256];

	(void)state;
	for (int i = 0; i < 8; i++)
		block[i] = page_get(5);
	assert_null(mm_native_alloc_pages(GFP_ATOMIC, 0, NUMA_NO_NODE));
	for (int i = 0; i < 8; i++)
		page_put(block[i], 5);
	assert_int_equal(mm_native_alloc_pages_bulk(GFP_ATOMIC, NUMA_NO_NODE, 256, page), 256);
	assert_null(mm_native_alloc_pages(GFP_ATOMIC, 0, NUMA_NO_NODE));
	assert_int_equal(mm_native_get_stats().pages_held_peak, 256);
	page_put(page[17], 0);
	page_put(page[4], 0);
	assert_ptr_equal(page_get(0), page[4]);
	assert_ptr_equal(page_get(0), page[17]);
}

static void test_page_errors(void **state)
{
	struct page *page;
	dma_addr_t dma;
	char err[240];

	(void)state;
	page = page_get(0);
	mm_native_free_pages(page, 0);
	assert_int_equal(errors(), 1);
	page->_refcount.counter = 0;
	mm_native_free_pages(page, 1);
	assert_int_equal(errors(), 2);
	dma = mm_native_dma_map(NULL, page, 0, 4096, DMA_FROM_DEVICE);
	mm_native_free_pages(page, 0);
	assert_int_equal(errors(), 3);
	mm_native_dma_unmap(NULL, dma, 4096, DMA_FROM_DEVICE);
	mm_native_free_pages(page, 0);
	assert_int_equal(errors(), 3);
	mm_native_free_pages(page, 0);
	assert_int_equal(errors(), 4);
	assert_int_equal(mm_native_fini(err, sizeof(err)), -EBUSY);
	assert_non_null(strstr(err, "it has references"));
}

static void test_dma_errors(void **state)
{
	struct page *page;
	dma_addr_t a, b;

	(void)state;
	page = page_get(1);
	a = mm_native_dma_map(NULL, page, 0, 8192, DMA_FROM_DEVICE);
	b = mm_native_dma_map(NULL, page, 4096, 2048, DMA_FROM_DEVICE);
	assert_int_not_equal(a, b);
	mm_native_dma_sync(NULL, a + 4096, 4096, DMA_FROM_DEVICE, true);
	assert_int_equal(errors(), 0);
	mm_native_dma_sync(NULL, a + 4096, 4097, DMA_FROM_DEVICE, true);
	assert_int_equal(errors(), 1);
	mm_native_dma_unmap(NULL, a, 4096, DMA_FROM_DEVICE);
	assert_int_equal(errors(), 2);
	mm_native_dma_unmap(NULL, a, 8192, DMA_FROM_DEVICE);
	mm_native_dma_unmap(NULL, a, 8192, DMA_FROM_DEVICE);
	assert_int_equal(errors(), 3);
	mm_native_dma_unmap(NULL, b, 2048, DMA_FROM_DEVICE);
	assert_int_equal(errors(), 3);
	page_put(page, 1);
	assert_int_equal(errors(), 3);
}

/* The third request from the call on fails, whatever it is for, and only that one. */
static void test_fail_at(void **state)
{
	struct page *pages[4];
	void *obj;

	(void)state;
	mm_native_fail_at(3);
	assert_int_equal(mm_native_alloc_pages_bulk(GFP_ATOMIC, NUMA_NO_NODE, 4, pages), 2);
	mm_native_fail_at(2);
	obj = mm_native_kzalloc(100, GFP_KERNEL);
	assert_non_null(obj);
	assert_true(mm_native_dma_map(NULL, pages[0], 0, 64, DMA_FROM_DEVICE) == DMA_MAPPING_ERROR);
	mm_native_kfree(obj);
	mm_native_fail_at(1);
	assert_null(mm_native_kzalloc(100, GFP_KERNEL));
	assert_int_equal(mm_native_get_stats().failed, 3);
	page_put(pages[0], 0);
	page_put(pages[1], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_init, start, stop),
		cmocka_unit_test_setup_teardown(test_compound, start, stop),
		cmocka_unit_test_setup_teardown(test_exhaustion, start, stop),
		cmocka_unit_test_setup_teardown(test_page_errors, start, stop),
		cmocka_unit_test_setup_teardown(test_dma_errors, start, stop),
		cmocka_unit_test_setup_teardown(test_fail_at, start, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
