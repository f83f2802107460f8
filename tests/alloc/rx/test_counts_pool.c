/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_counts_pool.c - exact counts of page_pool, page_pool_frag and the page_frag_caches. The
 * scripts are those of counts.h: R = 4 (wrap: 1) and N = 64, so 68 (65) buffers are posted.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "counts.h"

#define CHECK(rows) counts_check(rows, sizeof(rows) / sizeof((rows)[0]))

/* A pool maps its pages when it takes them, 64 at a time; none leaves it here. */
#define POOL(pages, refs, atomics)                                                                 \
	{                                                                                          \
		pages, pages, 0, refs, atomics                                                     \
	}

/*
 * page_pool: one bulk of 64 pages serves buffers 1-64. Buffer 65 (packet 61's refill; wrap: packet
 * 64's) comes from the ring, if anything was put, else from a second bulk.
 *
 *	refcnt_model=one (0)	no atomic on struct page: the count reads 1
 *	refcnt_model=zero (1)	an atomic per put, but for direct ones
 *
 * 64 puts (slow: 0, pinned and behind: 63).
 */
static void test_page_pool(void **state)
{
	static const struct counts_row rows[] = {
		{"page_pool", 0, 12, STEADY, POOL(64, 0, 0)},
		{"page_pool", 0, 12, IN_POLL, POOL(64, 0, 0)},
		{"page_pool", 0, 12, SLOW, POOL(128, 0, 0)},
		{"page_pool", 0, 12, BEHIND, POOL(64, 0, 0)},
		{"page_pool", 0, 12, GROUPS, POOL(64, 0, 0)},
		{"page_pool", 0, 12, PINNED, POOL(64, 0, 0)},
		{"page_pool", 0, 12, WRAP, POOL(64, 0, 0)},
		{"page_pool", 0, 14, STEADY, POOL(64, 0, 0)},
		{"page_pool", 0, 16, STEADY, POOL(64, 0, 0)},
		{"page_pool", 1, 12, STEADY, POOL(64, 64, 64)},
		{"page_pool", 1, 12, IN_POLL, POOL(64, 0, 0)},
		{"page_pool", 1, 12, SLOW, POOL(128, 0, 0)},
		{"page_pool", 1, 12, GROUPS, POOL(64, 64, 64)},
		{"page_pool", 1, 12, PINNED, POOL(64, 63, 63)},
		{"page_pool", 1, 16, WRAP, POOL(64, 64, 64)},
	};

	(void)state;
	CHECK(rows);
}

/*
 * page_pool_frag: f fragments of 2048 per page. An atomic at the end of a page, if users are left
 * then (the drain), and one per put, but for the last user's after the drain: that one only reads.
 *
 *	4K, f = 2	68 buffers are 34 pages, 33 drained while both fragments are posted; of each
 *			page's two puts the first is an atomic: 33 + 32 (behind and pinned: the put
 *			that is missing is a last user's: the same)
 *	slow		the drains alone: 33; 16K 8; 64K 2
 *	wrap		R = 1: at the drain all users are gone, no atomic, the page starts over;
 *			puts come before the drain and are all atomics: 64
 *	16K, f = 8	9 pages; page i is drained at packet 8 i + 5 with 3 left: 8 drains, 8 * 7
 *			puts (the last user's only reads) = 64. groups: the 8 of a page come back
 *			after the drain, 7 atomics again
 *	64K, f = 32	3 pages for 68 buffers; drained at packets 29 and 61 with 3 left: 2 + 31 +
 *			31. pinned: 28 of the first page before its drain, 3 after: 31 too
 *
 * metadata=slab (1): the same atomics, none of them on struct page. metadata=in_page (2): two
 * buffers of 2048 do not fit into 4096 - 64, so 4K pages are whole: no atomic. 16K: 7 per page, 10
 * pages; drained at packet 7 i + 4 with 3 left: 9 drains, 9 * 6 puts, and packet 64 on the tenth:
 * 64. 64K: 31 per page, 3 pages: 2 drains, 30 + 30 puts, and packets 63 and 64: 64.
 */
static void test_page_pool_frag(void **state)
{
	static const struct counts_row rows[] = {
		{"page_pool_frag", 0, 12, STEADY, POOL(64, 65, 65)},
		{"page_pool_frag", 0, 12, IN_POLL, POOL(64, 65, 65)},
		{"page_pool_frag", 0, 12, SLOW, POOL(64, 33, 33)},
		{"page_pool_frag", 0, 12, BEHIND, POOL(64, 65, 65)},
		{"page_pool_frag", 0, 12, GROUPS, POOL(64, 65, 65)},
		{"page_pool_frag", 0, 12, PINNED, POOL(64, 65, 65)},
		{"page_pool_frag", 0, 12, WRAP, POOL(64, 64, 64)},
		{"page_pool_frag", 0, 14, STEADY, POOL(64, 64, 64)},
		{"page_pool_frag", 0, 14, SLOW, POOL(64, 8, 8)},
		{"page_pool_frag", 0, 14, GROUPS, POOL(64, 64, 64)},
		{"page_pool_frag", 0, 14, WRAP, POOL(64, 64, 64)},
		{"page_pool_frag", 0, 16, STEADY, POOL(64, 64, 64)},
		{"page_pool_frag", 0, 16, SLOW, POOL(64, 2, 2)},
		{"page_pool_frag", 0, 16, GROUPS, POOL(64, 64, 64)},
		{"page_pool_frag", 0, 16, PINNED, POOL(64, 64, 64)},
		{"page_pool_frag", 1, 12, STEADY, POOL(64, 0, 65)},
		{"page_pool_frag", 1, 14, GROUPS, POOL(64, 0, 64)},
		{"page_pool_frag", 1, 16, STEADY, POOL(64, 0, 64)},
		{"page_pool_frag", 2, 12, STEADY, POOL(64, 0, 0)},
		{"page_pool_frag", 2, 12, SLOW, POOL(128, 0, 0)},
		{"page_pool_frag", 2, 14, STEADY, POOL(64, 0, 64)},
		{"page_pool_frag", 2, 16, STEADY, POOL(64, 0, 64)},
	};

	(void)state;
	CHECK(rows);
}

