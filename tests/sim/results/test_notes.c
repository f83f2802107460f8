/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_notes.c - what each fact of a capture makes of a run's notes, and which of them mislead.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "models/iommu/iommu.h"
#include "sim/results/gauges.h"
#include "sim/results/notes.h"
#include "sim/results/results.h"
#include "sim/results/truth_curve.h"
#include "sim/results/truth_view.h"
#include "sim/scenario/found.h"
#include "sim/scenario/scenario_finish.h"
#include "traces/capture.h"

static struct capture_info capture;
static struct scenario_input in;
static struct notes notes;
static struct truth_fit fit;

/* A veth capture that lacks nothing: 1000 packets, all releases known, a pool. */
static void complete(void)
{
	char err[512];

	memset(&capture, 0, sizeof(capture));
	memset(&fit, 0, sizeof(fit));
	capture.events_total = 10000;
	capture.nr_events = 2;
	capture.events[0] = (struct capture_event){"net:napi_gro_receive_entry", 1000};
	capture.events[1] = (struct capture_event){"skb:consume_skb", 1000};
	capture.nr_devices = 1;
	capture.cpus = 2;
	strcpy(capture.devices[0].name, "vb");
	capture.devices[0].packets = 1000;
	capture.devices[0].queues = 1;
	capture.devices[0].before_gro = true;
	capture.devices[0].release[RELEASE_FREE] = 1000;
	capture.truth.has_pool = true;
	capture.truth.pool_held_peak = 10000;
	assert_int_equal(scenario_init(&in, "."), 0);
	assert_int_equal(scenario_set(&in, "nic.preset=veth", err, sizeof(err)), 0);
	assert_int_equal(scenario_set(&in, "traffic.source=a", err, sizeof(err)), 0);
	if (scenario_finish(&in, FRAGSIM_SOURCE_DIR "/models", err, sizeof(err)))
		fail_msg("%s", err);
}

static const struct note *note_find(const char *id)
{
	for (unsigned int i = 0; i < notes.nr; i++)
		if (!strcmp(notes.note[i].id, id))
			return &notes.note[i];
	return NULL;
}

/* Return: the note, NULL when there is none */
static const struct note *look(const char *id, const struct result *results, unsigned int nr)
{
	const struct note_facts facts = {.capture = &capture,
					 .dev = &capture.devices[0],
					 .in = &in,
					 .results = results,
					 .nr = nr,
					 .fit = &fit};

	notes.nr = 0;
	notes_capture(&notes, &facts);
	notes_scenario(&notes, &facts);
	notes_results(&notes, &facts);
	return note_find(id);
}

enum answer { ABSENT, SAID, MISLEADS };

static void expect(const char *id, enum answer wanted)
{
	const struct note *note = look(id, NULL, 0);
	enum answer found = !note ? ABSENT : note->misleads ? MISLEADS : SAID;

	if (found != wanted)
		fail_msg("%s: found %d, expected %d", id, found, wanted);
}

/* Nothing but how releases are known. */
static void test_complete(void **state)
{
	(void)state;
	complete();
	assert_non_null(look("release", NULL, 0));
	assert_int_equal(notes.nr, 1);
	assert_false(notes.note[0].misleads);
}

static void test_of_the_file(void **state)
{
	char text[NOTE_FORMAT_MAX];

	(void)state;
	complete();
	capture.truncated = true;
	capture.span_ns = 1500000000;
	expect("cut-off", MISLEADS);
	note_format(note_find("cut-off"), text);
	assert_string_equal(text,
			    "the file is cut off: its first 1.500 s are all there is; let the "
			    "recorder end by itself [cut-off]");
	complete();
	capture.lost_events = 42;
	expect("lost-events", MISLEADS);
	complete();
	strcpy(capture.note, "buffers merged: (top) b");
	expect("recorder", SAID);
	capture.note_misleads = true;
	expect("recorder", MISLEADS);
}

/* 1 % of 10000 events is 100. */
static void test_reordered(void **state)
{
	(void)state;
	complete();
	expect("reordered", ABSENT);
	capture.reordered = 100;
	expect("reordered", SAID);
	capture.reordered = 101;
	expect("reordered", MISLEADS);
}

