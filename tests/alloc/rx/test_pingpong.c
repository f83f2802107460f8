/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_pingpong.c - pages, halves and references of `pingpong`, worked out by hand.
 *
 * With R = ring slots, all posted at first: R pages. A packet whose page is kept costs none, a
 * packet whose page is let go costs one at the next refill.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include "alloc/native/native.h"
#include "tests/alloc/rig.h"

#define BIAS 65535

#define WRAP_DROP 1 /* option wrap=drop; 0 is wrap=alone */

static struct rig rig;
static unsigned int wrap;

static void start(unsigned int shift, unsigned int ring, unsigned int bytes, int nid)
{
	const struct rx_params params = {.ring_size = ring,
					 .buffer_bytes = bytes,
					 .nid = nid,
					 .posted = true,
					 .option = {wrap}};

	assert_int_equal(rig_init(&rig, rig_strategy("pingpong", shift), &params, 0), 0);
}

/* @n packets, each put before the next when the reader keeps up, else held */
static void packets(unsigned int n, bool keeps_up)
{
	while (n--) {
		assert_int_equal(rig_refill(&rig, rig.params.buffer_bytes), 0);
		rig_receive(&rig);
		if (keeps_up)
			rig_put(&rig, 0, false);
	}
	assert_int_equal(rig_refill(&rig, rig.params.buffer_bytes), 0);
}

static void expect(uint64_t pages_new, uint64_t reused)
{
	struct rx_stats stats = rig_stats(&rig);

	assert_int_equal(stats.pages_new, pages_new);
	assert_int_equal(stats.reused, reused);
}

/*
 * Reader keeps up, R = 4, 100 packets: 4 pages serve all, 100 posts are reuses. The page of slot 0
 * hands out its halves in turn: 0, 2048, 0, ... every 4th packet.
 */
static void test_keeps_up(void **state)
{
	(void)state;
	start(12, 4, 2048, NUMA_NO_NODE);
	assert_int_equal(rig_refill(&rig, 2048), 0);
	for (unsigned int i = 0; i < 100; i++) {
		assert_int_equal(rig_receive(&rig)->offset, i / 4 % 2 * 2048);
		rig_put(&rig, 0, false);
		assert_int_equal(rig_refill(&rig, 2048), 0);
	}
	expect(4, 100);
	assert_int_equal(mm_native_get_stats().maps, 4);
	rig_fini(&rig);
}

/*
 * Everything is held, R = 4, 16 packets. Packets 1-4: first halves, pages kept. 5-8: second halves
 * with the first still held: count - bias = 2, 4 pages let go (and unmapped), 4 new. 9-12 as 1-4,
 * 13-16 as 5-8. Pages 4 + 4 + 4 = 12, unmapped 8; posts 4 + 16 = 20, of which 20 - 12 = 8 reuses.
 */
static void test_slow_reader(void **state)
{
	(void)state;
	start(12, 4, 2048, NUMA_NO_NODE);
	packets(16, false);
	expect(12, 8);
	assert_int_equal(mm_native_get_stats().maps, 12);
	assert_int_equal(mm_native_get_stats().unmaps, 8);
	rig_fini(&rig);
}

/*
 * A kept page goes to next_to_alloc, not to its own slot. R = 4, pages A B C D; A's first half
 * stays held. Second round: slot 0 gives A's second half and A is let go; slot 1 gives B, which is
 * kept and becomes slot 0's page; slot 1 is empty and gets a new page.
 */
static void test_next_to_alloc(void **state)
{
	struct page *b;

	(void)state;
	start(12, 4, 2048, NUMA_NO_NODE);
	packets(1, false);
	assert_int_equal(rig.nr_held, 1);
	b = rig.slot[1].buf.page;
	for (int i = 0; i < 3; i++) {
		rig_receive(&rig);
		rig_put(&rig, 1, false);
		assert_int_equal(rig_refill(&rig, 2048), 0);
	}
	rig_receive(&rig);
	rig_receive(&rig);
	assert_ptr_equal(rig.held[2].buf.page, b);
	rig_put(&rig, 2, false);
	rig_put(&rig, 1, false);
	assert_int_equal(rig_refill(&rig, 2048), 0);
	assert_ptr_equal(rig.slot[0].buf.page, b);
	expect(5, 5);
	rig_fini(&rig);
}

/*
 * The advance references run out. R = 1, 70000 packets, none held: the count equals the bias. Each
 * packet takes 1; after 65534 the bias is 1 and 65534 are added: 65535 - (70000 - 65534) = 61069.
 */
static void test_bias(void **state)
{
	(void)state;
	start(12, 1, 2048, NUMA_NO_NODE);
	packets(70000, true);
	expect(1, 70000);
	assert_int_equal(rig.slot[0].buf.page->_refcount.counter, BIAS - (70000 - (BIAS - 1)));
	rig_fini(&rig);
}

