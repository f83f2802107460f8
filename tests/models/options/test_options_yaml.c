/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_options_yaml.c - whole files: what is read, and what each kind of bad file is told.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "models/options/options.h"
#include "models/options/options_yaml.h"

struct thing {
	uint64_t ring, size, seed;
	char name[OPTION_TEXT_MAX];
	struct option_list list;
};

#define AT(f) .offset = offsetof(struct thing, f)
static const struct option table[] = {
	{.key = "name", .type = OPTION_TEXT, AT(name), .help = "name"},
	{.key = "nic.ring",
	 .type = OPTION_UINT,
	 AT(ring),
	 .max = 65536,
	 .help = "ring",
	 .unit = "descriptors"},
	{.key = "nic.buffer",
	 .type = OPTION_BYTES,
	 AT(size),
	 .max = 1 << 20,
	 .help = "buffer",
	 .unit = "bytes"},
	{.key = "seed", .type = OPTION_UINT, AT(seed), .max = UINT64_MAX, .help = "seed"},
	{.key = "strategies", .type = OPTION_LIST, AT(list), .help = "strategies"},
	{0},
};

static char path[64];
static char err[1024];
static struct thing thing;
static struct option_note notes[8];

static int extra(void *ctx, const char *key, const char *value, const char *where, char *text,
		 size_t size)
{
	(void)text;
	(void)size;
	if (strncmp(key, "sweep.", 6))
		return -ENOENT;
	snprintf(ctx, 128, "%s=%s at %s", key, value, where + strlen(path));
	return 0;
}

static int load_bytes(const char *text, size_t size, struct option_note *with, char *taken)
{
	const struct option_set set = {.table = table,
				       .obj = &thing,
				       .notes = with,
				       .extra = taken ? extra : NULL,
				       .ctx = taken};
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, size, file), size);
	fclose(file);
	err[0] = '\0';
	memset(&thing, 0, sizeof(thing));
	return options_load(&set, path, err, sizeof(err));
}

static int load(const char *text)
{
	return load_bytes(text, strlen(text), NULL, NULL);
}

/* @message without the path in front */
static void says(int ret, const char *message)
{
	assert_int_equal(ret, -EINVAL);
	assert_memory_equal(err, path, strlen(path));
	assert_string_equal(err + strlen(path), message);
}

static void refused(const char *text, const char *message)
{
	says(load(text), message);
}

static void test_reads(void **state)
{
	(void)state;
	assert_int_equal(load("# a comment\nname: \"a b\"\nnic: {ring: 64, buffer: 2K}\nseed: 7\n"
			      "strategies: [page_pool, null]\n"),
			 0);
	assert_string_equal(thing.name, "a b");
	assert_int_equal(thing.ring, 64);
	assert_int_equal(thing.size, 2048);
	assert_int_equal(thing.seed, 7);
	assert_int_equal(thing.list.n, 2);
	assert_string_equal(thing.list.word[0], "page_pool");
	assert_int_equal(load("nic.ring: 5\nnic:\n  buffer: 64\nstrategies: one\n"), 0);
	assert_int_equal(thing.ring, 5);
	assert_int_equal(thing.list.n, 1);
	assert_int_equal(load(""), 0);
	assert_int_equal(load("# nothing\n"), 0);
}

static void test_places(void **state)
{
	(void)state;
	refused("name: x\nnic:\n  rnig: 5\n", ":3:9: unknown key \"nic.rnig\"; did you mean "
					      "\"nic.ring\"?");
	refused("nic: {ring: -1}\n",
		":1:13: nic.ring: \"-1\" is negative; expected 0 to 65536 descriptors");
	refused("seed: 1\nseed: 2\n", ":2:1: seed: found twice, first in line 1; expected once");
	refused("nic: {ring: 1}\nnic.ring: 2\n",
		":2:1: nic.ring: found twice, first in line 1; expected once");
	refused("nic: {ring: 1}\nnic: {buffer: 2}\n",
		":2:1: nic: found twice, first in line 1; expected once");
	refused("seed:\nname: x\n", ":1:6: seed: found nothing; expected a value after \":\"");
	refused("seed: [1, 2]\n", ":1:7: seed: found a list; expected one value");
	refused("seed: {a: 1}\n", ":1:7: seed: found a mapping; expected one value");
	refused("nic: 5\n",
		":1:6: \"nic\" is a group, not a value; expected a key below it, such as "
		"\"nic.ring\"");
	refused("nci: {ring: 1}\n", ":1:6: unknown key \"nci\"; did you mean \"nic\"?");
	refused("nic: {}\n", ":1:6: nic: found an empty mapping; expected keys");
	refused("strategies: []\n", ":1:13: strategies: found an empty list; expected words");
	refused("strategies: [[a]]\n",
		":1:14: strategies: found a list or mapping in a list; expected words");
	refused("strategies: [\"a,b\"]\n",
		":1:14: strategies: found a comma in a word; expected words without");
	refused("[a, b]: 1\n", ":1:1: found a list or mapping as key; expected a word");
}

