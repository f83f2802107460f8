/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_run_memory.c - the host has no memory for a run: the n-th allocation of a strategy's process
 * fails, for every n. Each time the run fails with one line that says so, never as a bug
 * of the allocator or a crash.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "sim/out_folder.h"
#include "sim/run.h"
#include "sim/scenario/scenario_finish.h"
#include "sim/scenario/scenario_input.h"

#define ALLOCATIONS_MAX 2000

void *__real_malloc(size_t bytes);
void *__real_calloc(size_t nr, size_t bytes);
void *__real_realloc(void *old, size_t bytes);
void *__wrap_malloc(size_t bytes);
void *__wrap_calloc(size_t nr, size_t bytes);
void *__wrap_realloc(void *old, size_t bytes);

/* Only processes that a run forks count; the rest of the test has all the memory it wants. */
static pid_t parent;
static unsigned int fail_at, allocations;
static bool kills;

static bool fails(void)
{
	if (!fail_at || getpid() == parent || ++allocations != fail_at)
		return false;
	if (kills)
		raise(SIGKILL);
	return true;
}

void *__wrap_malloc(size_t bytes)
{
	return fails() ? NULL : __real_malloc(bytes);
}

void *__wrap_calloc(size_t nr, size_t bytes)
{
	return fails() ? NULL : __real_calloc(nr, bytes);
}

void *__wrap_realloc(void *old, size_t bytes)
{
	return fails() ? NULL : __real_realloc(old, bytes);
}

static struct run_outcome outcome;
static char dir[] = "/tmp/fragsim-test-XXXXXX";

static int setup(void **state)
{
	(void)state;
	parent = getpid();
	return mkdtemp(dir) ? 0 : -1;
}

static int memory_again(void **state)
{
	(void)state;
	fail_at = 0;
	kills = false;
	return 0;
}

static int teardown(void **state)
{
	char command[sizeof(dir) + 16];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

static void run(const char *const *settings)
{
	struct scenario_input in;
	struct run_params p = {
		.scenario = &in.s,
		.datadir = FRAGSIM_SOURCE_DIR "/models",
		.out_dir = dir,
		.jobs = 1,
		.check = true,
	};
	char err[512] = "";

	assert_int_equal(scenario_init(&in, "."), 0);
	for (; *settings; settings++)
		if (scenario_set(&in, *settings, err, sizeof(err)))
			fail_msg("%s", err);
	if (scenario_finish(&in, p.datadir, err, sizeof(err)))
		fail_msg("%s", err);
	out_folder_remove(dir);
	assert_int_equal(mkdir(dir, 0777), 0);
	allocations = 0;
	if (run_scenario(&p, &outcome, err, sizeof(err)))
		fail_msg("%s", err);
}

static void check_every_failure(const char *const *settings)
{
	unsigned int told = 0, memory = 0, caches = 0;

	for (fail_at = 1; fail_at < ALLOCATIONS_MAX; fail_at++) {
		run(settings);
		if (outcome.nr)
			break;
		assert_int_equal(outcome.failed, 1);
		if (outcome.no_memory != 1)
			fail_msg("allocation %u: %s", fail_at, outcome.error[0].message);
		told += strstr(outcome.error[0].message, "not enough host memory for ") != NULL;
		memory += strstr(outcome.error[0].message,
				 "for 16777216 bytes of simulated memory; expected less simulated "
				 "memory (--set memory=)") != NULL;
		caches += strstr(outcome.error[0].message,
				 "for the caches of machine x86-100g (cache.llc.bytes of its "
				 "profile: 25952256); expected a profile with a smaller last "
				 "level") != NULL;
	}
	/* the message about a file names the file instead */
	assert_in_range(fail_at, 50, ALLOCATIONS_MAX - 1);
	assert_in_range(fail_at - 1 - told, 0, 10);
	assert_true(memory >= 3);
	assert_true(caches >= 1);
}

static void test_reader(void **state)
{
	(void)state;
	check_every_failure((const char *const[]){"strategies=page_pool", "duration=50us",
						  "traffic.rate=20G", "iommu=strict", "memory=16M",
						  "nic.ring=32", "nic.refill_batch=16", NULL});
}

static void test_router(void **state)
{
	(void)state;
	check_every_failure((const char *const[]){
		"strategies=page_pool", "duration=50us", "traffic.rate=10G", "workload.kind=router",
		"memory=16M", "nic.ring=32", "nic.refill_batch=16", NULL});
}

/* Memory of the simulated machine that is too small is the scenario's affair. */
static void test_simulated_memory(void **state)
{
	(void)state;
	run((const char *const[]){"strategies=null", "duration=100us", "traffic.rate=10G",
				  "memory=16M", "nic.ring=16384", "nic.queues=4", NULL});
	assert_int_equal(outcome.failed, 1);
	assert_int_equal(outcome.no_memory, 0);
	assert_non_null(strstr(outcome.error[0].message, "its pages do not fit the memory"));
}

/* The kernel kills a process when no memory is left, but so may anyone: the reason is not known. */
static void test_killed(void **state)
{
	(void)state;
	kills = true;
	fail_at = 20;
	run((const char *const[]){"strategies=page_pool", "duration=100us", "traffic.rate=10G",
				  NULL});
	assert_int_equal(outcome.failed, 1);
	assert_int_equal(outcome.no_memory, 0);
	assert_non_null(strstr(outcome.error[0].message, "was killed (signal 9)"));
	assert_non_null(strstr(outcome.error[0].message, "fewer jobs (-j)"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_reader, memory_again),
		cmocka_unit_test_teardown(test_router, memory_again),
		cmocka_unit_test_teardown(test_simulated_memory, memory_again),
		cmocka_unit_test_teardown(test_killed, memory_again),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
