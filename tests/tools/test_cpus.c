/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_cpus.c - captures of machines with more than 8 CPUs, replayed by the program.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <jansson.h>

#include "tests/sim/recorded.h"
#include "tests/tools/scratch.h"
#include "tests/tools/spawn.h"
#include "tests/traces/trace_dat/dat_build.h"

#define PACKETS 240u
#define US	1000u
#define SETTING "traffic.source="
#define PLAIN(file)                                                                                \
	"replay", file, "--no-plot", "--json", "--force", "-o", scratch, "--strategy", "page_pool"

static struct packet pkt[PACKETS];

/* Packets 100 us apart, each held 50 us: arrived on one of @cpus in turn, released on the next. */
static const char *packets_on(const uint16_t *cpus, unsigned int nr)
{
	for (unsigned int i = 0; i < PACKETS; i++)
		pkt[i] = (struct packet){.arrival_ns = 100 * US * i,
					 .release_ns = 100 * US * i + 50 * US,
					 .bytes = 1514,
					 .flow = 1,
					 .cpu = cpus[i % nr],
					 .release_cpu = cpus[(i + 1) % nr],
					 .method = RELEASE_FREE};
	return recorded_write(pkt, PACKETS) + strlen(SETTING);
}

/* Lines of the allocator that one core took from another. */
static json_int_t transfers(const json_t *result)
{
	return json_integer_value(
		json_object_get(json_object_get(result, "refcount"), "remote_transfers"));
}

/* Everything of the first result but its wall-clock time. */
static json_t *result_of(const struct spawned *s)
{
	json_t *doc = spawned_json(s), *result;

	result = json_incref(json_array_get(json_object_get(doc, "results"), 0));
	json_object_del(result, "wall_ns");
	json_decref(doc);
	return result;
}

static void dat_write(const char *path, uint32_t far_cpu)
{
	const struct dat_variant variant = {
		.version = 7, .long_size = 8, .packets = PACKETS, .far_cpu = far_cpu};
	size_t size;
	unsigned char *bytes = dat_build(&variant, &size);

	file_put(path, bytes, size);
	free(bytes);
}

/*
 * A trace.dat whose packets arrive on CPU 0 and are freed on CPU 1, 8 or 40. Each free is another
 * CPU's, so lines of the pool go to and fro; none would if CPUs 8 and 40 were core 0, as they are
 * modulo 8. Results do not depend on the number.
 */
static void test_far_frees(void **state)
{
	static const uint32_t cpus[] = {1, 8, 40};
	char *path = path_in(scratch_b, "far.dat");
	json_t *first = NULL, *result;

	(void)state;
	for (unsigned int i = 0; i < 3; i++) {
		struct spawned s;

		dat_write(path, cpus[i]);
		s = RUN(PLAIN(path));
		assert_int_equal(s.code, 0);
		result = result_of(&s);
		assert_true(transfers(result) > 0);
		if (first)
			assert_true(json_equal(first, result));
		else
			first = json_incref(result);
		json_decref(result);
		if (cpus[i] == 40)
			assert_non_null(strstr(s.err, "packets use 2 of 41 CPUs; cores 0 to 1 "
						      "stand for them in order of first use: "
						      "CPUs 0, 40 [cpus-renumbered]\n"));
		assert_true(cpus[i] != 1 || !strstr(s.err, "CPUs"));
		spawn_free(&s);
	}
	json_decref(first);
}

/* The same packets on CPUs 0, 8, 40 and on CPUs 0, 1, 2 of a machine of three. */
static void test_as_if_small(void **state)
{
	static const uint16_t far[] = {0, 8, 40}, near[] = {0, 1, 2};
	struct spawned a = RUN(PLAIN(packets_on(far, 3)));
	struct spawned b = RUN(PLAIN(packets_on(near, 3)));
	json_t *ra = result_of(&a), *rb = result_of(&b);

	(void)state;
	assert_int_equal(a.code, 0);
	assert_non_null(strstr(a.err, "use 3 of 41 CPUs"));
	assert_non_null(strstr(a.err, "CPUs 0, 8, 40 [cpus-renumbered]\n"));
	assert_null(strstr(b.err, "CPUs"));
	assert_true(json_equal(ra, rb));
	json_decref(ra);
	json_decref(rb);
	spawn_free(&a);
	spawn_free(&b);
}

/* x86-bdw has 6 cores: 10 CPUs get as many, and the reader may have the last of them. */
static void test_widened(void **state)
{
	uint16_t cpus[10];
	struct spawned s;
	json_t *result;

	(void)state;
	for (unsigned int i = 0; i < 10; i++)
		cpus[i] = (uint16_t)(10 * i + 3);
	s = RUN(PLAIN(packets_on(cpus, 10)), "--set", "machine=x86-bdw", "--set",
		"workload.reader.core=9");
	assert_int_equal(s.code, 0);
	assert_non_null(strstr(
		s.err, "use 10 of 94 CPUs; cores 0 to 9 stand for them in order of "
		       "first use: CPUs 3, 13, 23, 33, 43, 53, 63, 73, ... [cpus-renumbered]\n"));
	assert_non_null(strstr(s.err, "machine x86-bdw has 6 cores, fewer than these 10 CPUs: it "
				      "is simulated with 10, all on the NIC's socket"));
	result = result_of(&s);
	assert_true(transfers(result) > 0);
	json_decref(result);
	spawn_free(&s);
	s = RUN(PLAIN(packets_on(cpus, 10)), "--set", "machine=x86-bdw", "--set",
		"workload.reader.core=10");
	assert_int_equal(s.code, 2);
	assert_non_null(strstr(s.err, "workload.reader.core: found 10, expected less than the 10 "
				      "cores of machine x86-bdw"));
	spawn_free(&s);
}

/* 65 CPUs are refused with their number; the first 5 ms, in which 50 packets name 51, are not. */
static void test_refused(void **state)
{
	uint16_t cpus[65];
	struct spawned s;

	(void)state;
	for (unsigned int i = 0; i < 65; i++)
		cpus[i] = (uint16_t)(2 * i);
	s = RUN(PLAIN(packets_on(cpus, 65)));
	assert_int_equal(s.code, 2);
	assert_non_null(strstr(s.err, "packets of test are received, sent and released on 65 CPUs; "
				      "expected at most 64: replay another device (--device), or "
				      "less of it (--set duration=100ms)\n"));
	spawn_free(&s);
	s = RUN(PLAIN(packets_on(cpus, 65)), "--set", "duration=5ms");
	assert_int_equal(s.code, 0);
	assert_non_null(strstr(s.err, "use 51 of 129 CPUs; cores 0 to 50"));
	spawn_free(&s);
	s = RUN(PLAIN(packets_on(cpus, 64)));
	assert_int_equal(s.code, 0);
	spawn_free(&s);
}

static int teardown(void **state)
{
	recorded_remove();
	return scratch_teardown(state);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, scratch_setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_far_frees),
		TEST(test_as_if_small),
		TEST(test_widened),
		TEST(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
