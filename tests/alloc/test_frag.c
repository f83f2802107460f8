/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_frag.c - the page_frag_cache forms and their strategies: fragments per page, direction,
 * reuse when alone, order-0 fallback, emergency reserves, worked out by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include "alloc/native/native.h"
#include "page_frag_cache.h"
#include "rig.h"
#include <cmocka.h>

static struct rig rig;

static void start(const char *name, unsigned int shift, unsigned int bytes, unsigned int form)
{
	const struct rx_params params = {.ring_size = 1,
					 .buffer_bytes = bytes,
					 .nid = NUMA_NO_NODE,
					 .posted = true,
					 .option = {form}};

	assert_int_equal(rig_init(&rig, rig_strategy(name, shift), &params, 0), 0);
}

static const struct rx_buf *packet(unsigned int bytes)
{
	assert_int_equal(rig_post(&rig, bytes), 0);
	return rig_receive(&rig);
}

/*
 * All held: n = floor(block / size), size rounded up to 64. The block is 32K, or a 64K page.
 * Countdown starts at block - size and falls by size; countup starts at 0 and rises.
 *
 *	page	size	rounded	n	pages for 3 n buffers	order
 *	4K	2048	2048	16	3			3
 *	4K	1500	1536	21	3			3
 *	16K	2048	2048	16	3			1
 *	64K	2048	2048	32	3			0
 */
static void frag_table(const char *name, unsigned int form, bool down)
{
	static const struct {
		unsigned int shift, size, rounded, n, order;
	} rows[] = {{12, 2048, 2048, 16, 3},
		    {12, 1500, 1536, 21, 3},
		    {14, 2048, 2048, 16, 1},
		    {16, 2048, 2048, 32, 0}};

	for (int r = 0; r < 4; r++) {
		unsigned int block = 1u << (rows[r].shift + rows[r].order);

		start(name, rows[r].shift, 2048, form);
		for (unsigned int i = 0; i < 3 * rows[r].n; i++) {
			const struct rx_buf *buf = packet(rows[r].size);
			unsigned int at = i % rows[r].n * rows[r].rounded;

			assert_int_equal(buf->truesize, rows[r].rounded);
			assert_int_equal(buf->offset, down ? block - rows[r].rounded - at : at);
		}
		assert_int_equal(rig_stats(&rig).pages_new, 3);
		assert_int_equal(rig_stats(&rig).reused, 3 * rows[r].n - 3);
		assert_int_equal(mm_native_get_stats().blocks_allocated[rows[r].order], 3);
		assert_int_equal(mm_native_get_stats().maps, 3 * rows[r].n);
		assert_int_equal(mm_native_get_stats().unmaps, 3 * rows[r].n);
		rig_fini(&rig);
	}
}

static void test_tables(void **state)
{
	(void)state;
	frag_table("frag_countdown", 0, true);
	frag_table("frag_countup", 0, false);
	frag_table("frag_countup", 1, false);
}

/*
 * Put at once: at the end of the 32K page nobody else holds it, one page serves 160 buffers. With
 * the first buffer held for good: its page is given up after 16, then one page again: 2.
 */
static void reuse_when_alone(const char *name, unsigned int form)
{
	start(name, 12, 2048, form);
	for (int i = 0; i < 160; i++) {
		packet(2048);
		rig_put(&rig, 0, false);
	}
	assert_int_equal(rig_stats(&rig).pages_new, 1);
	packet(2048);
	for (int i = 0; i < 160; i++) {
		packet(2048);
		rig_put(&rig, 1, false);
	}
	assert_int_equal(rig_stats(&rig).pages_new, 2);
	assert_int_equal(mm_native_get_stats().pages_held, 16);
	rig_fini(&rig);
}

static void test_reuse_when_alone(void **state)
{
	(void)state;
	reuse_when_alone("frag_countdown", 0);
	reuse_when_alone("frag_countup", 0);
	reuse_when_alone("frag_countup", 1);
}

/* No block of order 3 to be had: single pages of two buffers; 8 held buffers take 4. */
static void fallback(const char *name, unsigned int form)
{
	start(name, 12, 2048, form);
	mm_native_set_max_order(0);
	for (int i = 0; i < 8; i++)
		packet(2048);
	assert_int_equal(rig_stats(&rig).pages_new, 4);
	assert_int_equal(mm_native_get_stats().blocks_allocated[0], 4);
	rig_fini(&rig);
}