/* Pages of the emergency reserves and of another node: one page per packet, and one posted. */
static void test_never_reused(void **state)
{
	(void)state;
	start(12, 1, 2048, NUMA_NO_NODE);
	mm_native_set_pfmemalloc(true);
	packets(10, true);
	expect(11, 0);
	rig_fini(&rig);

	start(12, 1, 2048, 1);
	packets(10, true);
	expect(11, 0);
	rig_fini(&rig);
}

/*
 * 64K pages, wrap=drop: the offset walks. 65536 / 2048 = 32 buffers, then the page is let go though
 * nobody holds it. R = 1, 64 packets and one posted = 65 posts: pages 1-32, 33-64, 65: 3 pages, 62
 * reuses. 16K with 3000 bytes, rounded up to 3008: the last start is 16384 - 3008 = 13376, so 0,
 * 3008, ..., 12032: 5 buffers. 10 packets and one posted: 3 pages.
 */
static void test_walk(void **state)
{
	(void)state;
	wrap = WRAP_DROP;
	start(16, 1, 2048, NUMA_NO_NODE);
	packets(64, true);
	expect(3, 62);
	rig_fini(&rig);

	start(14, 1, 3000, NUMA_NO_NODE);
	packets(10, true);
	expect(3, 8);
	assert_int_equal(rig.slot[0].buf.truesize, 3008);
	rig_fini(&rig);
	wrap = 0;
}

/*
 * 64K pages, wrap=alone, R = 1. Reader keeps up: one page serves 100 packets, offset n mod 32 *
 * 2048. Reader is one packet behind (packet n is put when n + 1 has come): at packet 31, the end of
 * the walk, 30 is out, so the page is let go; the next one starts at 0 alone. 64 packets: the first
 * page is let go at packet 31, the second at 63, and a third is posted: 3 pages, 65 posts - 3 = 62
 * reuses.
 */
static void test_wrap_alone(void **state)
{
	(void)state;
	start(16, 1, 2048, NUMA_NO_NODE);
	for (unsigned int i = 0; i < 100; i++) {
		assert_int_equal(rig_refill(&rig, 2048), 0);
		assert_int_equal(rig_receive(&rig)->offset, i % 32 * 2048);
		rig_put(&rig, 0, false);
	}
	assert_int_equal(rig_refill(&rig, 2048), 0);
	expect(1, 100);
	rig_fini(&rig);

	start(16, 1, 2048, NUMA_NO_NODE);
	for (unsigned int i = 0; i < 64; i++) {
		assert_int_equal(rig_refill(&rig, 2048), 0);
		rig_receive(&rig);
		if (i)
			rig_put(&rig, 0, false);
	}
	assert_int_equal(rig_refill(&rig, 2048), 0);
	expect(3, 62);
	rig_fini(&rig);
}

/*
 * The last buffer of a walk stays out. 16K page, 4K buffers, R = 1: packets 0, 1, 2 are put at
 * once, 3 (offset 12288) is held; at its receive nobody else holds the page, so it restarts. Packet
 * 4 (offset 0) finds 3 still out: the page is let go, or the walk would come to 12288 again. Packet
 * 5 has a new page.
 */
static void test_wrap_last_held(void **state)
{
	const struct page *page;

	(void)state;
	start(14, 1, 4096, NUMA_NO_NODE);
	packets(3, true);
	page = rig.slot[0].buf.page;
	packets(1, false);
	assert_ptr_equal(rig.slot[0].buf.page, page);
	assert_int_equal(rig.slot[0].buf.offset, 0);
	packets(1, false);
	assert_ptr_not_equal(rig.slot[0].buf.page, page);
	expect(2, 4);
	rig_fini(&rig);
}

/* A large page with one buffer (9000 of 16384 bytes) is never used twice: it is the stack's. */
static void test_wrap_one_buffer(void **state)
{
	(void)state;
	start(14, 1, 9000, NUMA_NO_NODE);
	packets(10, true);
	expect(11, 0);
	rig_fini(&rig);
}

/* A 4K page must hold two buffers: 3072 and 4096 take order 1, 4097 order 2 (as truesize tells). */
static void test_order(void **state)
{
	static const unsigned int bytes[] = {2048, 3072, 4096, 4097};
	static const unsigned int truesize[] = {2048, 4096, 4096, 8192};

	(void)state;
	for (int i = 0; i < 4; i++) {
		start(12, 1, bytes[i], NUMA_NO_NODE);
		packets(4, true);
		expect(1, 4);
		assert_int_equal(rig.slot[0].buf.truesize, truesize[i]);
		rig_fini(&rig);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keeps_up),	cmocka_unit_test(test_slow_reader),
		cmocka_unit_test(test_next_to_alloc),	cmocka_unit_test(test_bias),
		cmocka_unit_test(test_never_reused),	cmocka_unit_test(test_walk),
		cmocka_unit_test(test_wrap_alone),	cmocka_unit_test(test_wrap_last_held),
		cmocka_unit_test(test_wrap_one_buffer), cmocka_unit_test(test_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
