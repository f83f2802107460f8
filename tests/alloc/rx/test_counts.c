/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_counts.c - exact counts of the strategies whose pages are the driver's own: page_alloc,
 * refcount_reuse, recycle_cache, pingpong. The scripts are those of counts.h: R = 4 (wrap: 1) and
 * N = 64, so 68 (65) buffers are posted.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "counts.h"

/* {pages, maps, unmaps, refs, atomics}; all atomics of these strategies are on struct page */
#define EXPECT(pages, maps, unmaps, refs)                                                          \
	{                                                                                          \
		pages, maps, unmaps, refs, refs                                                    \
	}
#define CHECK(rows) counts_check(rows, sizeof(rows) / sizeof((rows)[0]))

/*
 * page_alloc: a page, a map, an unmap and an atomic (the put) per packet, and R posted pages.
 *
 *		pages		maps	unmaps	atomics
 *	steady	4 + 64 = 68	68	64	64 puts
 *	slow	68		68	64	0
 *	behind	68		68	64	63 puts, the last is held
 *	pinned	68		68	64	63 puts
 *	wrap	1 + 64 = 65	65	64	64
 */
static void test_page_alloc(void **state)
{
	static const struct counts_row rows[] = {
		{"page_alloc", 0, 12, STEADY, EXPECT(68, 68, 64, 64)},
		{"page_alloc", 0, 12, IN_POLL, EXPECT(68, 68, 64, 64)},
		{"page_alloc", 0, 12, SLOW, EXPECT(68, 68, 64, 0)},
		{"page_alloc", 0, 12, BEHIND, EXPECT(68, 68, 64, 63)},
		{"page_alloc", 0, 12, GROUPS, EXPECT(68, 68, 64, 64)},
		{"page_alloc", 0, 12, PINNED, EXPECT(68, 68, 64, 63)},
		{"page_alloc", 0, 12, WRAP, EXPECT(65, 65, 64, 64)},
		{"page_alloc", 0, 14, STEADY, EXPECT(68, 68, 64, 64)},
		{"page_alloc", 0, 16, STEADY, EXPECT(68, 68, 64, 64)},
	};

	(void)state;
	CHECK(rows);
}

/*
 * refcount_reuse: an atomic when a packet goes to the stack, one at its put, one when the slot
 * leaves a page to the stack (which is also an unmap).
 *
 *	steady	each page is alone again at its refill: R pages, 64 + 64 atomics
 *	behind	at the refill the last page is out, the one of the turn before is back: 2 R = 8
 *		pages, 64 + 63 atomics
 *	slow	both are out: 4 + 64 pages; in the first turn (4 packets) the slots have only one
 *		page, then each packet leaves one: 60 unmaps, 64 + 60 atomics
 *	groups	first group, packets 1-4: 4 new, 5-8: both out, 4 new, 4 left. Afterwards the slot's
 *		other page is back at the first packet and out at the second: 4 new, 4 left per
 *		group. 4 + 8 + 7 * 4 = 40 pages, 8 * 4 = 32 unmaps, 64 + 64 + 32 atomics
 *	pinned	slot 0 gets a second page and goes on with it: 5 pages, 64 + 63 atomics
 *	wrap	1 page
 */
static void test_refcount_reuse(void **state)
{
	static const struct counts_row rows[] = {
		{"refcount_reuse", 0, 12, STEADY, EXPECT(4, 4, 0, 128)},
		{"refcount_reuse", 0, 12, IN_POLL, EXPECT(4, 4, 0, 128)},
		{"refcount_reuse", 0, 12, SLOW, EXPECT(68, 68, 60, 124)},
		{"refcount_reuse", 0, 12, BEHIND, EXPECT(8, 8, 0, 127)},
		{"refcount_reuse", 0, 12, GROUPS, EXPECT(40, 40, 32, 160)},
		{"refcount_reuse", 0, 12, PINNED, EXPECT(5, 5, 0, 127)},
		{"refcount_reuse", 0, 12, WRAP, EXPECT(1, 1, 0, 128)},
		{"refcount_reuse", 0, 14, GROUPS, EXPECT(40, 40, 32, 160)},
		{"refcount_reuse", 0, 16, GROUPS, EXPECT(40, 40, 32, 160)},
	};

	(void)state;
	CHECK(rows);
}

/*
 * recycle_cache: an atomic when a packet goes to the stack, one at its put, one when the FIFO is
 * full (which is also an unmap).
 *
 *	steady	the page is the FIFO's only one and alone: R pages, 64 + 64 atomics
 *	behind	the head is the packet before, but for the first packet: 5 pages, 64 + 63
 *	slow	the head is never alone: 68 pages. Size 128 takes them all: 64 atomics. Size 16
 *		takes 16, the other 48 packets leave their page, unmapped: 64 + 48 atomics
 *	groups	the first group finds its head busy 8 times: 4 + 8 pages; then each group finds the
 *		8 pages of the one before, whatever the order they came back in: 64 + 64 atomics
 *	pinned	the first page is the head for good and blocks all others: 68 pages though 63 are
 *		free most of the time; 64 + 63 atomics. Size 16: packets 17-64 leave their page: 48
 *		unmaps, 64 + 63 + 48 atomics
 */
