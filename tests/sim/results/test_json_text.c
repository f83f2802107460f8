/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_json_text.c - what is UTF-8 stays, every other byte is one U+FFFD.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "sim/results/json_text.h"

#define BAD "\xef\xbf\xbd"

/* RFC 3629: no longer forms than needed, no surrogates, nothing above U+10FFFF. */
static void test_bytes(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"", ""},
		{"plain \x01 \x7f", "plain \x01 \x7f"},
		{"\xc3\xbc \xe2\x82\xac \xf0\x9f\x90\xa7",
		 "\xc3\xbc \xe2\x82\xac \xf0\x9f\x90\xa7"},
		{"\xee\x80\x80\xf4\x8f\xbf\xbf", "\xee\x80\x80\xf4\x8f\xbf\xbf"},
		{"a\xff\xfe", "a" BAD BAD},
		{"\x80", BAD},
		{"\xc3", BAD},
		{"\xc3(", BAD "("},
		{"\xe2\x82", BAD BAD},
		{"\xe2\x82x", BAD BAD "x"},
		{"\xf0\x9f\x90", BAD BAD BAD},
		{"\xc0\x80\xc1\xbf", BAD BAD BAD BAD},
		{"\xe0\x9f\xbf", BAD BAD BAD},
		{"\xed\xa0\x80", BAD BAD BAD},
		{"\xf0\x8f\xbf\xbf", BAD BAD BAD BAD},
		{"\xf4\x90\x80\x80", BAD BAD BAD BAD},
		{"\xf5\x80\x80\x80", BAD BAD BAD BAD},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *string = json_text(cases[i].text);

		assert_non_null(string);
		assert_string_equal(json_string_value(string), cases[i].want);
		json_decref(string);
	}
}

/* Triples that begin above ASCII and end at a limit or with a letter: jansson takes all. */
static void test_all(void **state)
{
	char text[4] = {0};

	(void)state;
	for (unsigned int i = 0x800000; i < 0x1000000; i++) {
		json_t *string;

		if (!strchr("x\x7f\x80\xbf\xc0", (int)(i & 0xff)))
			continue;
		text[0] = (char)(i >> 16);
		text[1] = (char)(i >> 8);
		text[2] = (char)i;
		string = json_text(text);
		if (!string)
			fail_msg("%06x", i);
		json_decref(string);
	}
}

static void test_write(void **state)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	(void)state;
	assert_int_equal(json_write(NULL, f), -ENOMEM);
	fflush(f);
	assert_int_equal(size, 0);
	assert_int_equal(json_write(json_pack("{s:o}", "a", json_text("\xff")), f), 0);
	fclose(f);
	assert_string_equal(text, "{\n  \"a\": \"" BAD "\"\n}\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_all),
		cmocka_unit_test(test_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