static void test_not_settings(void **state)
{
	(void)state;
	refused("just words\n", ":1:1: expected lines of \"key: value\"");
	refused("- a\n- b\n", ":1:1: expected lines of \"key: value\"");
	refused("seed: 1\n---\nseed: 2\n", ":2:1: found a second document; expected one");
	refused("nic: &x {ring: 1}\n",
		":1:6: found an anchor or alias (& or *); expected the value itself");
	refused("seed: *x\n", ":1:7: found an anchor or alias (& or *); expected the value itself");
	refused("seed: !!int 5\n", ":1:7: found a tag (!); expected the value itself");
	refused("nic:\n\tring: 5\n", ":2:1: found a tab; YAML is indented with spaces");
	refused("name: \"\xc3\xa4\"\nnic:\n\tring: 5\n",
		":3:1: found a tab; YAML is indented with spaces");
	refused("name: \"abc\n",
		":2:1: not YAML: found unexpected end of stream; expected lines of "
		"\"key: value\"");
	refused("\"a\\nb\": 1\n", ":1:1: found an unprintable or empty key; expected a word");
	refused("name: \"a\\0b\"\n", ":1:7: name: found a NUL character; expected text");
}

static void test_not_text(void **state)
{
	(void)state;
	says(load_bytes("seed: 1\nname: a\0b\n", 18, NULL, NULL),
	     ":2:8: not text: control characters are not allowed; expected UTF-8");
	says(load_bytes("seed: 1\nname: \xff\xff\n", 17, NULL, NULL),
	     ":2:7: not text: invalid leading UTF-8 octet; expected UTF-8");
}

/* Nothing of a hostile file may take long, much memory, or the process down. */
static void test_large(void **state)
{
	const size_t size = (1 << 20) + 1;
	char *text = malloc(size);

	(void)state;
	assert_non_null(text);
	memset(text, '#', size);
	says(load_bytes(text, size, NULL, NULL),
	     ": larger than 1M; expected a small YAML file of settings");
	assert_int_equal(load_bytes(text, size - 1, NULL, NULL), 0);
	memset(text, '[', size - 1);
	assert_int_equal(load_bytes(text, size - 1, NULL, NULL), -EINVAL);
	memcpy(text, "nic: ", 5);
	assert_int_equal(load_bytes(text, size - 1, NULL, NULL), -EINVAL);
	memset(text, '{', size - 1);
	assert_int_equal(load_bytes(text, size - 1, NULL, NULL), -EINVAL);
	memset(text, 'k', size - 1);
	memcpy(text + size - 4, ": 1", 3);
	assert_int_equal(load_bytes(text, size - 1, NULL, NULL), -EINVAL);
	for (size_t i = 0; i + 2 < size; i += 2)
		memcpy(text + i, "? ", 2);
	assert_int_equal(load_bytes(text, size - 1, NULL, NULL), -EINVAL);
	free(text);
}

static void test_many_keys(void **state)
{
	char text[16384], taken[128];
	size_t used = 0;

	(void)state;
	used += (size_t)sprintf(text, "sweep:\n");
	for (int i = 0; i < 600; i++)
		used += (size_t)sprintf(text + used, "  k%d: 1\n", i);
	says(load_bytes(text, used, NULL, taken),
	     ":513:3: found more than 512 keys; expected fewer");
}

/* A file cut or with one byte changed anywhere gives an answer, and a one-line message if bad. */
static void test_mutations(void **state)
{
	static const char text[] = "name: \"q\\x41\"\nnic: {ring: 64, buffer: 2K}\nseed: 7\n"
				   "strategies: [page_pool, null]\n# end\n";
	static const char bytes[] = "\0\t\n\"'[]{}:,&*!|>%@`-?#\x80\xff\xef\xbb 0";
	char copy[sizeof(text)];

	(void)state;
	for (size_t i = 0; i < sizeof(text) - 1; i++) {
		for (size_t j = 0; j < sizeof(bytes); j++) {
			memcpy(copy, text, sizeof(text));
			copy[i] = bytes[j];
			if (load_bytes(copy, sizeof(text) - 1, NULL, NULL))
				assert_true(*err && !strchr(err, '\n'));
		}
		if (load_bytes(text, i, NULL, NULL))
			assert_true(*err && !strchr(err, '\n'));
	}
}

