/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_page_pool.c - page_pool and page_pool_frag: fragments per page, truesize and where pages go,
 * worked out by hand. State for state the pool is checked by tools/conform/test_oracle.c.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include "alloc/native/native.h"
#include "rig.h"

static struct rig rig;

static void start(const char *name, unsigned int shift, unsigned int bytes, bool posted)
{
	const struct rx_params params = {.ring_size = 1,
					 .buffer_bytes = bytes,
					 .pool_size = 256,
					 .nid = NUMA_NO_NODE,
					 .posted = posted};

	assert_int_equal(rig_init(&rig, rig_strategy(name, shift), &params, 0), 0);
}

static const struct rx_buf *packet(unsigned int bytes)
{
	assert_int_equal(rig_post(&rig, bytes), 0);
	return rig_receive(&rig);
}

/*
 * On demand, as veth: n = floor(page / size) fragments; the last gets the rest, so its truesize is
 * page - (n - 1) * size. Two buffers must fit, else the page is whole.
 *
 *	page	size	n	last truesize
 *	4096	704	5	4096 - 4 * 704 = 1280
 *	4096	1344	3	4096 - 2 * 1344 = 1408
 *	4096	1365	3	4096 - 2 * 1365 = 1366
 *	4096	2048	2	2048
 *	4096	2049	1	4096
 *	65536	2048	32	2048
 *	65536	2500	26	65536 - 25 * 2500 = 3036
 */
static void test_frag_table(void **state)
{
	static const struct {
		unsigned int shift, size, n, last;
	} rows[] = {
		{12, 704, 5, 1280},   {12, 1344, 3, 1408}, {12, 1365, 3, 1366},
		{12, 2048, 2, 2048},  {12, 2049, 1, 4096}, {16, 2048, 32, 2048},
		{16, 2500, 26, 3036},
	};

	(void)state;
	for (unsigned int r = 0; r < sizeof(rows) / sizeof(rows[0]); r++) {
		unsigned int n = rows[r].n;

		start("page_pool_frag", rows[r].shift, 4096, false);
		for (unsigned int i = 0; i < 2 * n; i++) {
			const struct rx_buf *buf = packet(rows[r].size);

			assert_int_equal(buf->offset, i % n * rows[r].size);
			assert_int_equal(buf->truesize,
					 i % n == n - 1 ? rows[r].last : rows[r].size);
			assert_ptr_equal(buf->page, rig.held[i / n * n].buf.page);
		}
		assert_ptr_not_equal(rig.held[0].buf.page, rig.held[n].buf.page);
		rig_fini(&rig);
	}
}

/*
 * All held, 704 bytes, 5 per page: one bulk of 64 pages holds 320 buffers; the 321st takes another
 * bulk. The first page of a bulk is `slow`, the other 63 are `fast`.
 */
static void test_frag_held(void **state)
{
	struct rx_stats stats;

	(void)state;
	start("page_pool_frag", 12, 4096, false);
	for (int i = 0; i < 320; i++)
		packet(704);
	assert_int_equal(rig_stats(&rig).pages_new, 64);
	packet(704);
	stats = rig_stats(&rig);
	assert_int_equal(stats.pages_new, 128);
	assert_int_equal(stats.reused, 321 - 128);
	assert_int_equal(stats.slow, 2);
	assert_int_equal(stats.fast, 63);
	assert_int_equal(stats.empty, 2);
	rig_fini(&rig);
}

/*
 * Put at once, 704 bytes: at the end of the page its 5 users are gone, so draining the advance
 * references leaves the pool alone and the same page starts over. 50 buffers = 10 rounds: 1 slow,
 * 9 fast, nothing goes through cache or ring.
 */
static void test_frag_keeps_up(void **state)
{
	struct rx_stats stats;
	const struct page *page;

	(void)state;
	start("page_pool_frag", 12, 4096, false);
	page = packet(704)->page;
	rig_put(&rig, 0, true);
	for (int i = 1; i < 50; i++) {
		assert_ptr_equal(packet(704)->page, page);
		rig_put(&rig, 0, true);
	}
	stats = rig_stats(&rig);
	assert_int_equal(stats.slow, 1);
	assert_int_equal(stats.fast, 9);
	assert_int_equal(stats.cached + stats.ring, 0);
	rig_fini(&rig);
}

/*
 * Whole pages: 200 held are 4 bulks (256 pages, 56 left in the cache). 100 direct puts: 72 fill the
 * cache to 128, 28 find it full and go to the ring. 100 other puts: all to the ring, 128 of 256.
 * With the ring holding 128 and a second round of 200 held, 128 come fast, then one refill takes 64
 * (one of them handed out), 63 fast, and the next refill the other 64.
 */
static void test_page_pool_ways(void **state)
{
	struct rx_stats stats;

	(void)state;
	start("page_pool", 12, 2048, true);
	for (int i = 0; i < 200; i++)
		packet(2048);
	for (int i = 0; i < 200; i++)
		rig_put(&rig, 0, i < 100);
	stats = rig_stats(&rig);
	assert_int_equal(stats.pages_new, 256);
	assert_int_equal(stats.slow, 4);
	assert_int_equal(stats.fast, 196);
	assert_int_equal(stats.cached, 72);
	assert_int_equal(stats.cache_full, 28);
	assert_int_equal(stats.ring, 128);
	for (int i = 0; i < 200; i++)
		packet(2048);
	stats = rig_stats(&rig);
	assert_int_equal(stats.pages_new, 256);
	assert_int_equal(stats.refill, 2);
	assert_int_equal(stats.fast, 196 + 198);
	assert_int_equal(mm_native_get_stats().maps, 256);
	assert_int_equal(mm_native_get_stats().unmaps, 0);
	rig_fini(&rig);
}

