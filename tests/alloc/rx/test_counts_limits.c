/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_counts_limits.c - exact counts where things go wrong, in the native world: requests too
 * large, pages of the emergency reserves, the n-th request of the environment failing for every n,
 * the node changing, somebody else holding a page, and the device going down.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "alloc/native/native.h"
#include "tests/alloc/rig.h"

static struct rig rig;

static int start_failing(const char *name, unsigned int option, unsigned int shift,
			 unsigned int ring, unsigned int fail_at)
{
	const struct rx_params params = {.ring_size = ring,
					 .buffer_bytes = 2048,
					 .pool_size = 256,
					 .nid = NUMA_NO_NODE,
					 .posted = true,
					 .option = {option}};

	return rig_init(&rig, rig_strategy(name, shift), &params, fail_at);
}

static void start(const char *name, unsigned int option, unsigned int shift, unsigned int ring)
{
	assert_int_equal(start_failing(name, option, shift, ring, 0), 0);
}

/* @n packets, each put at once, and the ring full in the end */
static void packets(unsigned int n)
{
	while (n--) {
		assert_int_equal(rig_refill(&rig, 2048), 0);
		rig_receive(&rig);
		rig_put(&rig, 0, false);
	}
	assert_int_equal(rig_refill(&rig, 2048), 0);
}

/*
 * The largest buffer each can be made for, in units of a 4K / 16K / 64K page (order 0 asked for):
 * a page; a page less 64 bytes (metadata=in_page); pingpong takes a larger order, up to 5, and on
 * 4K needs two buffers in it; frag_countdown the 32K of its block, or a page where that is larger.
 */
static void test_oversize(void **state)
{
	static const struct {
		const char *name;
		unsigned int option, most[3];
	} rows[] = {
		{"page_alloc", 0, {4096, 16384, 65536}},
		{"refcount_reuse", 0, {4096, 16384, 65536}},
		{"recycle_cache", 0, {4096, 16384, 65536}},
		{"pingpong", 0, {65536, 524288, 2097152}},
		{"page_pool", 0, {4096, 16384, 65536}},
		{"page_pool", 1, {4096, 16384, 65536}},
		{"page_pool_frag", 0, {4096, 16384, 65536}},
		{"page_pool_frag", 1, {4096, 16384, 65536}},
		{"page_pool_frag", 2, {4032, 16320, 65472}},
		{"frag_countdown", 0, {32768, 32768, 65536}},
		{"frag_countup", 0, {4096, 16384, 65536}},
	};

	(void)state;
	for (unsigned int i = 0; i < 3 * sizeof(rows) / sizeof(rows[0]); i++) {
		const struct rx_strategy *rx = rig_strategy(rows[i / 3].name, 12 + i % 3 * 2);
		struct rx_params params = {
			.ring_size = 1, .nid = NUMA_NO_NODE, .option = {rows[i / 3].option}};

		params.buffer_bytes = rows[i / 3].most[i % 3] + 1;
		assert_int_equal(rig_init(&rig, rx, &params, 0), -EINVAL);
		rig_fini(&rig);
		params.buffer_bytes--;
		assert_int_equal(rig_init(&rig, rx, &params, 0), 0);
		assert_int_equal(rig_post(&rig, params.buffer_bytes), 0);
		rig_fini(&rig);
	}
}

/*
 * Emergency pages, R = 1, 40 packets put at once, 41 posted: no memory is used for a second buffer
 * of a packet's page, unless the page is cut up and this is its first round.
 *
 *	one page per packet	41 pages, 40 given back
 *	page_pool		64 at a time: 64 taken, 40 given back at their put (released_refcnt)
 *	page_pool_frag		2 per page: 21 pages used, 20 given back at their end; 64 taken
 *	frag caches		16 per block: 3 blocks of 8 pages (buffers 1, 17, 33), 2 given back
 *
 * What is held: the pages of the environment that are out, 4K each.
 */
