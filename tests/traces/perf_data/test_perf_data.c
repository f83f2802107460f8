/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_perf_data.c - perf.data files of perf_build.h, in all the forms there are.
 *
 * What a sample holds is up to who records, so files are made with members drawn at random, in
 * both byte orders, as files and as streams of pipes, packed and not; the same events must come
 * out of each.
 */
#define _GNU_SOURCE /* memfd_create() */
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include "tests/traces/perf_data/perf_build.h"
#include "traces/capture.h"
#include "traces/reader.h"
#include "traces/synthetic/rng.h"

static char scratch[64];

/* --- what comes out --- */

static void expect_event(const struct reader *reader, const struct event *ev, unsigned int i)
{
	assert_int_equal(ev->time_ns, 1000 + i);
	assert_int_equal(ev->cpu, perf_build_cpu(i));
	assert_int_equal(ev->object, 0xffff888000000000 + i);
	if (perf_build_is_packet(i)) {
		assert_int_equal(ev->kind, EVENT_GRO_RECEIVE);
		assert_int_equal(ev->len, 100 + i);
		assert_int_equal(ev->hash, 0xabcd0000 + i);
		assert_int_equal(ev->queue, 1);
		assert_string_equal(reader->devs.names[ev->dev], i % 2 ? "vb1" : "vb0");
		assert_string_equal(reader->types.names[ev->type], "net:napi_gro_receive_entry");
	} else {
		assert_int_equal(ev->kind, EVENT_CONSUME);
		assert_int_equal(ev->dev, EVENT_NO_DEV);
		assert_string_equal(reader->types.names[ev->type], "skb:consume_skb");
	}
}

static void expect_all(const struct bytes *b, struct reader_facts *facts)
{
	struct reader *reader;
	char err[512] = "";
	struct event ev;

	bytes_store(b, scratch);
	if (reader_open(scratch, &reader, err, sizeof(err)))
		fail_msg("%s", err);
	for (unsigned int i = 0; i < PERF_BUILD_EVENTS; i++) {
		if (reader->ops->next(reader, &ev) != 1)
			fail_msg("event %u: %s", i, reader->error);
		expect_event(reader, &ev, i);
	}
	assert_int_equal(reader->ops->next(reader, &ev), 0);
	assert_int_equal(reader->ops->next(reader, &ev), 0);
	reader->ops->describe(reader, facts);
	assert_int_equal(facts->lost_events, 17);
	assert_int_equal(facts->cpus, 2);
	assert_false(facts->truncated);
	reader_close(reader);
}

static void files_and_pipes(void **state)
{
	static struct bytes b;
	struct reader_facts facts;

	(void)state;
	for (unsigned int i = 0; i < 8; i++) {
		struct perf_form form = perf_plain;

		form.pipe = i & 1;
		form.big = i >> 1 & 1;
		form.rounds = i >> 2;
		perf_build(&b, &form);
		expect_all(&b, &facts);
		assert_string_equal(facts.format, form.pipe ? "perf.data pipe" : "perf.data");
		assert_string_equal(facts.clock, "mono");
		assert_string_equal(facts.kernel, PERF_BUILD_KERNEL);
		assert_int_equal(facts.page_bytes, 4096);
	}
}

static void packed(void **state)
{
	static struct bytes b;
	struct reader_facts facts;
	struct perf_form form = perf_plain;

	(void)state;
	for (unsigned int i = 0; i < 4; i++) {
		form.pipe = i & 1;
		form.packed = i >> 1 ? 83 : 81;
		perf_build(&b, &form);
		expect_all(&b, &facts);
		assert_string_equal(facts.format,
				    form.pipe ? "perf.data pipe zstd" : "perf.data zstd");
	}
}

static void clocks(void **state)
{
	static const struct {
		int id;
		const char *name;
	} known[] = {{-1, "perf"}, {0, "realtime"}, {1, "mono"}, {4, "mono_raw"},
		     {7, "boot"},  {11, "tai"},	    {99, ""}};
	static struct bytes b;
	struct reader_facts facts;
	struct perf_form form = perf_plain;

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		form.clock = known[i].id;
		perf_build(&b, &form);
		expect_all(&b, &facts);
		assert_string_equal(facts.clock, known[i].name);
	}
}

/* From the first kernel with perf events (64 bytes) to some that is yet to come. */
static void attr_sizes(void **state)
{
	static const uint32_t sizes[] = {64, 72, 80, 96, 104, 112, 120, 128, 136, 144, 1024};
	static struct bytes b;
	struct reader_facts facts;

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(sizes) / sizeof(*sizes); i++) {
		struct perf_form form = perf_plain;

		form.pipe = i & 1;
		form.attr_size = sizes[i / 2];
		form.clock = form.attr_size < 96 ? -1 : 1;
		perf_build(&b, &form);
		expect_all(&b, &facts);
		assert_string_equal(facts.clock, form.clock < 0 ? "perf" : "mono");
	}
}

