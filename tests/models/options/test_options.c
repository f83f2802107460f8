/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_options.c - one value at a time: every type, every refusal, formatting back, documentation.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "models/options/nearest.h"
#include "models/options/option_value.h"
#include "models/options/options.h"

struct thing {
	uint64_t count, size, rate, time, usecs, milli;
	bool flag;
	unsigned int kind;
	char name[OPTION_TEXT_MAX];
	struct option_list list, pick;
};

#define AT(f) .offset = offsetof(struct thing, f)
static const struct option table[] = {
	{.key = "nic.ring",
	 .type = OPTION_UINT,
	 AT(count),
	 .min = 8,
	 .max = 65536,
	 .deflt = "256",
	 .help = "descriptors per queue",
	 .unit = "descriptors"},
	{.key = "nic.buffer",
	 .type = OPTION_BYTES,
	 AT(size),
	 .min = 64,
	 .max = 1 << 20,
	 .deflt = "2K",
	 .help = "bytes a descriptor points at"},
	{.key = "rate", .type = OPTION_RATE, AT(rate), .max = UINT64_MAX, .help = "offered load"},
	{.key = "duration",
	 .type = OPTION_DURATION,
	 AT(time),
	 .max = 10000000000ull,
	 .deflt = "200ms",
	 .help = "simulated time"},
	{.key = "nic.rx_usecs",
	 .type = OPTION_DURATION,
	 AT(usecs),
	 .max = 1000000000ull,
	 .help = "moderation",
	 .unit = "us"},
	{.key = "cost",
	 .type = OPTION_MILLI,
	 AT(milli),
	 .max = 1000000,
	 .help = "a | b",
	 .unit = "cycles"},
	{.key = "check", .type = OPTION_BOOL, AT(flag), .help = "check invariants"},
	{.key = "iommu",
	 .type = OPTION_ENUM,
	 AT(kind),
	 .choices = "off|lazy|strict",
	 .deflt = "strict",
	 .help = "IOMMU mode"},
	{.key = "name", .type = OPTION_TEXT, AT(name), .help = "name of the run"},
	{.key = "strategies", .type = OPTION_LIST, AT(list), .help = "which to run"},
	{.key = "pick", .type = OPTION_LIST, AT(pick), .choices = "red|green", .help = "colours"},
	{0},
};

static struct thing thing;
static char err[1024];
static bool given[sizeof(table) / sizeof(table[0])];
static const struct option_set set = {.table = table, .obj = &thing, .given = given};

static int put(const char *key, const char *value)
{
	err[0] = '\0';
	return options_set(&set, key, value, "--set", err, sizeof(err));
}

static void refused(const char *key, const char *value, const char *message)
{
	struct thing before = thing;

	assert_int_equal(put(key, value), -EINVAL);
	assert_string_equal(err, message);
	assert_memory_equal(&thing, &before, sizeof(thing));
}

static bool not_8k(const void *field)
{
	uint64_t value;

	memcpy(&value, field, sizeof(value));
	return value != 8192;
}

static bool no_blank(const void *field)
{
	return !strchr(field, ' ');
}

static void test_defaults(void **state)
{
	(void)state;
	memset(&thing, 0xff, sizeof(thing));
	assert_int_equal(options_default(&set), 0);
	assert_int_equal(thing.count, 256);
	assert_int_equal(thing.size, 2048);
	assert_int_equal(thing.rate, 0);
	assert_int_equal(thing.time, 200000000);
	assert_int_equal(thing.kind, 2);
	assert_false(thing.flag);
	assert_string_equal(thing.name, "");
	assert_int_equal(thing.list.n, 0);
}

static void test_default_out_of_range_is_found(void **state)
{
	static const struct option bad[] = {
		{.key = "a", .type = OPTION_UINT, .min = 5, .max = 9, .deflt = "3", .help = ""},
		{0},
	};
	const struct option_set bad_set = {.table = bad, .obj = &thing};

	(void)state;
	assert_int_equal(options_default(&bad_set), -EINVAL);
}

