/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_property.c - millions of random operations on every strategy, page size and kind of ring.
 *
 * Each run is a life of up to three queues at a time in a fresh environment, held against the model
 * of property_model.h. What it draws depends on the seed and on the name of the combination, not on
 * the strategies that stand beside it. A failing list is cut down and printed.
 *
 *	FRAGSIM_SEED=N		another sequence (default 1)
 *	FRAGSIM_OPS=N		operations for each combination (default 100000)
 *	FRAGSIM_REPLAY=FILE	runs a printed list instead
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "alloc/rx/strategy_table.h"
#include "property_ops.h"

#define OPS_PER_RUN 4000

static uint64_t env_number(const char *name, uint64_t deflt)
{
	const char *value = getenv(name);

	return value ? strtoull(value, NULL, 0) : deflt;
}

/* FNV-1a of what names the run */
static uint64_t run_seed(const struct run *run, uint64_t seed, unsigned int round)
{
	uint64_t hash = 0xcbf29ce484222325ull;
	char name[128];

	snprintf(name, sizeof(name), "%llu %s %u %d %u", (unsigned long long)seed,
		 run->strategy->name, run->strategy->page_shift, run->posted, round);
	for (const char *c = name; *c; c++)
		hash = (hash ^ (unsigned char)*c) * 0x100000001b3ull;
	return hash;
}

static void explain(const struct run *run, struct op_list *list, const char *found)
{
	char what[240];
	unsigned int nr = list->nr, runs;

	snprintf(what, sizeof(what), "%s", found);
	fprintf(stderr, "# %s, %uK pages, %s: %s\n", run->strategy->name,
		1u << (run->strategy->page_shift - 10), run->posted ? "posted" : "on demand", what);
	runs = op_list_shrink(run, list, strtok(what, ":"));
	found = run_list(run, list);
	fprintf(stderr, "# found after %u operations; %u of them do in %u trials (%s)\n", nr,
		list->nr, runs, found ? found : "no longer");
	fprintf(stderr, "# to run them again: FRAGSIM_REPLAY=<a file of these lines>\n");
	op_list_print(stderr, run, list);
}

static void report(uint64_t seed, unsigned int combinations, const struct op_list *list)
{
	uint64_t all = 0;

	for (int i = 0; i < OP_KINDS; i++)
		all += list->done[i];
	printf("seed %llu: %u combinations, %llu operations: %llu posts, %llu receives, %llu "
	       "direct "
	       "and %llu remote puts, %llu pins, %llu queues; %llu calls ran dry\n",
	       (unsigned long long)seed, combinations, (unsigned long long)all,
	       (unsigned long long)list->done[OP_POST], (unsigned long long)list->done[OP_RECEIVE],
	       (unsigned long long)list->done[OP_PUT_DIRECT],
	       (unsigned long long)list->done[OP_PUT_REMOTE],
	       (unsigned long long)list->done[OP_PIN], (unsigned long long)list->done[OP_CREATE],
	       (unsigned long long)list->failed);
}

/* One run of each combination. Return: how many there are. */
static unsigned int run_round(struct op_list *list, uint64_t seed, unsigned int round)
{
	unsigned int combinations = 0;

	for (unsigned int shift = 12; shift <= 16; shift += 2) {
		const struct rx_strategy *const *table = strategy_table_native(shift);

		for (unsigned int i = 0; table[i / 2]; i++, combinations++) {
			struct run run = {.strategy = table[i / 2], .posted = i % 2};
			const char *found;

			run.seed = run_seed(&run, seed, round);
			found = run_random(&run, list, OPS_PER_RUN);
			if (found) {
				explain(&run, list, found);
				fail_msg("seed %llu, round %u: see the list above",
					 (unsigned long long)seed, round);
			}
		}
	}
	return combinations;
}

static void test_random(void **state)
{
	uint64_t seed = env_number("FRAGSIM_SEED", 1);
	uint64_t rounds = env_number("FRAGSIM_OPS", 100000) / OPS_PER_RUN;
	struct op_list *list = *state;
	unsigned int combinations = 0;

	for (unsigned int round = 0; round < rounds; round++)
		combinations = run_round(list, seed, round);
	assert_true(combinations >= 6);
	/* Nothing the test speaks of may be missing from what it did. */
	for (int i = 0; i < OP_KINDS; i++)
		assert_true(list->done[i] > 0);
	assert_true(list->failed > 0);
	report(seed, combinations, list);
}

static void test_replay(void **state)
{
	const char *path = getenv("FRAGSIM_REPLAY");
	struct op_list *list = *state;
	struct run run = {0};
	const char *found;
	FILE *f;
	int line;

	f = fopen(path, "r");
	assert_non_null(f);
	line = op_list_read(f, &run, list, OPS_PER_RUN);
	fclose(f);
	if (line)
		fail_msg("%s:%d: expected \"run STRATEGY PAGE_SHIFT posted|on_demand\", then "
			 "operations",
			 path, line);
	found = run_list(&run, list);
	if (found)
		fail_msg("%s", found);
}

int main(void)
{
	struct op op[OPS_PER_RUN];
	struct op_list list = {.op = op};
	const struct CMUnitTest random[] = {cmocka_unit_test_prestate(test_random, &list)};
	const struct CMUnitTest replay[] = {cmocka_unit_test_prestate(test_replay, &list)};

	if (getenv("FRAGSIM_REPLAY"))
		return cmocka_run_group_tests(replay, NULL, NULL);
	return cmocka_run_group_tests(random, NULL, NULL);
}
