/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_notes_run.c - notes on a run: what was guessed, what is no measure, what results contradict.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "models/iommu/iommu.h"
#include "sim/scenario/found.h"
#include "sim/scenario/scenario_finish.h"
#include "tests/sim/results/notes_stage.h"

/* A version that is not told apart says which one it behaves as, whatever the traffic is. */
static void test_kernel_stands_in(void **state)
{
	const struct note_facts synthetic = {.in = &in};
	char err[512];

	(void)state;
	complete();
	expect("kernel-stands-in", ABSENT);
	strcpy(in.s.kernel, "6.12.107+deb13-amd64");
	expect("kernel-stands-in", ABSENT);
	strcpy(in.s.kernel, "6.14.3");
	expect("kernel-stands-in", SAID);
	assert_string_equal(note_find("kernel-stands-in")->text,
			    "kernel 6.14.3 behaves here as 6.12, the next below it of those that "
			    "are told apart (6.12, 6.18, 6.19 or 7.1)");
	strcpy(in.s.kernel, "5.15");
	expect("kernel-stands-in", SAID);
	assert_non_null(strstr(note_find("kernel-stands-in")->text, "as 6.12, the oldest of"));
	notes.nr = 0;
	notes_scenario(&notes, &synthetic);
	assert_non_null(note_find("kernel-stands-in"));
	/* what is the case misleads nobody, even where no kernel differs */
	assert_int_equal(scenario_set(&in, "kernel=6.18", err, sizeof(err)), 0);
	assert_int_equal(scenario_finish(&in, FRAGSIM_SOURCE_DIR "/models", err, sizeof(err)), 0);
	expect("no-effect", SAID);
}

/* The same scenario with nothing from the user but its source, and what the capture tells. */
static void found_out(void)
{
	char err[512];

	assert_int_equal(scenario_init(&in, "."), 0);
	assert_int_equal(scenario_set(&in, "traffic.source=a", err, sizeof(err)), 0);
	if (scenario_find_out(&in, &capture, FRAGSIM_SOURCE_DIR "/models", err, sizeof(err)) ||
	    scenario_finish(&in, FRAGSIM_SOURCE_DIR "/models", err, sizeof(err)))
		fail_msg("%s", err);
}

static void test_guesses(void **state)
{
	(void)state;
	complete();
	expect("preset-guessed", ABSENT);
	found_out();
	expect("preset-guessed", MISLEADS);
	assert_non_null(strstr(note_find("preset-guessed")->text, "nic.preset=generic-100g is"));
	strcpy(capture.devices[0].nic.driver, "sfc");
	found_out();
	expect("preset-guessed", MISLEADS);
	assert_non_null(strstr(note_find("preset-guessed")->text, "driver sfc has no preset"));
	strcpy(capture.devices[0].nic.driver, "igb");
	found_out();
	expect("preset-guessed", ABSENT);
	capture.devices[0].nic.driver[0] = '\0';
	strcpy(capture.devices[0].peer, "va");
	found_out();
	expect("preset-guessed", SAID);
	assert_string_equal(note_find("preset-guessed")->text,
			    "nic.preset=veth is inferred: vb receives what va of the same machine "
			    "sends");
	expect("host-doubtful", ABSENT);
	capture.devices[0].nic.several = true;
	expect("host-doubtful", SAID);
	expect("host-unfit", ABSENT);
	strcpy(in.unfit, "nic.ring: 8 is too small");
	expect("host-unfit", MISLEADS);
	assert_non_null(
		strstr(note_find("host-unfit")->text, "not used: nic.ring: 8 is too small"));
	capture.nr_devices = 2;
	capture.devices[1].packets = 7;
	expect("device-guessed", SAID);
	strcpy(in.s.device, "vb");
	expect("device-guessed", ABSENT);
}

static void test_iommu_guesses(void **state)
{
	char err[512];

	(void)state;
	complete();
	capture.truth.has_iommu = true;
	capture.truth.last.iommu_maps = 100;
	capture.truth.maps_sent = 40;
	expect("iommu-guessed", MISLEADS); /* a veth that the user named */
	assert_int_equal(scenario_set(&in, "iommu=off", err, sizeof(err)), 0);
	expect("iommu-guessed", ABSENT);
	strcpy(capture.devices[0].nic.driver, "igb");
	found_out();
	expect("iommu-guessed", SAID);
	assert_non_null(strstr(note_find("iommu-guessed")->text, "the kernel mapped 60 times"));
	capture.devices[0].nic.iommu = CAPTURE_IOMMU_STRICT;
	found_out();
	expect("iommu-guessed", ABSENT);
	/* the mappings are of other devices */
	strcpy(capture.devices[0].nic.driver, "veth");
	capture.devices[0].nic.iommu = CAPTURE_IOMMU_OFF;
	found_out();
	expect("iommu-guessed", ABSENT);
}

