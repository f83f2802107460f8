/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_access.c - does instrumented code show exactly what it accesses, and is that charged right?
 *
 * Linked with probe.c, whose functions are compiled with fragsim_instrument(). Where gcc and clang
 * see the same thing in the same order, the order is asserted; where one reports a range and the
 * other a call of memcpy(), every byte must be seen once.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "alloc/mm_types.h"
#include "models/cpu/access.h"
#include "models/cpu/arena.h"
#include "models/machine.h"
#include "probe.h"

#define WINDOW_BYTES (128 * 1024)
#define SEEN_MAX     4096

struct seen {
	char kind;
	size_t off, bytes;
};

/*
 * Half a cycle per instruction, two of them in a block besides its accesses; the ports keep up with
 * that. No buffers: every stall counts. chain_machine has a reorder buffer of 50 cycles.
 */
static const struct machine machine = {
	.cores = 2,
	.khz = 2300000,
	.width_milli = 2000,
	.block_milli = 2000,
	.loads_milli = 2000,
	.stores_milli = 1000,
	.atomic_mcycles = 18013,
	.l2_stall_mcycles = 10000,
	.llc_stall_mcycles = 50000,
	.remote_stall_mcycles = 100000,
	.memory_stall_mcycles = 200000,
};

static struct cache *cache;
static struct core cores[2];
static char *window; /* the part of the arena the probes work on */
static struct seen seen[SEEN_MAX];
static unsigned int nr_seen, nr_blocks, nr_outside;
static struct access_counts before;

static void record(char kind, const void *addr, size_t bytes)
{
	if (kind == 'b') {
		nr_blocks++;
		return;
	}
	if ((const char *)addr < window || (const char *)addr >= window + WINDOW_BYTES) {
		nr_outside++;
		return;
	}
	assert_true(nr_seen < SEEN_MAX);
	seen[nr_seen++] = (struct seen){kind, (const char *)addr - window, bytes};
}

static int set_up(void **state)
{
	const struct cache_geometry geo = {.cores = 2,
					   .l1_lines = 512,
					   .l1_ways = 8,
					   .l2_lines = 4096,
					   .l2_ways = 8,
					   .llc_lines = 16384,
					   .llc_ways = 16,
					   .ddio_ways = 2};

	(void)state;
	cache = cache_create(&geo);
	if (!cache || arena_init(1024, 4096))
		return -1;
	window = arena_meta(WINDOW_BYTES);
	access_init(cache, &machine);
	core_init(&cores[0], 0, machine.khz);
	core_init(&cores[1], 1, machine.khz);
	core_enter(&cores[0], 0);
	access_observer = record;
	nr_seen = nr_blocks = nr_outside = 0;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	core_current = NULL;
	access_observer = NULL;
	cache_destroy(cache);
	arena_fini();
	return 0;
}

static void *at(size_t off)
{
	return window + off;
}

static void watch(void)
{
	nr_seen = nr_blocks = nr_outside = 0;
	before = access_counts_get();
}

static void assert_seen(const char *call, const struct seen *want, unsigned int n)
{
	for (unsigned int i = 0; i < nr_seen || i < n; i++) {
		struct seen none = {'-', 0, 0};
		struct seen is = i < nr_seen ? seen[i] : none, exp = i < n ? want[i] : none;

		if (is.kind != exp.kind || is.off != exp.off || is.bytes != exp.bytes)
			fail_msg("%s, access %u: saw %c %zu+%zu, expected %c %zu+%zu", call, i,
				 is.kind, is.off, is.bytes, exp.kind, exp.off, exp.bytes);
	}
	if (!nr_blocks)
		fail_msg("%s: no basic block seen", call);
}