static void test_recycle_cache(void **state)
{
	static const struct counts_row rows[] = {
		{"recycle_cache", 128, 12, STEADY, EXPECT(4, 4, 0, 128)},
		{"recycle_cache", 128, 12, IN_POLL, EXPECT(4, 4, 0, 128)},
		{"recycle_cache", 128, 12, SLOW, EXPECT(68, 68, 0, 64)},
		{"recycle_cache", 16, 12, SLOW, EXPECT(68, 68, 48, 112)},
		{"recycle_cache", 128, 12, BEHIND, EXPECT(5, 5, 0, 127)},
		{"recycle_cache", 128, 12, GROUPS, EXPECT(12, 12, 0, 128)},
		{"recycle_cache", 128, 12, PINNED, EXPECT(68, 68, 0, 127)},
		{"recycle_cache", 16, 12, PINNED, EXPECT(68, 68, 48, 175)},
		{"recycle_cache", 128, 12, WRAP, EXPECT(1, 1, 0, 128)},
		{"recycle_cache", 128, 14, GROUPS, EXPECT(12, 12, 0, 128)},
		{"recycle_cache", 128, 16, GROUPS, EXPECT(12, 12, 0, 128)},
		{"recycle_cache", 0, 12, PINNED, EXPECT(68, 68, 0, 127)},
	};

	(void)state;
	CHECK(rows);
}

/*
 * pingpong, 4K: two halves. An atomic per new page (the stock of references), per put, and per page
 * let go (which is also an unmap).
 *
 *	steady	the other half is always back: R pages, 4 + 64 atomics
 *	slow	of 8 packets, 4 get a second half while the first is out: 4 + 8 * 4 = 36 pages, 32
 *		unmaps, 36 + 32 atomics. The same with groups, and 64 puts
 *	behind	the other half went to the stack 4 packets ago: 4 pages, 4 + 63
 *	pinned	the pinned page goes at its second half, packet 5: 5 pages, 1 unmap, 5 + 1 + 63
 *	wrap	1 page, 1 + 64
 */
static void test_pingpong_4k(void **state)
{
	static const struct counts_row rows[] = {
		{"pingpong", 0, 12, STEADY, EXPECT(4, 4, 0, 68)},
		{"pingpong", 0, 12, IN_POLL, EXPECT(4, 4, 0, 68)},
		{"pingpong", 0, 12, SLOW, EXPECT(36, 36, 32, 68)},
		{"pingpong", 0, 12, BEHIND, EXPECT(4, 4, 0, 67)},
		{"pingpong", 0, 12, GROUPS, EXPECT(36, 36, 32, 132)},
		{"pingpong", 0, 12, PINNED, EXPECT(5, 5, 1, 69)},
		{"pingpong", 0, 12, WRAP, EXPECT(1, 1, 0, 65)},
	};

	(void)state;
	CHECK(rows);
}

/*
 * pingpong, walking offset: 8 buffers of a 16K page, 32 of a 64K page, all of one descriptor. A
 * slot receives 16 packets, so a 16K page comes to its end at packets 29-32 and 61-64, a 64K page
 * never (wrap: R = 1, at packets 32 and 64).
 *
 *	wrap=alone (0)
 *	steady	restarts: 4 pages, 4 + 64 atomics; behind: the same, 63 puts
 *	slow	never alone at the end: 4 + 4 + 4 pages, 8 unmaps, 12 + 8 atomics
 *	groups	the slot's packet before (25-28, 57-60) is still held: as slow, and 64 puts
 *	pinned	the pinned page goes at packet 29, no other: 5 pages, 1 unmap, 5 + 1 + 63
 *	wrap=drop (1)
 *	steady	as slow with wrap=alone, and 64 puts
 *	wrap	65 buffers are 9 pages of 16K, 8 let go: 9 + 8 + 64; 3 of 64K, 2 let go: 3 + 2 + 64
 *
 * On 64K pages 4 descriptors pin 4 * 64K though 4 * 16 * 2K would do if they shared: with slow, 64
 * held buffers and 4 posted take 4 pages, where a fragment strategy needs 3 (test_counts_pool.c).
 */
static void test_pingpong_walk(void **state)
{
	static const struct counts_row rows[] = {
		{"pingpong", 0, 14, STEADY, EXPECT(4, 4, 0, 68)},
		{"pingpong", 0, 14, BEHIND, EXPECT(4, 4, 0, 67)},
		{"pingpong", 0, 14, SLOW, EXPECT(12, 12, 8, 20)},
		{"pingpong", 0, 14, GROUPS, EXPECT(12, 12, 8, 84)},
		{"pingpong", 0, 14, PINNED, EXPECT(5, 5, 1, 69)},
		{"pingpong", 0, 14, WRAP, EXPECT(1, 1, 0, 65)},
		{"pingpong", 1, 14, STEADY, EXPECT(12, 12, 8, 84)},
		{"pingpong", 1, 14, WRAP, EXPECT(9, 9, 8, 81)},
		{"pingpong", 0, 16, STEADY, EXPECT(4, 4, 0, 68)},
		{"pingpong", 0, 16, SLOW, EXPECT(4, 4, 0, 4)},
		{"pingpong", 0, 16, PINNED, EXPECT(4, 4, 0, 67)},
		{"pingpong", 0, 16, WRAP, EXPECT(1, 1, 0, 65)},
		{"pingpong", 1, 16, WRAP, EXPECT(3, 3, 2, 69)},
	};

	(void)state;
	CHECK(rows);
}

/* null: R pages, mapped once, no atomic, whatever the stack does. */
static void test_null(void **state)
{
	struct rx_stats stats;

	(void)state;
	for (enum counts_script script = STEADY; script < COUNTS_SCRIPTS; script++) {
		struct counts c;

		if (script == WRAP)
			continue;
		c = counts_run("null", 0, 12, script, &stats);
		assert_int_equal(c.pages, 4);
		assert_int_equal(c.maps, 4);
		assert_int_equal(c.unmaps + c.atomics, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_page_alloc),    cmocka_unit_test(test_refcount_reuse),
		cmocka_unit_test(test_recycle_cache), cmocka_unit_test(test_pingpong_4k),
		cmocka_unit_test(test_pingpong_walk), cmocka_unit_test(test_null),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
