// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * test_format.c - format texts, flags in their print formats, and symbols.
 */
#include <string.h>
#include "tests/traces/cmocka_all.h"
#include "traces/events/format.h"
#include "traces/events/symbols.h"

#define DEEP 100000

/* As Linux 6.18 prints it, with other fields added to try declarations. */
static const char text[] =
	"name: mm_page_alloc\n"
	"ID: 653\n"
	"format:\n"
	"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
	"\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n"
	"\n"
	"\tfield:unsigned long pfn;\toffset:8;\tsize:8;\tsigned:0;\n"
	"\tfield:unsigned long args[6];\toffset:16;\tsize:48;\tsigned:0;\n"
	"\tfield:__data_loc char[] name;\toffset:64;\tsize:4;\tsigned:0;\n"
	"\tfield:const void *skbaddr;\toffset:72;\tsize:8;\tsigned:0;\n"
	"\tfield:unsigned int no_size;\toffset:80;\n"
	"\tfield:unsigned int far;\toffset:70000;\tsize:4;\tsigned:0;\n"
	"\n"
	"print fmt: \"gfp_flags=%s\", (REC->gfp_flags) ? __print_flags(REC->gfp_flags, \"|\", "
	"{( unsigned long)((( gfp_t)((((1UL))) << (3)))|(( gfp_t)0)), \"__GFP_X\"}, "
	"{( unsigned long)(( gfp_t)((((1UL))) << (17))), \"__GFP_MEMALLOC\"}, "
	"{( unsigned long)(((gfp_t)0x20u) | (~(0xfful) & 0x1ff)), \"__GFP_MIX\"}, "
	"{(1 << 4) - 1 + 2, \"__GFP_SUM\"}, {SOME_ENUM, \"__GFP_ENUM\"}, "
	"{((((1), \"__GFP_OPEN\"}) : \"none\" field:int fake;\toffset:1;\tsize:1;\n";

static void head(void **state)
{
	struct format format;

	(void)state;
	assert_true(format_parse(text, strlen(text), &format));
	assert_int_equal(format.id, 653);
	assert_int_equal(format.name_len, strlen("mm_page_alloc"));
	assert_memory_equal(format.name, "mm_page_alloc", format.name_len);
	for (size_t size = 0; size < 27; size++) /* cut within the number */
		if (format_parse(text, size, &format))
			assert_true(size >= 25 && format.id < 653);
	assert_false(format_parse("name: x\nID: 70000\n", 18, &format));
	assert_false(format_parse("name: x\nformat:\n\nID: 7\n", 23, &format));
}

static void field_is(const char *name, unsigned int offset, unsigned int size)
{
	struct format_field field = {0, 0};

	assert_true(format_field(text, strlen(text), name, &field));
	assert_int_equal(field.offset, offset);
	assert_int_equal(field.size, size);
}

static void fields(void **state)
{
	static const char *const none[] = {"fn", "long", "no_size", "far", "fake", "common"};
	struct format_field field;

	(void)state;
	field_is("common_type", 0, 2);
	field_is("pfn", 8, 8);
	field_is("args", 16, 48);
	field_is("name", 64, 4);
	field_is("skbaddr", 72, 8);
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_false(format_field(text, strlen(text), none[i], &field));
}

/* 0x20 | (~0xff & 0x1ff) = 0x120; (1 << 4) - 1 + 2: minus and plus bind closer, but not in (). */
static void flags(void **state)
{
	(void)state;
	assert_int_equal(format_flag(text, strlen(text), "__GFP_X"), 8);
	assert_int_equal(format_flag(text, strlen(text), "__GFP_MEMALLOC"), 1 << 17);
	assert_int_equal(format_flag(text, strlen(text), "__GFP_MIX"), 0x120);
	assert_int_equal(format_flag(text, strlen(text), "__GFP_SUM"), 17);
	assert_int_equal(format_flag(text, strlen(text), "__GFP_ENUM"), 0);
	assert_int_equal(format_flag(text, strlen(text), "__GFP_OPEN"), 0);
	assert_int_equal(format_flag(text, strlen(text), "__GFP"), 0);
	assert_int_equal(format_flag(text, strlen(text), "__GFP_NONE"), 0);
}

/* A hundred thousand parentheses are no reason to fall over. */
static void deep_expression(void **state)
{
	static const char start[] = "print\nprint fmt: {", end[] = "1, \"__GFP_MEMALLOC\"}";
	static char many[sizeof(start) + DEEP + sizeof(end)];

	(void)state;
	memcpy(many, start, sizeof(start) - 1);
	memset(many + sizeof(start) - 1, '(', DEEP);
	memcpy(many + sizeof(start) - 1 + DEEP, end, sizeof(end));
	assert_int_equal(format_flag(many, strlen(many), "__GFP_MEMALLOC"), 0);
}

static bool is_foo(const char *name, size_t len)
{
	return len >= 3 && !memcmp(name, "foo", 3);
}

/* Each function reaches to the next symbol; of several names of an address the last one counts. */
static void symbols(void **state)
{
	static const char list[] = "0000000000000010 A foo_percpu\n"
				   "ffffffff81000000 T start\n"
				   "ffffffff81000300 t after\n"
				   "ffffffff81000100 T foo_one\n"
				   "ffffffff81000180 t $foo\n"
				   "ffffffff81000200 t foo_two\t[module]\n"
				   "no symbol at all\n\n"
				   "ffffffff81000400 T foo\n"
				   "ffffffff81000400 T alias";
	struct symbols found = {NULL, 0};

	(void)state;
	assert_false(symbols_marked(&found, 0xffffffff81000100));
	assert_int_equal(symbols_parse(&found, list, strlen(list), is_foo), 0);
	assert_int_equal(found.nr, 2);
	assert_false(symbols_marked(&found, 0x18));
	assert_false(symbols_marked(&found, 0xffffffff810000ff));
	assert_true(symbols_marked(&found, 0xffffffff81000100));
	assert_true(symbols_marked(&found, 0xffffffff810001ff));
	assert_true(symbols_marked(&found, 0xffffffff810002ff));
	assert_false(symbols_marked(&found, 0xffffffff81000300));
	assert_false(symbols_marked(&found, UINT64_MAX));
	symbols_fini(&found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(head),	   cmocka_unit_test(fields),
		cmocka_unit_test(flags),   cmocka_unit_test(deep_expression),
		cmocka_unit_test(symbols),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
