/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_kernel_version.c - versions as text and as numbers, and which listed one they behave as.
 */
#include <errno.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "alloc/mm_types.h"
#include "models/kernel_version.h"

static void parses(const char *text, unsigned int expected)
{
	unsigned int version = 0;

	assert_int_equal(kernel_version_parse(text, &version), 0);
	assert_int_equal(version, expected);
}

static void refuses(const char *text)
{
	unsigned int version = 7;

	assert_int_equal(kernel_version_parse(text, &version), -EINVAL);
	assert_int_equal(version, 7);
}

static void test_parse(void **state)
{
	(void)state;
	parses("6.12", 6 << 16 | 12 << 8);
	parses("6.12.107+deb13-amd64", 6 << 16 | 12 << 8);
	parses("7.1-rc3", 7 << 16 | 1 << 8);
	parses("6.18.44-fc-v657", 6 << 16 | 18 << 8);
	refuses("");
	refuses("6");
	refuses("6.");
	refuses(".12");
	refuses("six.12");
	refuses("6.256");
	refuses("-6.12");
	refuses("6.-12");
	refuses("99999999999999999999.1");
}

static void behaves_as(unsigned int major, unsigned int minor, const char *expected)
{
	char text[KERNEL_VERSION_TEXT];

	kernel_version_format(kernel_version_listed(KERNEL_VERSION(major, minor, 0)), text);
	assert_string_equal(text, expected);
}

static void test_listed(void **state)
{
	(void)state;
	behaves_as(4, 19, "6.12");
	behaves_as(6, 11, "6.12");
	behaves_as(6, 12, "6.12");
	behaves_as(6, 17, "6.12");
	behaves_as(6, 18, "6.18");
	behaves_as(6, 19, "6.19");
	behaves_as(7, 0, "6.19");
	behaves_as(7, 1, "7.1");
	behaves_as(8, 255, "7.1");
}

/*
 * The refill of a page_pool: 64 pages always before 7.1; since then 64 of 4K, 16 of 16K, 4 of 64K.
 * The cache is twice that.
 */
static void test_pool(void **state)
{
	static const struct {
		unsigned int major, minor;
		unsigned long page_bytes;
		unsigned int refill;
	} row[] = {
		{6, 12, 4096, 64},  {6, 12, 16384, 64}, {6, 12, 65536, 64}, {6, 18, 65536, 64},
		{6, 19, 65536, 64}, {7, 1, 4096, 64},	{7, 1, 16384, 16},  {7, 1, 65536, 4},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		unsigned int version = KERNEL_VERSION(row[i].major, row[i].minor, 0);

		assert_int_equal(kernel_pool_refill(version, row[i].page_bytes), row[i].refill);
		assert_int_equal(kernel_pool_cache(version, row[i].page_bytes), 2 * row[i].refill);
	}
}

/* Behind a lock all of the maximum wait, counted by atomics one less; half of it waiting kicks. */
static void test_defer(void **state)
{
	static const struct {
		unsigned int major, minor, max, capacity, kick;
		bool by_node, datagrams, off;
	} row[] = {
		{6, 12, 64, 64, 33, false, false, false}, {6, 12, 0, 0, 1, false, false, false},
		{6, 18, 64, 63, 33, true, true, false},	  {6, 19, 128, 127, 65, true, true, false},
		{6, 19, 0, 0, 1, true, true, false},	  {7, 1, 128, 127, 65, true, true, false},
		{7, 1, 0, 0, 1, true, true, true},
	};

	(void)state;
	assert_int_equal(kernel_defer_max(KERNEL_VERSION(6, 12, 0)), 64);
	assert_int_equal(kernel_defer_max(KERNEL_VERSION(6, 18, 0)), 64);
	assert_int_equal(kernel_defer_max(KERNEL_VERSION(6, 19, 0)), 128);
	assert_int_equal(kernel_defer_max(KERNEL_VERSION(7, 1, 0)), 128);
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct kernel_defer d =
			kernel_defer(KERNEL_VERSION(row[i].major, row[i].minor, 0), row[i].max);

		assert_int_equal(d.capacity, row[i].capacity);
		assert_int_equal(d.kick, row[i].kick);
		assert_int_equal(d.by_node, row[i].by_node);
		assert_int_equal(d.datagrams, row[i].datagrams);
		assert_int_equal(d.off, row[i].off);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_listed),
		cmocka_unit_test(test_pool),
		cmocka_unit_test(test_defer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