/*
 * The counters of page_pool. First buffer: empty 1, slow 1.
 *
 *	page_pool	steady	63 fast; buffer 65: refill 1 takes the 61 pages put so far; 3 fast
 *				more; ring 64
 *			in poll	puts go to the alloc cache: cached 64, fast 67, no refill
 *			slow	buffer 65: empty again, slow again: empty 2, slow 2, fast 66
 *			pinned	refill of 60; ring 63
 *	page_pool_frag	4K	34 pages: slow 1, fast 33; 32 pages come back: ring 32
 *				(in poll: cached)
 *			64K	3 pages: slow 1, fast 2, ring 2
 *			64K, wrap	the page turns at buffers 33 and 65, starts over: fast 2
 *
 * No page leaves the pool: it owns each bulk of 64 that it took.
 */
static void test_pool_counters(void **state)
{
	static const struct {
		const char *strategy;
		unsigned int shift;
		enum counts_script script;
		struct rx_stats expect;
	} rows[] = {
		{"page_pool",
		 12,
		 STEADY,
		 {.fast = 66, .slow = 1, .empty = 1, .refill = 1, .ring = 64, .held = 64}},
		{"page_pool",
		 12,
		 IN_POLL,
		 {.fast = 67, .slow = 1, .empty = 1, .cached = 64, .held = 64}},
		{"page_pool", 12, SLOW, {.fast = 66, .slow = 2, .empty = 2, .held = 128}},
		{"page_pool",
		 12,
		 PINNED,
		 {.fast = 66, .slow = 1, .empty = 1, .refill = 1, .ring = 63, .held = 64}},
		{"page_pool_frag",
		 12,
		 STEADY,
		 {.fast = 33, .slow = 1, .empty = 1, .ring = 32, .held = 64}},
		{"page_pool_frag",
		 12,
		 IN_POLL,
		 {.fast = 33, .slow = 1, .empty = 1, .cached = 32, .held = 64}},
		{"page_pool_frag",
		 16,
		 STEADY,
		 {.fast = 2, .slow = 1, .empty = 1, .ring = 2, .held = 64}},
		{"page_pool_frag", 16, WRAP, {.fast = 2, .slow = 1, .empty = 1, .held = 64}},
	};

	(void)state;
	for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct rx_stats stats, want = rows[i].expect;

		counts_run(rows[i].strategy, 0, rows[i].shift, rows[i].script, &stats);
		want.reused = stats.reused; /* counts_run() has checked these two */
		want.pages_new = stats.pages_new;
		assert_memory_equal(&stats, &want, sizeof(stats));
	}
}

/* {pages, maps, unmaps, refs}: each buffer is mapped when posted and unmapped when received */
#define FRAG(pages, posted, refs)                                                                  \
	{                                                                                          \
		pages, posted, COUNTS_PACKETS, refs, refs                                          \
	}

/*
 * page_frag_cache, all forms: f = 16 buffers per 32K block on 4K and 16K pages, 32 on 64K pages. An
 * atomic when a block is taken, one at its end, one per put.
 *
 *	steady	68 buffers, f = 16: 5 blocks, 4 ends, each with 3 buffers out: 5 + 4 + 64 = 73.
 *		f = 32: 3 blocks, 2 ends: 3 + 2 + 64 = 69. groups: the same
 *	slow	5 + 4 = 9; f = 32: 3 + 2 = 5
 *	behind, pinned	63 puts: 72; f = 32: 68
 *	wrap	65 buffers, all back at each end, so the block starts over: 1 + 4 + 64 = 69; f = 32:
 *		1 + 2 + 64 = 67
 */
static void check_frag(const char *strategy, unsigned int option)
{
	const struct counts_row rows[] = {
		{strategy, option, 12, STEADY, FRAG(5, 68, 73)},
		{strategy, option, 12, IN_POLL, FRAG(5, 68, 73)},
		{strategy, option, 12, SLOW, FRAG(5, 68, 9)},
		{strategy, option, 12, BEHIND, FRAG(5, 68, 72)},
		{strategy, option, 12, GROUPS, FRAG(5, 68, 73)},
		{strategy, option, 12, PINNED, FRAG(5, 68, 72)},
		{strategy, option, 12, WRAP, FRAG(1, 65, 69)},
		{strategy, option, 14, STEADY, FRAG(5, 68, 73)},
		{strategy, option, 14, WRAP, FRAG(1, 65, 69)},
		{strategy, option, 16, STEADY, FRAG(3, 68, 69)},
		{strategy, option, 16, SLOW, FRAG(3, 68, 5)},
		{strategy, option, 16, PINNED, FRAG(3, 68, 68)},
		{strategy, option, 16, WRAP, FRAG(1, 65, 67)},
	};

	CHECK(rows);
}

static void test_page_frag(void **state)
{
	(void)state;
	check_frag("frag_countdown", 0);
	check_frag("frag_countup", 0);
	check_frag("frag_countup", 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_page_pool),
		cmocka_unit_test(test_page_pool_frag),
		cmocka_unit_test(test_pool_counters),
		cmocka_unit_test(test_page_frag),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
