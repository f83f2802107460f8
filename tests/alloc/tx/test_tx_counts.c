/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_tx_counts.c - what each TX strategy does in short sequences, worked out by hand.
 *
 * Linked once with each world; only the simulated one sees the atomics on reference counts
 * (_refcount and pp_ref_count). Counts are read when all is completed and the sockets are closed:
 * what is then still mapped is a pool's. Unless a row says otherwise: pages of 4K, blocks of 32K,
 * fragments of 4K (8 to a block), a pre-mapped ring of 128K (4 blocks).
 *
 * Atomics of a fragment, allocation + completion:
 *	page_frag, premapped ring, shared map	2: a reference taken, the same dropped
 *	page_pool				1, taken in advance; 0 for the last one of a page
 *						that is full, whose put only reads
 * Atomics of a block when it is left:
 *	page_frag	1: the socket's reference
 *	shared map	2: the socket's use, then the page's own reference
 *	premapped ring	2 for each block at close
 *	page_pool	1 (draining) if fragments are out, 0 if not
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "test_tx_rig.h"

#define FRAG 4096u

struct expectation {
	const char *strategy;
	unsigned int option;
	struct tx_stats stats;
	unsigned int atomics;
};

#define ROWS(...)                                                                                  \
	(const struct expectation[])                                                               \
	{                                                                                          \
		__VA_ARGS__,                                                                       \
		{                                                                                  \
			.strategy = NULL                                                           \
		}                                                                                  \
	}

typedef void sequence_fn(struct tx_rig *rig);

static const struct tx_strategy *strategy_of(const char *name, unsigned int page_shift)
{
	const struct tx_strategy *const *table = tx_world.table(page_shift);

	while (*table && strcmp((*table)->name, name))
		table++;
	assert_non_null(*table);
	return *table;
}

static void check_row(const struct expectation *row, unsigned int page_shift, sequence_fn *sequence)
{
	const struct tx_strategy *strategy = strategy_of(row->strategy, page_shift);
	struct tx_params params = {.pool_size = 64, .nid = NUMA_NO_NODE, .option = {row->option}};
	struct tx_rig rig;
	struct tx_stats got;

	assert_int_equal(tx_rig_init(&rig, strategy, &params, 0), 0);
	assert_int_equal(tx_rig_open(&rig, 0), 0);
	sequence(&rig);
	tx_rig_settle(&rig);
	got = tx_rig_stats(&rig);
	print_message("[ %-17s ] maps %2u unmaps %2u pages %2u small %u reused %2u fallbacks %u "
		      "locks %2u",
		      row->strategy, (unsigned int)got.maps, (unsigned int)got.unmaps,
		      (unsigned int)got.pages_new, (unsigned int)got.pages_small,
		      (unsigned int)got.reused, (unsigned int)got.fallbacks,
		      (unsigned int)got.locks);
	if (tx_world.refcount_atomics)
		print_message(" atomics %2u", (unsigned int)tx_world.refcount_atomics());
	print_message("\n");
	assert_int_equal(got.maps, row->stats.maps);
	assert_int_equal(got.unmaps, row->stats.unmaps);
	assert_int_equal(got.pages_new, row->stats.pages_new);
	assert_int_equal(got.pages_small, row->stats.pages_small);
	assert_int_equal(got.reused, row->stats.reused);
	assert_int_equal(got.fallbacks, row->stats.fallbacks);
	assert_int_equal(got.locks, row->stats.locks);
	assert_int_equal(tx_world.maps(), row->stats.maps);
	assert_int_equal(tx_world.unmaps(), row->stats.unmaps);
	if (tx_world.refcount_atomics)
		assert_int_equal(tx_world.refcount_atomics(), row->atomics);
	tx_rig_fini(&rig);
}

static void check_rows(const struct expectation *row, unsigned int page_shift,
		       sequence_fn *sequence)
{
	for (; row->strategy; row++)
		check_row(row, page_shift, sequence);
}

/* @n fragments are allocated and sent; completions come later. */
static void send_n(struct tx_rig *rig, unsigned int n)
{
	while (n--) {
		assert_int_equal(tx_rig_alloc(rig, 0, FRAG), 0);
		assert_int_equal(rig->live[rig->nr_live - 1].frag.bytes, FRAG);
		assert_int_equal(tx_rig_map(rig, rig->nr_live - 1), 0);
	}
}

