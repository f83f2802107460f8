/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_min_heap.c - a heap gives its elements in order, however they came in.
 */
#include <stdlib.h>
#include <string.h>
#include "tests/traces/cmocka_all.h"
#include "traces/min_heap.h"
#include "traces/synthetic/rng.h"

#define NR_MAX 200

static int is_less(unsigned int a, unsigned int b)
{
	return a < b;
}

MIN_HEAP_DEFINE(uints, unsigned int, is_less);

static int compare(const void *a, const void *b)
{
	unsigned int x = *(const unsigned int *)a, y = *(const unsigned int *)b;

	return x < y ? -1 : x > y;
}

static void expect_sorted(unsigned int *heap, size_t nr, unsigned int *all)
{
	size_t left = nr;

	qsort(all, nr, sizeof(*all), compare);
	for (size_t i = 0; i < nr; i++)
		assert_int_equal(uints_pop(heap, &left), all[i]);
	assert_int_equal(left, 0);
}

/* Every size from 1 to 200; values below 50, so that equal ones meet. */
static void test_order(void **state)
{
	unsigned int heap[NR_MAX], all[NR_MAX];
	struct rng rng;

	(void)state;
	rng_seed(&rng, 1, "min_heap");
	for (size_t nr = 1; nr <= NR_MAX; nr++) {
		for (size_t i = 0; i < nr; i++) {
			all[i] = heap[i] = rng_below(&rng, 50);
			uints_up(heap, i);
		}
		expect_sorted(heap, nr, all);
		for (size_t i = 0; i < nr; i++)
			all[i] = heap[i] = rng_below(&rng, 50);
		uints_build(heap, nr);
		/* the front is replaced by a later element, as a merge does */
		for (size_t i = 0; i < nr; i++) {
			unsigned int later = heap[0] + rng_below(&rng, 9);

			for (size_t j = 0; j < nr; j++)
				if (all[j] == heap[0]) {
					all[j] = later;
					break;
				}
			heap[0] = later;
			uints_down(heap, nr, 0);
		}
		expect_sorted(heap, nr, all);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_order)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