/* Any members a sample can have, the same for both events or, where an id tells them, different. */
static void sample_types(void **state)
{
	static struct bytes b;
	struct reader_facts facts;
	struct rng rng;

	(void)state;
	rng_seed(&rng, 1, "sample types");
	for (unsigned int i = 0; i < 500; i++) {
		struct perf_form form = perf_plain;
		uint64_t any = rng_next(&rng) & (0xfff | WEIGHT | IDENTIFIER);

		form.big = rng_below(&rng, 2);
		form.pipe = rng_below(&rng, 2);
		form.read_format = rng_below(&rng, 32);
		form.types[0] = form.types[1] = any | TIME | CPU | RAW;
		if (any & IDENTIFIER)
			form.types[1] ^= rng_next(&rng) & (IP | ADDR | READ | CALLCHAIN | PERIOD);
		else if (any & ID)
			form.types[1] ^= rng_next(&rng) & (READ | CALLCHAIN | PERIOD | STREAM_ID);
		perf_build(&b, &form);
		expect_all(&b, &facts);
	}
}

/* --- what is refused, and what is cut --- */

static void expect_refusal(const struct bytes *b, const char *word)
{
	struct reader *reader;
	char err[512] = "";
	struct event ev;
	int rc;

	bytes_store(b, scratch);
	rc = reader_open(scratch, &reader, err, sizeof(err));
	if (!rc) {
		while ((rc = reader->ops->next(reader, &ev)) > 0)
			continue;
		memcpy(err, reader->error, sizeof(err));
		reader_close(reader);
	}
	assert_int_equal(rc, -EINVAL);
	assert_non_null(strstr(err, scratch));
	assert_null(strchr(err, '\n'));
	if (!strstr(err, word))
		fail_msg("\"%s\" does not say \"%s\"", err, word);
}

static void expect_form_refusal(const struct perf_form *form, const char *word)
{
	static struct bytes b;

	perf_build(&b, form);
	expect_refusal(&b, word);
}

static void unusable_samples(void **state)
{
	struct perf_form form = perf_plain;

	(void)state;
	form.types[1] = IDENTIFIER | CPU | RAW;
	expect_form_refusal(&form, "perf record -T");
	form.types[1] = IDENTIFIER | TIME | RAW;
	expect_form_refusal(&form, "perf record -a");
	form.types[1] = IDENTIFIER | TIME | CPU;
	expect_form_refusal(&form, "perf record -R");
	form.types[0] = TIME | CPU | RAW;
	form.types[1] = TIME | CPU | RAW | IP;
	expect_form_refusal(&form, "no id");
	form = perf_plain;
	form.no_formats = true;
	expect_form_refusal(&form, "no event formats");
	form.pipe = true;
	expect_form_refusal(&form, "no event formats");
}

static void damaged(void **state)
{
	static struct bytes b;
	struct perf_form form = perf_plain;

	(void)state;
	perf_build(&b, &form);
	put_at(&b, 8, 99, 8);
	expect_refusal(&b, "header of 99 bytes");
	perf_build(&b, &form);
	put_at(&b, 16, 63, 8);
	expect_refusal(&b, "attributes of 63 bytes");
	perf_build(&b, &form);
	put_at(&b, 24, 1 << 20, 8);
	expect_refusal(&b, "table of events");
	perf_build(&b, &form);
	put_at(&b, 72, 1 << 1 | 1 << 24, 8);
	expect_refusal(&b, "--threads");
	perf_build(&b, &form);
	put_at(&b, PERF_BUILD_FIRST_RECORD + 6, 7, 2);
	expect_refusal(&b, "shorter than its header");
	perf_build(&b, &form);
	put_at(&b, PERF_BUILD_FIRST_RECORD + 6, 16, 2);
	expect_refusal(&b, "damaged sample");
	perf_build(&b, &form);
	put_at(&b, PERF_BUILD_FIRST_RECORD + 8 + 24, 1u << 30, 8);
	expect_refusal(&b, "older than");
	perf_build(&b, &form);
	put_at(&b, PERF_BUILD_FIRST_RECORD + 8 + 24, UINT64_MAX - 5, 8);
	expect_refusal(&b, "CPU 0: a time centuries away, 18446744073709551610 ns");
}

/* By a scan, as inspect does: what replay could not follow is refused, and where it is. */
static void expect_scan_refusal(const struct bytes *b, const char *word)
{
	static struct capture_info info;
	char err[512] = "";

	bytes_store(b, scratch);
	assert_int_equal(capture_scan(scratch, &info, err, sizeof(err)), -EINVAL);
	assert_non_null(strstr(err, scratch));
	if (!strstr(err, word))
		fail_msg("\"%s\" does not say \"%s\"", err, word);
}