/* bytes count in 1024, rates in 1000, times in ns; fractions are exact or refused */
static void test_numbers(void **state)
{
	static const struct {
		const char *key, *text;
		uint64_t *field, want;
	} cases[] = {
		{"nic.ring", "8", &thing.count, 8},
		{"nic.ring", "65536", &thing.count, 65536},
		{"nic.buffer", "64", &thing.size, 64},
		{"nic.buffer", "1M", &thing.size, 1048576},
		{"nic.buffer", "1.25k", &thing.size, 1280},
		{"nic.buffer", "4 K", &thing.size, 4096},
		{"rate", "40G", &thing.rate, 40000000000},
		{"rate", "1.5M", &thing.rate, 1500000},
		{"rate", "18446744073709551615", &thing.rate, UINT64_MAX},
		{"duration", "1.5ms", &thing.time, 1500000},
		{"duration", "20us", &thing.time, 20000},
		{"duration", "2s", &thing.time, 2000000000},
		{"duration", "7ns", &thing.time, 7},
		{"duration", "0", &thing.time, 0},
		{"nic.rx_usecs", "20", &thing.usecs, 20000},
		{"nic.rx_usecs", "0.5", &thing.usecs, 500},
		{"nic.rx_usecs", "3ms", &thing.usecs, 3000000},
		{"cost", "0.35", &thing.milli, 350},
		{"cost", "1000", &thing.milli, 1000000},
		{"cost", "1.2500000000000", &thing.milli, 1250},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(put(cases[i].key, cases[i].text), 0);
		assert_int_equal(*cases[i].field, cases[i].want);
	}
}

static void test_words(void **state)
{
	(void)state;
	assert_int_equal(put("check", "on"), 0);
	assert_true(thing.flag);
	assert_int_equal(put("check", "No"), 0);
	assert_false(thing.flag);
	assert_int_equal(put("iommu", "lazy"), 0);
	assert_int_equal(thing.kind, 1);
	assert_int_equal(put("name", "a, b"), 0);
	assert_string_equal(thing.name, "a, b");
	assert_int_equal(put("strategies", "page_pool,null"), 0);
	assert_int_equal(thing.list.n, 2);
	assert_string_equal(thing.list.word[1], "null");
	assert_int_equal(put("pick", "green"), 0);
	assert_int_equal(thing.pick.n, 1);
}

static void test_given(void **state)
{
	(void)state;
	memset(given, 0, sizeof(given));
	assert_int_equal(put("nic.buffer", "4K"), 0);
	assert_int_equal(put("nic.ring", "1"), -EINVAL);
	assert_true(given[1]);
	assert_false(given[0]);
}

static void test_number_refusals(void **state)
{
	(void)state;
	refused("nic.ring", "7",
		"--set: nic.ring: \"7\" is too small; expected 8 to 65536 descriptors");
	refused("nic.ring", "65537",
		"--set: nic.ring: \"65537\" is too large; expected 8 to 65536 descriptors");
	refused("nic.ring", "-4",
		"--set: nic.ring: \"-4\" is negative; expected 8 to 65536 descriptors");
	refused("nic.ring", "many",
		"--set: nic.ring: \"many\" is not a number; expected 8 to 65536 descriptors");
	refused("nic.ring", "", "--set: nic.ring: \"\" is empty; expected 8 to 65536 descriptors");
	refused("nic.ring", "1e5",
		"--set: nic.ring: \"1e5\" has an unknown unit; expected 8 to 65536 descriptors");
	refused("nic.ring", "9.5",
		"--set: nic.ring: \"9.5\" is no whole number; expected 8 to 65536 descriptors");
	refused("nic.ring", "9.",
		"--set: nic.ring: \"9.\" is not a number; expected 8 to 65536 descriptors");
	refused("nic.buffer", "99999999999G",
		"--set: nic.buffer: \"99999999999G\" is too large; expected 64 to 1M (a size such "
		"as "
		"512, 4K, 2M)");
	refused("nic.buffer", "99999999999999999999",
		"--set: nic.buffer: \"99999999999999999999\" is too large; expected 64 to 1M (a "
		"size "
		"such as 512, 4K, 2M)");
	/* 2^64 + 100, and 2^54 + 1 K: both would be in range if they wrapped */
	refused("nic.ring", "18446744073709551716",
		"--set: nic.ring: \"18446744073709551716\" is too large; expected 8 to 65536 "
		"descriptors");
	refused("nic.buffer", "18014398509481985K",
		"--set: nic.buffer: \"18014398509481985K\" is too large; expected 64 to 1M (a size "
		"such as 512, 4K, 2M)");
	refused("rate", "18446744073709551616",
		"--set: rate: \"18446744073709551616\" is too large; expected 0 or more (bits per "
		"second such as 40G)");
	refused("duration", "20",
		"--set: duration: \"20\" needs a unit; expected 0 to 10s (a time such as 20us, "
		"1.5ms, 2s)");
	refused("duration", "0.3ns",
		"--set: duration: \"0.3ns\" is no whole number of ns; expected 0 to 10s (a time "
		"such as 20us, "
		"1.5ms, 2s)");
	refused("nic.rx_usecs", "2h",
		"--set: nic.rx_usecs: \"2h\" has an unknown unit; expected 0 to 1s (us, or a time "
		"such as 20us, 1.5ms, 2s)");
	/* the nearest of three decimals, rounded half up, within the range: 0.0001 -> 0 */
	refused("cost", "0.0001",
		"--set: cost: \"0.0001\" has more than three decimals; expected 0 to 1000 cycles "
		"(at most three decimals), such as 0");
	refused("cost", "0.4609",
		"--set: cost: \"0.4609\" has more than three decimals; expected 0 to 1000 cycles "
		"(at most three decimals), such as 0.461");
	refused("cost", "9.9995",
		"--set: cost: \"9.9995\" has more than three decimals; expected 0 to 1000 cycles "
		"(at most three decimals), such as 10");
	refused("cost", "2000.0001",
		"--set: cost: \"2000.0001\" has more than three decimals; expected 0 to 1000 "
		"cycles "
		"(at most three decimals), such as 1000");
	refused("cost", "0.123456789012",
		"--set: cost: \"0.123456789012\" has more than three decimals; expected 0 to 1000 "
		"cycles (at most three decimals), such as 0.123");
}