static void test_fallback(void **state)
{
	(void)state;
	fallback("frag_countdown", 0);
	fallback("frag_countup", 0);
	fallback("frag_countup", 1);
}

/* A pfmemalloc page is not used a second time: 16 per page, 48 buffers put at once take 3. */
static void reserves(const char *name, unsigned int form)
{
	start(name, 12, 2048, form);
	mm_native_set_pfmemalloc(true);
	for (int i = 0; i < 48; i++) {
		packet(2048);
		rig_put(&rig, 0, false);
	}
	assert_int_equal(rig_stats(&rig).pages_new, 3);
	rig_fini(&rig);
}

static void test_reserves(void **state)
{
	(void)state;
	reserves("frag_countdown", 0);
	reserves("frag_countup", 0);
	reserves("frag_countup", 1);
}

/*
 * Aligned to 64, 100 bytes each. Down: (32768 - 100) & -64 = 32640, (32640 - 100) & -64 = 32512.
 * Up: 0, then 100 rounded up to 128, then 228 rounded up to 256.
 */
static void test_align(void **state)
{
	struct page_frag_cache down = {.va = NULL}, up = {.va = NULL};
	struct page_frag_packed packed = {.encoded_page = 0};
	char *va;

	(void)state;
	assert_int_equal(mm_native_init(12, RIG_MEMORY), 0);
	va = frag_down_alloc(&down, 100, GFP_ATOMIC, -64u);
	assert_int_equal(va - down.va, 32640);
	assert_ptr_equal(frag_down_alloc(&down, 100, GFP_ATOMIC, -64u), va - 128);
	va = frag_up_alloc(&up, 100, GFP_ATOMIC, -64u);
	assert_ptr_equal(va, up.va);
	assert_ptr_equal(frag_up_alloc(&up, 100, GFP_ATOMIC, -64u), va + 128);
	assert_ptr_equal(frag_up_alloc(&up, 100, GFP_ATOMIC, -64u), va + 256);
	va = frag_packed_alloc(&packed, 100, GFP_ATOMIC, -64u);
	assert_ptr_equal(va, (char *)(packed.encoded_page & PAGE_MASK));
	assert_ptr_equal(frag_packed_alloc(&packed, 100, GFP_ATOMIC, -64u), va + 128);
	assert_int_equal(mm_native_get_stats().blocks_allocated[3], 3);
	frag_cache_drain(&down);
	frag_cache_drain(&up);
	frag_packed_drain(&packed);
	assert_int_equal(mm_native_get_stats().pages_held, 24);
	mm_native_fini(NULL, 0);
}

/*
 * More than a page. Down: 4 of 8192 fit a 32K page; with single pages only, NULL, and the page is
 * kept for smaller ones. Up: the fifth of 8192 finds no rest and is refused, the page kept.
 */
static void test_larger_than_page(void **state)
{
	struct page_frag_cache down = {.va = NULL}, up = {.va = NULL};
	struct page_frag_packed packed = {.encoded_page = 0};

	(void)state;
	assert_int_equal(mm_native_init(12, RIG_MEMORY), 0);
	for (int i = 0; i < 4; i++) {
		assert_non_null(frag_down_alloc(&down, 8192, GFP_ATOMIC, ~0u));
		assert_non_null(frag_up_alloc(&up, 8192, GFP_ATOMIC, ~0u));
		assert_non_null(frag_packed_alloc(&packed, 8192, GFP_ATOMIC, ~0u));
	}
	assert_null(frag_up_alloc(&up, 8192, GFP_ATOMIC, ~0u));
	assert_null(frag_packed_alloc(&packed, 8192, GFP_ATOMIC, ~0u));
	mm_native_set_max_order(0);
	assert_null(frag_down_alloc(&down, 8192, GFP_ATOMIC, ~0u));
	assert_int_equal(down.pages_new, 2);
	assert_non_null(frag_down_alloc(&down, 4096, GFP_ATOMIC, ~0u));
	assert_int_equal(down.pages_new, 2);
	mm_native_fini(NULL, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables),	 cmocka_unit_test(test_reuse_when_alone),
		cmocka_unit_test(test_fallback), cmocka_unit_test(test_reserves),
		cmocka_unit_test(test_align),	 cmocka_unit_test(test_larger_than_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
