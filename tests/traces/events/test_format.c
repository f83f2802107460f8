/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_format.c - format texts, what is kept from libtraceevent, flags in print formats, symbols.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tests/traces/cmocka_all.h"
#include "traces/events/format.h"
#include "traces/events/print_fmt.h"
#include "traces/events/symbols.h"

#define DEEP 100000

/* As Linux 6.18 prints it, with other fields added to try declarations. */
#define COMMON                                                                                     \
	"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"                     \
	"\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n"

static const char text[] =
	"name: mm_page_alloc\n"
	"ID: 653\n"
	"format:\n" COMMON "\n"
	"\tfield:unsigned long pfn;\toffset:8;\tsize:8;\tsigned:0;\n"
	"\tfield:unsigned long args[6];\toffset:16;\tsize:48;\tsigned:0;\n"
	"\tfield:__data_loc char[] name;\toffset:64;\tsize:4;\tsigned:0;\n"
	"\tfield:__rel_loc char[] driver;\toffset:68;\tsize:4;\tsigned:1;\n"
	"\tfield:const void *skbaddr;\toffset:72;\tsize:8;\tsigned:0;\n"
	"\tfield:char __attribute__((btf_type_tag(\"user\"))) * buf;\toffset:80;\tsize:8;"
	"\tsigned:0;\n"
	"\tfield:u8 mac[(1 << 2) + 2];\toffset:88;\tsize:6;\tsigned:0;\n"
	"\tfield:short delta;\toffset:94;\tsize:2;\tsigned:1;\n"
	"\n"
	"print fmt: \"gfp_flags=%s\", (REC->gfp_flags) ? __print_flags(REC->gfp_flags, \"|\", "
	"{( unsigned long)((( gfp_t)((((1UL))) << (3)))|(( gfp_t)0)), \"__GFP_X\"}, "
	"{( unsigned long)(( gfp_t)((((1UL))) << (17))), \"__GFP_MEMALLOC\"}, "
	"{( unsigned long)(((gfp_t)0x20u) | (~(0xfful) & 0x1ff)), \"__GFP_MIX\"}, "
	"{(1 << 4) - 1 + 2, \"__GFP_SUM\"}, {SOME_ENUM, \"__GFP_ENUM\"}, "
	"{((((1), \"__GFP_OPEN\"}) : \"none\" field:int fake;\toffset:1;\tsize:1;\n";

static const struct format_abi abi = {.big_endian = false, .long_size = 8};

static void head(void **state)
{
	struct format_head found;

	(void)state;
	assert_true(format_head(text, strlen(text), &found));
	assert_int_equal(found.id, 653);
	assert_int_equal(found.name_len, strlen("mm_page_alloc"));
	assert_memory_equal(found.name, "mm_page_alloc", found.name_len);
	for (size_t size = 0; size < 27; size++) /* cut within the number */
		if (format_head(text, size, &found))
			assert_true(size >= 25 && found.id < 653);
	assert_false(format_head("name: x\nID: 70000\n", 18, &found));
	assert_false(format_head("name: x\nformat:\n\nID: 7\n", 23, &found));
}

static int fields_of(const char *lines, const char *name, struct format_field *field)
{
	return format_fields(&abi, "net", lines, strlen(lines), &name, 1, field);
}

static void field_is(const char *name, unsigned int offset, unsigned int size, unsigned int flags)
{
	struct format_field field;

	assert_int_equal(fields_of(text, name, &field), 0);
	assert_int_equal(field.offset, offset);
	assert_int_equal(field.size, size);
	assert_int_equal(field.flags, flags);
}

/* Offsets and sizes as declared above; no field is known by a part of its name, or of its type. */
static void fields(void **state)
{
	static const char *const none[] = {"fn", "long", "user", "fake", "common", "char[] name"};
	static const char *const both[] = {"pfn", NULL, "common_pid"};
	struct format_field found[3];

	(void)state;
	field_is("common_type", 0, 2, 0);
	field_is("common_pid", 4, 4, FORMAT_SIGNED);
	field_is("pfn", 8, 8, 0);
	field_is("args", 16, 48, 0);
	field_is("name", 64, 4, FORMAT_DATA_LOC);
	field_is("driver", 68, 4, FORMAT_REL_LOC | FORMAT_SIGNED);
	field_is("skbaddr", 72, 8, 0);
	field_is("buf", 80, 8, 0);
	field_is("mac", 88, 6, 0);
	field_is("delta", 94, 2, FORMAT_SIGNED);
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		field_is(none[i], 0, 0, 0);
	assert_int_equal(format_fields(&abi, "kmem", text, strlen(text), both, 3, found), 0);
	assert_int_equal(found[0].offset, 8);
	assert_int_equal(found[1].size, 0);
	assert_int_equal(found[2].offset, 4);
}

/* Cut anywhere: what is found is right, and nothing behind the end is read. */
static void cut_text(void **state)
{
	static const char *const names[] = {"pfn", "delta"};
	const char *print = strstr(text, "\nprint fmt:");
	struct format_field found[2];

	(void)state;
	for (size_t size = 0; size < sizeof(text) - 1; size++) {
		char *copy = malloc(size + 1);
		int rc;

		assert_non_null(copy);
		memcpy(copy, text, size);
		rc = format_fields(&abi, "kmem", copy, size, names, 2, found);
		if (!rc && found[0].size)
			assert_int_equal(found[0].offset, 8);
		if (!rc && found[1].size)
			assert_int_equal(found[1].offset, 94);
		if (size >= (size_t)(print - text) + strlen("\nprint fmt:"))
			assert_int_equal(rc, 0);
		if (rc)
			assert_int_equal(found[0].size, 0);
		free(copy);
	}
}

