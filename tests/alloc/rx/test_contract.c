/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_contract.c - what every strategy must do, for each page size, ring and order of release.
 *
 * The rig checks each step; here are the patterns of use: puts in order, out of order, slow, with
 * one buffer that stays for good, across the ring's end, and with the n-th allocation failing for
 * every n, and the device going down while the stack holds buffers. Each value of a strategy's
 * option is a strategy of its own here. Linked a second time against allocators with an alloc cache
 * of 2 and a bias of 3, where the rare paths are the usual ones.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "alloc/native/native.h"
#include "alloc/rx/strategy_table.h"
#include "tests/alloc/rig.h"

#define RING	16
#define PACKETS 1500

enum release { IN_ORDER, OUT_OF_ORDER, SLOW, PINNED, RELEASES };

static const struct {
	unsigned int buffer_bytes, order;
} sizes[] = {{256, 0}, {2048, 0}, {3072, 1}, {4096, 0}};

static const unsigned int shifts[] = {12, 14, 16};

/* xorshift: a sequence of its own for each run, the same on every machine */
static unsigned int rnd(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return (unsigned int)(*state >> 16);
}

typedef void contract_fn(const struct rx_strategy *strategy, const struct rx_params *params);

/* Values of a strategy's first option worth trying: each word, or a few numbers; 0 = no option. */
static unsigned int option_values(const struct rx_strategy *strategy)
{
	const struct strategy_option *row = strategy->options;
	unsigned int words = 1;

	if (!row || !row->name)
		return 1;
	for (const char *c = row->choices; c && *c; c++)
		words += *c == '|';
	return row->choices ? words : 4;
}

static void for_each_size(const struct rx_strategy *strategy, unsigned int option,
			  contract_fn *check)
{
	/* metadata=in_page hands out a line less than a page: it gets a larger one */
	unsigned int more = !strcmp(strategy->name, "page_pool_frag") && option == 2;

	for (unsigned int s = 0; s < 4; s++) {
		struct rx_params params = {
			.ring_size = RING,
			.buffer_bytes = sizes[s].buffer_bytes,
			.order = sizes[s].order + more,
			.pool_size = 8,
			.nid = NUMA_NO_NODE,
			.option = {option},
		};

		check(strategy, &params);
		params.posted = true;
		check(strategy, &params);
	}
}

static void for_each_ring(contract_fn *check)
{
	for (unsigned int i = 0; i < 3; i++) {
		const struct rx_strategy *const *table = strategy_table_native(shifts[i]);

		for (; *table; table++) {
			for (unsigned int o = 0; o < option_values(*table); o++)
				for_each_size(*table, o, check);
		}
	}
}

static unsigned int request_bytes(const struct rx_params *params, uint64_t *seed)
{
	if (params->posted)
		return params->buffer_bytes;
	return 1 + rnd(seed) % params->buffer_bytes;
}

static void release(struct rig *rig, enum release how, uint64_t *seed)
{
	unsigned int keep = how == SLOW ? 300 : how == PINNED ? 1 : 0;

	while (rig->nr_held > keep + rnd(seed) % 24) {
		unsigned int i = how == PINNED;

		if (how == OUT_OF_ORDER)
			i = rnd(seed) % rig->nr_held;
		rig_put(rig, i, rnd(seed) % 2);
	}
}

static void run_packets(struct rig *rig, enum release how)
{
	uint64_t seed = 0x9e3779b97f4a7c15ull + how;

	for (unsigned int packets = 0; packets < PACKETS;) {
		unsigned int budget = 1 + rnd(&seed) % RING;

		while (rig->posted < RING)
			assert_int_equal(rig_post(rig, request_bytes(&rig->params, &seed)), 0);
		for (; budget; budget--, packets++)
			rig_receive(rig);
		release(rig, how, &seed);
	}
}

static void check_releases(const struct rx_strategy *strategy, const struct rx_params *params)
{
	struct rig *rig = malloc(sizeof(*rig));

	assert_non_null(rig);
	for (enum release how = 0; how < RELEASES; how++) {
		struct rx_stats stats;

		assert_int_equal(rig_init(rig, strategy, params, 0), 0);
		run_packets(rig, how);
		stats = rig_stats(rig);
		assert_true(stats.pages_new > 0);
		assert_true(stats.reused <= rig->serial);
		rig_fini(rig);
	}
	free(rig);
}

static void test_releases(void **state)
{
	(void)state;
	for_each_ring(check_releases);
}

/* A short life of a queue; a post that failed is tried again at the next poll. */
static void run_short(struct rig *rig)
{
	for (int poll = 0; poll < 8; poll++) {
		rig_refill(rig, rig->params.buffer_bytes);
		for (int i = 0; i < 6 && rig->posted; i++)
			rig_receive(rig);
		while (rig->nr_held > 3)
			rig_put(rig, rig->nr_held / 2, poll & 1);
	}
}