static void steady_n(struct tx_rig *rig, unsigned int n)
{
	while (n--) {
		send_n(rig, 1);
		tx_rig_complete(rig, 0);
	}
}

static void steady_16(struct tx_rig *rig)
{
	steady_n(rig, 16);
}

/*
 * Each fragment is completed before the next: page_frag and shared map start their block over each
 * time; the pool cuts its page to the end, drains it without an atomic and begins it again; the
 * ring goes through two of its blocks. Atomics: 32 + 1; 16; 32 + 4 x 2; 32 + 2.
 */
static void test_steady(void **state)
{
	(void)state;
	check_rows(
		ROWS({"tx_page_frag",
		      0,
		      {.maps = 16, .unmaps = 16, .pages_new = 1, .reused = 15},
		      33},
		     {"tx_page_pool", 0, {.maps = 1, .pages_new = 1, .reused = 1, .locks = 16}, 16},
		     {"tx_premapped_ring", 128, {.maps = 4, .unmaps = 4, .pages_new = 4}, 40},
		     {"tx_shared_map",
		      0,
		      {.maps = 1, .unmaps = 1, .pages_new = 1, .reused = 15},
		      34}),
		12, steady_16);
}

static void late_16(struct tx_rig *rig)
{
	send_n(rig, 16);
}

/*
 * 16 fragments are sent before the first completion: two blocks. page_frag 32 + 2. Pool: 1 for
 * draining the first page, 7 of its 8 completions and 8 of the other page's; the first page goes to
 * the pointer ring: a 17th lock. Ring as before. Shared map 32 + 2 x 2.
 * Single pages: 64 are taken at once, each holds one fragment: 15 drains and 1 completion (of the
 * page not yet full); 15 pages go to the pointer ring.
 */
static void test_late(void **state)
{
	(void)state;
	check_rows(ROWS({"tx_page_frag", 0, {.maps = 16, .unmaps = 16, .pages_new = 2}, 34},
			{"tx_page_pool", 0, {.maps = 2, .pages_new = 2, .locks = 17}, 16},
			{"tx_page_pool", 1, {.maps = 64, .pages_new = 64, .locks = 31}, 16},
			{"tx_premapped_ring", 128, {.maps = 4, .unmaps = 4, .pages_new = 4}, 40},
			{"tx_shared_map", 0, {.maps = 2, .unmaps = 2, .pages_new = 2}, 36}),
		   12, late_16);
}

static void late_40(struct tx_rig *rig)
{
	send_n(rig, 40);
}

/*
 * 160K are out at once. page_frag: 5 blocks, 80 + 5. Pool: 5 pages, 4 drained, 4 x 7 + 8
 * completions; 4 pages to the pointer ring. The ring is full after 32 fragments, 8 are mapped one
 * by one in a fifth block: 80 + 4 x 2 + 1. Shared map 80 + 5 x 2.
 */
static void test_very_late(void **state)
{
	(void)state;
	check_rows(ROWS({"tx_page_frag", 0, {.maps = 40, .unmaps = 40, .pages_new = 5}, 85},
			{"tx_page_pool", 0, {.maps = 5, .pages_new = 5, .locks = 44}, 40},
			{"tx_premapped_ring",
			 128,
			 {.maps = 12, .unmaps = 12, .pages_new = 5, .fallbacks = 8},
			 89},
			{"tx_shared_map", 0, {.maps = 5, .unmaps = 5, .pages_new = 5}, 90}),
		   12, late_40);
}

/*
 * The same on pages of 64K, which are the blocks: 16 fragments each. page_frag: 3 pages, 80 + 3.
 * Pool: order 0 now, so 64 pages are taken and mapped at once; 2 drained, 2 x 15 + 8 completions, 2
 * to the pointer ring. Ring: 2 blocks, 32 fragments, 8 fall back: 80 + 2 x 2 + 1. Shared map:
 * 80 + 6.
 */
static void test_very_late_64k(void **state)
{
	(void)state;
	check_rows(ROWS({"tx_page_frag", 0, {.maps = 40, .unmaps = 40, .pages_new = 3}, 83},
			{"tx_page_pool", 0, {.maps = 64, .pages_new = 64, .locks = 42}, 40},
			{"tx_premapped_ring",
			 128,
			 {.maps = 10, .unmaps = 10, .pages_new = 3, .fallbacks = 8},
			 85},
			{"tx_shared_map", 0, {.maps = 3, .unmaps = 3, .pages_new = 3}, 86}),
		   16, late_40);
}

