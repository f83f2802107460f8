/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_calibrate.c - the parts of `fragsim calibrate` that no clock decides: statistics, what is
 * plausible, orders of pointers, sysfs, and the profile that is written.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <ftw.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "tools/calibrate/calibrate_chase.h"
#include "tools/calibrate/calibrate_core.h"
#include "tools/calibrate/calibrate_profile.h"
#include "tools/calibrate/calibrate_stats.h"

#define DIR_MACHINES FRAGSIM_SOURCE_DIR "/models/machines"

static struct machine_profile base, made, again;
static struct calibration cal;
static char err[512];

/* Five samples: the middle one, and those a quarter in from each end; idle takes the first. */
static void test_quartiles(void **state)
{
	struct calib_value v = {0};
	double five[] = {50, 10, 30, 20, 40}, two[] = {4, 2}, bad[] = {0, -1, 7}, none[] = {0};

	(void)state;
	calib_value_set(&v, five, 5, false);
	assert_int_equal(v.n, 5);
	assert_true(v.value == 30 && v.median == 30 && v.q1 == 20 && v.q3 == 40);
	calib_value_set(&v, five, 5, true);
	assert_true(v.value == 10 && v.median == 30);
	/* between two: 2 + 0.5 x 2, 2 + 0.25 x 2 */
	calib_value_set(&v, two, 2, false);
	assert_true(v.median == 3 && v.q1 == 2.5 && v.q3 == 3.5);
	calib_value_set(&v, bad, 3, false);
	assert_int_equal(v.n, 1);
	assert_true(v.value == 7);
	calib_value_set(&v, none, 1, false);
	assert_int_equal(v.n, 0);
	assert_string_not_equal(v.note, "");
}

static void give(enum calib_id id, double value)
{
	calib_value_set(&cal.value[id], &value, 1, false);
}

/* A plausible machine: 1 GHz counter, 2 GHz core. */
static void cal_fill(void)
{
	memset(&cal, 0, sizeof(cal));
	give(CALIB_COUNTER_CLOCK, 1000);
	give(CALIB_CORE_CLOCK, 2000);
	give(CALIB_CLOCK_RATIO, 2);
	give(CALIB_WIDTH, 5.9);
	give(CALIB_LOADS, 3);
	give(CALIB_STORES, 1.98);
	give(CALIB_ATOMIC, 18);
	give(CALIB_LOCK, 25);
	give(CALIB_L1, 4);
	give(CALIB_L2, 14);
	give(CALIB_LLC, 50);
	give(CALIB_MEMORY, 200);
	give(CALIB_TRANSFER, 90);
	give(CALIB_ATOMIC_FOREIGN, 100);
	give(CALIB_COPY, 0.125);
	cal.topology.level[CALIB_LEVEL_L1].bytes = 48 << 10;
	cal.topology.level[CALIB_LEVEL_L1].ways = 12;
	cal.topology.level[CALIB_LEVEL_L2].bytes = 2 << 20;
	cal.topology.level[CALIB_LEVEL_L2].ways = 16;
	cal.topology.level[CALIB_LEVEL_LLC].bytes = 30 << 20;
	cal.topology.level[CALIB_LEVEL_LLC].ways = 15;
	cal.topology.cores = 3;
	cal.topology.page_bytes = 16384;
}

static void implausible(enum calib_id id, double value, bool dropped)
{
	cal_fill();
	give(id, value);
	calib_judge(cal.value);
	assert_int_equal(!cal.value[id].n, dropped);
	if (dropped && strncmp(cal.value[id].note, "not plausible: ", 15))
		fail_msg("%s: note '%s'", calib_rows[id].name, cal.value[id].note);
}

