/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_rounds.c - events that come CPU by CPU leave in order of time, and none leaves too early.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tests/traces/cmocka_all.h"
#include "traces/synthetic/rng.h"
#include "traces/events/rounds.h"

#define CPUS   5
#define EVENTS 20000

static int put(struct rounds *rounds, uint64_t time_ns, uint16_t cpu)
{
	struct event ev = {.time_ns = time_ns, .cpu = cpu};

	return rounds_put(rounds, &ev);
}

static void expect(struct rounds *rounds, uint64_t time_ns, uint16_t cpu)
{
	struct event ev;

	assert_true(rounds_take(rounds, &ev));
	assert_int_equal(ev.time_ns, time_ns);
	assert_int_equal(ev.cpu, cpu);
}

static void expect_none(struct rounds *rounds)
{
	struct event ev;

	assert_false(rounds_take(rounds, &ev));
}

/* The drawing in rounds.h, number by number. */
static void the_drawing(void **state)
{
	static const uint64_t first[] = {1, 2, 3, 5, 2, 3, 4}, second[] = {6, 7, 4, 5, 8};
	static const uint64_t out_2[] = {1, 2, 2, 3, 3, 4, 4, 5, 5};
	static const uint16_t cpus_2[] = {0, 0, 1, 0, 1, 1, 1, 0, 1};
	struct rounds rounds;

	(void)state;
	rounds_init(&rounds);
	for (unsigned int i = 0; i < 7; i++)
		assert_int_equal(put(&rounds, first[i], i >= 4), 0);
	expect_none(&rounds);
	rounds_end(&rounds);
	expect_none(&rounds);
	for (unsigned int i = 0; i < 5; i++)
		assert_int_equal(put(&rounds, second[i], i >= 2), 0);
	rounds_end(&rounds);
	for (unsigned int i = 0; i < 9; i++)
		expect(&rounds, out_2[i], cpus_2[i]);
	expect_none(&rounds);
	put(&rounds, 9, 0);
	put(&rounds, 7, 1);
	put(&rounds, 9, 1);
	rounds_end(&rounds);
	expect(&rounds, 6, 0);
	expect(&rounds, 7, 0);
	expect(&rounds, 7, 1);
	expect(&rounds, 8, 1);
	expect_none(&rounds);
	rounds_finish(&rounds);
	expect(&rounds, 9, 0);
	expect(&rounds, 9, 1);
	expect_none(&rounds);
	rounds_fini(&rounds);
}

/* Time 5 has left: 4 cannot be put in order any more, another 5 can. */
static void too_late(void **state)
{
	struct rounds rounds;

	(void)state;
	rounds_init(&rounds);
	put(&rounds, 5, 0);
	rounds_end(&rounds);
	expect_none(&rounds);
	rounds_end(&rounds);
	expect(&rounds, 5, 0);
	expect_none(&rounds);
	assert_int_equal(put(&rounds, 4, 0), -ERANGE);
	assert_int_equal(put(&rounds, 5, 1), 0);
	rounds_finish(&rounds);
	expect(&rounds, 5, 1);
	rounds_fini(&rounds);
}

/* Room for 8: the eighth event sends the 4 oldest away, in whatever order they came. */
static void more_than_fit(void **state)
{
	struct rounds rounds;

	(void)state;
	rounds_init(&rounds);
	rounds.max = 8;
	for (uint64_t i = 8; i > 1; i--) {
		put(&rounds, i, 0);
		expect_none(&rounds);
	}
	put(&rounds, 1, 0);
	for (uint64_t i = 1; i <= 4; i++)
		expect(&rounds, i, 0);
	expect_none(&rounds);
	assert_int_equal(put(&rounds, 3, 0), -ERANGE);
	put(&rounds, 6, 1);
	rounds_finish(&rounds);
	expect(&rounds, 5, 0);
	expect(&rounds, 6, 0);
	expect(&rounds, 6, 1);
	rounds_fini(&rounds);
}

static int compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/*
 * CPUs that produce at random and are emptied in turn, while they go on: what leaves is all there
 * was, in order; the first 100 events wait in memory, the others in a file.
 */
static void random_rounds(void **state)
{
	uint64_t pending[CPUS][64], *all = calloc(EVENTS, sizeof(*all)), now = 0;
	unsigned int nr[CPUS] = {0}, made = 0, left = 0;
	struct rounds rounds;
	struct event ev;
	struct rng rng;

	(void)state;
	assert_non_null(all);
	rng_seed(&rng, 3, "rounds");
	rounds_init(&rounds);
	rounds.in_memory = 100;
	while (made < EVENTS || left < made) {
		for (uint16_t cpu = 0; cpu < CPUS; cpu++) {
			for (uint64_t i = rng_below(&rng, 200); i && made < EVENTS; i--) {
				uint64_t who = rng_below(&rng, CPUS);

				now += rng_below(&rng, 3);
				if (nr[who] < 64) {
					all[made++] = now;
					pending[who][nr[who]++] = now;
				}
			}
			for (unsigned int i = 0; i < nr[cpu]; i++)
				assert_int_equal(put(&rounds, pending[cpu][i], cpu), 0);
			nr[cpu] = 0;
		}
		rounds_end(&rounds);
		for (; rounds_take(&rounds, &ev); left++)
			assert_int_equal(ev.time_ns, all[left]);
	}
	assert_int_equal(left, EVENTS);
	rounds_fini(&rounds);
	free(all);
}

/* Without any rounds, and in no order at all: sorted when it ends. */
static void no_rounds(void **state)
{
	uint64_t *all = calloc(EVENTS, sizeof(*all));
	struct rounds rounds;
	struct event ev;
	struct rng rng;

	(void)state;
	assert_non_null(all);
	rng_seed(&rng, 4, "rounds");
	rounds_init(&rounds);
	for (unsigned int i = 0; i < EVENTS; i++) {
		all[i] = rng_below(&rng, 1000);
		assert_int_equal(put(&rounds, all[i], 0), 0);
	}
	expect_none(&rounds);
	rounds_finish(&rounds);
	qsort(all, EVENTS, sizeof(*all), compare);
	for (unsigned int i = 0; i < EVENTS; i++) {
		assert_true(rounds_take(&rounds, &ev));
		assert_int_equal(ev.time_ns, all[i]);
	}
	expect_none(&rounds);
	rounds_fini(&rounds);
	free(all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_drawing),	 cmocka_unit_test(too_late),
		cmocka_unit_test(more_than_fit), cmocka_unit_test(random_rounds),
		cmocka_unit_test(no_rounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
