/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_machine.c - the installed profile loads, and no profile gets away with leaving something
 * out.
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

#include "models/machine.h"

#define DIR_MACHINES FRAGSIM_SOURCE_DIR "/models/machines"
#define FILE_MAX     16384

static struct machine_profile profile;
static char err[1024];
static char path[64];
static char original[FILE_MAX];

static void test_loads(void **state)
{
	const struct machine *m = &profile.m;

	(void)state;
	assert_int_equal(machine_load(&profile, "x86-100g", DIR_MACHINES, err, sizeof(err)), 0);
	assert_string_equal(m->name, "x86-100g");
	assert_int_equal(m->khz, 3000000);
	assert_int_equal(m->tsc_khz, 2300000);
	/* 1.375 MB per core x 18 cores */
	assert_int_equal(m->llc_bytes, 18 * 1408 * 1024);
	/* L2: 14 cycles - 5 of an L1 hit */
	assert_int_equal(m->page_bytes, 4096);
	assert_int_equal(m->l2_stall_mcycles, 9000);
	/* memory: 90 ns x 3.0 GHz - 5 */
	assert_int_equal(m->memory_stall_mcycles, 265000);
	/* another core: 48 ns x 3.0 GHz - 5 */
	assert_int_equal(m->remote_stall_mcycles, 139000);
	/* the other socket: 136 ns x 3.0 GHz - 5; its memory: (90 + 60) ns x 3.0 GHz - 5 */
	assert_int_equal(m->sockets, 2);
	assert_int_equal(m->socket_stall_mcycles, 403000);
	assert_int_equal(m->memory_remote_stall_mcycles, 445000);
	assert_int_equal(m->width_milli, 4000);
	assert_int_equal(m->block_milli, 3900);
	assert_int_equal(m->copy_byte_mcycles, 350);
	assert_int_equal(m->window, 224);
	assert_int_equal(m->page_order_mcycles[3], 357000);
	for (unsigned int i = 0; machine_options[i].key; i++) {
		assert_true(profile.given[i]);
		if (machine_options[i].type != OPTION_TEXT)
			assert_true(*profile.notes[i].source);
	}
	assert_int_equal(
		machine_load(&profile, DIR_MACHINES "/x86-100g.yaml", "", err, sizeof(err)), 0);
}

/* ns x GHz less the L1 hit, as docs/sources.md has it. */
static void test_others(void **state)
{
	const struct machine *m = &profile.m;

	(void)state;
	assert_int_equal(machine_load(&profile, "arm64-64k", DIR_MACHINES, err, sizeof(err)), 0);
	assert_int_equal(m->page_bytes, 65536);
	assert_int_equal(m->tsc_khz, 100000);
	/* 5.77 ns x 2.6 GHz; 80 ns x 2.6 GHz - 4; 628 ns x 2.6 GHz - 77 and 1328 ns x 2.6 GHz */
	assert_int_equal(m->atomic_mcycles, 15000);
	assert_int_equal(m->remote_stall_mcycles, 204000);
	assert_int_equal(m->iommu_pt_unmap_mcycles, 1556000);
	assert_int_equal(m->iommu_invalidate_mcycles, 3453000);
	assert_int_equal(machine_load(&profile, "zen4", DIR_MACHINES, err, sizeof(err)), 0);
	/* 1.85 ns x 3.7 GHz; 23 ns x 3.7 GHz - 4; 54.24 - 4 cycles */
	assert_int_equal(m->atomic_mcycles, 6800);
	assert_int_equal(m->remote_stall_mcycles, 81000);
	assert_int_equal(m->llc_stall_mcycles, 50200);
	assert_int_equal(machine_load(&profile, "x86-bdw", DIR_MACHINES, err, sizeof(err)), 0);
	/* 4.77 ns x 3.9 GHz; 357 TSC cycles x 3.9 / 3.6 */
	assert_int_equal(m->atomic_mcycles, 18600);
	assert_int_equal(m->page_order_mcycles[3], 386800);
}

static void test_not_found(void **state)
{
	(void)state;
	assert_int_equal(machine_load(&profile, "x86", DIR_MACHINES, err, sizeof(err)), -ENOENT);
	assert_string_equal(err, "no machine profile \"x86\" in " DIR_MACHINES
				 "; expected a path or one of: arm64-64k, x86-100g, x86-bdw, zen4");
	assert_int_equal(machine_load(&profile, "", DIR_MACHINES, err, sizeof(err)), -ENOENT);
	assert_int_equal(machine_load(&profile, "x86", "/nonexistent", err, sizeof(err)), -ENOENT);
	assert_string_equal(err, "no machine profile \"x86\", and none at all in /nonexistent; "
				 "expected a path");
}

static int load_text(const char *text)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	return machine_load(&profile, path, "", err, sizeof(err));
}

/* The profile with the first @from replaced by @to. */
static int load_changed(const char *from, const char *to)
{
	static char text[FILE_MAX + 256];
	char *at = strstr(original, from);

	assert_non_null(at);
	snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - original), original, to,
		 at + strlen(from));
	return load_text(text);
}

