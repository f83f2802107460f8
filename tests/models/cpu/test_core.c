/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_core.c - time and accounts of a core; the layout of the arena it works on.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "models/cpu/arena.h"
#include "models/cpu/core.h"

#define HOUR_NS 3600000000000ull

/*
 * 2.3 GHz: 1 ns = 2300 mcycles, an hour = 8.28e15, both ways to the nanosecond. 2.1 GHz less 1 kHz:
 * 2099.999 mcycles per ns, rounded down.
 */
static void test_conversions(void **state)
{
	struct core core;

	(void)state;
	core_init(&core, 0, 2300000);
	assert_true(core_ns_to_mcycles(&core, 1) == 2300);
	assert_true(core_ns_to_mcycles(&core, HOUR_NS) == 8280000000000000ull);
	for (uint64_t ns = HOUR_NS; ns < HOUR_NS + 5000; ns++)
		assert_true(core_mcycles_to_ns(&core, core_ns_to_mcycles(&core, ns)) == ns);
	assert_true(core_mcycles_to_ns(&core, 2299) == 0);
	assert_true(core_mcycles_to_ns(&core, UINT64_MAX) == UINT64_MAX / 2300);
	core_init(&core, 0, 2099999);
	assert_true(core_ns_to_mcycles(&core, 1) == 2099);
	assert_true(core_ns_to_mcycles(&core, 999) == 2097899);
	assert_true(core_ns_to_mcycles(&core, 1000) == 2099999);
	assert_true(core_ns_to_mcycles(&core, HOUR_NS + 1) == 7559996400000000ull + 2099);
}

static void test_accounts(void **state)
{
	struct core core;

	(void)state;
	core_init(&core, 3, 2000000);
	assert_true(core_check(&core));
	for (unsigned int i = 0; i < CAUSE_MAX; i++)
		core_charge(&core, i, 1u << i);
	assert_int_equal(core.total, (1u << CAUSE_MAX) - 1);
	assert_int_equal(core_clock(&core), core.total);
	assert_true(core_check(&core));
	core.by_cause[CAUSE_LOCK]++;
	assert_false(core_check(&core));
}

static void test_cause(void **state)
{
	struct core core;

	(void)state;
	core_init(&core, 0, 2000000);
	assert_int_equal(core_set_cause(&core, CAUSE_RING), CAUSE_ALLOC);
	assert_int_equal(core_set_cause(&core, CAUSE_SKB), CAUSE_RING);
	for (int i = 0; i < CAUSE_MAX; i++) {
		assert_non_null(cause_name(i));
		for (int k = 0; k < i; k++)
			assert_string_not_equal(cause_name(i), cause_name(k));
	}
}

/* Idle time moves the clock, not the account; a busy core is not set back. */
static void test_enter(void **state)
{
	struct core core;

	(void)state;
	core_init(&core, 0, 2000000);
	core_enter(&core, 1000);
	assert_ptr_equal(core_current, &core);
	assert_int_equal(core_clock(&core), 2000000);
	assert_int_equal(core.total, 0);
	core_charge(&core, CAUSE_IRQ, 4000000);
	assert_int_equal(core_now_ns(&core), 3000);
	core_enter(&core, 2000);
	assert_int_equal(core_now_ns(&core), 3000);
	assert_true(core_check(&core));
	core_current = NULL;
}

static void test_arena(void **state)
{
	char *a, *b;

	(void)state;
	assert_null(arena_meta(8));
	assert_int_equal(arena_init(16, 5000), -EINVAL);
	assert_int_equal(arena_init(16, 0), -EINVAL);
	assert_int_equal(arena_init(1ul << 40, 4096), -ENOMEM);
	assert_int_equal(arena_init(SIZE_MAX, 65536), -ENOMEM);
	assert_int_equal(arena_init(1000, 65536), 0);
	assert_int_equal(arena_init(1000, 65536), -EBUSY);
	assert_int_equal((uintptr_t)arena.base % ARENA_ALIGN, 0);
	assert_int_equal(arena.mem_off % ARENA_ALIGN, 0);
	assert_true(arena.mem_off >= arena.map_off + 1000 * 64);
	assert_true(arena.bytes >= arena.mem_off + 1000 * 65536);
	a = arena_meta(1);
	b = arena_meta(3);
	assert_int_equal(b - a, 4);
	a = arena_meta(40);
	assert_int_equal((a - arena.base) % 64, 0);
	assert_int_equal(*a, 0);
	assert_null(arena_meta(arena.map_off));
	arena.base[arena.bytes - 1] = 1;
	arena_fini();
	assert_null(arena.base);
	arena_fini();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_conversions), cmocka_unit_test(test_accounts),
		cmocka_unit_test(test_cause),	    cmocka_unit_test(test_enter),
		cmocka_unit_test(test_arena),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
