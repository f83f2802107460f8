/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_tx_contract.c - what every TX strategy must do, for each page size and order of completion.
 *
 * The rig checks each step; here are the patterns of use: completions in order, out of order, late,
 * with one fragment that stays out, packets dropped unsent, sockets that come and go with fragments
 * on their way, the n-th request failing for every n; then random operations from printed seeds.
 * Linked once with each world.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "test_tx_rig.h"

#define FRAGS	 1200
#define SEEDS	 6
#define RANDOMLY 10000 /* operations per seed */

enum completion { IN_ORDER, OUT_OF_ORDER, LATE, PINNED, COMPLETIONS };

static const unsigned int shifts[] = {12, 14, 16};

static struct tx_rig rig;

/* xorshift: a sequence of its own for each run, the same on every machine */
static unsigned int rnd(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return (unsigned int)(*state >> 16);
}

/* Small writes, packets, and now and then more than a block or a whole ring. */
static unsigned int wanted_bytes(uint64_t *seed)
{
	switch (rnd(seed) % 16) {
	case 0:
		return 1 + rnd(seed) % 200000;
	case 1:
		return 1;
	case 2:
	case 3:
		return 1 + rnd(seed) % 32768;
	default:
		return 1 + rnd(seed) % 3000;
	}
}

typedef void contract_fn(const struct tx_strategy *strategy, const struct tx_params *params);

/* Every strategy, page size and option: choices in turn, numbers at their minimum and default. */
static void for_each_queue(contract_fn *check)
{
	for (unsigned int i = 0; i < 3; i++) {
		const struct tx_strategy *const *table = tx_world.table(shifts[i]);

		for (; *table; table++) {
			struct tx_params params = tx_params_default(*table);

			check(*table, &params);
			if (!(*table)->options)
				continue;
			params.option[0] =
				(*table)->options[0].choices ? 1 : (*table)->options[0].min;
			check(*table, &params);
		}
	}
}

/* What is out when nothing is on its way and no socket is open: only a pool's mapped pages. */
static void check_settled(void)
{
	struct tx_stats s;

	tx_rig_settle(&rig);
	s = tx_rig_stats(&rig);
	assert_int_equal(s.maps, tx_world.maps());
	assert_int_equal(s.unmaps, tx_world.unmaps());
	assert_true(s.pages_new >= s.pages_small);
	if (strcmp(rig.strategy->name, "tx_page_pool")) {
		assert_int_equal(tx_world.pages_held(), 0);
		assert_int_equal(s.maps, s.unmaps);
		assert_int_equal(s.locks, 0);
	} else {
		assert_int_equal(tx_world.pages_held() % (s.maps - s.unmaps), 0);
	}
	if (!strcmp(rig.strategy->name, "tx_page_frag"))
		assert_int_equal(s.fallbacks, 0);
}

static void complete_some(enum completion how, uint64_t *seed)
{
	unsigned int keep = how == LATE ? 200 : how == PINNED ? 1 : 0;

	while (rig.nr_live > keep + rnd(seed) % 24) {
		unsigned int i = how == PINNED;

		if (how == OUT_OF_ORDER)
			i = rnd(seed) % rig.nr_live;
		tx_rig_complete(&rig, i);
	}
}

static void run_frags(enum completion how)
{
	uint64_t seed = 0x9e3779b97f4a7c15ull + how;

	for (unsigned int i = 0; i < 3; i++)
		assert_int_equal(tx_rig_open(&rig, i), 0);
	for (unsigned int n = 0; n < FRAGS;) {
		for (unsigned int burst = 1 + rnd(&seed) % 16; burst; burst--, n++) {
			assert_int_equal(tx_rig_alloc(&rig, rnd(&seed) % 3, wanted_bytes(&seed)),
					 0);
			if (rnd(&seed) % 8)
				assert_int_equal(tx_rig_map(&rig, rig.nr_live - 1), 0);
		}
		complete_some(how, &seed);
		for (unsigned int i = 0; i < rig.nr_live; i++)
			tx_rig_check_device(&rig, i);
	}
}

static void check_completions(const struct tx_strategy *strategy, const struct tx_params *params)
{
	for (enum completion how = 0; how < COMPLETIONS; how++) {
		assert_int_equal(tx_rig_init(&rig, strategy, params, 0), 0);
		run_frags(how);
		assert_true(tx_rig_stats(&rig).pages_new > 0);
		check_settled();
		tx_rig_fini(&rig);
	}
}

static void test_completions(void **state)
{
	(void)state;
	for_each_queue(check_completions);
}

