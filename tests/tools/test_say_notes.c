/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_say_notes.c - what a run says of itself: the same words on stderr, in the document and in
 * the report, and what --strict refuses.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "tests/tools/scratch.h"
#include "tests/tools/spawn.h"

#define CUT_PCAP SAMPLES "/tcp_both_ways_cut.pcap"
#define IGB	 SAMPLES "/igb_rx_slow_lazy.dat"
#define QUIET	 "--no-plot", "--force", "-o", scratch, "--strategy", "page_pool_frag"

/* The note with an id, as text of @doc; NULL: there is none. */
static const char *note_of(const json_t *doc, const char *id)
{
	const json_t *notes = json_object_get(doc, "notes"), *note;
	char tail[64];
	size_t i;

	assert_true(json_is_array(notes));
	snprintf(tail, sizeof(tail), " [%s]", id);
	json_array_foreach(notes, i, note)
	{
		const char *text = json_string_value(note);

		assert_non_null(text);
		if (strlen(text) > strlen(tail) &&
		    !strcmp(text + strlen(text) - strlen(tail), tail))
			return text;
	}
	return NULL;
}

static void has(const json_t *doc, const char *id, const char *words)
{
	const char *text = note_of(doc, id);

	if (!text || !strstr(text, words))
		fail_msg("[%s] is '%s', expected '%s' in it", id, text ? text : "", words);
}

static void lacks(const json_t *doc, const char *id)
{
	if (note_of(doc, id))
		fail_msg("found '%s'", note_of(doc, id));
}

/* Each note of the document is a line on stderr and a paragraph of the report, in its words. */
static void test_same_words(void **state)
{
	struct spawned s = RUN("replay", SAMPLE, "--json", QUIET, "--set", "iommu=strict");
	json_t *doc = spawned_json(&s), *note;
	char *report = file_slurp(path_in(scratch, "report.html"), NULL);
	size_t i;

	(void)state;
	assert_int_equal(s.code, 0);
	has(doc, "no-effect", "iommu=strict has no effect");
	has(doc, "release", "release times of the 11789 packets of vb: free 98.8 %, copy 1.2 %");
	has(doc, "preset-guessed", "nic.preset=veth");
	lacks(doc, "release-unknown");
	assert_non_null(report);
	json_array_foreach(json_object_get(doc, "notes"), i, note)
	{
		char line[1200];

		snprintf(line, sizeof(line), "fragsim: note: %s\n", json_string_value(note));
		assert_non_null(strstr(s.err, line));
		snprintf(line, sizeof(line), "<p class=\"note\">%s</p>", json_string_value(note));
		assert_non_null(strstr(report, line));
		assert_true(strstr(report, line) < strstr(report, "<table>"));
	}
	free(report);
	json_decref(doc);
	spawn_free(&s);
}

static void test_strict_names_what_it_refuses(void **state)
{
	struct spawned s = RUN("replay", SAMPLE, "--strict", QUIET);

	(void)state;
	assert_int_equal(s.code, 0);
	spawn_free(&s);
	s = RUN("replay", SAMPLE, "--strict", QUIET, "--set", "iommu=strict");
	assert_int_equal(s.code, 2);
	assert_string_equal(s.out, "");
	assert_non_null(strstr(s.err, "fragsim: refused by --strict: iommu=strict has no effect"));
	spawn_free(&s);
	s = RUN("run", "host-100g", "--strict", QUIET, "--set", "traffic.packets=1000", "--set",
		"traffic.release=modelled");
	assert_int_equal(s.code, 2);
	spawn_free(&s);
}

/* What a pcap does not say; and each note goes when the user answers it. */
static void test_pcap(void **state)
{
	struct spawned s = RUN("replay", CUT_PCAP, "--json", QUIET);
	json_t *doc = spawned_json(&s);

	(void)state;
	assert_int_equal(s.code, 0);
	has(doc, "cut-off", "the file is cut off");
	has(doc, "receiver-guessed", "which received most of the pcap: ether dst ");
	has(doc, "window-reads", "62 of 66 packets were read is inferred");
	has(doc, "release", "window 93.9 %");
	has(doc, "preset-guessed", "which driver it was no event tells");
	lacks(doc, "release-unknown");
	json_decref(doc);
	spawn_free(&s);
	s = RUN("replay", CUT_PCAP, "--json", QUIET, "--set", "traffic.release=modelled", "--set",
		"nic.preset=veth");
	doc = spawned_json(&s);
	lacks(doc, "release-unknown");
	lacks(doc, "window-reads");
	lacks(doc, "preset-guessed");
	lacks(doc, "no-effect");
	json_decref(doc);
	spawn_free(&s);
}

/* inspect knows what the capture alone tells, in the same words. */
static void test_inspect(void **state)
{
	struct spawned a = RUN("inspect", CUT_PCAP, "--json"), b = RUN("inspect", CUT_PCAP);
	struct spawned r = RUN("replay", CUT_PCAP, "--json", QUIET, "--set", "traffic.filter=");
	json_t *ia = spawned_json(&a), *ra = spawned_json(&r), *note;
	size_t i;

	(void)state;
	assert_true(json_array_size(json_object_get(ia, "notes")) >= 3);
	json_array_foreach(json_object_get(ia, "notes"), i, note)
	{
		char line[1200];

		snprintf(line, sizeof(line), "\nnote: %s\n", json_string_value(note));
		assert_non_null(strstr(b.out, line));
		if (strstr(line, "[both-directions]")) { /* which this replay was told to take */
			assert_non_null(strstr(line, "a replay takes the packets to"));
			has(ra, "both-directions", "as if one device received them");
			continue;
		}
		assert_string_equal(
			json_string_value(note),
			json_string_value(json_array_get(json_object_get(ra, "notes"), i)));
	}
	json_decref(ia);
	json_decref(ra);
	spawn_free(&a);
	spawn_free(&b);
	spawn_free(&r);
}

