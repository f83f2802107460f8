/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_skb_cost.c - the price of an skb, in two halves, its truesize and its frags.
 */
#include "models/nic/skb_cost.h"
#include "tests/models/memory/test_mm_sim_fixture.h"

static struct machine machine;
static struct skb_model model;
static struct core core;

static int setup(void **state)
{
	(void)state;
	machine = test_machine();
	core_init(&core, 0, machine.khz);
	core_enter(&core, 0);
	skb_cost_init(&model, &machine);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	assert_true(core_check(&core));
	core_current = NULL;
	return 0;
}

/*
 * One packet of 3 buffers, the second adjacent to the first, 1500 bytes copied:
 *	build: SKB / 2 = 75000, deliver: STACK = 2000; free: SKB - SKB / 2 = 75001; copy: 1500 *
 * COPY The first buffer is the head, the second continues it, so there is one frag.
 */
static void test_packet(void **state)
{
	struct skb_cost cost;

	(void)state;
	skb_cost_build(&model, &cost, 0, false);
	skb_cost_deliver(&model);
	assert_int_equal(core.by_cause[CAUSE_SKB], 77000);
	skb_cost_add_buf(&model, &cost, 2048, false);
	assert_int_equal(cost.truesize, 2048 + 256);
	assert_int_equal(cost.nr_frags, 0);
	skb_cost_add_buf(&model, &cost, 2048, true);
	skb_cost_add_buf(&model, &cost, 4096, false);
	assert_int_equal(cost.truesize, 2 * 2048 + 4096 + 256);
	assert_int_equal(cost.nr_frags, 1);
	assert_int_equal(core.total, 77000);
	skb_cost_copy(&model, 1500);
	assert_int_equal(core.by_cause[CAUSE_COPY], 525000);
	skb_cost_free(&model, &cost);
	assert_int_equal(core.by_cause[CAUSE_SKB], 77000 + 75001);
	assert_int_equal(model.counts.allocated, 1);
	assert_int_equal(model.counts.frags, 3);
	assert_int_equal(model.counts.coalesced, 1);
}

/*
 * A head of its own is a second object: two halves more. 66 bytes fit a small head, truesize
 * 256 + 640; 1000 bytes take 64 + 1000 in whole lines = 1088, + 320.
 */
static void test_own_head(void **state)
{
	struct skb_cost cost;

	(void)state;
	skb_cost_build(&model, &cost, 66, false);
	assert_int_equal(core.by_cause[CAUSE_SKB], 2 * 75000);
	assert_int_equal(cost.truesize, 256 + 640);
	skb_cost_add_buf(&model, &cost, 4096, false);
	assert_int_equal(cost.nr_frags, 1);
	skb_cost_free(&model, &cost);
	assert_int_equal(core.by_cause[CAUSE_SKB], 2 * SKB);
	skb_cost_build(&model, &cost, 1000, true);
	assert_int_equal(cost.truesize, 256 + 1088 + 320);
	assert_int_equal(model.counts.copied, 1);
}

/* 40 frags: 17 in the first skb, 17 and 6 in two more on its frag_list. */
static void test_frag_list(void **state)
{
	struct skb_cost cost;

	(void)state;
	skb_cost_build(&model, &cost, 66, false);
	for (unsigned int i = 0; i < 40; i++)
		skb_cost_add_buf(&model, &cost, 1000, false);
	assert_int_equal(cost.skbs, 3);
	assert_int_equal(cost.nr_frags, 6);
	assert_int_equal(cost.truesize, 640 + 3 * 256 + 40 * 1000);
	assert_int_equal(model.counts.allocated, 3);
	assert_int_equal(model.counts.frag_lists, 2);
	skb_cost_free(&model, &cost);
	assert_int_equal(core.by_cause[CAUSE_SKB], 4 * SKB);
}

/*
 * GRO of packets in half pages: each head becomes a frag, and its sk_buff is freed. The 19th packet
 * finds 17 frags and goes to the frag_list with its sk_buff; the 20th is a frag of that one.
 */
static void test_merge(void **state)
{
	struct skb_cost first, cost;

	(void)state;
	skb_cost_build(&model, &first, 0, false);
	skb_cost_add_buf(&model, &first, 2048, false);
	for (unsigned int i = 2; i <= 20; i++) {
		skb_cost_build(&model, &cost, 0, false);
		skb_cost_add_buf(&model, &cost, 2048, false);
		skb_cost_merge(&model, &first, &cost);
	}
	assert_int_equal(first.skbs, 2);
	assert_int_equal(first.nr_frags, 1);
	assert_int_equal(first.truesize, 20 * 2048 + 2 * 256);
	assert_int_equal(model.counts.merged, 19);
	assert_int_equal(model.counts.frag_lists, 1);
	skb_cost_free(&model, &first);
	assert_int_equal(core.by_cause[CAUSE_SKB], 20 * SKB);
}

/* With headers alone in the head, head and sk_buff of the merged packet are freed. */
static void test_merge_split(void **state)
{
	struct skb_cost first, cost;

	(void)state;
	skb_cost_build(&model, &first, 66, false);
	skb_cost_add_buf(&model, &first, 4096, false);
	skb_cost_build(&model, &cost, 66, false);
	skb_cost_add_buf(&model, &cost, 4096, false);
	skb_cost_merge(&model, &first, &cost);
	assert_int_equal(first.truesize, 256 + 640 + 2 * 4096);
	assert_int_equal(first.nr_frags, 2);
	skb_cost_build(&model, &cost, 200, true);
	skb_cost_merge(&model, &first, &cost);
	assert_int_equal(first.skbs, 2);
	skb_cost_free(&model, &first);
	assert_int_equal(core.by_cause[CAUSE_SKB], 6 * SKB);
}

/* Tear-down frees queued skbs outside any core: counted, not charged. */
static void test_no_core(void **state)
{
	struct skb_cost cost;

	(void)state;
	core_current = NULL;
	skb_cost_build(&model, &cost, 0, false);
	skb_cost_copy(&model, 10);
	skb_cost_free(&model, &cost);
	assert_int_equal(model.counts.allocated, 1);
	assert_int_equal(core.total, 0);
}

#define SKB_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SKB_TEST(test_packet), SKB_TEST(test_own_head),	   SKB_TEST(test_frag_list),
		SKB_TEST(test_merge),  SKB_TEST(test_merge_split), SKB_TEST(test_no_core),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
