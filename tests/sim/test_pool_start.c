/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_pool_start.c - a simulated pool is the recorded one: how it began is known, and is to be
 * found again from its curve alone.
 *
 * 3900 packets of a page each, 10 us apart, read together every 3 ms: 300 pages leave the stack at
 * once, which ring and cache may take or not.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "models/memory/mm_sim.h"
#include "sim/pool_start.h"
#include "sim/results/results.h"
#include "sim/scenario/scenario_finish.h"
#include "tests/sim/recorded.h"
#include "tests/traces/cmocka_all.h"
#include "traces/capture.h"

#define HELD	100u /* that the capture seems to tell of */
#define NEW	3900u
#define START	180u /* pages in the pool */
#define BYTES	1514u
#define STEP_NS 10000u
#define READ_NS 3000000u

static struct packet pkt[HELD + NEW];
static struct truth truth;
static struct capture_info info;
static struct scenario_input in;
static char dir[] = "/tmp/fragsim-test-XXXXXX";
static volatile sig_atomic_t stop;

static uint64_t next_read(uint64_t ns)
{
	return (ns / READ_NS + 1) * READ_NS;
}

static int setup(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < HELD + NEW; i++) {
		bool held = i < HELD;
		uint64_t arrival_ns = held ? 0 : (uint64_t)STEP_NS * (i - HELD) + 1000;

		pkt[i] = (struct packet){.arrival_ns = arrival_ns,
					 .release_ns = next_read(arrival_ns),
					 .bytes = BYTES,
					 .flow = held ? 0x80000000u + i / 10 : 1,
					 .flags = held ? PACKET_HELD_BEFORE : 0,
					 .method = RELEASE_FREE};
	}
	return mkdtemp(dir) ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	recorded_remove();
	return rmdir(dir);
}

/* Scans what was written. Return: the parameters of a run of it */
static struct simulate_params scanned(const char *source)
{
	static const char *const settings[] = {"nic.preset=veth", "traffic.release=recorded",
					       "strategies=page_pool_frag", NULL};
	struct simulate_params p = {.scenario = &in.s,
				    .capture = &info,
				    .datadir = FRAGSIM_SOURCE_DIR "/models",
				    .label = "page_pool_frag",
				    .dir = dir};
	char err[512] = "", path[512];

	assert_int_equal(scenario_init(&in, "."), 0);
	for (unsigned int i = 0; settings[i]; i++)
		if (scenario_set(&in, settings[i], err, sizeof(err)))
			fail_msg("%s", err);
	if (scenario_set(&in, source, err, sizeof(err)) ||
	    scenario_finish(&in, p.datadir, err, sizeof(err)))
		fail_msg("%s", err);
	scenario_path(&in.s, SCENARIO_SOURCE, path, sizeof(path));
	if (capture_scan(path, &info, err, sizeof(err)))
		fail_msg("%s", err);
	return p;
}

/* Runs once. @file: of the pages over time. Return: truth.rmse_pages_held */
static double run(const char *source, const struct pool_begin *begin, char file[64])
{
	struct simulate_params p = scanned(source);
	struct result res;
	char err[512] = "";
	double rmse = -1;
	int fd[2];

	p.begin = begin;
	assert_int_equal(pipe(fd), 0);
	if (fork() == 0) {
		if (simulate(&p, &res, err, sizeof(err)))
			fprintf(stderr, "%s\n", err);
		else
			rmse = res.r[METRIC_TRUTH_RMSE];
		_exit(write(fd[1], &rmse, sizeof(rmse)) != sizeof(rmse));
	}
	assert_int_equal(read(fd[0], &rmse, sizeof(rmse)), sizeof(rmse));
	close(fd[0]);
	close(fd[1]);
	wait(NULL);
	snprintf(file, 64, "%s/timeseries.csv", dir);
	return rmse;
}

/* Makes the pages of a simulation the recorded ones: what it took and gave back in each step. */
static void become_truth(const char *file)
{
	unsigned long long time_ns, packets, held, before = START;
	FILE *f = fopen(file, "r");
	char line[512];

	assert_non_null(f);
	assert_non_null(fgets(line, sizeof(line), f));
	recorded_pool(&truth, START);
	truth.interval_ns = STEP_NS;
	while (fgets(line, sizeof(line), f)) {
		struct truth_point *now = &truth.points[truth.nr_points];

		assert_int_equal(sscanf(line, "%llu,%llu,%llu", &time_ns, &packets, &held), 3);
		if (truth.nr_points)
			*now = now[-1];
		now->time_ns = time_ns;
		if (held > before && !now->pool_hold) {
			/* for the packet of this step */
			truth.hold_ns = truth.pool_hold_ns[0] = time_ns - STEP_NS;
			truth.pool_held_before_hold[0] = before;
		}
		now->pool_hold += held > before ? held - before : 0;
		now->pool_release += held < before ? before - held : 0;
		truth.pool_points[0][truth.nr_points] = (struct truth_pool_point){
			(uint32_t)now->pool_hold, (uint32_t)now->pool_release};
		truth.last = *now;
		truth.nr_points++;
		before = held;
	}
	truth.pools[0].holds = truth.last.pool_hold;
	truth.pools[0].releases = truth.last.pool_release;
	fclose(f);
	unlink(file);
}

/*
 * The stack held 83 packets, not 100; of the idle pages 45 were in the cache, and the ring stood 5
 * slots on. Found: the number of packets, and a start whose curve is the recorded one to the end.
 */
static void test_found_again(void **state)
{
	const struct pool_begin begin = {
		.resized = -17, .arranged = true, .cache = 45, .position = 5, .used = 768};
	struct pool_start found[2];
	char file[64];
	const char *source;
	double without, after;

	(void)state;
	recorded_pool(&truth, START);
	truth.interval_ns = STEP_NS;
	run(recorded_write_truth(pkt, HELD + NEW, &truth), &begin, file);
	become_truth(file);
	source = recorded_write_truth(pkt, HELD + NEW, &truth);
	without = run(source, NULL, file);
	unlink(file);
	for (unsigned int jobs = 1; jobs <= 2; jobs++) {
		struct simulate_params p = scanned(source);

		pool_start_find(&p, jobs, &stop, &found[jobs - 1]);
	}
	assert_memory_equal(&found[0].begin, &found[1].begin, sizeof(found[0].begin));
	/* a page that fragments are cut from may be in the stack or not */
	assert_in_range(-found[0].begin.resized, 16, 18);
	assert_true(found[0].fit.apart < 1);
	assert_true(found[0].fit.apart_before > 5);
	assert_true(without > 15);
	after = run(source, &found[0].begin, file);
	assert_true(after < without / 4);
	unlink(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_found_again, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
