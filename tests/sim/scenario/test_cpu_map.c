/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_cpu_map.c - which CPUs keep their numbers, and which core each of the others becomes.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "sim/scenario/cpu_map.h"

static struct cpu_map map;

static void add(unsigned int cpu, unsigned int release_cpu)
{
	const struct packet pkt = {.cpu = (uint16_t)cpu, .release_cpu = (uint16_t)release_cpu};

	cpu_map_add(&map, &pkt);
}

/* The core of @cpu, or -1. */
static int core_of(unsigned int cpu)
{
	struct packet pkt = {.cpu = (uint16_t)cpu, .release_ns = PACKET_UNKNOWN};

	return cpu_map_apply(&map, &pkt) ? pkt.cpu : -1;
}

/* min(8, cores of the profile) CPUs keep their numbers without a look at the packets. */
static void test_small_files(void **state)
{
	(void)state;
	assert_true(cpu_map_init(&map, 8, 18));
	assert_int_equal(cpu_map_cpus(&map), 8);
	assert_int_equal(core_of(7), 7);
	assert_int_equal(core_of(8), -1);
	assert_false(cpu_map_init(&map, 9, 18));
	assert_false(cpu_map_init(&map, 8, 6));
	assert_true(cpu_map_init(&map, 6, 6));
	/* a pcap: no CPUs, and all its packets are on CPU 0 */
	assert_true(cpu_map_init(&map, 0, 18));
	assert_int_equal(cpu_map_cpus(&map), 0);
	assert_int_equal(core_of(0), 0);
	assert_int_equal(core_of(1), -1);
}

/* 64 CPUs in the file, of which 7 and below are used: 8 cores, as if there were no others. */
static void test_small_numbers(void **state)
{
	(void)state;
	assert_false(cpu_map_init(&map, 64, 18));
	add(7, 1);
	add(3, 3);
	assert_int_equal(cpu_map_close(&map), 0);
	assert_false(map.renumbered);
	assert_int_equal(map.used, 3);
	assert_int_equal(cpu_map_cpus(&map), 8);
	assert_int_equal(core_of(7), 7);
	/* a profile of 6 has no core 7: CPUs 7, 1, 3 become 0, 1, 2 */
	assert_false(cpu_map_init(&map, 64, 6));
	add(7, 1);
	add(3, 3);
	assert_int_equal(cpu_map_close(&map), 0);
	assert_true(map.renumbered);
	assert_int_equal(core_of(7), 0);
	assert_int_equal(core_of(1), 1);
	assert_int_equal(core_of(3), 2);
}

/* In order of first use: a packet's arrival before its release, which may not be known. */
static void test_first_use(void **state)
{
	const struct packet held = {.cpu = 500, .release_cpu = 9, .release_ns = PACKET_UNKNOWN};
	struct packet pkt = {.cpu = 40, .release_cpu = 8};

	(void)state;
	assert_false(cpu_map_init(&map, 512, 18));
	add(0, 8);
	add(8, 0);
	cpu_map_add(&map, &held);
	add(8, 40);
	assert_int_equal(cpu_map_close(&map), 0);
	assert_true(map.renumbered);
	assert_int_equal(map.used, 4);
	assert_int_equal(cpu_map_cpus(&map), 4);
	assert_int_equal(cpu_map_cores(&map), 18);
	assert_int_equal(map.cpu[2], 500);
	assert_int_equal(core_of(0), 0);
	assert_int_equal(core_of(8), 1);
	assert_int_equal(core_of(500), 2);
	assert_int_equal(core_of(9), -1);
	assert_true(cpu_map_apply(&map, &pkt));
	assert_int_equal(pkt.cpu, 3);
	assert_int_equal(pkt.release_cpu, 1);
}

/* 64 CPUs have a core each, in a profile of 18 too; the 65th has none. */
static void test_most(void **state)
{
	(void)state;
	assert_false(cpu_map_init(&map, 4096, 18));
	for (unsigned int i = 0; i < CORE_MAX; i++)
		add(60 * i, 60 * i);
	assert_int_equal(cpu_map_close(&map), 0);
	assert_int_equal(cpu_map_cpus(&map), CORE_MAX);
	assert_int_equal(cpu_map_cores(&map), CORE_MAX);
	assert_int_equal(core_of(60 * 63), 63);
	add(UINT16_MAX, 1);
	assert_int_equal(cpu_map_close(&map), -EINVAL);
	assert_int_equal(map.used, CORE_MAX + 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_small_files),
		cmocka_unit_test(test_small_numbers),
		cmocka_unit_test(test_first_use),
		cmocka_unit_test(test_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
