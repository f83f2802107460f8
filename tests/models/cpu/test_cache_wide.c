/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_cache_wide.c - more than 8 cores: who holds a line is known exactly, and nothing else
 * differs from a small machine.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "models/cpu/cache.h"

#define ACCESSES 200000u
#define LINES	 48u

/* L1 4 sets x 2, L2 8 sets x 2, LLC 8 sets x 4 of which devices fill 2 */
static struct cache *create(unsigned int cores, unsigned int spread)
{
	struct cache_geometry geo = {.cores = cores,
				     .l1_lines = 8,
				     .l1_ways = 2,
				     .l2_lines = 16,
				     .l2_ways = 2,
				     .llc_lines = 32,
				     .llc_ways = 4,
				     .ddio_ways = 2,
				     .sockets = 2,
				     .node1_line = 40};
	struct cache *cache;

	/* of the cores in use, 6 and 7 are on socket 1 */
	geo.socket[6 * spread] = geo.socket[7 * spread] = 1;
	cache = cache_create(&geo);
	assert_non_null(cache);
	return cache;
}

static unsigned int accesses_found(const struct cache *cache, enum cache_level level)
{
	unsigned int sum = 0;

	for (unsigned int core = 0; core < CORE_MAX; core++)
		sum += (unsigned int)cache_count(cache, core, level);
	return sum;
}

/*
 * One line read by each of n = 64 cores (cores 6 and 7 are on the other socket):
 *	core 0: memory; core 1: core 0 may have changed it, remote
 *	cores 2..5 and 8..63: n - 4 = 60 from the LLC they share
 *	core 6: from the other socket; core 7: from its own LLC, which core 6 does not own
 * Core 40 writes: 61 copies of socket 0 and 2 of socket 1 go, the latter making it CACHE_SOCKET.
 * Read again by all: core 40 hits L1; core 0 asks it, remote; the other 60 of socket 0, and
 * core 7, from their LLC; core 6 from the other socket.
 */
static void test_all_share(void **state)
{
	struct cache *cache = create(CORE_MAX, 1);

	(void)state;
	for (unsigned int core = 0; core < CORE_MAX; core++)
		cache_access(cache, core, 5, CACHE_READ);
	assert_int_equal(accesses_found(cache, CACHE_MEMORY), 1);
	assert_int_equal(accesses_found(cache, CACHE_REMOTE), 1);
	assert_int_equal(accesses_found(cache, CACHE_SOCKET), 1);
	assert_int_equal(accesses_found(cache, CACHE_LLC), 61);
	assert_int_equal(cache_access(cache, 40, 5, CACHE_WRITE), CACHE_SOCKET);
	for (unsigned int core = 0; core < CORE_MAX; core++)
		cache_access(cache, core, 5, CACHE_READ);
	assert_int_equal(accesses_found(cache, CACHE_L1), 1);
	assert_int_equal(cache_count(cache, 40, CACHE_L1), 1);
	assert_int_equal(accesses_found(cache, CACHE_REMOTE), 2);
	assert_int_equal(cache_count(cache, 0, CACHE_REMOTE), 1);
	assert_int_equal(accesses_found(cache, CACHE_SOCKET), 3);
	assert_int_equal(accesses_found(cache, CACHE_LLC), 61 + 61);
	cache_destroy(cache);
}

/* Lines 1 (cores 0, 8, 40, 63) and 2 (core 16): writing the one leaves the other alone. */
static void test_exactly_the_sharers(void **state)
{
	static const unsigned int sharer[] = {0, 8, 40, 63};
	struct cache *cache = create(CORE_MAX, 1);

	(void)state;
	assert_int_equal(cache_access(cache, 16, 2, CACHE_WRITE), CACHE_MEMORY);
	for (unsigned int i = 0; i < 4; i++)
		assert_int_equal(cache_access(cache, sharer[i], 1, CACHE_READ),
				 !i	  ? CACHE_MEMORY
				 : i == 1 ? CACHE_REMOTE
					  : CACHE_LLC);
	assert_int_equal(cache_access(cache, 8, 1, CACHE_WRITE), CACHE_REMOTE);
	assert_int_equal(cache_access(cache, 16, 2, CACHE_WRITE), CACHE_L1);
	assert_int_equal(cache_access(cache, 8, 1, CACHE_WRITE), CACHE_L1);
	assert_int_equal(cache_access(cache, 0, 1, CACHE_READ), CACHE_REMOTE);
	assert_int_equal(cache_access(cache, 40, 1, CACHE_READ), CACHE_LLC);
	assert_int_equal(cache_access(cache, 63, 1, CACHE_READ), CACHE_LLC);
	/* a device write takes it from all four, and from nobody else */
	cache_dma_write(cache, 1);
	for (unsigned int i = 0; i < 4; i++)
		assert_int_equal(cache_access(cache, sharer[i], 1, CACHE_READ),
				 i == 1 ? CACHE_REMOTE : CACHE_LLC);
	assert_int_equal(cache_access(cache, 16, 2, CACHE_READ), CACHE_L1);
	cache_destroy(cache);
}

static uint32_t draw(uint32_t *x)
{
	*x = *x * 1664525u + 1013904223u;
	return *x >> 8;
}

/* A random access of one of 8 cores, which have numbers @spread apart. */
static enum cache_level step(struct cache *cache, unsigned int spread, uint32_t *x)
{
	unsigned int what = draw(x) % 16, core = draw(x) % 8 * spread;
	uint32_t line = draw(x) % LINES;

	switch (what) {
	case 0:
		cache_dma_write(cache, line);
		return CACHE_LEVELS;
	case 1:
		cache_dma_read(cache, line);
		return CACHE_LEVELS;
	case 2:
		cache_dma_sample(cache, line);
		return CACHE_LEVELS;
	case 3:
	case 4:
		return cache_stream(cache, core, line, what & 1 ? CACHE_READ : CACHE_WRITE);
	default:
		return cache_access(cache, core, line, what & 1 ? CACHE_READ : CACHE_WRITE);
	}
}

/* The same accesses by 8 cores, in a machine of 8, of 9 and, 9 numbers apart, of 64. */
static void test_as_narrow(void **state)
{
	const struct cache_sampling sampling = {.one_in = 4, .fold = 3, .low = 0};
	struct cache *narrow = create(8, 1), *nine = create(9, 1), *wide = create(CORE_MAX, 9);
	uint32_t x = 1, y = 1, z = 1;

	(void)state;
	for (unsigned int i = 0; i < ACCESSES; i++) {
		enum cache_level level;

		if (i == ACCESSES / 2) {
			assert_int_equal(cache_sample(narrow, &sampling), 0);
			assert_int_equal(cache_sample(nine, &sampling), 0);
			assert_int_equal(cache_sample(wide, &sampling), 0);
		}
		level = step(narrow, 1, &x);
		assert_int_equal(step(nine, 1, &y), level);
		assert_int_equal(step(wide, 9, &z), level);
	}
	assert_int_equal(cache_ddio_lost(narrow, false), cache_ddio_lost(wide, false));
	assert_int_equal(cache_ddio_lost(narrow, true), cache_ddio_lost(nine, true));
	assert_true(accesses_found(narrow, CACHE_REMOTE) > 1000);
	assert_true(accesses_found(narrow, CACHE_SOCKET) > 1000);
	cache_destroy(narrow);
	cache_destroy(nine);
	cache_destroy(wide);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_share),
		cmocka_unit_test(test_exactly_the_sharers),
		cmocka_unit_test(test_as_narrow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
