/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_frag_loads.c - count-up with a size field costs one load more per fragment than
 * count-down, from the real code, measured through the simulator.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "models/cpu/access.h"
#include "models/memory/mm_sim.h"
#include "sim/scenario/strategies.h"
#include "tests/sim/small_machine.h"

#define FRAGS 8 /* of 2048 bytes: half of a 32K page, so no page is turned while counting */

/* Loads of FRAGS allocations on a page that is already there. */
static uint64_t loads_of(const char *label)
{
	struct mm_sim_params mm = {
		.machine = &small_machine, .cores = 1, .page_shift = 12, .memory_bytes = 64 << 20};
	struct rx_params params = {.ring_size = 64, .buffer_bytes = 2048, .nid = NUMA_NO_NODE};
	const struct rx_strategy *s;
	struct rx_buf buf[FRAGS + 1];
	uint64_t before, after;
	void *queue;
	char err[256];

	assert_int_equal(mm_sim_init(&mm), 0);
	core_enter(&mm_sim.cores[0], 0);
	assert_int_equal(strategy_find(label, 12, &s, params.option, err, sizeof(err)), 0);
	assert_int_equal(s->create(&params, &queue), 0);
	assert_int_equal(s->alloc(queue, 0, 2048, &buf[0]), 0);
	before = access_counts_get().reads;
	for (unsigned int i = 1; i <= FRAGS; i++)
		assert_int_equal(s->alloc(queue, i, 2048, &buf[i]), 0);
	after = access_counts_get().reads;
	for (unsigned int i = 0; i <= FRAGS; i++) {
		s->receive(queue, i, &buf[i]);
		s->put(&buf[i], false);
	}
	s->destroy(queue);
	assert_true(mm_sim_quiescent(err, sizeof(err)));
	mm_sim_fini();
	return after - before;
}

static void test_size_field_costs_one_load(void **state)
{
	uint64_t down = loads_of("frag_countdown");
	uint64_t size_field = loads_of("frag_countup:form=size_field");
	uint64_t encoded = loads_of("frag_countup:form=encoded_page");

	(void)state;
	print_message("loads per fragment, queue included: count-down %.2f, count-up size_field "
		      "%.2f, count-up encoded_page %.2f\n",
		      (double)down / FRAGS, (double)size_field / FRAGS, (double)encoded / FRAGS);
	assert_int_equal(size_field - down, FRAGS);
	assert_true(encoded < size_field);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_size_field_costs_one_load)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
