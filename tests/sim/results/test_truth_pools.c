/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_truth_pools.c - when a capture's pools are compared with queues, and how they are written.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "models/memory/mm_sim.h"
#include "sim/results/results.h"
#include "sim/scenario/scenario.h"
#include "sim/results/truth_csv.h"
#include "sim/results/truth_pools.h"
#include "sim/results/truth_view.h"
#include "traces/capture.h"

static struct capture_info info;
static struct scenario scenario;

static struct truth_pool *pool_add(const char *device, unsigned int queue)
{
	struct truth_pool *pool = &info.truth.pools[info.truth.nr_pools++];

	snprintf(pool->device, sizeof(pool->device), "%s", device);
	pool->queue = queue;
	pool->queue_known = pool->start_known = true;
	info.truth.pools_seen++;
	return pool;
}

static int setup(void **state)
{
	(void)state;
	memset(&info, 0, sizeof(info));
	info.truth.has_pool = true;
	memset(&scenario, 0, sizeof(scenario));
	strcpy(info.devices[0].name, "vb");
	info.devices[0].packets = 9;
	strcpy(info.devices[1].name, "va");
	info.nr_devices = 2;
	return 0;
}

/* A queue for each pool, all of the replayed device; else nothing is compared. */
static void only_when_certain(void **state)
{
	(void)state;
	assert_null(truth_pools_device(&scenario, NULL));
	assert_null(truth_pools_device(&scenario, &info));
	pool_add("vb", 1);
	pool_add("vb", 0);
	assert_ptr_equal(truth_pools_device(&scenario, &info), &info.devices[0]);
	info.truth.pools[1].queue_known = false; /* not known to be this device's: left out */
	assert_non_null(truth_pools_device(&scenario, &info));
	info.truth.pools[0].queue_known = false; /* none is known */
	assert_null(truth_pools_device(&scenario, &info));
	info.truth.pools[0].queue_known = info.truth.pools[1].queue_known = true;
	info.truth.pools[1].queue = 1;
	assert_null(truth_pools_device(&scenario, &info));
	info.truth.pools[1].queue = 0;
	info.truth.pools_seen = 3;
	assert_null(truth_pools_device(&scenario, &info));
	info.truth.pools_seen = 2;
	/* the pool of another device is none of this one's business */
	strcpy(info.truth.pools[1].device, "va");
	assert_non_null(truth_pools_device(&scenario, &info));
	assert_true(truth_pools_partial(&scenario, &info, 2));
	assert_false(truth_pools_partial(&scenario, &info, 1));
	strcpy(info.truth.pools[1].device, "vb");
	assert_non_null(truth_pools_device(&scenario, &info));
	strcpy(scenario.device, "va");
	assert_null(truth_pools_device(&scenario, &info));
}

/* A receiver of XDP frames: the pools whose polls sent them, and neither its own nor another's. */
static void frames_bring_their_pool(void **state)
{
	struct truth_view view;
	struct truth_pool *pool;

	(void)state;
	pool_add("vb", 0)->holds = 64;
	pool = pool_add("", 0);
	pool->queue_known = false;
	pool->xdp = pool->start_known = true;
	pool->holds = 128;
	pool->held_start = 32;
	pool->held_peak = 65;
	view = truth_view_of(&scenario, &info);
	assert_int_equal(view.pools, 1);
	assert_int_equal(truth_view_allocated(&view), 64);
	info.devices[0].xdp_packets = 5; /* of 9 */
	view = truth_view_of(&scenario, &info);
	assert_int_equal(view.pools, 2);
	assert_false(view.all);
	assert_int_equal(truth_view_start(&view), 32);
	assert_int_equal(truth_view_allocated(&view), 32 + 128);
	assert_int_equal(truth_view_peak(&view), 65);
	info.truth.nr_points = 1;
	info.truth.pool_points[0][0] = (struct truth_pool_point){64, 0};
	info.truth.pool_points[1][0] = (struct truth_pool_point){128, 100};
	assert_int_equal(truth_view_held(&view, 0), 32 + 128 - 100);
	/* holds were lost */
	info.truth.pool_points[1][0].release = 32 + 128 + 1;
	assert_int_equal(truth_view_held(&view, 0), 0);
	info.devices[0].xdp_packets = 4;
	assert_int_equal(truth_view_of(&scenario, &info).pools, 1);
	info.truth.pools[0].start_known = false; /* nothing to compare with */
	assert_int_equal(truth_view_of(&scenario, &info).nr, 0);
}

/* Queue 1 is owner 2. What was held at the start was allocated before: 60 + 5. */
static void queue_beside_its_pool(void **state)
{
	struct truth_pool *pool = pool_add("vb", 1);
	struct result res;

	(void)state;
	memset(&res, 0, sizeof(res));
	pool->held_start = 60;
	pool->holds = 5;
	pool->held_peak = 61;
	mm_sim.owned[1] = (struct mm_sim_owned){7, 7, 7};
	mm_sim.owned[2] = (struct mm_sim_owned){66, 3, 62};
	truth_pools_fill(&scenario, &info, &res);
	assert_int_equal(res.nr_pools, 1);
	assert_int_equal(res.pool[0].queue, 1);
	assert_int_equal(res.pool[0].allocated, 66);
	assert_int_equal(res.pool[0].allocated_recorded, 65);
	assert_int_equal(res.pool[0].held_peak, 62);
	assert_int_equal(res.pool[0].held_peak_recorded, 61);
	pool->queue_known = false;
	memset(&res, 0, sizeof(res));
	truth_pools_fill(&scenario, &info, &res);
	assert_int_equal(res.nr_pools, 0);
}

/* Held: 60 + 2 - 1; the second pool's counters have wrapped: 2^32 + 1 - (2^32 - 2) = 3 held. */
static void csv_columns(void **state)
{
	char path[] = "/tmp/fragsim-test-pools-XXXXXX", text[512] = "";
	struct truth_view view;
	FILE *f;

	(void)state;
	pool_add("vb", 0)->held_start = 60;
	pool_add("vb", 1);
	info.truth.has_pool = true;
	info.truth.pool_held_start = 60;
	info.truth.nr_points = 1;
	info.truth.points[0] =
		(struct truth_point){.time_ns = 5, .pool_hold = 10, .pool_release = 6};
	info.truth.pool_points[0][0] = (struct truth_pool_point){2, 1};
	info.truth.pool_points[1][0] = (struct truth_pool_point){1, UINT32_MAX - 1};
	close(mkstemp(path));
	view = truth_view_of(&scenario, &info);
	assert_int_equal(truth_write_csv(&view, path), 0);
	f = fopen(path, "r");
	assert_non_null(f);
	assert_true(fread(text, 1, sizeof(text) - 1, f) > 0);
	fclose(f);
	unlink(path);
	assert_string_equal(text, "time_ns,pages_held,pages_allocated,iommu_maps,iommu_unmaps,"
				  "pool0_held,pool0_allocated,pool1_held,pool1_allocated\n"
				  "5,64,70,,,61,62,3,1\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(only_when_certain, setup),
		cmocka_unit_test_setup(frames_bring_their_pool, setup),
		cmocka_unit_test_setup(queue_beside_its_pool, setup),
		cmocka_unit_test_setup(csv_columns, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
