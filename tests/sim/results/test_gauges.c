/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_gauges.c - pages in ring and stack, means over time, the series.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "models/memory/mm_sim.h"
#include "sim/results/gauges.h"
#include "tests/sim/small_machine.h"

static struct gauges g;

static int up(void **state)
{
	struct mm_sim_params mm = {
		.machine = &small_machine, .cores = 1, .page_shift = 12, .memory_bytes = 16 << 20};

	(void)state;
	return mm_sim_init(&mm) || gauges_init(&g, 4096, 4096, 100) ? -1 : 0;
}

static int down(void **state)
{
	(void)state;
	gauges_fini(&g);
	mm_sim_fini();
	return 0;
}

static struct page *take(unsigned int order)
{
	return mm_sim_alloc_pages(GFP_ATOMIC | __GFP_COMP, order, 0);
}

static void give(struct page *page, unsigned int order)
{
	page->_refcount.counter = 0;
	mm_sim_free_pages(page, order);
}

/* 0 pages for 100 ns, 1 for 200 ns, 9 for 100 ns: 0*100 + 1*200 + 9*100 = 1100 page-ns. */
static void test_mean_is_time_weighted(void **state)
{
	struct page *a, *b;

	(void)state;
	gauges_advance(&g, 100);
	a = take(0);
	gauges_advance(&g, 300);
	b = take(3);
	gauges_advance(&g, 400);
	assert_int_equal((uint64_t)g.held_page_ns, 1100);
	give(a, 0);
	give(b, 3);
}

/* Samples hold the value at the end of their interval: changes at 100, 300 -> samples at 100 (0),
 * 200 (1), 300 (1), 400 (9). A change at the very end of an interval belongs to the next one. */
static void test_series(void **state)
{
	static const uint64_t expected[] = {0, 1, 1, 9};
	struct page *a, *b;

	(void)state;
	gauges_advance(&g, 100);
	a = take(0);
	gauges_advance(&g, 300);
	b = take(3);
	gauges_finish(&g, 400);
	assert_int_equal(g.nr_points, 4);
	for (unsigned int i = 0; i < 4; i++) {
		assert_int_equal(g.points[i].time_ns, 100 * (i + 1));
		assert_int_equal(g.points[i].pages_held, expected[i]);
	}
	give(a, 0);
	give(b, 3);
}

/* However long the run, at most GAUGES_MAX_POINTS samples, evenly spaced, the last ones kept:
 * 10 * 4096 intervals of 100 ns need the interval doubled 4 times (16 >= 10). */
static void test_series_thins(void **state)
{
	const uint64_t end_ns = 10 * GAUGES_MAX_POINTS * 100ull;

	(void)state;
	for (uint64_t t = 50; t < end_ns; t += 50)
		gauges_advance(&g, t);
	gauges_finish(&g, end_ns);
	assert_int_equal(g.interval_ns, 1600);
	assert_true(g.nr_points <= GAUGES_MAX_POINTS);
	for (unsigned int i = 1; i + 1 < g.nr_points; i++)
		assert_int_equal(g.points[i].time_ns - g.points[i - 1].time_ns, 1600);
	assert_int_equal(g.points[g.nr_points - 1].time_ns, end_ns);
}

/* Two buffers of one page count one page; a page with a buffer in the stack is the stack's even if
 * another is posted; a compound page counts its 8 pages. */
static void test_where_pages_are(void **state)
{
	struct page *a = take(0), *b = take(3);
	struct rx_buf one = {.page = a}, two = {.page = a, .offset = 2048}, big = {.page = b};

	(void)state;
	gauges_ring(&g, &one, 1);
	gauges_ring(&g, &two, 1);
	gauges_ring(&g, &big, 1);
	assert_int_equal(g.pages_in_ring, 9);
	gauges_ring(&g, &one, -1);
	gauges_stack(&g, &one, 1);
	assert_int_equal(g.pages_in_ring, 8);
	assert_int_equal(g.pages_in_stack, 1);
	gauges_stack(&g, &one, -1);
	assert_int_equal(g.pages_in_ring, 9);
	assert_int_equal(g.pages_in_stack, 0);
	give(a, 0);
	give(b, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_mean_is_time_weighted, up, down),
		cmocka_unit_test_setup_teardown(test_series, up, down),
		cmocka_unit_test_setup_teardown(test_series_thins, up, down),
		cmocka_unit_test_setup_teardown(test_where_pages_are, up, down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