/* 5 % of 1000 packets are 50; a scenario that models releases asks for none. */
static void test_unknown(void **state)
{
	uint64_t *release = capture.devices[0].release;

	(void)state;
	complete();
	release[RELEASE_FREE] = 950;
	release[RELEASE_UNKNOWN] = 50;
	expect("release-unknown", SAID);
	release[RELEASE_FREE] = 949;
	release[RELEASE_UNKNOWN] = 51;
	expect("release-unknown", MISLEADS);
	assert_non_null(
		strstr(note_find("release-unknown")->text, "when 51 of 1000 packets (5.1 %)"));
	assert_non_null(strstr(note_find("release-unknown")->text, "its reads or frees are not"));
	capture.lost_events = 1;
	look("release-unknown", NULL, 0);
	assert_non_null(strstr(note_find("release-unknown")->text, "events were lost"));
	capture.nr_events = 1;
	look("release-unknown", NULL, 0);
	assert_non_null(strstr(note_find("release-unknown")->text, "no event that tells it"));
	in.s.release = RELEASE_MODE_MODELLED;
	expect("release-unknown", ABSENT);
	expect("release", ABSENT);
}

/* What was there before is simulated: a note that does not mislead, unless it is not known. */
static void test_held_before(void **state)
{
	(void)state;
	complete();
	expect("held-before", ABSENT);
	expect("start-unknown", ABSENT);
	capture.truth.pool_held_start = 101;
	expect("held-before", SAID);
	assert_non_null(strstr(note_find("held-before")->text, "held 101 pages when"));
	assert_non_null(strstr(note_find("held-before")->text, "no packet in them"));
	capture.devices[0].held_before = 3;
	expect("held-before", SAID);
	assert_non_null(strstr(note_find("held-before")->text, "held 3 packets of before"));
	assert_non_null(strstr(note_find("held-before")->text, "the page_pools 101 pages"));
	capture.truth.starts_unknown = 1;
	expect("start-unknown", MISLEADS);
	expect("held-before", SAID);
	assert_non_null(strstr(note_find("held-before")->text, "page_pools held is not known"));
	assert_null(strstr(note_find("held-before")->text, "101"));
}

static void test_collapsed(void **state)
{
	(void)state;
	complete();
	expect("collapsed", ABSENT);
	capture.collapsed = 2;
	expect("collapsed", SAID);
	assert_non_null(strstr(note_find("collapsed")->text, "at least 2 skbs of its own"));
	in.s.release = RELEASE_MODE_MODELLED;
	expect("collapsed", ABSENT);
}

/*
 * Of 100000 bytes read 2001 never arrived: 2.0 %, of a device that received 100000. With twice as
 * many received it is 1 %. perf.data is known for it.
 */
static void test_copied_apart(void **state)
{
	(void)state;
	complete();
	capture.copied = 100000;
	capture.copied_apart = 2000;
	capture.devices[0].bytes = 99999;
	expect("copied-apart", ABSENT);
	capture.copied_apart = 2001;
	expect("copied-apart", SAID);
	assert_non_null(strstr(note_find("copied-apart")->text, "2.0 % of the bytes"));
	assert_null(strstr(note_find("copied-apart")->text, "perf"));
	strcpy(capture.format, "perf.data");
	expect("copied-apart", MISLEADS);
	assert_non_null(strstr(note_find("copied-apart")->text, "perf record leaves out"));
	strcpy(capture.format, "packets");
	strcpy(capture.origin, "perf.data"); /* converted */
	expect("copied-apart", MISLEADS);
	capture.devices[0].bytes = 200000;
	expect("copied-apart", ABSENT);
}