static void test_pfmemalloc(void **state)
{
	static const struct {
		const char *name;
		unsigned int option;
		uint64_t pages_new, held, released_refcnt;
	} rows[] = {
		{"page_alloc", 0, 41, 1, 0},	   {"refcount_reuse", 0, 41, 1, 0},
		{"recycle_cache", 0, 41, 1, 0},	   {"pingpong", 0, 41, 1, 0},
		{"page_pool", 0, 64, 24, 40},	   {"page_pool", 1, 64, 24, 40},
		{"page_pool_frag", 0, 64, 44, 0},  {"page_pool_frag", 1, 64, 44, 0},
		{"page_pool_frag", 2, 64, 24, 40}, {"frag_countdown", 0, 3, 8, 0},
		{"frag_countup", 0, 3, 8, 0},	   {"frag_countup", 1, 3, 8, 0},
	};

	(void)state;
	for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct rx_stats stats;

		start(rows[i].name, rows[i].option, 12, 1);
		mm_native_set_pfmemalloc(true);
		packets(40);
		stats = rig_stats(&rig);
		assert_int_equal(stats.pages_new, rows[i].pages_new);
		assert_int_equal(stats.released_refcnt, rows[i].released_refcnt);
		assert_int_equal(mm_native_get_stats().pages_held, rows[i].held);
		rig_fini(&rig);
	}
}

/*
 * The n-th request of the environment fails, for every n; R = 4 slots are filled, and after the
 * first -ENOMEM filled again. create() makes C requests; n <= C: -ENOMEM from it and nothing is
 * left. Otherwise k = n - C - 1 requests of the first fill succeed before the one that fails.
 *
 *	one page and one map per buffer (page_alloc, refcount_reuse, recycle_cache, pingpong)
 *		k < 8: k / 2 buffers, then -ENOMEM; a page whose map failed is given back, so blocks
 *		taken are 4, or 5 for odd k. k >= 8: no failure
 */
static void check_fail_pages(const char *name, unsigned int create_requests)
{
	for (unsigned int n = 1; n <= create_requests + 9; n++) {
		int err = start_failing(name, 0, 12, 4, n);
		unsigned int k = n - create_requests - 1;

		if (n <= create_requests) {
			assert_int_equal(err, -ENOMEM);
			assert_int_equal(mm_native_get_stats().objects_held, 0);
			rig_fini(&rig);
			continue;
		}
		assert_int_equal(err, 0);
		assert_int_equal(rig_refill(&rig, 2048), k < 8 ? -ENOMEM : 0);
		assert_int_equal(rig.posted, k < 8 ? k / 2 : 4);
		assert_int_equal(mm_native_get_stats().pages_held, rig.posted);
		assert_int_equal(rig_refill(&rig, 2048), 0);
		assert_int_equal(mm_native_get_stats().blocks_allocated[0], k < 8 ? 4 + k % 2 : 4);
		assert_int_equal(rig_stats(&rig).pages_new, 4);
		rig_fini(&rig);
	}
}

/*
 *	page_pool (4 pages needed) and page_pool_frag (2 needed), C = 5
 *		k = 0: the bulk gives nothing, -ENOMEM; the second try takes 64
 *		0 < k < 64: the bulk gives k pages; if those are not enough, another 64 are taken
 *		64 <= k < 128: the map of one of 64 pages fails: 63 enter the pool
 *		metadata=slab makes an object after each map, so 64 <= k < 192 is the same
 */
static void check_fail_pool(const char *name, unsigned int option, unsigned int need,
			    unsigned int per_page)
{
	const unsigned int create_requests = 5, last = 64 + 64 * per_page;

	for (unsigned int n = 1; n <= create_requests + last + 1; n++) {
		int err = start_failing(name, option, 12, 4, n);
		unsigned int k = n - create_requests - 1, pages = 64;

		if (n <= create_requests) {
			assert_int_equal(err, -ENOMEM);
			assert_int_equal(mm_native_get_stats().objects_held, 0);
			rig_fini(&rig);
			continue;
		}
		if (k > 0 && k < 64)
			pages = k < need ? k + 64 : k;
		else if (k >= 64 && k < last)
			pages = 63;
		assert_int_equal(err, 0);
		assert_int_equal(rig_refill(&rig, 2048), k ? 0 : -ENOMEM);
		assert_int_equal(rig.posted, k ? 4 : 0);
		assert_int_equal(rig_refill(&rig, 2048), 0);
		assert_int_equal(rig_stats(&rig).pages_new, pages);
		assert_int_equal(mm_native_get_stats().pages_held, pages);
		rig_fini(&rig);
	}
}