static void check_failures(const struct rx_strategy *strategy, const struct rx_params *params)
{
	struct rig *rig = malloc(sizeof(*rig));
	unsigned int n = 0;
	bool failed = true;

	assert_non_null(rig);
	while (failed) {
		int err = rig_init(rig, strategy, params, ++n);

		if (err)
			assert_int_equal(err, -ENOMEM);
		else
			run_short(rig);
		failed = mm_native_get_stats().failed > 0;
		rig_fini(rig);
	}
	assert_true(n > 2);
	free(rig);
}

static void test_failures(void **state)
{
	(void)state;
	for_each_ring(check_failures);
}

/*
 * The device goes down with @held buffers in the stack (and a full ring). close() leaves mapped
 * only what has to wait for its put; the puts bring home everything else, so that destroy() finds
 * nothing but the queue's own objects.
 */
static void close_with(struct rig *rig, unsigned int held, bool direct)
{
	char err[240];

	for (unsigned int i = 0; i < held; i++) {
		assert_int_equal(rig_refill(rig, rig->params.buffer_bytes), 0);
		rig_receive(rig);
		if (i % 3 == 0)
			rig_put(rig, rig->nr_held / 2, direct);
	}
	assert_int_equal(rig_refill(rig, rig->params.buffer_bytes), 0);
	rig->strategy->close(rig->queue);
	while (rig->nr_held) {
		assert_true(mm_native_get_stats().pages_held > 0);
		rig_put(rig, rig->nr_held / 2, direct);
	}
	assert_int_equal(mm_native_get_stats().pages_held, 0);
	assert_int_equal(mm_native_get_stats().maps, mm_native_get_stats().unmaps);
	rig_stats(rig);
	rig->strategy->destroy(rig->queue);
	if (mm_native_fini(err, sizeof(err)))
		fail_msg("%s: %s", rig->strategy->name, err);
	free(rig->slot);
}

static void check_close(const struct rx_strategy *strategy, const struct rx_params *params)
{
	static const unsigned int held[] = {0, 1, 2, 10, 100, 700};
	struct rig *rig = malloc(sizeof(*rig));

	assert_non_null(rig);
	for (unsigned int i = 0; i < 6 && strategy->close; i++) {
		assert_int_equal(rig_init(rig, strategy, params, 0), 0);
		close_with(rig, held[i], i & 1);
	}
	free(rig);
}

static void test_close(void **state)
{
	(void)state;
	for_each_ring(check_close);
	for (unsigned int i = 0; i < 3; i++) {
		const struct rx_strategy *const *table = strategy_table_native(shifts[i]);

		for (; *table; table++)
			assert_true((*table)->close || (*table)->shares_buffers);
	}
}

static void check_refused(const struct rx_strategy *strategy, const struct rx_params *params)
{
	struct rx_params bad = *params;
	void *queue;

	bad.ring_size = 0;
	assert_int_equal(strategy->create(&bad, &queue), -EINVAL);
	bad = *params;
	bad.buffer_bytes = 0;
	assert_int_equal(strategy->create(&bad, &queue), -EINVAL);
	bad = *params;
	bad.buffer_bytes = (1u << strategy->page_shift << MAX_PAGE_ORDER) + 1;
	assert_int_equal(strategy->create(&bad, &queue), -EINVAL);
	bad = *params;
	bad.option[0] = 1u << 30;
	if (strategy->options)
		assert_int_equal(strategy->create(&bad, &queue), -EINVAL);
	strategy->destroy(NULL);
}

static void test_refused(void **state)
{
	char err[240];

	(void)state;
	assert_int_equal(mm_native_init(12, RIG_MEMORY), 0);
	for_each_ring(check_refused);
	if (mm_native_fini(err, sizeof(err)))
		fail_msg("%s", err);
}

static void test_tables(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 3; i++) {
		const struct rx_strategy *const *table = strategy_table_native(shifts[i]);
		const struct rx_strategy *const *other;

		for (other = table; *other; other++) {
			assert_int_equal((*other)->abi, FRAGSIM_ABI);
			assert_int_equal((*other)->page_shift, shifts[i]);
			assert_non_null((*other)->summary);
			assert_ptr_equal(rig_strategy((*other)->name, shifts[i]), *other);
		}
		assert_int_equal(other - table, 9);
	}
	assert_null(strategy_table_native(13));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables),	 cmocka_unit_test(test_refused),
		cmocka_unit_test(test_releases), cmocka_unit_test(test_failures),
		cmocka_unit_test(test_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