/* Field lines without a head, as in events/header_page. */
static void header_page(void **state)
{
	static const char page[] = "\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n"
				   "\tfield: local_t commit;\toffset:8;\tsize:8;\tsigned:1;\n"
				   "\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;\n"
				   "\tfield: char data;\toffset:16;\tsize:65520;\tsigned:1;\n";
	struct format_field field;

	(void)state;
	assert_int_equal(fields_of(page, "commit", &field), 0);
	assert_int_equal(field.offset, 8);
	assert_int_equal(field.size, 8);
	assert_int_equal(fields_of(page, "data", &field), 0);
	assert_int_equal(field.offset, 16);
	assert_int_equal(field.size, 65520);
}

#define FIELD(declaration, offset, size)                                                           \
	"\tfield:" declaration ";\toffset:" offset ";\tsize:" size ";\tsigned:0;\n"
#define WANTED FIELD("int wanted", "8", "4")

/* Each of them ends libtraceevent 1.7 or 1.8, or is a success with a wrong answer. */
static void hostile(void **state)
{
	static const char *const texts[] = {
		FIELD("int x[", "0", "4") WANTED,
		FIELD("int x]", "0", "4") WANTED,
		FIELD("int x[(1])", "0", "4") WANTED,
		FIELD("char __attribute__((x) y", "0", "4") WANTED,
		FIELD("char __attribute__((x) y", "0", "4") FIELD("int) y", "4", "4") WANTED,
		FIELD("__attribute__((x)) y", "0", "4") WANTED,
		FIELD("int \"x", "0", "4") WANTED,
		FIELD("int 'x' y", "0", "4") WANTED,
		FIELD("int x[\x01]", "0", "4") WANTED,
		FIELD("int x\xff", "0", "4") WANTED,
		FIELD("int x[[[[[[[[[]]]]]]]]]", "0", "4") WANTED,
		FIELD("int x[4294967296]", "0", "4") WANTED,
		FIELD("int wanted", "8", "4294967300"),
		FIELD("int wanted", "18446744073709551624", "4"),
		FIELD("int wanted", "0x100000008", "4"),
		FIELD("int wanted", "8", "65536"),
		FIELD("int wanted", "65536", "4"),
		FIELD("int wanted", "8", "0"),
		FIELD("int wanted", "-8", "4"),
		WANTED FIELD("long wanted", "16", "8"),
		WANTED "\n" FIELD("long wanted", "16", "8"),
		WANTED "\n" FIELD("int x", "12", "4") "\n" FIELD("int y", "16", "4"),
		"\tfield:int x;\toffset:8;\n" WANTED,
		"\tfield:int x;\tsize:4;\toffset:8;\n" WANTED,
		"\tfield:;\toffset:8;\tsize:4;\tsigned:0;\n" WANTED,
		"\tfield:wanted;\toffset:8;\tsize:4;\tsigned:0;\n",
		"field:int wanted;\toffset:8;\tsize:4;\tsigned:0;\n",
		"\tfield:int wanted;\toffset:8;\tsize:4;\tsigned:0\n",
		"name: x\nID: 1\n" WANTED,
		"no field at all",
	};
	struct format_field field;

	(void)state;
	assert_int_equal(fields_of(WANTED, "wanted", &field), 0);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		int rc = fields_of(texts[i], "wanted", &field);

		if (rc != -EINVAL)
			fail_msg("%d: %s", rc, texts[i]);
		assert_int_equal(field.size, 0);
	}
}

/* A megabyte of field lines, and a declaration of 2000 bytes. */
static void absurd_length(void **state)
{
	static const char line[] = FIELD("int x", "8", "4");
	static char many[1 << 20];
	struct format_field field;

	(void)state;
	for (size_t at = 0; at + sizeof(line) < sizeof(many); at += sizeof(line) - 1)
		memcpy(many + at, line, sizeof(line));
	assert_int_equal(fields_of(many, "wanted", &field), -EINVAL);
	for (int width = 100; width <= 2000; width += 1900) {
		snprintf(many, sizeof(many), "\tfield:int%*s\n", width,
			 "wanted;\toffset:8;\tsize:4;\tsigned:0;");
		assert_int_equal(fields_of(many, "wanted", &field), width == 100 ? 0 : -EINVAL);
	}
}

/* 0x20 | (~0xff & 0x1ff) = 0x120; (1 << 4) - 1 + 2: minus and plus bind closer, but not in (). */
static void flags(void **state)
{
	(void)state;
	assert_int_equal(print_fmt_flag(text, strlen(text), "__GFP_X"), 8);
	assert_int_equal(print_fmt_flag(text, strlen(text), "__GFP_MEMALLOC"), 1 << 17);
	assert_int_equal(print_fmt_flag(text, strlen(text), "__GFP_MIX"), 0x120);
	assert_int_equal(print_fmt_flag(text, strlen(text), "__GFP_SUM"), 17);
	assert_int_equal(print_fmt_flag(text, strlen(text), "__GFP_ENUM"), 0);
	assert_int_equal(print_fmt_flag(text, strlen(text), "__GFP_OPEN"), 0);
	assert_int_equal(print_fmt_flag(text, strlen(text), "__GFP"), 0);
	assert_int_equal(print_fmt_flag(text, strlen(text), "__GFP_NONE"), 0);
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
	assert_int_equal(print_fmt_flag(many, strlen(many), "__GFP_MEMALLOC"), 0);
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
		cmocka_unit_test(head),	    cmocka_unit_test(fields),
		cmocka_unit_test(cut_text), cmocka_unit_test(header_page),
		cmocka_unit_test(hostile),  cmocka_unit_test(absurd_length),
		cmocka_unit_test(flags),    cmocka_unit_test(deep_expression),
		cmocka_unit_test(symbols),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