/* Of a driver, and never compared: with and without a capture. Nobody's preset claims nothing. */
static void test_uncompared(void **state)
{
	struct note_facts facts = {.in = &in};
	char err[512];

	(void)state;
	complete();
	expect("preset-uncompared", ABSENT);
	assert_int_equal(scenario_set(&in, "nic.preset=mlx4", err, sizeof(err)), 0);
	assert_int_equal(scenario_finish(&in, FRAGSIM_SOURCE_DIR "/models", err, sizeof(err)), 0);
	expect("preset-uncompared", SAID);
	assert_string_equal(note_find("preset-uncompared")->text,
			    "nic.preset=mlx4 is what the source of mlx4_en,mlx4_core says, and was "
			    "never compared with a capture of such a NIC");
	notes.nr = 0;
	notes_scenario(&notes, &facts);
	assert_non_null(note_find("preset-uncompared"));
	assert_int_equal(scenario_set(&in, "nic.preset=generic-100g", err, sizeof(err)), 0);
	assert_int_equal(scenario_finish(&in, FRAGSIM_SOURCE_DIR "/models", err, sizeof(err)), 0);
	expect("preset-uncompared", ABSENT);
}

static void test_what_is_compared(void **state)
{
	(void)state;
	complete();
	in.s.packets = 999;
	expect("truth-part", SAID);
	complete();
	in.s.strategies.n = 1;
	strcpy(in.s.strategies.word[0], "page_alloc");
	expect("truth-of-another", SAID);
	strcpy(in.s.strategies.word[0], "page_pool_frag");
	expect("truth-of-another", ABSENT);
}

/* Of 1000 packets, 10 may be lost; the worst strategy is named. */
static void test_drops(void **state)
{
	static struct result res[2];

	(void)state;
	complete();
	for (unsigned int i = 0; i < 2; i++) {
		snprintf(res[i].strategy, sizeof(res[i].strategy), "s%u", i);
		result_set_u(&res[i], METRIC_OFFERED, 1000);
		result_set_u(&res[i], METRIC_DELIVERED, 998);
	}
	assert_null(look("replay-drops", res, 2));
	result_set_u(&res[1], METRIC_DROP_NO_DESC, 10);
	assert_false(look("replay-drops", res, 2)->misleads);
	assert_non_null(strstr(note_find("replay-drops")->text, "10 of 1000"));
	assert_non_null(strstr(note_find("replay-drops")->text, "of s1"));
	result_set_u(&res[1], METRIC_DROP_NO_BUF, 1);
	assert_true(look("replay-drops", res, 2)->misleads);
	assert_null(note_find("oversize"));
	result_set_u(&res[0], METRIC_DROP_OVERSIZE, 1);
	assert_true(look("oversize", res, 2)->misleads);
}

static void truth_of(struct result *res, uint64_t allocated, uint64_t peak, double rmse)
{
	memset(res, 0, sizeof(*res));
	strcpy(res->strategy, "page_pool_frag");
	result_set_u(res, METRIC_TRUTH_ALLOCATED, 10000);
	result_set_u(res, METRIC_TRUTH_SIM_ALLOCATED, allocated);
	result_set_u(res, METRIC_TRUTH_HELD_PEAK, 1000);
	result_set_u(res, METRIC_TRUTH_SIM_HELD_PEAK, peak);
	result_set_r(res, METRIC_TRUTH_RMSE, rmse);
}