/* A short life of two sockets; what fails is left out, what cannot be sent is dropped. */
static void run_short(void)
{
	const unsigned int sizes[] = {1500, 32768, 60, 200000, 9000, 4096};

	for (unsigned int i = 0; i < 60; i++) {
		unsigned int sock = i % 2;

		if (!rig.sock[sock] && tx_rig_open(&rig, sock))
			continue;
		if (tx_rig_alloc(&rig, sock, sizes[i % 6]))
			continue;
		if (tx_rig_map(&rig, rig.nr_live - 1))
			tx_rig_complete(&rig, rig.nr_live - 1);
		while (rig.nr_live > 12)
			tx_rig_complete(&rig, rig.nr_live / 2);
		if (i == 40)
			tx_rig_close(&rig, 0);
	}
}

static void check_failures(const struct tx_strategy *strategy, const struct tx_params *params)
{
	unsigned int n = 0;
	bool failed = true;

	while (failed) {
		int err = tx_rig_init(&rig, strategy, params, ++n);

		if (err)
			assert_int_equal(err, -ENOMEM);
		else
			run_short();
		failed = tx_world.failed() > 0;
		tx_rig_fini(&rig);
	}
	assert_true(n > 1);
}

static void test_failures(void **state)
{
	(void)state;
	for_each_queue(check_failures);
}

static void random_step(uint64_t *seed)
{
	unsigned int sock = rnd(seed) % TX_RIG_SOCKETS, pick;

	switch (rnd(seed) % 10) {
	case 0:
		if (!rig.sock[sock])
			tx_rig_open(&rig, sock);
		else if (rnd(seed) % 16 == 0)
			tx_rig_close(&rig, sock);
		break;
	case 1:
	case 2:
	case 3:
	case 4:
		if (rig.sock[sock] && rig.nr_live < TX_RIG_FRAGS / 2)
			tx_rig_alloc(&rig, sock, wanted_bytes(seed));
		break;
	case 5:
	case 6:
	case 7:
		for (pick = 0; pick < rig.nr_live && rig.live[pick].frag.dma; pick++)
			;
		if (pick < rig.nr_live)
			tx_rig_map(&rig, pick);
		break;
	default:
		for (unsigned int i = rnd(seed) % 4; i && rig.nr_live; i--)
			tx_rig_complete(&rig, rnd(seed) % rig.nr_live);
	}
	if (rnd(seed) % 256 == 0)
		tx_world.fail_at(1 + rnd(seed) % 8);
	if (rig.nr_live)
		tx_rig_check_device(&rig, rnd(seed) % rig.nr_live);
}

static void check_random(const struct tx_strategy *strategy, const struct tx_params *params)
{
	for (uint64_t n = 1; n <= SEEDS; n++) {
		uint64_t seed = n * 0x9e3779b97f4a7c15ull;

		print_message("%s, %u-bit pages, option %u: seed %u\n", strategy->name,
			      strategy->page_shift, params->option[0], (unsigned int)n);
		assert_int_equal(tx_rig_init(&rig, strategy, params, 0), 0);
		for (unsigned int i = 0; i < RANDOMLY; i++)
			random_step(&seed);
		assert_true(rig.serial > RANDOMLY / 8);
		tx_world.fail_at(0);
		check_settled();
		tx_rig_fini(&rig);
	}
}

static void test_random(void **state)
{
	(void)state;
	for_each_queue(check_random);
}

/* Options out of range, a pointer ring too large; nothing is left over. */
static void check_refused(const struct tx_strategy *strategy, const struct tx_params *params)
{
	struct tx_params bad = *params;

	if (strategy->options) {
		const struct strategy_option *o = strategy->options;

		bad.option[0] = o->choices ? 99 : o->max + 1;
		assert_int_equal(tx_rig_init(&rig, strategy, &bad, 0), -EINVAL);
		tx_rig_fini(&rig);
	}
	bad = *params;
	bad.pool_size = 1u << 20;
	assert_int_equal(tx_rig_init(&rig, strategy, &bad, 0),
			 strcmp(strategy->name, "tx_page_pool") ? 0 : -EINVAL);
	tx_rig_fini(&rig);
}

static void test_refused(void **state)
{
	(void)state;
	for_each_queue(check_refused);
}

static void test_tables(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 3; i++) {
		const struct tx_strategy *const *table = tx_world.table(shifts[i]);
		unsigned int nr = 0;

		for (; table[nr]; nr++) {
			assert_int_equal(table[nr]->abi, FRAGSIM_ABI);
			assert_int_equal(table[nr]->page_shift, shifts[i]);
			assert_int_equal(strncmp(table[nr]->name, "tx_", 3), 0);
			assert_non_null(table[nr]->summary);
			for (unsigned int other = 0; other < nr; other++)
				assert_string_not_equal(table[nr]->name, table[other]->name);
		}
		assert_int_equal(nr, 4);
	}
	assert_null(tx_world.table(13));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables),	    cmocka_unit_test(test_refused),
		cmocka_unit_test(test_completions), cmocka_unit_test(test_failures),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