/*
 *	frag caches, C = 2: a block of order 3, then a map per buffer
 *		k = 0: no block of order 3: one page, 2 buffers, then a block for the other 2
 *		1 <= k <= 4: the map of buffer k fails: k - 1 buffers; the fragment is lost to the
 *		block until its end, which costs nothing here
 *		k = 5: no failure
 */
static void check_fail_frag(const char *name, unsigned int option)
{
	for (unsigned int n = 1; n <= 8; n++) {
		int err = start_failing(name, option, 12, 4, n);
		unsigned int k = n - 3;
		bool fails = k >= 1 && k <= 4;

		if (n <= 2) {
			assert_int_equal(err, -ENOMEM);
			assert_int_equal(mm_native_get_stats().objects_held, 0);
			rig_fini(&rig);
			continue;
		}
		assert_int_equal(err, 0);
		assert_int_equal(rig_refill(&rig, 2048), fails ? -ENOMEM : 0);
		assert_int_equal(rig.posted, fails ? k - 1 : 4);
		assert_int_equal(rig_refill(&rig, 2048), 0);
		assert_int_equal(mm_native_get_stats().blocks_allocated[0], k == 0);
		assert_int_equal(mm_native_get_stats().blocks_allocated[3], 1);
		rig_fini(&rig);
	}
}

static void test_failures(void **state)
{
	(void)state;
	check_fail_pages("page_alloc", 2);
	check_fail_pages("refcount_reuse", 2);
	check_fail_pages("recycle_cache", 3);
	check_fail_pages("pingpong", 2);
	check_fail_pool("page_pool", 0, 4, 1);
	check_fail_pool("page_pool", 1, 4, 1);
	check_fail_pool("page_pool_frag", 0, 2, 1);
	check_fail_pool("page_pool_frag", 1, 2, 2);
	check_fail_pool("page_pool_frag", 2, 4, 1);
	check_fail_frag("frag_countdown", 0);
	check_fail_frag("frag_countup", 0);
	check_fail_frag("frag_countup", 1);
}

/*
 * The poll moves to node 1 with 4 pages of node 0 posted and none kept (R = 4, put at once). Pages
 * of the driver are not kept any more: 4 packets take 4 pages, of node 1, which then serve.
 */
static void test_node(void **state)
{
	static const char *const names[] = {"refcount_reuse", "recycle_cache", "pingpong"};

	(void)state;
	for (unsigned int i = 0; i < 3; i++) {
		start(names[i], 0, 12, 4);
		packets(8);
		assert_int_equal(rig_stats(&rig).pages_new, 4);
		assert_int_equal(mm_native_set_cpu(0, 1), 0);
		packets(4);
		assert_int_equal(rig_stats(&rig).pages_new, 8);
		packets(40);
		assert_int_equal(rig_stats(&rig).pages_new, 8);
		assert_int_equal(mm_native_get_stats().unmaps, 4);
		rig_fini(&rig);
		assert_int_equal(mm_native_set_cpu(0, 0), 0);
	}
}

static int refcount(const struct page *page)
{
	return __atomic_load_n(&page->_refcount.counter, __ATOMIC_RELAXED);
}

/*
 * refcnt_model: _refcount of a page where it lies. R = 1, four packets held, then put.
 *
 *			with the stack	alloc cache (direct put)	ring	ring full, freed
 *	one		1		1				1	0
 *	zero		1		1				0	0
 */
static void test_refcnt_model(void **state)
{
	(void)state;
	for (unsigned int model = 0; model < 2; model++) {
		struct page *direct, *ring;

		start("page_pool", model, 12, 1);
		for (unsigned int i = 0; i < 4; i++) {
			assert_int_equal(rig_refill(&rig, 2048), 0);
			rig_receive(&rig);
		}
		direct = rig.held[0].buf.page;
		ring = rig.held[1].buf.page;
		assert_int_equal(refcount(direct), 1);
		rig_put(&rig, 0, true);
		rig_put(&rig, 0, false);
		assert_int_equal(refcount(direct), 1);
		assert_int_equal(refcount(ring), model ? 0 : 1);
		assert_int_equal(rig_stats(&rig).cached, 1);
		assert_int_equal(rig_stats(&rig).ring, 1);
		rig_fini(&rig);
	}
}