static void test_extra_keys(void **state)
{
	char taken[128] = "";

	(void)state;
	assert_int_equal(load_bytes("sweep: {nic.ring: [1, 2K]}\n", 27, NULL, taken), 0);
	assert_string_equal(taken, "sweep.nic.ring=1,2K at :1:19");
	says(load_bytes("a: {b: {c: {d: {e: {f: {g: {h: 1}}}}}}}\n", 40, NULL, taken),
	     ":1:32: unknown key \"a.b.c.d.e.f.g.h\"; expected one of: name nic seed strategies");
	says(load_bytes("a: {b: {c: {d: {e: {f: {g: {h: {i: 1}}}}}}}}\n", 45, NULL, taken),
	     ":1:32: found keys nested deeper than 8; expected fewer groups");
	says(load_bytes("swamp: {x: 1}\n", 14, NULL, taken),
	     ":1:12: unknown key \"swamp.x\"; expected one of: name nic seed strategies");
}

static int load_notes(const char *text)
{
	return load_bytes(text, strlen(text), notes, NULL);
}

static void test_notes(void **state)
{
	(void)state;
	assert_int_equal(load_notes("name: x\n"
				    "nic:\n"
				    "  ring: {value: 12, unit: descriptors, source: abc}\n"
				    "seed: {value: 3, source: def}\n"),
			 0);
	assert_int_equal(thing.ring, 12);
	assert_string_equal(notes[1].unit, "descriptors");
	assert_string_equal(notes[1].source, "abc");
	assert_int_equal(thing.seed, 3);
	assert_string_equal(notes[3].source, "def");
}

static void test_note_refusals(void **state)
{
	(void)state;
	says(load_notes("nic: {ring: 12}\n"),
	     ":1:13: nic.ring: found a bare value; expected {value: X, unit: U, source: ID}");
	says(load_notes("nic.ring: {value: 12, unit: descriptors}\n"),
	     ":1:11: nic.ring: no source; expected source: ID of an entry in docs/sources.md");
	says(load_notes("nic.ring: {unit: descriptors, source: a}\n"),
	     ":1:11: nic.ring: no value; expected {value, unit, source}");
	says(load_notes("nic.ring: {value: 1, unit: bytes, source: a}\n"),
	     ":1:11: nic.ring: found unit \"bytes\"; expected unit: descriptors");
	says(load_notes("nic.ring: {value: 1, source: a}\n"),
	     ":1:11: nic.ring: found unit \"\"; expected unit: descriptors");
	says(load_notes("seed: {value: 1, unit: x, source: a}\n"),
	     ":1:7: seed: found unit \"x\"; expected a number without unit");
	says(load_notes("seed: {value: 1, sauce: a}\n"),
	     ":1:18: seed.sauce: unknown; expected value, unit or source");
	says(load_notes("seed: {value: 1, value: 2}\n"),
	     ":1:18: seed.value: found twice, first in line 1; expected once");
	says(load_notes("seed: {value: [1], source: a}\n"),
	     ":1:15: seed.value: expected one word or number");
	says(load_notes("seed: {value: 1, source: \"\"}\n"),
	     ":1:26: seed.source: found an empty or long text; expected a few words");
	says(load_notes("nic.ring: {value: 99999, unit: descriptors, source: a}\n"),
	     ":1:19: nic.ring: \"99999\" is too large; expected 0 to 65536 descriptors");
}

static void test_no_file(void **state)
{
	const struct option_set set = {.table = table, .obj = &thing};

	(void)state;
	assert_int_equal(options_load(&set, "/nonexistent.yaml", err, sizeof(err)), -ENOENT);
	assert_string_equal(err, "/nonexistent.yaml: cannot read: No such file or directory");
	assert_int_equal(options_load(&set, "/tmp", err, sizeof(err)), -EISDIR);
	/* a short buffer is cut, not overrun */
	memset(err, 'x', sizeof(err));
	assert_int_equal(options_load(&set, "/nonexistent.yaml", err, 8), -ENOENT);
	assert_string_equal(err, "/nonexi");
	assert_int_equal(err[8], 'x');
}

static int path_make(void **state)
{
	(void)state;
	strcpy(path, "/tmp/fragsim-options-XXXXXX");
	return close(mkstemp(path));
}

static int path_drop(void **state)
{
	(void)state;
	return unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads),	     cmocka_unit_test(test_places),
		cmocka_unit_test(test_not_settings), cmocka_unit_test(test_not_text),
		cmocka_unit_test(test_large),	     cmocka_unit_test(test_many_keys),
		cmocka_unit_test(test_mutations),    cmocka_unit_test(test_extra_keys),
		cmocka_unit_test(test_notes),	     cmocka_unit_test(test_note_refusals),
		cmocka_unit_test(test_no_file),
	};

	return cmocka_run_group_tests(tests, path_make, path_drop);
}