static void test_judge(void **state)
{
	(void)state;
	cal_fill();
	calib_judge(cal.value);
	for (int id = CALIB_ATOMIC; id <= CALIB_MEMORY; id++)
		assert_int_equal(cal.value[id].n, 1);
	implausible(CALIB_L2, 3, true);
	implausible(CALIB_LLC, 13, true);
	implausible(CALIB_LLC, 13.9, false); /* within the noise of L2's 14 */
	implausible(CALIB_MEMORY, 40, true);
	implausible(CALIB_TRANSFER, 10, true);
	implausible(CALIB_ATOMIC_FOREIGN, 17, true);
	implausible(CALIB_LOCK, 10, true);
	implausible(CALIB_CLOCK_RATIO, 0.01, true);
	assert_int_equal(cal.value[CALIB_CORE_CLOCK].n, 0);
	/* nothing to compare with */
	cal_fill();
	calib_value_fail(&cal.value[CALIB_L1], "x");
	give(CALIB_L2, 3);
	calib_judge(cal.value);
	assert_int_equal(cal.value[CALIB_L2].n, 1);
}

/* One cycle: as many steps as elements lead back, each element in its own stride. */
static void cycle_check(struct chase *c, size_t bytes, size_t stride)
{
	size_t nr = bytes / stride, steps = 0;
	bool *seen = calloc(nr, sizeof(*seen));
	void *at;

	chase_build(c, bytes, stride, 7);
	at = c->at;
	do {
		size_t i = (size_t)((char *)at - c->base) / stride;

		assert_true(i < nr && !seen[i]);
		assert_int_equal((uintptr_t)at % 64, 0);
		seen[i] = true;
		at = *(void **)at;
		steps++;
	} while (at != c->at && steps <= nr);
	assert_int_equal(steps, nr);
	free(seen);
}

static void test_chase(void **state)
{
	struct chase c;
	void *first;

	(void)state;
	assert_int_equal(chase_init(&c, 1 << 20), 0);
	assert_int_equal((uintptr_t)c.base % (2 << 20), 0);
	assert_true(c.bytes >= 1 << 20);
	cycle_check(&c, 1 << 20, 64);
	cycle_check(&c, 1 << 20, 4096);
	cycle_check(&c, 128, 64);
	/* a run of all elements ends where it began, one of eight elsewhere */
	chase_build(&c, 64 << 10, 64, 1);
	first = c.at;
	chase_run(&c, 1024);
	assert_ptr_equal(c.at, first);
	chase_run(&c, 8);
	assert_ptr_not_equal(c.at, first);
	chase_fini(&c);
	chase_fini(&c);
}

/* Rises after 32K, 1M and 32M; that to memory takes three points and is one. */
static void test_levels(void **state)
{
	static const uint64_t kb[] = {16,   32,	   64,	  512,	 1024,	2048,
				      8192, 16384, 32768, 49152, 65536, 131072};
	static const double cycles[] = {4, 4.4, 14, 15, 19, 52, 55, 60, 70, 150, 300, 310};
	uint64_t bytes[12], found[4] = {0};

	(void)state;
	for (int i = 0; i < 12; i++)
		bytes[i] = kb[i] << 10;
	assert_int_equal(chase_levels(bytes, cycles, 12, found, 4), 3);
	assert_int_equal(found[0], 32 << 10);
	assert_int_equal(found[1], 1 << 20);
	assert_int_equal(found[2], 32 << 20);
	assert_int_equal(chase_levels(bytes, cycles, 12, found, 1), 1);
	assert_int_equal(chase_levels(bytes, cycles, 1, found, 4), 0);
}

static char sysfs[] = "/tmp/fragsim-sysfs-XXXXXX";

static void put(unsigned int cpu, const char *file, const char *text)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/cpu%u/%s", sysfs, cpu, file);
	for (char *p = path + sizeof(sysfs); (p = strchr(p, '/')); *p++ = '/') {
		*p = '\0';
		mkdir(path, 0700);
	}
	f = fopen(path, "w");
	assert_non_null(f);
	fprintf(f, "%s\n", text);
	fclose(f);
}