/*
 * Somebody holds a second reference when the stack puts. `one`: the page leaves the pool (and is
 * the holder's). `zero`: it stays, unrecycled, and the holder's own put through the pool recycles
 * it.
 */
static void test_refcnt_held(void **state)
{
	struct rx_buf buf;

	(void)state;
	start("page_pool", 0, 12, 1);
	packets(1);
	buf = *rig_receive(&rig);
	buf.page->_refcount.counter++;
	rig_put(&rig, 0, false);
	assert_int_equal(rig_stats(&rig).released_refcnt, 1);
	assert_int_equal(mm_native_get_stats().unmaps, 1);
	assert_int_equal(refcount(buf.page), 1);
	buf.page->_refcount.counter = 0;
	mm_native_free_pages(buf.page, 0);
	rig_fini(&rig);

	start("page_pool", 1, 12, 1);
	packets(1);
	buf = *rig_receive(&rig);
	buf.page->_refcount.counter++;
	rig_put(&rig, 0, true);
	assert_int_equal(refcount(buf.page), 1);
	assert_int_equal(rig_stats(&rig).ring + rig_stats(&rig).cached, 1);
	rig.strategy->put(&buf, false);
	assert_int_equal(refcount(buf.page), 0);
	assert_int_equal(rig_stats(&rig).ring, 2);
	assert_int_equal(rig_stats(&rig).released_refcnt, 0);
	assert_int_equal(mm_native_get_stats().unmaps, 0);
	rig_fini(&rig);
}

/*
 * close() with R = 4 posted and h = 10 held, 2048 bytes, 4K pages: what is held afterwards, in
 * pages and in mappings, and after the last put nothing.
 *
 *	page_alloc, refcount_reuse, recycle_cache	10 pages, no mapping
 *	pingpong	packets 1-8 fill 4 pages, 9 and 10 have one each: 6 pages, no mapping
 *	page_pool	10 pages, 10 mappings: a page is unmapped when it comes home
 *	page_pool_frag	5 pages, 5 mappings; in_page: 10 and 10
 *	frag caches	one block of 8 pages, no mapping
 */
static void test_close(void **state)
{
	static const struct {
		const char *name;
		unsigned int option;
		uint64_t pages, mappings;
	} rows[] = {
		{"page_alloc", 0, 10, 0},      {"refcount_reuse", 0, 10, 0},
		{"recycle_cache", 0, 10, 0},   {"pingpong", 0, 6, 0},
		{"page_pool", 0, 10, 10},      {"page_pool", 1, 10, 10},
		{"page_pool_frag", 0, 5, 5},   {"page_pool_frag", 1, 5, 5},
		{"page_pool_frag", 2, 10, 10}, {"frag_countdown", 0, 8, 0},
		{"frag_countup", 0, 8, 0},     {"frag_countup", 1, 8, 0},
	};

	(void)state;
	for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mm_native_stats s;

		start(rows[i].name, rows[i].option, 12, 4);
		for (unsigned int n = 0; n < 10; n++) {
			assert_int_equal(rig_refill(&rig, 2048), 0);
			rig_receive(&rig);
		}
		assert_int_equal(rig_refill(&rig, 2048), 0);
		rig.strategy->close(rig.queue);
		s = mm_native_get_stats();
		assert_int_equal(s.pages_held, rows[i].pages);
		assert_int_equal(s.maps - s.unmaps, rows[i].mappings);
		while (rig.nr_held)
			rig_put(&rig, rig.nr_held / 2, false);
		s = mm_native_get_stats();
		assert_int_equal(s.pages_held, 0);
		assert_int_equal(s.maps - s.unmaps, 0);
		rig_fini(&rig);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_oversize),     cmocka_unit_test(test_pfmemalloc),
		cmocka_unit_test(test_failures),     cmocka_unit_test(test_node),
		cmocka_unit_test(test_refcnt_model), cmocka_unit_test(test_refcnt_held),
		cmocka_unit_test(test_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
