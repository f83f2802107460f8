/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_iommu_iotlb.c - translations the device remembers, and the reads of its walks.
 *
 * Reads of a miss = levels below the lowest table a walk cache knows. 4K: four levels of 9 bits, so
 * walk caches know 2 MiB, 1 GiB and 512 GiB; 64K: three levels of 13 bits, 512 MiB and 4 TiB.
 */
#include "models/iommu/iotlb.h"
#include "tests/models/memory/test_mm_sim_fixture.h"

#define PAGE 4096ull
#define MB   (1ull << 20)
#define GB   (1ull << 30)

static struct machine machine;

static struct iotlb *tlb_with(unsigned int entries, unsigned int ways, unsigned int walk,
			      bool invalidate_walk, unsigned int shift)
{
	struct iotlb *tlb;

	machine = test_machine();
	machine.iotlb_entries = entries;
	machine.iotlb_ways = ways;
	machine.walk_entries = walk;
	machine.iommu_invalidate_walk = invalidate_walk;
	tlb = iotlb_create(&machine, shift);
	assert_non_null(tlb);
	return tlb;
}

/* The first walk reads every level; the next begins where it differs from the one before. */
static void test_reads_by_level(void **state)
{
	struct iotlb *tlb = tlb_with(64, 4, 16, false, 12);

	(void)state;
	assert_int_equal(iotlb_lookup(tlb, 0), 4);
	assert_int_equal(iotlb_lookup(tlb, 0), 0);
	assert_int_equal(iotlb_lookup(tlb, PAGE), 1);
	assert_int_equal(iotlb_lookup(tlb, 2 * MB), 2);
	assert_int_equal(iotlb_lookup(tlb, GB), 3);
	assert_int_equal(iotlb_lookup(tlb, 512 * GB), 4);
	assert_int_equal(iotlb_counts_get(tlb).hits, 1);
	assert_int_equal(iotlb_counts_get(tlb).misses, 5);
	assert_int_equal(iotlb_counts_get(tlb).reads, 4 + 1 + 2 + 3 + 4);
	iotlb_destroy(tlb);
	tlb = tlb_with(64, 4, 16, false, 16);
	assert_int_equal(iotlb_lookup(tlb, 0), 3);
	assert_int_equal(iotlb_lookup(tlb, 65536), 1);
	assert_int_equal(iotlb_lookup(tlb, 512 * MB), 2);
	iotlb_destroy(tlb);
}

/*
 * Round and round over n pages: with n = entries each is missed once, with one page more (of every
 * set) LRU misses each, every time. Walk caches hold: one read per miss but for the first. */
static void test_capacity(void **state)
{
	for (unsigned int extra = 0; extra <= 16; extra += 16) {
		struct iotlb *tlb = tlb_with(64, 4, 16, false, 12);
		unsigned int n = 64 + extra;

		(void)state;
		for (unsigned int round = 0; round < 5; round++)
			for (unsigned int i = 0; i < n; i++)
				iotlb_lookup(tlb, i * PAGE);
		assert_int_equal(iotlb_counts_get(tlb).misses, extra ? 5 * n : n);
		assert_int_equal(iotlb_counts_get(tlb).reads, iotlb_counts_get(tlb).misses + 3);
		iotlb_destroy(tlb);
	}
}

/* The one used longest ago gives way: of four ways, the first is used again, so the second goes. */
static void test_used_again_stays(void **state)
{
	struct iotlb *tlb = tlb_with(64, 4, 16, false, 12);
	const uint64_t set = 16 * PAGE; /* distance of pages of one set */

	(void)state;
	for (unsigned int i = 0; i < 4; i++)
		iotlb_lookup(tlb, i * set);
	assert_int_equal(iotlb_lookup(tlb, 0), 0);
	assert_int_equal(iotlb_lookup(tlb, 4 * set), 1);
	assert_int_equal(iotlb_lookup(tlb, 0), 0);
	assert_int_equal(iotlb_lookup(tlb, set), 1);
	iotlb_destroy(tlb);
}

/* Without entries nothing is remembered: every lookup reads all four levels. */
static void test_nothing_remembered(void **state)
{
	struct iotlb *tlb = tlb_with(0, 1, 0, false, 12);

	(void)state;
	for (unsigned int i = 0; i < 10; i++)
		assert_int_equal(iotlb_lookup(tlb, 0), 4);
	iotlb_invalidate(tlb, 0, 1);
	iotlb_invalidate_all(tlb);
	iotlb_destroy(tlb);
}

/*
 * Invalidating a page costs its neighbours nothing, unless tables are dropped with it: then the
 * next miss in the same 2 MiB reads all levels again. */
static void test_invalidate(void **state)
{
	for (unsigned int drops = 0; drops <= 1; drops++) {
		struct iotlb *tlb = tlb_with(64, 4, 16, drops, 12);

		(void)state;
		for (unsigned int i = 0; i < 4; i++)
			iotlb_lookup(tlb, i * PAGE);
		iotlb_invalidate(tlb, PAGE, 2);
		assert_int_equal(iotlb_lookup(tlb, 0), 0);
		assert_int_equal(iotlb_lookup(tlb, PAGE), drops ? 4 : 1);
		assert_int_equal(iotlb_lookup(tlb, 2 * PAGE), 1);
		iotlb_invalidate_all(tlb);
		assert_int_equal(iotlb_lookup(tlb, 0), 4);
		iotlb_destroy(tlb);
	}
}

/* Identity mapping in pages of 1 GiB: two levels are read once per page, and pages of 4K do not mix
 * with them. */
static void test_large(void **state)
{
	struct iotlb *tlb = tlb_with(64, 4, 16, false, 12);

	(void)state;
	assert_int_equal(iotlb_lookup_large(tlb, 4 * GB), 2);
	assert_int_equal(iotlb_lookup_large(tlb, 4 * GB + 999 * PAGE), 0);
	assert_int_equal(iotlb_lookup_large(tlb, 5 * GB), 1);
	assert_int_equal(iotlb_lookup(tlb, 4 * GB), 3);
	iotlb_destroy(tlb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_by_level),	 cmocka_unit_test(test_capacity),
		cmocka_unit_test(test_used_again_stays), cmocka_unit_test(test_nothing_remembered),
		cmocka_unit_test(test_invalidate),	 cmocka_unit_test(test_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