static void put_level(unsigned int index, const char *level, const char *type, const char *size,
		      const char *ways, const char *shared)
{
	static const char *const names[] = {"level", "type", "size", "ways_of_associativity",
					    "shared_cpu_list"};
	const char *const values[] = {level, type, size, ways, shared};
	char file[64];

	for (int i = 0; i < 5; i++) {
		snprintf(file, sizeof(file), "cache/index%u/%s", index, names[i]);
		if (values[i])
			put(0, file, values[i]);
	}
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

/* Four cores of two threads: 0-1 share a last level, 2 the socket, 3 is elsewhere. */
static void test_topology(void **state)
{
	static const unsigned int cpus[] = {0, 4, 1, 5, 2, 3};
	static const enum calib_relation want[] = {0,
						   CALIB_SAME_CORE,
						   CALIB_SHARED_LLC,
						   CALIB_SHARED_LLC,
						   CALIB_SAME_SOCKET,
						   CALIB_OTHER_SOCKET};
	struct calib_topology t;

	(void)state;
	assert_non_null(mkdtemp(sysfs));
	calib_topology_read(&t, sysfs, cpus, 6);
	assert_int_equal(t.level[CALIB_LEVEL_L1].bytes, 0);
	assert_int_equal(t.cores, 0);
	put_level(0, "1", "Data", "48K", "12", "0,4");
	put_level(1, "1", "Instruction", "32K", "8", "0,4");
	put_level(2, "2", "Unified", "2048K", "16", "0,4");
	put_level(3, "3", "Unified", "30M", NULL, "0-1,4-5");
	put(0, "topology/thread_siblings_list", "0,4");
	put(0, "topology/core_siblings_list", "0-2,4-6");
	calib_topology_read(&t, sysfs, cpus, 6);
	nftw(sysfs, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	assert_int_equal(t.level[CALIB_LEVEL_L1].bytes, 48 << 10);
	assert_int_equal(t.level[CALIB_LEVEL_L1].ways, 12);
	assert_int_equal(t.level[CALIB_LEVEL_L2].bytes, 2 << 20);
	assert_int_equal(t.level[CALIB_LEVEL_LLC].bytes, 30 << 20);
	assert_int_equal(t.level[CALIB_LEVEL_LLC].ways, 0);
	assert_int_equal(t.cores, 2);
	assert_true(t.other_socket);
	for (int i = 1; i < 6; i++)
		assert_int_equal(t.relation[i], want[i]);
}

/* A key nobody has would be measured for nothing. */
static void test_constants(void **state)
{
	(void)state;
	for (const struct calib_constant *c = calib_constants; c->key; c++) {
		unsigned int found = 0;

		for (unsigned int i = 0; machine_options[i].key; i++)
			found += !strcmp(machine_options[i].key, c->key);
		if (found != 1)
			fail_msg("machine_options has %u rows %s", found, c->key);
		assert_in_range(c->id, 0, CALIB_NR - 1);
	}
	for (int id = 0; id < CALIB_NR; id++)
		assert_true(calib_rows[id].name && calib_rows[id].unit && calib_rows[id].help);
}

static const char *source_of(const struct machine_profile *p, const char *key)
{
	for (unsigned int i = 0; machine_options[i].key; i++)
		if (!strcmp(machine_options[i].key, key))
			return p->notes[i].source;
	fail_msg("no row %s", key);
	return NULL;
}

static void apply(void)
{
	assert_int_equal(machine_load(&base, "x86-100g", DIR_MACHINES, err, sizeof(err)), 0);
	made = base;
	calib_profile_apply(&made, &cal);
}

static void test_apply(void **state)
{
	(void)state;
	cal_fill();
	apply();
	assert_int_equal(made.m.khz, 2000000);
	assert_int_equal(made.m.cores, 3);
	assert_int_equal(made.m.page_bytes, 16384);
	/* 14 - 4, 50 - 4, 90 - 4, 200 - 4 */
	assert_int_equal(made.m.l2_stall_mcycles, 10000);
	assert_int_equal(made.m.llc_stall_mcycles, 46000);
	assert_int_equal(made.m.remote_stall_mcycles, 86000);
	assert_int_equal(made.m.memory_stall_mcycles, 196000);
	assert_int_equal(made.m.width_milli, 5900);
	assert_int_equal(made.m.stores_milli, 1980);
	assert_int_equal(made.m.lock_mcycles, 25000);
	assert_int_equal(made.m.copy_byte_mcycles, 125);
	assert_int_equal(made.m.llc_ways, 15);
	assert_string_equal(source_of(&made, "cache.l2.stall"), CALIB_SOURCE);
	assert_string_equal(source_of(&made, "cache.llc.bytes"), CALIB_SOURCE);
	assert_string_equal(source_of(&made, "stack.poll"), source_of(&base, "stack.poll"));
	assert_int_equal(made.m.poll_mcycles, base.m.poll_mcycles);
}

/* Not measured, out of the row's range, or a geometry the model cannot have: as before. */
static void test_left(void **state)
{
	(void)state;
	cal_fill();
	calib_value_fail(&cal.value[CALIB_TRANSFER], "x");
	give(CALIB_COPY, 5000);
	cal.topology.level[CALIB_LEVEL_L1].ways = 8; /* 96 sets are no power of two */
	cal.topology.cores = 0;
	apply();
	assert_int_equal(made.m.remote_stall_mcycles, base.m.remote_stall_mcycles);
	assert_string_equal(source_of(&made, "cache.remote.stall"),
			    source_of(&base, "cache.remote.stall"));
	assert_int_equal(made.m.copy_byte_mcycles, base.m.copy_byte_mcycles);
	assert_string_not_equal(source_of(&made, "stack.copy_per_byte"), CALIB_SOURCE);
	assert_int_equal(made.m.l1_bytes, base.m.l1_bytes);
	assert_int_equal(made.m.llc_bytes, base.m.llc_bytes);
	assert_int_equal(made.m.cores, base.m.cores);
	/* without a measured L1 no stall is known */
	cal_fill();
	calib_value_fail(&cal.value[CALIB_L1], "x");
	apply();
	assert_int_equal(made.m.llc_stall_mcycles, base.m.llc_stall_mcycles);
}

/* What is written loads again, equal in every row, whatever is in the CPU's name. */
static void test_write(void **state)
{
	char path[] = "/tmp/fragsim-calibrate-XXXXXX.yaml";
	FILE *f = fdopen(mkstemps(path, 5), "w");

	(void)state;
	cal_fill();
	apply();
	/* nothing behind the texts' ends: all of the struct is compared */
	memset(made.m.name, 0, sizeof(made.m.name));
	memset(made.m.description, 0, sizeof(made.m.description));
	strcpy(made.m.name, "mine");
	strcpy(made.m.description, "a: \"b\" \\ # 'c' - {d}");
	assert_int_equal(calib_profile_write(&made, "# head\n", f), 0);
	fclose(f);
	if (machine_load(&again, path, "", err, sizeof(err)))
		fail_msg("%s", err);
	unlink(path);
	assert_memory_equal(&again.m, &made.m, sizeof(made.m));
	for (unsigned int i = 0; machine_options[i].key; i++)
		assert_string_equal(again.notes[i].source, made.notes[i].source);
}

/* The loops end, and a clock is found; how fast is nobody's business here. */
static void test_loops(void **state)
{
	static uint64_t line[8] __attribute__((aligned(64)));

	(void)state;
	calib_run_chain(1024, line);
	calib_run_alu(1024, line);
	calib_run_mix(1024, line);
	calib_run_load(1024, line);
	calib_run_store(1024, line);
	assert_int_equal(line[0], 1);
	line[0] = 0;
	calib_run_atomic(1000, line);
	assert_int_equal((uint32_t)line[0], 1000);
	calib_run_lock(1000, line);
	assert_int_equal((uint32_t)line[0], 0);
	assert_true(calib_ticks_per_cycle() > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quartiles), cmocka_unit_test(test_judge),
		cmocka_unit_test(test_chase),	  cmocka_unit_test(test_levels),
		cmocka_unit_test(test_topology),  cmocka_unit_test(test_constants),
		cmocka_unit_test(test_apply),	  cmocka_unit_test(test_left),
		cmocka_unit_test(test_write),	  cmocka_unit_test(test_loops),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