/* A row that states its form: the message says it, and what it does not take is refused. */
static void test_form(void **state)
{
	static const struct option rows[] = {
		{.key = "page_size",
		 .type = OPTION_BYTES,
		 AT(size),
		 .min = 4096,
		 .max = 65536,
		 .form = "4K or 64K",
		 .takes = not_8k,
		 .help = "pages"},
		{.key = "name",
		 .type = OPTION_TEXT,
		 AT(name),
		 .min = 1,
		 .form = "a word",
		 .takes = no_blank,
		 .help = "name"},
		{0},
	};
	const struct option_set with = {.table = rows, .obj = &thing};

	(void)state;
	assert_int_equal(options_set(&with, "page_size", "64K", "f:1:1", err, sizeof(err)), 0);
	assert_int_equal(options_set(&with, "page_size", "8K", "f:1:1", err, sizeof(err)), -EINVAL);
	assert_string_equal(err, "f:1:1: page_size: \"8K\" is not valid; expected 4K or 64K");
	assert_int_equal(options_set(&with, "page_size", "1M", "f:1:1", err, sizeof(err)), -EINVAL);
	assert_string_equal(err, "f:1:1: page_size: \"1M\" is too large; expected 4K or 64K");
	assert_int_equal(thing.size, 65536);
	assert_int_equal(options_set(&with, "name", "x", "f:1:1", err, sizeof(err)), 0);
	assert_int_equal(options_set(&with, "name", "", "f:1:1", err, sizeof(err)), -EINVAL);
	assert_string_equal(err, "f:1:1: name: \"\" is empty; expected a word");
	assert_int_equal(options_set(&with, "name", "a b", "f:1:1", err, sizeof(err)), -EINVAL);
	assert_string_equal(err, "f:1:1: name: \"a b\" is not valid; expected a word");
	assert_string_equal(thing.name, "x");
}

static void test_word_refusals(void **state)
{
	char longest[OPTION_TEXT_MAX + 1];

	(void)state;
	refused("check", "maybe", "--set: check: \"maybe\" is neither; expected yes or no");
	refused("iommu", "strikt",
		"--set: iommu: \"strikt\" is not a choice (did you mean \"strict\"?); expected "
		"off, "
		"lazy or strict");
	refused("iommu", "passthrough",
		"--set: iommu: \"passthrough\" is not a choice; expected off, lazy or strict");
	refused("pick", "red,gren",
		"--set: pick: \"gren\" is not a choice (did you mean \"green\"?); expected at most "
		"16 "
		"words of red or green");
	refused("strategies", "a,,b",
		"--set: strategies: \"\" is an empty word; expected at most 16 words");
	refused("strategies", "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17",
		"--set: strategies: \"17\" is one word too many; expected at most 16 words");
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	refused("name", longest,
		"--set: name: \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...\" is too long; "
		"expected text of at most 255 bytes");
	refused("strategies", longest,
		"--set: strategies: \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...\" is too "
		"long; "
		"expected at most 16 words");
}

