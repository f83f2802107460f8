/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_ring_page.c - records of a sub-buffer, written word by word.
 */
#include <errno.h>
#include <string.h>
#include "tests/traces/cmocka_all.h"
#include "traces/trace_dat/ring_page.h"

#define TIME 1000000ull

static unsigned char bytes[256];
static size_t fill;
static const struct tracing_page layout = {.commit_size = 8, .data_offset = 16};

static void word(uint32_t value)
{
	value = htole32(value);
	memcpy(bytes + 16 + fill, &value, 4);
	fill += 4;
}

static void head(uint32_t type, uint32_t delta)
{
	word(delta << 5 | type);
}

static void begin(void)
{
	memset(bytes, 0, sizeof(bytes));
	fill = 0;
}

static int start(struct ring_page *page, uint64_t flags)
{
	uint64_t time = htole64(TIME), commit = htole64(fill | flags);

	memcpy(bytes, &time, 8);
	memcpy(bytes + 8, &commit, 8);
	return ring_page_start(page, &layout, false, bytes, sizeof(bytes));
}

/* Expects one record of @size bytes at @time. */
static void next_is(struct ring_page *page, uint32_t size, uint64_t time)
{
	struct ring_record rec;

	assert_int_equal(ring_page_next(page, &rec), 1);
	assert_int_equal(rec.size, size);
	assert_int_equal(page->time, time);
	assert_true(rec.data >= bytes + 16 && rec.data + rec.size <= bytes + sizeof(bytes));
}

/* extend: (5 << 27) + 7 ticks; discarded: its time counts; absolute: the top 5 bits are kept. */
static void kinds(void **state)
{
	uint64_t time = TIME;
	struct ring_record rec;
	struct ring_page page;

	(void)state;
	begin();
	head(1, 0);
	word(0x11);
	head(30, 7);
	word(5);
	head(2, 3);
	word(1);
	word(2);
	head(29, 4); /* discarded: 8 bytes with its length */
	word(8);
	word(0);
	head(0, 1); /* length of its own: 4 + 6 bytes, rounded up to 12 */
	word(10);
	word(1);
	word(2);
	head(31, 9);
	word(1);
	head(1, 1);
	word(3);
	head(29, 0); /* nothing behind it */
	word(0xffffffff);
	assert_int_equal(start(&page, 0), 0);
	assert_int_equal(page.missed, 0);
	next_is(&page, 4, time);
	time += (5ull << 27) + 7 + 3;
	next_is(&page, 8, time);
	time += 4 + 1;
	next_is(&page, 6, time);
	next_is(&page, 4, (1ull << 27) + 9 + 1);
	assert_int_equal(ring_page_next(&page, &rec), 0);
	assert_int_equal(ring_page_next(&page, &rec), 0);
}

/* An absolute time has 59 bits; the kernel drops the top 5, which do not change in a page. */
static void high_times(void **state)
{
	uint64_t time = htole64(3ull << 60 | 5);
	struct ring_page page;

	(void)state;
	begin();
	head(31, 6);
	word(0);
	head(1, 1);
	word(0);
	assert_int_equal(start(&page, 0), 0);
	memcpy(bytes, &time, 8);
	assert_int_equal(ring_page_start(&page, &layout, false, bytes, sizeof(bytes)), 0);
	next_is(&page, 4, (3ull << 60) + 6 + 1);
}

static void missed(void **state)
{
	struct ring_page page;
	uint64_t count = htole64(4321);

	(void)state;
	begin();
	head(1, 0);
	word(0);
	assert_int_equal(start(&page, 1ull << 31), 0);
	assert_int_equal(page.missed, 1); /* not counted: at least one */
	memcpy(bytes + 16 + fill, &count, 8);
	assert_int_equal(start(&page, 3ull << 30), 0);
	assert_int_equal(page.missed, 4321);
	fill = sizeof(bytes) - 16 - 4; /* no room for the count */
	assert_int_equal(start(&page, 3ull << 30), 0);
	assert_int_equal(page.missed, 1);
}

/* Each of these reaches beyond its sub-buffer by a few bytes, or by nearly all there are. */
static void lengths(void **state)
{
	static const uint32_t words[][2] = {{2, 0},
					    {28, 0},
					    {0, 9},
					    {0, 3},
					    {0, 0},
					    {0, UINT32_MAX},
					    {0, UINT32_MAX - 2},
					    {29 | 32, 9},
					    {29 | 32, UINT32_MAX}};
	struct ring_record rec;
	struct ring_page page;

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		begin();
		word(words[i][0]);
		word(words[i][1]);
		assert_int_equal(start(&page, 0), 0);
		assert_int_equal(ring_page_next(&page, &rec), -EINVAL);
	}
	begin();
	head(30, 1); /* an extension without its word */
	assert_int_equal(start(&page, 0), 0);
	assert_int_equal(ring_page_next(&page, &rec), -EINVAL);
	fill = sizeof(bytes) - 16 + 1;
	assert_int_equal(start(&page, 0), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds),
		cmocka_unit_test(high_times),
		cmocka_unit_test(missed),
		cmocka_unit_test(lengths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