static void reverse_then_steady(struct tx_rig *rig)
{
	send_n(rig, 16);
	while (rig->nr_live)
		tx_rig_complete(rig, rig->nr_live - 1);
	steady_n(rig, 20);
}

/*
 * 16 completed last first, then 20 one at a time. page_frag: its second block is idle and is begun
 * again 20 times; 72 + 2. Pool: first page 1 + 7, second page 8 + 20 and begun three times more
 * without an atomic. Ring: 36 fragments of 8 to a block: the first block is begun again; 72 + 8.
 * Shared map 72 + 2 x 2.
 */
static void test_out_of_order(void **state)
{
	(void)state;
	check_rows(
		ROWS({"tx_page_frag",
		      0,
		      {.maps = 36, .unmaps = 36, .pages_new = 2, .reused = 20},
		      74},
		     {"tx_page_pool", 0, {.maps = 2, .pages_new = 2, .reused = 3, .locks = 37}, 36},
		     {"tx_premapped_ring",
		      128,
		      {.maps = 4, .unmaps = 4, .pages_new = 4, .reused = 1},
		      80},
		     {"tx_shared_map",
		      0,
		      {.maps = 2, .unmaps = 2, .pages_new = 2, .reused = 20},
		      76}),
		12, reverse_then_steady);
}

static void one_pinned(struct tx_rig *rig)
{
	send_n(rig, 1);
	for (unsigned int i = 0; i < 39; i++) {
		send_n(rig, 1);
		tx_rig_complete(rig, 1);
	}
}

/*
 * The first fragment stays out, 39 more come and go: its block is never idle. page_frag and shared
 * map: 7 fragments into the pinned block, then a block begun anew for each of 32: 1 taken, 31
 * reused; 80 + 2 and 80 + 4. Pool: the pinned page is drained with one user left (1 + 7 + 0), the
 * second is begun 4 times; 32 completions. Ring: 31 fragments to its end, where the pinned block is
 * next: 8 fall back into a block begun 8 times, although 3 blocks are idle; 80 + 8 + 1.
 */
static void test_pinned(void **state)
{
	(void)state;
	check_rows(
		ROWS({"tx_page_frag",
		      0,
		      {.maps = 40, .unmaps = 40, .pages_new = 2, .reused = 31},
		      82},
		     {"tx_page_pool", 0, {.maps = 2, .pages_new = 2, .reused = 3, .locks = 41}, 40},
		     {"tx_premapped_ring",
		      128,
		      {.maps = 12, .unmaps = 12, .pages_new = 5, .reused = 7, .fallbacks = 8},
		      89},
		     {"tx_shared_map",
		      0,
		      {.maps = 2, .unmaps = 2, .pages_new = 2, .reused = 31},
		      84}),
		12, one_pinned);
}

static void oversize(struct tx_rig *rig)
{
	assert_int_equal(tx_rig_alloc(rig, 0, 200000), 0);
	assert_int_equal(rig->live[0].frag.bytes, 32768);
	assert_int_equal(tx_rig_map(rig, 0), 0);
}

/* 200000 bytes are wanted: a block is given. More than the whole ring: not from it. */
static void test_oversize(void **state)
{
	(void)state;
	check_rows(ROWS({"tx_page_frag", 0, {.maps = 1, .unmaps = 1, .pages_new = 1}, 3},
			{"tx_page_pool", 0, {.maps = 1, .pages_new = 1, .locks = 1}, 1},
			{"tx_premapped_ring",
			 128,
			 {.maps = 5, .unmaps = 5, .pages_new = 5, .fallbacks = 1},
			 11},
			{"tx_shared_map", 0, {.maps = 1, .unmaps = 1, .pages_new = 1}, 4}),
		   12, oversize);
}

static void rest_of_block(struct tx_rig *rig)
{
	const unsigned int wanted[] = {32000, 1000, 32752, 100}, given[] = {32000, 768, 32752, 100};

	for (unsigned int i = 0; i < 4; i++) {
		assert_int_equal(tx_rig_alloc(rig, 0, wanted[i]), 0);
		assert_int_equal(rig->live[i].frag.bytes, given[i]);
		assert_int_equal(tx_rig_map(rig, i), 0);
	}
}