static void test_unknown_keys(void **state)
{
	(void)state;
	refused("nic.rnig", "1", "--set: unknown key \"nic.rnig\"; did you mean \"nic.ring\"?");
	refused("buffer", "1", "--set: unknown key \"buffer\"; did you mean \"nic.buffer\"?");
	refused("nic", "1",
		"--set: \"nic\" is a group, not a value; expected a key below it, such as "
		"\"nic.ring\"");
	refused("zzzzzz", "1",
		"--set: unknown key \"zzzzzz\"; expected one of: nic rate duration cost check "
		"iommu name "
		"strategies pick");
	/* what a user wrote cannot break the line */
	refused("a\nb\x1b[31m", "1",
		"--set: unknown key \"a?b?[31m\"; expected one of: nic rate duration cost check "
		"iommu "
		"name strategies pick");
}

static int extra(void *ctx, const char *key, const char *value, const char *where, char *text,
		 size_t size)
{
	if (strncmp(key, "sweep.", 6))
		return -ENOENT;
	if (!strcmp(value, "bad")) {
		snprintf(text, size, "%s: %s: bad", where, key);
		return -EINVAL;
	}
	snprintf(ctx, 64, "%s=%s", key, value);
	return 0;
}

static void test_extra(void **state)
{
	char taken[64] = "";
	const struct option_set with = {
		.table = table, .obj = &thing, .extra = extra, .ctx = taken};

	(void)state;
	assert_int_equal(options_set(&with, "sweep.a", "1,2", "f:1:1", err, sizeof(err)), 0);
	assert_string_equal(taken, "sweep.a=1,2");
	assert_int_equal(options_set(&with, "sweep.a", "bad", "f:1:1", err, sizeof(err)), -EINVAL);
	assert_string_equal(err, "f:1:1: sweep.a: bad");
	assert_int_equal(options_set(&with, "swap.a", "1", "f:1:1", err, sizeof(err)), -EINVAL);
	assert_non_null(strstr(err, "unknown key"));
}

/* value_format() is the inverse of options_set() */
static void test_format(void **state)
{
	static const struct {
		unsigned int row;
		const char *text, *back;
	} cases[] = {
		{0, "1024", "1024"},	 {1, "2048", "2K"},	{1, "2049", "2049"},
		{2, "40G", "40G"},	 {2, "1500K", "1500K"}, {2, "0", "0"},
		{3, "1500us", "1500us"}, {3, "2000ms", "2s"},	{4, "20", "20us"},
		{5, "0.35", "0.35"},	 {5, "2", "2"},		{5, "1.005", "1.005"},
		{6, "yes", "true"},	 {6, "off", "false"},	{7, "lazy", "lazy"},
		{8, "x y", "x y"},	 {9, "a,b,c", "a,b,c"}, {10, "green", "green"},
	};
	char buf[OPTION_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct option *row = &table[cases[i].row];

		assert_int_equal(put(row->key, cases[i].text), 0);
		value_format(row, &thing, buf, sizeof(buf));
		assert_string_equal(buf, cases[i].back);
		assert_int_equal(put(row->key, buf), 0);
	}
	value_format(&table[9], &thing, buf, 4);
	assert_string_equal(buf, "a,b");
}

static void test_nearest(void **state)
{
	static const char *const list[] = {"page_pool", "page_pool_frag", "pingpong", "null", NULL};

	(void)state;
	assert_string_equal(word_nearest(list, "pagepool"), "page_pool");
	assert_string_equal(word_nearest(list, "pingpogn"), "pingpong");
	assert_string_equal(word_nearest(list, "nul"), "null");
	assert_null(word_nearest(list, "mimalloc"));
	assert_null(word_nearest(list, ""));
	assert_null(word_nearest(list, "ppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp"
				       "ppppppppppppppppp"));
}

static void test_markdown(void **state)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	assert_non_null(out);
	assert_int_equal(options_markdown(table, out), 0);
	fclose(out);
	assert_non_null(strstr(text, "| key | value | default | meaning |\n|---|---|---|---|\n"
				     "| `nic.ring` | 8 to 65536 descriptors | `256` | descriptors "
				     "per queue |\n"));
	assert_non_null(strstr(text, "| `cost` | 0 to 1000 cycles (at most three decimals) | "
				     "none | a \\| b |\n"));
	assert_non_null(
		strstr(text, "| `iommu` | off, lazy or strict | `strict` | IOMMU mode |\n"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_default_out_of_range_is_found),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_given),
		cmocka_unit_test(test_number_refusals),
		cmocka_unit_test(test_form),
		cmocka_unit_test(test_word_refusals),
		cmocka_unit_test(test_unknown_keys),
		cmocka_unit_test(test_extra),
		cmocka_unit_test(test_format),
		cmocka_unit_test(test_nearest),
		cmocka_unit_test(test_markdown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