/* What was fitted is said, with the part of the capture that is no comparison. */
static void test_pool_start(void **state)
{
	(void)state;
	complete();
	expect("pool-start", ABSENT);
	fit = (struct truth_fit){.until_ns = 8000000, .apart_before = 7.5, .apart = 0.2};
	expect("pool-start", SAID);
	assert_non_null(strstr(note_find("pool-start")->text, "first 8.0 ms"));
	assert_non_null(strstr(note_find("pool-start")->text, "0.2 pages apart on average, 7.5"));
	assert_null(strstr(note_find("pool-start")->text, "stack begins"));
	fit.resized = -17;
	expect("pool-start", SAID);
	assert_non_null(strstr(note_find("pool-start")->text, "begins with 17 packets fewer;"));
	fit.ended = true;
	expect("pool-start", SAID);
	assert_non_null(
		strstr(note_find("pool-start")->text, "fewer, and what no event of it ends"));
	fit.apart = 7.5;
	expect("pool-start", ABSENT);
}

/*
 * Recorded 100, 164, 164 pages, simulated 103, 100, 300: 3 + 64 + 64 apart, as a refill counts at
 * most; the root mean square is sqrt((9 + 4096 + 18496) / 3) = 86.80.
 */
static void test_truth_curve(void **state)
{
	static struct gauges g;
	struct truth_view view = {.truth = &capture.truth, .all = true, .nr = 1};
	unsigned int point = 0;

	(void)state;
	complete();
	capture.truth.pool_held_start = 100;
	capture.truth.nr_points = 3;
	for (unsigned int i = 0; i < 3; i++) {
		capture.truth.points[i].time_ns = 1000 * (i + 1);
		capture.truth.points[i].pool_hold = i ? 64 : 0;
		g.points[i].time_ns = 1000 * (i + 1);
	}
	g.points[0].pages_compared = 103;
	g.points[1].pages_compared = 100;
	g.points[2].pages_compared = 300;
	g.nr_points = 2;
	assert_true(truth_curve_apart(&g, &view, &point, 1000) == 3);
	assert_int_equal(point, 1);
	/* as far as the simulation is, and each point once */
	assert_true(truth_curve_apart(&g, &view, &point, 9000) == 64);
	assert_int_equal(point, 2);
	g.nr_points = 3;
	assert_true(truth_curve_apart(&g, &view, &point, 9000) == 64);
	assert_int_equal((int)(100 * truth_curve_rmse(&g, &view, 0)), 8679);
	/* what was fitted does not count: the last two, the last one, none */
	assert_int_equal((int)(100 * truth_curve_rmse(&g, &view, view.truth->points[0].time_ns)),
			 10628);
	assert_int_equal((int)truth_curve_rmse(&g, &view, view.truth->points[1].time_ns), 136);
	assert_int_equal((int)truth_curve_rmse(&g, &view, view.truth->points[2].time_ns), 0);
}

/* Receive rings that were mapped before the capture began are mapped in the simulation only. */
static void test_rings_before(void **state)
{
	(void)state;
	complete();
	expect("rings-before", ABSENT);
	capture.truth.has_iommu = true;
	expect("rings-before", MISLEADS);
	capture.truth.rings_seen = true;
	expect("rings-before", ABSENT);
}

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

static void test_clock(void **state)
{
	(void)state;
	complete();
	capture.clock_steps = 1;
	capture.times_moved = 7;
	expect("clock-set-back", SAID);
	capture.times_unclear = true;
	expect("clock-set-back", MISLEADS);
	capture.packets_only = true;
	expect("clock-set-back", MISLEADS);
	expect("packets-empty", ABSENT);
	capture.packets_empty = 1;
	expect("packets-empty", SAID);
}