/* Near: 1 % of 10000 pages, 64 of a peak of 1000, 3 % of it over time. Others may differ. */
static void test_truth_apart(void **state)
{
	static struct result res[2];

	(void)state;
	complete();
	truth_of(&res[0], 1, 1, 999);
	strcpy(res[0].strategy, "page_alloc");
	truth_of(&res[1], 10100, 936, 30);
	assert_null(look("truth-apart", res, 2));
	truth_of(&res[1], 9900, 1064, 30);
	assert_null(look("truth-apart", res, 2));
	truth_of(&res[1], 10101, 1000, 0);
	assert_true(look("truth-apart", res, 2)->misleads);
	assert_non_null(strstr(note_find("truth-apart")->text, "(pages allocated: beyond"));
	truth_of(&res[1], 9899, 935, 30.1);
	assert_non_null(look("truth-apart", res, 2));
	assert_non_null(
		strstr(note_find("truth-apart")->text,
		       "(pages allocated, pages held at most, pages held over time: beyond"));
	truth_of(&res[1], 10000, 1000, 0);
	result_set_u(&res[1], METRIC_TRUTH_MAPS, 500);
	result_set_u(&res[1], METRIC_IOMMU_MAPS, 565);
	result_set_u(&res[1], METRIC_TRUTH_UNMAPS, 500);
	result_set_u(&res[1], METRIC_IOMMU_UNMAPS, 564);
	assert_null(look("truth-apart", res, 2));
	in.s.iommu = IOMMU_STRICT;
	assert_non_null(look("truth-apart", res, 2));
	assert_non_null(strstr(note_find("truth-apart")->text, "(IOMMU maps: beyond"));
	/* the curve of few pages may differ by a refill now and then */
	truth_of(&res[1], 10000, 64, 8);
	result_set_u(&res[1], METRIC_TRUTH_HELD_PEAK, 64);
	assert_null(look("truth-apart", res, 2));
	res[1].r[METRIC_TRUTH_RMSE] = 8.1;
	assert_non_null(look("truth-apart", res, 2));
}

/* An option for nothing is one note, and misleads. */
static void test_options(void **state)
{
	char err[512];

	(void)state;
	complete();
	assert_int_equal(scenario_set(&in, "traffic.rate=1G", err, sizeof(err)), 0);
	expect("no-effect", MISLEADS);
	assert_non_null(strstr(note_find("no-effect")->text, "traffic.rate=1G has no effect: "));
}

/*
 * What the note gives as reason, by what the capture shows. The pool of veth's ring takes 256: one
 * that held no more was never full, and 65 pages left it that no frame of XDP had.
 */
static void test_apart_reason(void **state)
{
	static struct result res;
	const char *cure;

	(void)state;
	complete();
	truth_of(&res, 1, 256, 0);
	result_set_u(&res, METRIC_TRUTH_HELD_PEAK, 256);
	result_set_u(&res, METRIC_PG_RELEASED, 10);
	assert_int_equal(in.s.nic.pool_size, 256);
	cure = look("truth-apart", &res, 1)->cure;
	assert_string_equal(cure,
			    "nic.preset or another setting that is not the kernel's does that");
	capture.devices[0].held_before = 1;
	assert_non_null(strstr(look("truth-apart", &res, 1)->cure, "from before the flow starts"));
	capture.collapsed = 1;
	assert_non_null(strstr(look("truth-apart", &res, 1)->cure, "collapsed"));
	capture.truth.nr_pools = capture.truth.pools_seen = capture.truth.nr_points = 1;
	strcpy(capture.truth.pools[0].device, "vb");
	capture.truth.pools[0].queue_known = capture.truth.pools[0].start_known = true;
	capture.truth.pools[0].holds = 1000;
	capture.truth.pool_points[0][0] = (struct truth_pool_point){1000, 10 + 64};
	capture.truth.points[0].pool_hold = 1000;
	capture.truth.points[0].pool_release = 10 + 64;
	assert_non_null(strstr(look("truth-apart", &res, 1)->cure, "collapsed"));
	capture.truth.points[0].pool_release = 10 + 65;
	assert_non_null(strstr(look("truth-apart", &res, 1)->cure, "splice()"));
	result_set_u(&res, METRIC_TRUTH_HELD_PEAK, 257);
	assert_non_null(strstr(look("truth-apart", &res, 1)->cure, "collapsed"));
	capture.devices[0].release[RELEASE_UNKNOWN] = 52; /* of 1052, 4.9 % */
	assert_non_null(strstr(look("truth-apart", &res, 1)->cure, "collapsed"));
	capture.devices[0].release[RELEASE_UNKNOWN] = 53;
	assert_non_null(strstr(look("truth-apart", &res, 1)->cure, "is not known"));
	capture.lost_events = 1;
	assert_non_null(strstr(look("truth-apart", &res, 1)->cure, "events are missing"));
	capture.lost_events = 0;
	strcpy(capture.format, "perf.data");
	capture.copied = capture.copied_apart = 1000;
	assert_non_null(strstr(look("truth-apart", &res, 1)->cure, "events are missing"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kernel_stands_in), cmocka_unit_test(test_guesses),
		cmocka_unit_test(test_iommu_guesses),	 cmocka_unit_test(test_uncompared),
		cmocka_unit_test(test_what_is_compared), cmocka_unit_test(test_drops),
		cmocka_unit_test(test_truth_apart),	 cmocka_unit_test(test_options),
		cmocka_unit_test(test_apart_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
