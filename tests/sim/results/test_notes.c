/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_notes.c - notes that a capture alone is reason for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/results/gauges.h"
#include "sim/results/truth_view.h"
#include "tests/sim/results/notes_stage.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_complete),     cmocka_unit_test(test_of_the_file),
		cmocka_unit_test(test_reordered),    cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_held_before),  cmocka_unit_test(test_collapsed),
		cmocka_unit_test(test_copied_apart), cmocka_unit_test(test_pool_start),
		cmocka_unit_test(test_truth_curve),  cmocka_unit_test(test_rings_before),
		cmocka_unit_test(test_clock),	     cmocka_unit_test(test_of_reads),
		cmocka_unit_test(test_of_packets),   cmocka_unit_test(test_silent_pools),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