/* SEES(call, accesses...): exactly these, in this order */
#define SEES(call, ...)                                                                            \
	do {                                                                                       \
		const struct seen want_[] = {__VA_ARGS__};                                         \
		watch();                                                                           \
		(void)(call);                                                                      \
		assert_seen(#call, want_, sizeof(want_) / sizeof(*want_));                         \
	} while (0)

static void assert_covered(const char *call, char kind, size_t off, size_t bytes)
{
	static unsigned char times[WINDOW_BYTES];

	memset(times, 0, sizeof(times));
	for (unsigned int i = 0; i < nr_seen; i++)
		for (size_t b = 0; seen[i].kind == kind && b < seen[i].bytes; b++)
			times[seen[i].off + b]++;
	for (size_t i = 0; i < WINDOW_BYTES; i++) {
		unsigned int want = i >= off && i < off + bytes;

		if (times[i] != want)
			fail_msg("%s: byte %zu seen %u times as %c, expected %u", call, i, times[i],
				 kind, want);
	}
}

/*
 * COVERS(call, write offset, read offset, bytes): each byte written once, and (offset not NOTHING)
 * read once, in ceil(bytes / 8) units per direction, as both compilers count ranges.
 */
#define NOTHING WINDOW_BYTES
#define COVERS(call, woff, roff, n)                                                                \
	do {                                                                                       \
		size_t read_ = (roff) == NOTHING ? 0 : (n);                                        \
		struct access_counts c_;                                                           \
		watch();                                                                           \
		call;                                                                              \
		assert_covered(#call, 'w', woff, n);                                               \
		assert_covered(#call, 'r', roff, read_);                                           \
		c_ = access_counts_get();                                                          \
		assert_int_equal(c_.bytes_written - before.bytes_written, n);                      \
		assert_int_equal(c_.bytes_read - before.bytes_read, read_);                        \
		assert_int_equal(c_.writes - before.writes, ((n) + 7) / 8);                        \
		assert_int_equal(c_.reads - before.reads, (read_ + 7) / 8);                        \
	} while (0)

/* Without callbacks every result would be zero and plausible: this fails first and says why. */
static void test_callbacks(void **state)
{
	struct access_counts c;

	(void)state;
	probe_increment(at(0));
	c = access_counts_get();
	if (!c.reads || !c.writes || !c.blocks)
		fail_msg("no callbacks from the probe: %lu reads, %lu writes, %lu blocks; it must "
			 "be compiled by fragsim_instrument() and without -flto",
			 (unsigned long)c.reads, (unsigned long)c.writes, (unsigned long)c.blocks);
}

static void test_loads_and_stores(void **state)
{
	(void)state;
	SEES(probe_load1(at(3)), {'r', 3, 1});
	SEES(probe_load2(at(6)), {'r', 6, 2});
	SEES(probe_load4(at(12)), {'r', 12, 4});
	SEES(probe_load8(at(24)), {'r', 24, 8});
	SEES(probe_load16(at(32)), {'r', 32, 16});
	SEES((probe_store1(at(3)), 0), {'w', 3, 1});
	SEES((probe_store2(at(6)), 0), {'w', 6, 2});
	SEES((probe_store4(at(12)), 0), {'w', 12, 4});
	SEES((probe_store8(at(24)), 0), {'w', 24, 8});
	SEES((probe_store16(at(32)), 0), {'w', 32, 16});
	SEES(probe_volatile(at(64)), {'r', 64, 4}, {'r', 64, 4});
	SEES((probe_increment(at(8)), 0), {'r', 8, 4}, {'w', 8, 4});
	assert_int_equal(*(uint32_t *)at(8), 1);
}

/* Both fields share a byte: it is read and written. gcc reports only the write. */
static void test_bit_field(void **state)
{
	struct probe_bits *bits = at(0);

	(void)state;
	bits->low = 5;
#ifdef __clang__
	SEES((probe_bits_store(bits), 0), {'r', 0, 1}, {'w', 0, 1});
#else
	SEES((probe_bits_store(bits), 0), {'w', 0, 1});
#endif
	assert_int_equal(bits->low, 5);
	assert_int_equal(bits->high, 3);
}

/* The member is at offset 1; from 60 on it lies in two lines, and both come from memory. */
static void test_unaligned(void **state)
{
	uint64_t missed;

	(void)state;
	SEES(probe_unaligned(at(0)), {'r', 1, 8}, {'w', 1, 8});
	missed = cache_count(cache, 0, CACHE_MEMORY);
	SEES(probe_unaligned(at(1024 + 60)), {'r', 1085, 8}, {'w', 1085, 8});
	assert_int_equal(cache_count(cache, 0, CACHE_MEMORY) - missed, 2);
}

static void test_locals_are_not_seen(void **state)
{
	(void)state;
	watch();
	assert_int_equal(probe_locals(2), 2 * (2 + 3 + 4 + 5));
	assert_int_equal(nr_seen + nr_outside, 0);
	assert_true(nr_blocks > 0);
}

static void test_struct_copies(void **state)
{
	(void)state;
	memset(at(0), 7, 64);
	COVERS(probe_copy64(at(128), at(0)), 128, 0, 64);
	assert_memory_equal(at(128), at(0), 64);
	COVERS(probe_copy256(at(512), at(0)), 512, 0, 256);
	COVERS(probe_copy8k(at(16384), at(0)), 16384, 0, 8192);
	assert_memory_equal(at(16384), at(0), 8192);
	COVERS(probe_zero64(at(128)), 128, NOTHING, 64);
	COVERS(probe_zero8k(at(16384)), 16384, NOTHING, 8192);
	assert_int_equal(*(char *)at(16384), 0);
}

/*
 * No loop of stores may become a memset or wide stores, and none of constant length straight code:
 * n stores of 8 bytes, and each turn a block besides the function's first.
 */
static void test_loops(void **state)
{
	(void)state;
	COVERS(probe_zero_loop(at(64), 16), 64, NOTHING, 128);
	assert_int_equal(nr_seen, 16);
	assert_true(nr_blocks >= 1 + 16);
	SEES((probe_store_loop4(at(64)), 0), {'w', 64, 8}, {'w', 72, 8}, {'w', 80, 8},
	     {'w', 88, 8});
	assert_true(nr_blocks >= 1 + 4);
}

static void test_memory_functions(void **state)
{
	(void)state;
	memset(at(0), 9, 256);
	COVERS(probe_memcpy40(at(512), at(8)), 512, 8, 40);
	assert_memory_equal(at(512), at(8), 40);
	COVERS(probe_memcpy(at(1024), at(3), 77), 1024, 3, 77);
	assert_memory_equal(at(1024), at(3), 77);
	COVERS(probe_memmove40(at(16), at(0)), 16, 0, 40);
	COVERS(probe_memset40(at(512)), 512, NOTHING, 40);
	COVERS(probe_memset(at(1024), 100), 1024, NOTHING, 100);
	assert_int_equal(*(char *)at(1123), 1);
	COVERS(probe_builtin_memcpy16(at(512), at(0)), 512, 0, 16);
	COVERS(probe_builtin_memset8(at(512)), 512, NOTHING, 8);
	COVERS(probe_memset(at(1024), 0), 1024, NOTHING, 0);
}

/* gcc keeps the expected value of a compare-exchange on the stack, which is not looked at here. */
static void test_atomics(void **state)
{
	int32_t *count = at(4);
	uint64_t *word = at(8), *expected = at(24);
	uint8_t *byte = at(17);
	uint16_t *two = at(18);

	(void)state;
	*count = 5;
	*expected = 6;
	SEES(probe_atomic_load(at(4)), {'r', 4, 4});
	SEES((probe_atomic_store_release(at(4), 6), 0), {'w', 4, 4});
	SEES((probe_atomic_store(at(4), 7), 0), {'a', 4, 4});
	SEES(assert_int_equal(probe_fetch_add(count, 2), 7), {'a', 4, 4});
	SEES(assert_false(probe_sub_and_test(count, 8)), {'a', 4, 4});
	SEES(assert_true(probe_sub_and_test(count, 1)), {'a', 4, 4});
	SEES(probe_fetch_or(word, 6), {'a', 8, 8});
	SEES(assert_true(probe_compare_exchange(word, expected, 9)), {'r', 24, 8}, {'a', 8, 8},
	     {'w', 24, 8});
	SEES(assert_false(probe_compare_exchange(word, expected, 1)), {'r', 24, 8}, {'a', 8, 8},
	     {'w', 24, 8});
	assert_int_equal(*expected, 9);
	SEES(assert_int_equal(probe_fetch_and(word, 12), 9), {'a', 8, 8});
	SEES(assert_int_equal(probe_fetch_nand(word, 12), 8), {'a', 8, 8});
	assert_true(*word == ~(uint64_t)8);
	SEES(probe_exchange1(byte, 200), {'a', 17, 1});
	assert_int_equal(*byte, 200);
	SEES(assert_int_equal(probe_fetch_xor2(two, 0x8001), 0), {'a', 18, 2});
	assert_int_equal(*two, 0x8001);
	SEES(assert_true(probe_compare_exchange_weak(at(20), 0, 3)), {'a', 20, 4});
}

/* blocks(n) = a + k n: every turn of a loop costs the same k >= 1 blocks. */
static void test_blocks(void **state)
{
	unsigned int blocks[3];

	(void)state;
	for (int i = 0; i < 3; i++) {
		watch();
		probe_zero_loop(at(0), 10 * (i + 1));
		blocks[i] = nr_blocks;
		assert_int_equal(access_counts_get().blocks - before.blocks, nr_blocks);
	}
	assert_int_equal(blocks[2] - blocks[1], blocks[1] - blocks[0]);
	assert_true(blocks[1] - blocks[0] >= 10);
}

/*
 * On lines already in L1: (blocks * 2 + loads + stores) / 2 cycles + locked * 18013, all of it on
 * the cause that is set; a full fence costs a locked operation, weaker ones nothing.
 */
static void test_charges_of_hits(void **state)
{
	struct access_counts c;
	uint64_t sum;

	(void)state;
	probe_store8(at(0));
	core_set_cause(&cores[0], CAUSE_FREE);
	watch();
	probe_increment(at(0));
	probe_fetch_add(at(8), 1);
	probe_copy64(at(0), at(0));
	probe_fences();
	c = access_counts_get();
	assert_int_equal(c.reads - before.reads, 1 + 8);
	assert_int_equal(c.writes - before.writes, 1 + 8);
	assert_int_equal(c.atomics - before.atomics, 1);
	core_settle(&cores[0]);
	sum = nr_blocks * 1000 + (9 + 9) * 500 + (1 + 1) * 18013;
	assert_int_equal(cores[0].by_cause[CAUSE_FREE], sum);
	assert_true(core_check(&cores[0]));
}

/* Memory stalls 200000, then the other core takes the line for writing: 100000. */
static void test_charges_of_misses(void **state)
{
	(void)state;
	probe_store8(at(4096));
	assert_int_equal(cores[0].by_cause[CAUSE_CACHE_MISS], 200000);
	core_enter(&cores[1], 0);
	probe_store8(at(4096));
	assert_int_equal(cores[1].by_cause[CAUSE_CACHE_MISS], 100000);
	assert_int_equal(access_counts_get().remote_transfers, 1);
	access_touch(at(8192 + 60), 8, CACHE_READ);
	assert_int_equal(cores[1].by_cause[CAUSE_CACHE_MISS], 100000 + 2 * 200000);
}

/*
 * With room for 50 cycles behind a miss: two lines from memory, the second half a cycle later, cost
 * 200.5 - 50 cycles together when nothing says that one led to the other, and 400 - 50 when the
 * first holds a pointer to the second, or to what lies up to a page before it.
 */
static uint64_t stall_of_two(size_t first, size_t second)
{
	uint64_t before_stall = cores[0].by_cause[CAUSE_CACHE_MISS];

	probe_load8(at(first));
	probe_load8(at(second));
	core_drain(&cores[0]);
	return cores[0].by_cause[CAUSE_CACHE_MISS] - before_stall;
}

static void test_chained_misses(void **state)
{
	struct machine chain_machine = machine;
	char **pointer = at(8192 + 8);

	(void)state;
	chain_machine.window = 100;
	chain_machine.block_milli = 0;
	access_init(cache, &chain_machine);
	assert_int_equal(stall_of_two(0, 4096 + 64), 150500);
	*pointer = at(16384);
	assert_int_equal(stall_of_two(8192, 16384 + 256), 350000);
	*pointer = at(32768);
	assert_int_equal(stall_of_two(8192 + 64, 32768 + 64), 150500);
	pointer = at(12288);
	*pointer = at(40960 - 4096);
	assert_int_equal(stall_of_two(12288, 40960), 150500);
}

/* An atomic waits for the load before it and for its own line, whatever the buffers hold. */
static void test_atomic_waits(void **state)
{
	struct machine buffered = machine;

	(void)state;
	buffered.window = 100;
	buffered.store_buffer = 4;
	access_init(cache, &buffered);
	probe_load8(at(0));
	probe_fetch_add(at(4096), 1);
	assert_in_range(cores[0].by_cause[CAUSE_CACHE_MISS], 2 * 200000 - 3000, 2 * 200000);
	probe_store8(at(8192));
	probe_fetch_add(at(4096), 1);
	assert_in_range(cores[0].by_cause[CAUSE_CACHE_MISS], 3 * 200000 - 6000, 3 * 200000);
}

/* An atomic in the struct page map is refcount work whatever runs; elsewhere the cause pays. */
static void test_refcounts(void **state)
{
	struct page *page = (struct page *)(arena.base + arena.map_off) + 3;

	(void)state;
	probe_fetch_add(&page->_refcount.counter, 1);
	probe_fetch_or((uint64_t *)&page->pp_ref_count.counter, 1);
	probe_atomic_load((uint32_t *)&page->_refcount.counter);
	probe_fetch_add(at(0), 1);
	assert_int_equal(access_counts_get().refcount_atomics, 2);
	assert_int_equal(access_counts_get().atomics, 3);
	assert_int_equal(cores[0].by_cause[CAUSE_REFCOUNT], 2 * 18013);
	core_settle(&cores[0]);
	assert_int_equal(cores[0].by_cause[CAUSE_ALLOC], 18013 + 500 + nr_blocks * 1000);
}

static void test_outside_the_arena(void **state)
{
	uint32_t on_stack = 1;

	(void)state;
	probe_increment(&on_stack);
	assert_int_equal(on_stack, 2);
	core_settle(&cores[0]);
	assert_int_equal(cores[0].total, 500 + 500 + nr_blocks * 1000);
	for (int level = CACHE_L1; level < CACHE_LEVELS; level++)
		assert_int_equal(cache_count(cache, 0, level), 0);
}

static void test_without_a_core(void **state)
{
	(void)state;
	core_current = NULL;
	probe_increment(at(0));
	probe_fetch_add(at(4), 3);
	probe_memset40(at(64));
	access_touch(at(0), 64, CACHE_WRITE);
	assert_int_equal(*(uint32_t *)at(0), 1);
	assert_int_equal(*(uint32_t *)at(4), 3);
	assert_int_equal(nr_seen + nr_blocks + nr_outside, 0);
	assert_int_equal(access_counts_get().reads + access_counts_get().atomics, 0);
	assert_int_equal(cores[0].total, 0);
}

/* A received packet of 100 bytes lies in two lines of the LLC, and the core finds both there. */
static void test_dma(void **state)
{
	(void)state;
	access_dma_write(at(0), 100);
	access_touch(at(0), 128, CACHE_READ);
	assert_int_equal(cache_count(cache, 0, CACHE_LLC), 2);
	access_touch(at(0), 64, CACHE_WRITE);
	access_dma_read(at(0), 64);
	access_touch(at(0), 8, CACHE_WRITE);
	assert_int_equal(cache_count(cache, 0, CACHE_LLC), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_callbacks, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_loads_and_stores, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_bit_field, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_unaligned, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_locals_are_not_seen, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_struct_copies, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_loops, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_memory_functions, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_atomics, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_blocks, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_charges_of_hits, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_charges_of_misses, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_chained_misses, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_atomic_waits, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_refcounts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_outside_the_arena, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_without_a_core, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_dma, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