/* 1000 packets of a pcap: 50 of a kind are said, 51 mislead; modelled reads need none of it. */
static void test_of_reads(void **state)
{
	static const char *const ids[UNREAD_REASONS] = {
		[UNREAD_ONE_DIRECTION] = "one-direction",
		[UNREAD_NO_SCALE] = "no-window-scale",
		[UNREAD_NO_ROOM] = "reads-beyond",
	};
	struct capture_device *dev = &capture.devices[0];

	(void)state;
	for (unsigned int why = 0; why < UNREAD_REASONS; why++) {
		complete();
		expect(ids[why], ABSENT);
		capture.packets_only = true;
		dev->unread[why] = 50;
		expect(ids[why], SAID);
		assert_non_null(strstr(note_find(ids[why])->text, "50 packets"));
		dev->unread[why] = 51;
		expect(ids[why], MISLEADS);
		in.s.release = RELEASE_MODE_MODELLED;
		expect(ids[why], ABSENT);
	}
	complete();
	capture.packets_only = true;
	expect("window-reads", ABSENT);
	expect("window-scale-found", ABSENT);
	expect("split-segments", ABSENT);
	dev->release[RELEASE_FREE] = 0;
	dev->release[RELEASE_WINDOW] = 900;
	dev->release[RELEASE_UNKNOWN] = 100;
	expect("window-reads", SAID);
	assert_non_null(strstr(note_find("window-reads")->text, "900 of 1000 packets"));
	expect("release-unknown", MISLEADS);
	assert_non_null(strstr(note_find("release-unknown")->text, "no ACK tells it"));
	dev->scale_found = 7;
	expect("window-scale-found", SAID);
	dev->split = 2;
	dev->split_into = 90;
	expect("split-segments", SAID);
	assert_non_null(strstr(note_find("split-segments")->text, "as the 90 that"));
}

static void test_of_packets(void **state)
{
	struct capture_device *dev = &capture.devices[0];

	(void)state;
	complete();
	dev->before_gro = false;
	expect("seen-merged", MISLEADS);
	complete();
	capture.truth.has_pool = false;
	expect("pool-silent", SAID);
	assert_non_null(strstr(note_find("pool-silent")->text, "nothing to compare with"));
	complete();
	dev->packets = 0;
	expect("nothing-to-replay", MISLEADS);
	complete();
	strcpy(dev->pick, "ether dst 02:00:00:00:00:01");
	expect("both-directions", MISLEADS);
	complete();
	capture.packets_only = true;
	dev->max_bytes = 9728;
	expect("long-packets", ABSENT);
	dev->max_bytes = 9729;
	expect("long-packets", MISLEADS);
	expect("merged-by-device", ABSENT);
	capture.packets_only = false;
	expect("merged-by-device", SAID);
}

/* Pools that the machine listed and that showed no event: 96 + 32 pages in those of vb. */
static void test_silent_pools(void **state)
{
	struct truth *t = &capture.truth;

	(void)state;
	complete();
	t->nr_pools = t->pools_seen = 3;
	strcpy(t->pools[0].device, "vb");
	strcpy(t->pools[1].device, "vb");
	strcpy(t->pools[2].device, "va");
	t->pools[0].held_start = 96;
	t->pools[1].held_start = 32;
	t->pools[2].held_start = 1000;
	t->pools[2].holds = 5;
	expect("pool-silent", SAID);
	assert_non_null(strstr(note_find("pool-silent")->text, "it held 128 pages (netlink)"));
	t->pools[1].holds = 1;
	expect("pool-silent", ABSENT);
	expect("host-file", ABSENT);
	strcpy(capture.path, "x.dat");
	strcpy(capture.host_ignored, "line 1 is no JSON");
	expect("host-file", SAID);
	assert_string_equal(note_find("host-file")->text,
			    "x.dat.host.json is not used: line 1 is no JSON");
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
		cmocka_unit_test(test_complete),	 cmocka_unit_test(test_of_the_file),
		cmocka_unit_test(test_reordered),	 cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_held_before),	 cmocka_unit_test(test_collapsed),
		cmocka_unit_test(test_copied_apart),	 cmocka_unit_test(test_pool_start),
		cmocka_unit_test(test_truth_curve),	 cmocka_unit_test(test_of_packets),
		cmocka_unit_test(test_silent_pools),	 cmocka_unit_test(test_guesses),
		cmocka_unit_test(test_iommu_guesses),	 cmocka_unit_test(test_uncompared),
		cmocka_unit_test(test_what_is_compared), cmocka_unit_test(test_clock),
		cmocka_unit_test(test_kernel_stands_in), cmocka_unit_test(test_drops),
		cmocka_unit_test(test_truth_apart),	 cmocka_unit_test(test_apart_reason),
		cmocka_unit_test(test_options),		 cmocka_unit_test(test_rings_before),
		cmocka_unit_test(test_of_reads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