/* Any one line gone: refused, and the key is named. */
static void test_every_line_matters(void **state)
{
	static char text[FILE_MAX];
	unsigned int values = 0;
	char group[64] = "";

	(void)state;
	for (char *line = original; *line; line = strchr(line, '\n') + 1) {
		const char *end = strchr(line, '\n') + 1;
		const char *word = line + strspn(line, " ");
		char leaf[64];

		if (end[-2] == ':')
			snprintf(group, sizeof(group), "%.*s: found nothing",
				 (int)strcspn(word, ":"), word);
		if (*word == '#' || *word == '\n' || end[-2] == ':')
			continue;
		snprintf(leaf, sizeof(leaf), "%.*s is missing", (int)strcspn(word, ":"), word);
		snprintf(text, sizeof(text), "%.*s%s", (int)(line - original), original, end);
		assert_int_equal(load_text(text), -EINVAL);
		/* a group's only line leaves the group empty, which is found first */
		if (!strstr(err, leaf))
			assert_non_null(strstr(err, group));
		values++;
	}
	assert_in_range(values, 40, MACHINE_MAX_ROWS);
}

static void test_missing_says_how(void **state)
{
	char want[256];

	(void)state;
	assert_int_equal(load_changed("    stall: {value: 9, unit: cycles, source: skx-latency}\n",
				      ""),
			 -EINVAL);
	snprintf(want, sizeof(want),
		 "%s: cache.l2.stall is missing; expected {value: X, unit: cycles, source: ID} "
		 "with X "
		 "0 to 1000000 cycles (at most three decimals)",
		 path);
	assert_string_equal(err, want);
}

static void test_refusals(void **state)
{
	(void)state;
	assert_int_equal(load_changed("", ""), 0);
	assert_int_equal(load_changed("value: 9, unit: cycles", "value: 9, unit: ns"), -EINVAL);
	assert_non_null(strstr(err, "cache.l2.stall: found unit \"ns\"; expected unit: cycles"));
	assert_int_equal(load_changed("unit: instructions, source: ins-per-block",
				      "unit: instructions"),
			 -EINVAL);
	assert_non_null(strstr(err, ":10: exec.block: no source"));
	assert_int_equal(load_changed("{value: 3.9, unit: instructions, source: ins-per-block}",
				      "3.9"),
			 -EINVAL);
	assert_non_null(strstr(err, "exec.block: found a bare value"));
	assert_int_equal(load_changed("{value: 3000, unit: MHz", "{value: 30000, unit: MHz"),
			 -EINVAL);
	assert_non_null(strstr(err, "\"30000\" is too large; expected 100 to 10000 MHz"));
	assert_int_equal(load_changed("block:", "blok:"), -EINVAL);
	assert_non_null(strstr(err, "\"exec.blok\"; did you mean \"exec.block\"?"));
}

static void test_geometry(void **state)
{
	(void)state;
	assert_int_equal(load_changed("{value: 11, unit: ways", "{value: 10, unit: ways"), -EINVAL);
	assert_non_null(strstr(err, "cache.llc.bytes: found 25344K; expected a multiple of 64 "
				    "bytes x cache.llc.ways (10)"));
	assert_int_equal(load_changed("{value: 8, unit: ways", "{value: 7, unit: ways"), -EINVAL);
	assert_non_null(strstr(err, "cache.l1.bytes: found 32K; expected a multiple"));
	assert_int_equal(load_changed("{value: 16, unit: ways", "{value: 15, unit: ways"), -EINVAL);
	assert_non_null(strstr(err, "cache.l2.bytes: found 1M; expected a multiple"));
	assert_int_equal(load_changed("{value: 2, unit: ways", "{value: 12, unit: ways"), -EINVAL);
	assert_non_null(
		strstr(err, "cache.llc.ddio_ways: found 12; expected at most cache.llc.ways (11)"));
	assert_int_equal(load_changed("{value: 63, unit: pages", "{value: 379, unit: pages"),
			 -EINVAL);
	assert_non_null(strstr(err, "page_allocator.pcp_batch: found 379; expected at most "
				    "page_allocator.pcp_high (378)"));
	assert_int_equal(load_changed("{value: 4K, unit: bytes", "{value: 8K, unit: bytes"),
			 -EINVAL);
	assert_non_null(strstr(err, "page_size: \"8K\" is not valid; expected 4K, 16K or 64K"));
}

static int setup(void **state)
{
	FILE *file = fopen(DIR_MACHINES "/x86-100g.yaml", "rb");
	size_t size;

	(void)state;
	if (!file)
		return -1;
	size = fread(original, 1, sizeof(original) - 1, file);
	fclose(file);
	strcpy(path, "/tmp/fragsim-machine-XXXXXX.yaml");
	return size && size < sizeof(original) - 1 ? close(mkstemps(path, 5)) : -1;
}

static int teardown(void **state)
{
	(void)state;
	return unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_loads),
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_not_found),
		cmocka_unit_test(test_every_line_matters),
		cmocka_unit_test(test_missing_says_how),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_geometry),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