/* The record of event 0: header, identifier, IP, pid and tid, time, CPU. */
static void impossible_numbers(void **state)
{
	static const uint64_t cpus = 577007205;
	static struct bytes b;
	struct perf_form form = perf_plain;
	size_t nrcpus;

	(void)state;
	perf_build(&b, &form);
	put_at(&b, PERF_BUILD_FIRST_RECORD + 8 + 32, 65280, 4);
	expect_scan_refusal(&b, "event 0, at 1000 ns, is of CPU 65280; expected at most 8191");
	form.pipe = true;
	perf_build(&b, &form);
	nrcpus = 16 + 2 * (8 + 128 + 16);
	put_at(&b, nrcpus + 8 + 8 + (form.big ? 0 : 4), cpus, 4);
	expect_scan_refusal(&b, "577007205 CPUs; expected at most 8192");
}

/* 16777184 + 14 is the most; a length near 2^32 would become a packet of some bytes. */
static void impossible_length(void **state)
{
	static struct bytes b;
	struct perf_form form = perf_plain;
	size_t at;

	(void)state;
	perf_build(&b, &form);
	for (at = PERF_BUILD_FIRST_RECORD; memcmp(b.at + at, "\x65\0\0\0", 4); at++)
		assert_true(at + 4 < b.size);
	put_at(&b, at, UINT32_MAX - 13, 4);
	expect_scan_refusal(&b, "has bytes 4294967282; expected at most 16777184");
}

/* One round in which CPU 0's clock (realtime) is set back by 2 ms; mono cannot be. */
static void clock_set_back(void **state)
{
	static struct capture_info info;
	static struct bytes b;
	struct perf_form form = perf_plain;
	char err[512];

	(void)state;
	form.rounds = false;
	for (unsigned int realtime = 0; realtime < 2; realtime++) {
		form.clock = !realtime;
		perf_build(&b, &form);
		put_at(&b, PERF_BUILD_FIRST_RECORD + 8 + 24, 1000 + 2000000, 8);
		bytes_store(&b, scratch);
		assert_int_equal(capture_scan(scratch, &info, err, sizeof(err)), 0);
		assert_int_equal(info.clock_steps, realtime);
		assert_int_equal(info.times_unclear, realtime);
	}
}

static int events_of(const struct bytes *b, struct reader_facts *facts)
{
	struct reader *reader;
	char err[512] = "";
	struct event ev;
	int rc, nr = 0;

	bytes_store(b, scratch);
	rc = reader_open(scratch, &reader, err, sizeof(err));
	if (rc) {
		assert_int_equal(rc, -EINVAL);
		assert_non_null(strstr(err, scratch));
		return -1;
	}
	while ((rc = reader->ops->next(reader, &ev)) > 0)
		expect_event(reader, &ev, (unsigned int)nr++);
	if (rc)
		fail_msg("%s", reader->error);
	reader->ops->describe(reader, facts);
	reader_close(reader);
	return nr;
}

/* Cut at every byte: a pipe's stream shows what there is, a file ends with what it needs first. */
static void cut_anywhere(void **state)
{
	static struct bytes whole, b;
	struct reader_facts facts;
	struct perf_form form = perf_plain;

	(void)state;
	form.rounds = false;
	for (unsigned int pipe = 0; pipe < 2; pipe++) {
		int most = -1;

		form.pipe = pipe;
		perf_build(&whole, &form);
		for (size_t size = 8; size < whole.size; size++) {
			int nr;

			b = whole;
			b.size = size;
			nr = events_of(&b, &facts);
			if (nr < 0)
				continue;
			assert_true(nr >= most);
			most = nr;
			if (pipe && nr < PERF_BUILD_EVENTS && nr != most)
				assert_true(facts.truncated);
			if (!pipe)
				assert_true(facts.truncated);
		}
		assert_int_equal(most, PERF_BUILD_EVENTS);
	}
}

/* In memory: files that are rewritten at once wait for the disk. */
static int make_scratch(void **state)
{
	int fd = memfd_create("perf.data", MFD_CLOEXEC);

	(void)state;
	snprintf(scratch, sizeof(scratch), "/proc/self/fd/%d", fd);
	return fd < 0 ? -1 : 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_and_pipes),
		cmocka_unit_test(packed),
		cmocka_unit_test(clocks),
		cmocka_unit_test(attr_sizes),
		cmocka_unit_test(sample_types),
		cmocka_unit_test(unusable_samples),
		cmocka_unit_test(damaged),
		cmocka_unit_test(cut_anywhere),
		cmocka_unit_test(clock_set_back),
		cmocka_unit_test(impossible_numbers),
		cmocka_unit_test(impossible_length),
	};

	return cmocka_run_group_tests(tests, make_scratch, NULL);
}