/* A guess that the capture speaks against, and what it says when it is answered. */
static void test_guesses(void **state)
{
	struct spawned s = RUN("replay", CUT_PCAP, "--strict", QUIET);
	json_t *doc;

	(void)state;
	assert_int_equal(s.code, 2);
	assert_non_null(strstr(s.err, "refused by --strict: which driver it was no event tells: "
				      "nic.preset=generic-100g is a guess"));
	spawn_free(&s);
	/* its rings tell, and its mappings */
	s = RUN("replay", IGB, "--strict", "--no-plot", "--force", "-o", scratch, "--strategy",
		"pingpong");
	assert_int_equal(s.code, 0);
	assert_non_null(strstr(s.err, "nic.preset=igb is inferred: a driver took 510 blocks"));
	assert_non_null(strstr(s.err, "iommu=lazy is inferred: the kernel mapped 7823 times"));
	assert_non_null(strstr(s.out, "pages allocated 7,813 simulated / 7,813 recorded"));
	assert_non_null(strstr(s.out, "+deb13-amd64  capture: Linux 6.12.107"));
	spawn_free(&s);
	s = RUN("replay", IGB, "--strict", QUIET, "--set", "nic.preset=veth");
	assert_int_equal(s.code, 2);
	assert_non_null(strstr(s.err, "refused by --strict: the kernel mapped 8147 times"));
	assert_non_null(strstr(s.err, "iommu=lazy, and its driver with --set nic.preset=igb"));
	spawn_free(&s);
	s = RUN("replay", IGB, "--strict", "--json", "--no-plot", "--force", "-o", scratch,
		"--strategy", "pingpong", "--set", "nic.preset=igb", "--set", "iommu=lazy");
	assert_int_equal(s.code, 0);
	doc = spawned_json(&s);
	lacks(doc, "iommu-guessed");
	lacks(doc, "truth-of-another");
	json_decref(doc);
	spawn_free(&s);
}

/* A simulation that loses what the kernel received: said after the run, exit 1 with --strict. */
static void test_drops(void **state)
{
	struct spawned s = RUN("replay", IGB, "--json", "--strict", "--no-plot", "--force", "-o",
			       scratch, "--strategy", "pingpong", "--set", "nic.preset=igb",
			       "--set", "iommu=lazy", "--set", "nic.ring=16");
	json_t *doc = json_loads(s.out, 0, NULL);

	(void)state;
	assert_int_equal(s.code, 1);
	assert_non_null(doc);
	has(doc, "replay-drops", "captured packets were dropped in the simulation of pingpong");
	assert_non_null(strstr(s.err, "refused by --strict: "));
	json_decref(doc);
	spawn_free(&s);
}

/* Made-up traffic has nothing to confess. */
static void test_synthetic(void **state)
{
	struct spawned s =
		RUN("run", "host-100g", "--json", QUIET, "--set", "traffic.packets=1000");
	json_t *doc = spawned_json(&s);

	(void)state;
	assert_int_equal(s.code, 0);
	assert_int_equal(json_array_size(json_object_get(doc, "notes")), 0);
	json_decref(doc);
	spawn_free(&s);
}

/* ... but for a kernel that is not told apart, which does not mislead. */
static void test_kernel(void **state)
{
	struct spawned s = RUN("run", "host-100g", "--json", "--strict", QUIET, "--set",
			       "traffic.packets=1000", "--set", "kernel=6.14");
	json_t *doc = spawned_json(&s);

	(void)state;
	assert_int_equal(s.code, 0);
	assert_int_equal(json_array_size(json_object_get(doc, "notes")), 1);
	has(doc, "kernel-stands-in", "kernel 6.14 behaves here as 6.12");
	json_decref(doc);
	spawn_free(&s);
}

/* On pages that the kernel did not have, its counts are no measure: bytes, one line each. */
static void test_other_pages(void **state)
{
	struct spawned s = RUN("replay", SAMPLE, "--no-plot", "--force", "-o", scratch,
			       "--strategy", "page_pool_frag,page_alloc", "--set", "page_size=64K");

	(void)state;
	assert_int_equal(s.code, 0);
	assert_null(strstr(s.out, "simulated /"));
	assert_non_null(strstr(s.out, "page_pool_frag would have allocated"));
	assert_non_null(strstr(s.out, "instead of 20.50; held at most"));
	assert_non_null(strstr(s.out, "page_alloc would have allocated"));
	assert_non_null(strstr(s.err, "[truth-of-another]"));
	spawn_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_same_words, scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(test_strict_names_what_it_refuses, scratch_setup,
						scratch_teardown),
		cmocka_unit_test_setup_teardown(test_pcap, scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(test_inspect, scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(test_guesses, scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(test_drops, scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(test_synthetic, scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(test_kernel, scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(test_other_pages, scratch_setup, scratch_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