/*
 * A page somebody else holds leaves the pool on its put (released_refcnt) and is unmapped; it is
 * freed by the last reference. A pfmemalloc page leaves it too.
 */
static void test_page_pool_leaves(void **state)
{
	struct rx_buf buf;

	(void)state;
	start("page_pool", 12, 2048, true);
	buf = *packet(2048);
	buf.page->_refcount.counter++;
	rig_put(&rig, 0, true);
	assert_int_equal(rig_stats(&rig).released_refcnt, 1);
	assert_int_equal(mm_native_get_stats().unmaps, 1);
	assert_int_equal(buf.page->_refcount.counter, 1);
	/* of 64 pages allocated the pool owns one less */
	assert_int_equal(mm_native_get_stats().pages_held, 64);
	assert_int_equal(rig_stats(&rig).held, 63);
	buf.page->_refcount.counter = 0;
	mm_native_free_pages(buf.page, 0);
	rig_fini(&rig);

	start("page_pool", 12, 2048, true);
	mm_native_set_pfmemalloc(true);
	packet(2048);
	rig_put(&rig, 0, true);
	assert_int_equal(rig_stats(&rig).released_refcnt, 1);
	assert_int_equal(mm_native_get_stats().pages_held, 63);
	assert_int_equal(rig_stats(&rig).held, 63);
	rig_fini(&rig);
}

/*
 * The poll moves to another node: pages in the ring are given back one per refill (waive) and the
 * pool allocates anew. 64 pages all held and put to the ring; then on node 1: 1 waived, 64 new.
 */
static void test_page_pool_node(void **state)
{
	struct rx_stats stats;

	(void)state;
	start("page_pool", 12, 2048, false);
	for (int i = 0; i < 64; i++)
		packet(2048);
	while (rig.nr_held)
		rig_put(&rig, 0, false);
	assert_int_equal(mm_native_set_cpu(0, 1), 0);
	packet(2048);
	stats = rig_stats(&rig);
	assert_int_equal(stats.waive, 1);
	assert_int_equal(stats.pages_new, 128);
	assert_int_equal(mm_native_get_stats().pages_held, 127);
	rig_fini(&rig);
	assert_int_equal(mm_native_set_cpu(0, 0), 0);
}

/*
 * A cache of 8 refilled 4 at a time, as Linux 7.1 has them for 64K pages. 12 buffers held: 12 / 4 =
 * 3 slow. All 12 put directly: 8 fit the cache, 4 go to the ring. 12 taken again: 8 fast, one
 * refill brings the 4 back (1 refill, 3 fast), no new page.
 */
static void test_page_pool_cache(void **state)
{
	const struct rx_params params = {.ring_size = 1,
					 .buffer_bytes = 2048,
					 .pool_size = 256,
					 .nid = NUMA_NO_NODE,
					 .pool_cache = 8,
					 .pool_refill = 4};
	struct rx_stats stats;

	(void)state;
	assert_int_equal(rig_init(&rig, rig_strategy("page_pool", 16), &params, 0), 0);
	for (int i = 0; i < 12; i++)
		packet(2048);
	stats = rig_stats(&rig);
	assert_int_equal(stats.slow, 3);
	assert_int_equal(stats.fast, 9);
	assert_int_equal(stats.pages_new, 12);
	while (rig.nr_held)
		rig_put(&rig, 0, true);
	stats = rig_stats(&rig);
	assert_int_equal(stats.cached, 8);
	assert_int_equal(stats.cache_full, 4);
	assert_int_equal(stats.ring, 4);
	for (int i = 0; i < 12; i++)
		packet(2048);
	stats = rig_stats(&rig);
	assert_int_equal(stats.fast, 9 + 8 + 3);
	assert_int_equal(stats.refill, 1);
	assert_int_equal(stats.pages_new, 12);
	rig_fini(&rig);
}

/* 0 is 128 and 64: more than 128 do not fit, and a refill is no larger than the cache. */
static void test_page_pool_cache_range(void **state)
{
	static const struct {
		unsigned int cache, refill;
		int err;
	} row[] = {{0, 0, 0},	    {128, 128, 0},    {1, 1, 0},	{129, 64, -EINVAL},
		   {8, 9, -EINVAL}, {63, 0, -EINVAL}, {0, 129, -EINVAL}};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		const struct rx_params params = {.ring_size = 1,
						 .buffer_bytes = 2048,
						 .nid = NUMA_NO_NODE,
						 .pool_cache = row[i].cache,
						 .pool_refill = row[i].refill};

		assert_int_equal(rig_init(&rig, rig_strategy("page_pool", 12), &params, 0),
				 row[i].err);
		rig_fini(&rig);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_frag_table),
		cmocka_unit_test(test_frag_held),
		cmocka_unit_test(test_frag_keeps_up),
		cmocka_unit_test(test_page_pool_ways),
		cmocka_unit_test(test_page_pool_leaves),
		cmocka_unit_test(test_page_pool_node),
		cmocka_unit_test(test_page_pool_cache),
		cmocka_unit_test(test_page_pool_cache_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