/*
 * A request gets the block's rest, unless that is below 32 bytes: 768 of 1000; then a new block, of
 * which 16 bytes are left unused; then another. page_frag 8 + 3; pool 2 drained, 1 of 2, 0 of 1
 * and 1 of 1 completions; ring 8 + 8; shared map 8 + 6.
 */
static void test_rest_of_block(void **state)
{
	(void)state;
	check_rows(ROWS({"tx_page_frag", 0, {.maps = 4, .unmaps = 4, .pages_new = 3}, 11},
			{"tx_page_pool", 0, {.maps = 3, .pages_new = 3, .locks = 6}, 4},
			{"tx_premapped_ring", 128, {.maps = 4, .unmaps = 4, .pages_new = 4}, 16},
			{"tx_shared_map", 0, {.maps = 3, .unmaps = 3, .pages_new = 3}, 14}),
		   12, rest_of_block);
}

static void close_in_flight(struct tx_rig *rig)
{
	send_n(rig, 4);
	tx_rig_close(rig, 0);
}

/* The socket is gone when its 4 fragments are completed: the last one of a block frees it. */
static void test_close_in_flight(void **state)
{
	(void)state;
	check_rows(ROWS({"tx_page_frag", 0, {.maps = 4, .unmaps = 4, .pages_new = 1}, 9},
			{"tx_page_pool", 0, {.maps = 1, .pages_new = 1, .locks = 4}, 4},
			{"tx_premapped_ring", 128, {.maps = 4, .unmaps = 4, .pages_new = 4}, 16},
			{"tx_shared_map", 0, {.maps = 1, .unmaps = 1, .pages_new = 1}, 10}),
		   12, close_in_flight);
}

static void drop_unsent(struct tx_rig *rig)
{
	for (unsigned int i = 0; i < 4; i++)
		assert_int_equal(tx_rig_alloc(rig, 0, FRAG), 0);
}

/* Dropped before the driver had them: nothing is mapped for their sake. */
static void test_unsent(void **state)
{
	(void)state;
	check_rows(ROWS({"tx_page_frag", 0, {.pages_new = 1}, 9},
			{"tx_page_pool", 0, {.maps = 1, .pages_new = 1, .locks = 4}, 4},
			{"tx_premapped_ring", 128, {.maps = 4, .unmaps = 4, .pages_new = 4}, 16},
			{"tx_shared_map", 0, {.pages_new = 1}, 10}),
		   12, drop_unsent);
}

static void no_block_at_first(struct tx_rig *rig)
{
	tx_world.fail_at(1);
	send_n(rig, 1);
	tx_world.fail_at(0);
	send_n(rig, 3);
}

/*
 * The first 32K block is refused. page_frag and shared map take a single page, full after one
 * fragment, then a block: 8 + 2 and 8 + 4. The pool has no page for the first fragment, which the
 * socket's page_frag serves (2 + 1); then it has (3). The ring has all it needs.
 */
static void test_small_page(void **state)
{
	(void)state;
	check_rows(ROWS({"tx_page_frag",
			 0,
			 {.maps = 4, .unmaps = 4, .pages_new = 2, .pages_small = 1},
			 10},
			{"tx_page_pool",
			 0,
			 {.maps = 2, .unmaps = 1, .pages_new = 2, .fallbacks = 1, .locks = 4},
			 6},
			{"tx_premapped_ring", 128, {.maps = 4, .unmaps = 4, .pages_new = 4}, 16},
			{"tx_shared_map",
			 0,
			 {.maps = 2, .unmaps = 2, .pages_new = 2, .pages_small = 1},
			 12}),
		   12, no_block_at_first);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_steady),		cmocka_unit_test(test_late),
		cmocka_unit_test(test_very_late),	cmocka_unit_test(test_very_late_64k),
		cmocka_unit_test(test_out_of_order),	cmocka_unit_test(test_pinned),
		cmocka_unit_test(test_oversize),	cmocka_unit_test(test_rest_of_block),
		cmocka_unit_test(test_close_in_flight), cmocka_unit_test(test_unsent),
		cmocka_unit_test(test_small_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
