/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_skb.c - the price of an skb, in two halves.
 */
#include "models/skb.h"
#include "test_mm_sim_fixture.h"

/*
 * One packet of 3 buffers, one of them adjacent, 1500 bytes copied:
 *	build: SKB / 2 + STACK = 75000 + 2000; free: SKB - SKB / 2 = 75001; copy: 1500 * COPY
 */
static void test_packet(void **state)
{
	struct machine machine = test_machine();
	struct skb_model skb;
	struct core core;

	(void)state;
	core_init(&core, 0, machine.khz);
	core_enter(&core, 0);
	skb_init(&skb, &machine);
	skb_build(&skb);
	assert_int_equal(core.by_cause[CAUSE_SKB], 77000);
	skb_add_frag(&skb, 0);
	skb_add_frag(&skb, 1);
	skb_add_frag(&skb, 0);
	assert_int_equal(core.total, 77000);
	skb_copy(&skb, 1500);
	assert_int_equal(core.by_cause[CAUSE_COPY], 525000);
	skb_free(&skb);
	assert_int_equal(core.by_cause[CAUSE_SKB], 77000 + 75001);
	assert_int_equal(skb.counts.allocated, 1);
	assert_int_equal(skb.counts.frags, 3);
	assert_int_equal(skb.counts.coalesced, 1);
	assert_true(core_check(&core));
	core_current = NULL;
}

/* Tear-down frees queued skbs outside any core: counted, not charged. */
static void test_no_core(void **state)
{
	struct machine machine = test_machine();
	struct skb_model skb;

	(void)state;
	core_current = NULL;
	skb_init(&skb, &machine);
	skb_build(&skb);
	skb_copy(&skb, 10);
	skb_free(&skb);
	assert_int_equal(skb.counts.allocated, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_packet),
		cmocka_unit_test(test_no_core),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
