/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_trace_dat.c - every variant of a trace.dat tells the same story, whole or cut.
 *
 * The files are dat_build.h's: N packets, 3 events each, of which CPU 0 has two.
 */
#define _GNU_SOURCE /* memfd_create() */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "tests/traces/cmocka_all.h"
#include "dat_build.h"
#include "traces/capture.h"

#define PACKETS	 100
#define PAUSE_NS (1ull << 30)
/* From the first arrival to the last release. */
#define SPAN_NS	 ((3ull * PACKETS - 1) * DAT_BUILD_STEP_NS + PAUSE_NS)
#define PAGE	 4096

static struct capture_info info;
static char error[512];

static int scan(const void *bytes, size_t size)
{
	int fd = memfd_create("trace.dat", 0), rc;
	char path[64];

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, size), size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	error[0] = '\0';
	alarm(30);
	rc = capture_scan(path, &info, error, sizeof(error));
	alarm(0);
	close(fd);
	if (rc) {
		assert_non_null(strstr(error, path));
		assert_null(strchr(error, '\n'));
	}
	return rc;
}

static int scan_variant(const struct dat_variant *variant)
{
	size_t size;
	unsigned char *bytes = dat_build(variant, &size);
	int rc = scan(bytes, size);

	free(bytes);
	return rc;
}

static uint64_t event_count(const char *name)
{
	for (unsigned int i = 0; i < info.nr_events; i++)
		if (!strcmp(info.events[i].name, name))
			return info.events[i].count;
	return 0;
}

/* Bytes: 100 + 101 + ... + 199 = 14950. */
static void story_is_told(uint64_t first_ns, uint64_t span_ns)
{
	const struct capture_device *dev = &info.devices[0];

	assert_int_equal(info.events_total, 3 * PACKETS);
	assert_int_equal(info.first_ns, first_ns);
	assert_int_equal(info.span_ns, span_ns);
	assert_int_equal(info.cpus, 2);
	assert_false(info.truncated);
	assert_int_equal(event_count("net:napi_gro_receive_entry"), PACKETS);
	assert_int_equal(event_count("net:netif_receive_skb"), PACKETS);
	assert_int_equal(event_count("skb:consume_skb"), PACKETS);
	assert_int_equal(info.nr_devices, 1);
	assert_string_equal(dev->name, "eth0");
	assert_int_equal(dev->packets, PACKETS);
	assert_int_equal(dev->bytes, 14950);
	assert_int_equal(dev->delivered, PACKETS);
	assert_int_equal(dev->release[RELEASE_FREE], PACKETS);
}

/* --- variants --- */

static const struct {
	int version;
	enum unpack_kind packing;
	const char *name;
} containers[] = {
	{6, UNPACK_NONE, "trace.dat v6"},
	{7, UNPACK_NONE, "trace.dat v7"},
	{7, UNPACK_ZSTD, "trace.dat v7 zstd"},
	{7, UNPACK_ZLIB, "trace.dat v7 zlib"},
};

/* Calls @check with each container, byte order, size of long, and with and without an instance. */
static void each_variant(void (*check)(const struct dat_variant *variant, const char *name))
{
	for (unsigned int i = 0; i < sizeof(containers) / sizeof(containers[0]) * 8; i++) {
		const struct dat_variant variant = {.version = containers[i / 8].version,
						    .packing = containers[i / 8].packing,
						    .big_endian = i & 1,
						    .long_size = i & 2 ? 4 : 8,
						    .instance = i & 4,
						    .packets = PACKETS};

		check(&variant, containers[i / 8].name);
	}
}

static void variant_is_read(const struct dat_variant *variant, const char *name)
{
	assert_int_equal(scan_variant(variant), 0);
	assert_string_equal(info.format, name);
	assert_string_equal(info.clock, "mono");
	assert_int_equal(info.lost_events, 0);
	assert_string_equal(info.note, variant->instance ? "buffers merged: (top) inst" : "");
	story_is_told(DAT_BUILD_START_NS, SPAN_NS);
}

static void variants(void **state)
{
	(void)state;
	each_variant(variant_is_read);
}

/* Nothing in a part that is not in the whole; what is refused says that the file is cut. */
static void variant_is_cut(const struct dat_variant *variant, const char *name)
{
	size_t size, readable = 0;
	unsigned char *bytes = dat_build(variant, &size);

	(void)name;
	for (size_t i = 0; i < 64; i++) {
		if (scan(bytes, size * i / 64)) {
			assert_non_null(strstr(error, i ? "cut " : "is empty"));
			assert_int_equal(readable, 0);
			continue;
		}
		readable++;
		assert_true(info.truncated);
		assert_true(info.events_total <= 3 * PACKETS);
		assert_true(info.span_ns <= SPAN_NS);
		assert_in_range(info.nr_devices, 0, 1);
		if (info.nr_devices)
			assert_string_equal(info.devices[0].name, "eth0");
	}
	/* Plain sub-buffers are most of a file; compressed, they are as long as the formats. */
	assert_true(readable >= (variant->packing == UNPACK_NONE ? 50 : 2));
	free(bytes);
}

static void cuts(void **state)
{
	(void)state;
	each_variant(variant_is_cut);
}

/*
 * CPU 1 has a sub-buffer for each 16 releases. With only the first of them left, the capture ends
 * at the 16th release: 16 packets, 48 events, although all of CPU 0's are there.
 */
static void ends_where_a_cpu_breaks_off(void **state)
{
	const struct dat_variant variant = {.version = 6, .long_size = 8, .packets = PACKETS};
	size_t size, pages = (PACKETS + 15) / 16;
	unsigned char *bytes = dat_build(&variant, &size);

	(void)state;
	assert_int_equal(scan(bytes, size - (pages - 1) * PAGE + 100), 0);
	assert_true(info.truncated);
	assert_int_equal(info.events_total, 48);
	assert_int_equal(info.span_ns, (3 * 16 - 1) * DAT_BUILD_STEP_NS);
	assert_string_equal(info.note, "");
	for (size_t more = 0; more < PAGE; more += PAGE - 1) {
		assert_int_equal(scan(bytes, size - pages * PAGE + more), 0);
		assert_true(info.truncated);
		assert_int_equal(info.events_total, 2 * PACKETS);
		assert_string_equal(info.note, "the data of 1 CPU are cut off altogether");
	}
	free(bytes);
}

/* The table of an instance is behind the data of the top buffer; cut there, it is missing. */
static void instance_is_cut_off(void **state)
{
	const struct dat_variant variant = {
		.version = 6, .long_size = 8, .packets = PACKETS, .instance = true};
	size_t size;
	unsigned char *bytes = dat_build(&variant, &size), *table;

	(void)state;
	table = memmem(bytes, size, "flyrecord", 10);
	assert_non_null(table);
	table = memmem(table + 10, size - (size_t)(table + 10 - bytes), "flyrecord", 10);
	assert_non_null(table);
	assert_int_equal(scan(bytes, (size_t)(table - bytes) + 5), 0);
	assert_true(info.truncated);
	assert_int_equal(info.events_total, 2 * PACKETS);
	assert_string_equal(info.note, "the data of 2 CPUs are cut off altogether");
	free(bytes);
}

/* Version 7 without its table: plain data of the two CPUs are told apart by their times. */
static void cpus_are_told_apart(void **state)
{
	struct dat_variant variant = {.version = 7, .long_size = 8, .packets = PACKETS};

	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		size_t size;
		unsigned char *bytes;

		variant.packing = i ? UNPACK_ZLIB : UNPACK_NONE;
		bytes = dat_build(&variant, &size);
		assert_int_equal(scan(bytes, size - 1), 0);
		assert_true(info.truncated);
		info.truncated = false;
		story_is_told(DAT_BUILD_START_NS, SPAN_NS);
		assert_int_equal(info.reordered, 0);
		assert_string_equal(info.note, "the table of CPUs is cut off too, their numbers "
					       "are guessed");
		free(bytes);
	}
}

static void old_options(void **state)
{
	const struct dat_variant variant = {
		.version = 7, .long_size = 8, .packets = PACKETS, .old_options = true};

	(void)state;
	assert_int_equal(scan_variant(&variant), 0);
	story_is_told(DAT_BUILD_START_NS, SPAN_NS);
}

/* Two buffers with the same events, or with times that do not compare: read, and said. */
static void instances(void **state)
{
	struct dat_variant variant = {
		.version = 7, .long_size = 8, .packets = PACKETS, .instance = true, .twice = true};

	(void)state;
	assert_int_equal(scan_variant(&variant), 0);
	assert_int_equal(info.events_total, 4 * PACKETS);
	assert_int_equal(event_count("net:netif_receive_skb"), 2 * PACKETS);
	assert_non_null(strstr(info.note, "several of them and counted as often"));
	assert_null(strstr(info.note, "different clocks"));
	variant.twice = false;
	variant.inst_clock = "boot";
	assert_int_equal(scan_variant(&variant), 0);
	assert_null(strstr(info.note, "counted as often"));
	assert_non_null(strstr(info.note, "different clocks"));
}

/* --- times --- */

/* 3 ticks are 2 ns: mult / 2^shift = 2 / 3 in 31 bits; each time is rounded down by itself. */
static void tsc_with_its_length(void **state)
{
	const uint32_t mult = 1431655765; /* 2^31 * 2 / 3 */
	const struct dat_variant variant = {.version = 7,
					    .packing = UNPACK_ZSTD,
					    .long_size = 8,
					    .packets = PACKETS,
					    .clock = "x86-tsc",
					    .mult = mult,
					    .shift = 31};
	uint64_t first = (uint64_t)((unsigned __int128)DAT_BUILD_START_NS * mult >> 31);
	uint64_t last = (uint64_t)((unsigned __int128)(DAT_BUILD_START_NS + SPAN_NS) * mult >> 31);

	(void)state;
	assert_int_equal(scan_variant(&variant), 0);
	assert_string_equal(info.clock, "x86-tsc");
	assert_string_equal(info.note, "");
	assert_in_range(first, DAT_BUILD_START_NS / 3 * 2 - 1000,
			DAT_BUILD_START_NS / 3 * 2 + 1000);
	story_is_told(first, last - first);
}

static void tsc_without_its_length(void **state)
{
	const struct dat_variant variant = {
		.version = 6, .long_size = 8, .packets = PACKETS, .clock = "x86-tsc"};

	(void)state;
	assert_int_equal(scan_variant(&variant), 0);
	assert_non_null(strstr(info.note, "times are ticks"));
	story_is_told(DAT_BUILD_START_NS, SPAN_NS);
}

static void offset(void **state)
{
	const struct dat_variant variant = {
		.version = 7, .long_size = 8, .packets = PACKETS, .offset_ns = -5000};

	(void)state;
	assert_int_equal(scan_variant(&variant), 0);
	story_is_told(DAT_BUILD_START_NS - 5000, SPAN_NS);
}

/* Before 0 and after 292 years there is no time. */
static void offset_too_far(void **state)
{
	const struct dat_variant variant = {
		.version = 6, .long_size = 8, .packets = PACKETS, .offset_ns = -2000000000000};

	(void)state;
	assert_int_equal(scan_variant(&variant), -EINVAL);
	assert_non_null(strstr(error, "centuries away"));
}

static void clocks(void **state)
{
	static const char *const refused[] = {"counter", "uptime"};
	static const char *const taken[] = {"local", "global", "perf", "mono_raw", "boot", "tai"};
	struct dat_variant variant = {.version = 7, .long_size = 8, .packets = PACKETS};

	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		variant.clock = refused[i];
		assert_int_equal(scan_variant(&variant), -EINVAL);
		assert_non_null(strstr(error, refused[i]));
	}
	for (unsigned int i = 0; i < 6; i++) {
		variant.clock = taken[i];
		assert_int_equal(scan_variant(&variant), 0);
		assert_string_equal(info.clock, taken[i]);
		assert_string_equal(info.note, "");
	}
}

/*
 * The clock of CPU 1 is set back by 1000 s, for its last sub-buffer of 4 frees, the first of which
 * is exactly as long behind the one before as that was: all times come out true.
 */
static void clock_falls_back(void **state)
{
	const struct dat_variant variant = {.version = 6, .long_size = 8, .packets = PACKETS};
	size_t size;
	unsigned char *bytes = dat_build(&variant, &size);
	static struct capture_info whole;
	uint64_t time = 7;

	assert_int_equal(scan(bytes, size), 0);
	whole = info;
	(void)state;
	memcpy(bytes + size - PAGE, &time, sizeof(time)); /* its last sub-buffer: 4 of 100 */
	assert_int_equal(scan(bytes, size), 0);
	assert_int_equal(info.events_total, 3 * PACKETS);
	assert_int_equal(info.reordered, 0);
	assert_int_equal(info.clock_steps, 1);
	assert_int_equal(info.times_moved, 4);
	assert_true(info.times_unclear);
	assert_int_equal(info.first_ns, DAT_BUILD_START_NS);
	assert_int_equal(info.span_ns, whole.span_ns);
	assert_int_equal(info.devices[0].release[RELEASE_FREE], PACKETS);
	assert_int_equal(whole.clock_steps, 0);
	free(bytes);
}

/* --- losses, symbols --- */

static void lost_events(void **state)
{
	struct dat_variant variant = {.version = 7, .long_size = 8, .packets = PACKETS, .lost = 77};

	(void)state;
	for (unsigned int i = 0; i < 4; i++) {
		variant.long_size = i & 1 ? 4 : 8;
		variant.big_endian = i & 2;
		assert_int_equal(scan_variant(&variant), 0);
		assert_int_equal(info.lost_events, 77);
	}
	variant.overrun = 1000; /* the statistics count the same events, and more of them */
	assert_int_equal(scan_variant(&variant), 0);
	assert_int_equal(info.lost_events, 1000);
}

/*
 * consume_skb is called from 0xffffffff81000010. In skb_pp_cow_data() it frees an skb that nobody
 * delivered (decode.c), so nothing is known of the packets' end.
 */
static void call_sites(void **state)
{
	struct dat_variant variant = {.version = 7, .packing = UNPACK_ZLIB, .long_size = 8};

	(void)state;
	variant.packets = PACKETS;
	variant.kallsyms = "ffffffff81000020 T after\nffffffff81000000 t skb_pp_cow_data\n"
			   "0000000000000008 A percpu\nffffffff81000010 d $x\n";
	assert_int_equal(scan_variant(&variant), 0);
	assert_int_equal(info.devices[0].release[RELEASE_FREE], 0);
	variant.version = 6;
	variant.packing = UNPACK_NONE;
	assert_int_equal(scan_variant(&variant), 0);
	assert_int_equal(info.devices[0].release[RELEASE_FREE], 0);
	variant.kallsyms =
		"ffffffff81000000 t skb_pp_cow_data\nffffffff81000008 T skb_free_datagram\n";
	assert_int_equal(scan_variant(&variant), 0);
	assert_int_equal(info.devices[0].release[RELEASE_FREE], PACKETS);
}

/* --- damage --- */

/* Where the data of CPU 0 begin in a version 6 file: the first page with the first time. */
static size_t data_begin(const unsigned char *bytes, size_t size)
{
	static const uint64_t first = DAT_BUILD_START_NS;

	for (size_t at = PAGE; at + 8 < size; at += PAGE)
		if (!memcmp(bytes + at, &first, 8))
			return at;
	fail();
	return 0;
}

static void damage_is_named(void **state)
{
	static const struct {
		size_t at;
		unsigned char byte;
		const char *word;
	} damages[] = {
		{9, 0xff, "more data than room"}, /* commit */
		{16, 28, "beyond its end"},	  /* type_len: 112 bytes instead of 48 */
		{16, 31, ""},			  /* an absolute time: any answer */
		{16, 29, ""},			  /* padding */
		{7, 0x7f, "centuries away"},
	};
	const struct dat_variant variant = {
		.version = 6, .long_size = 8, .packets = PACKETS, .offset_ns = 1ll << 60};

	(void)state;
	for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		size_t size;
		unsigned char *bytes = dat_build(&variant, &size);
		size_t begin = data_begin(bytes, size);

		bytes[begin + damages[i].at] = damages[i].byte;
		if (damages[i].at == 16) /* the only record of its page */
			bytes[begin + 8] = 52, bytes[begin + 9] = 0;
		if (scan(bytes, size) || *damages[i].word) {
			assert_non_null(strstr(error, damages[i].word));
			assert_non_null(strstr(error, "CPU 0"));
		}
		free(bytes);
	}
}

/* Empty sub-buffers are nothing special, but 100 MB of them in a file of 10 KB are. */
static void chunks_do_not_explode(void **state)
{
	struct dat_variant variant = {
		.version = 7, .long_size = 8, .packets = PACKETS, .packing = UNPACK_ZSTD};

	(void)state;
	variant.chunk_pages = 512;
	variant.empty_pages = 5000;
	assert_int_equal(scan_variant(&variant), 0);
	story_is_told(DAT_BUILD_START_NS, SPAN_NS);
	variant.empty_pages = 25000;
	assert_int_equal(scan_variant(&variant), -EINVAL);
	assert_non_null(strstr(error, "more than can be"));
	variant.empty_pages = 0;
	variant.chunk_pages = 513; /* more than 2 MB at once */
	variant.packets = 1;
	variant.empty_pages = 600;
	assert_int_equal(scan_variant(&variant), -EINVAL);
	assert_non_null(strstr(error, "impossible size"));
}

/* trace-cmd record -p wakeup and the like: there are no records behind the descriptions. */
static void text_is_refused(void **state)
{
	const struct dat_variant variant = {.version = 6, .long_size = 8, .packets = PACKETS};
	size_t size;
	unsigned char *bytes = dat_build(&variant, &size), *word;

	(void)state;
	word = memmem(bytes, size, "flyrecord", 10);
	assert_non_null(word);
	memcpy(word, "latency  ", 10);
	assert_int_equal(scan(bytes, size), -EINVAL);
	assert_non_null(strstr(error, "text of a latency tracer"));
	free(bytes);
}

/* Two CPUs that claim the same bytes: a small file that would be read for ever. */
static void data_are_claimed_once(void **state)
{
	const struct dat_variant variant = {.version = 6, .long_size = 8, .packets = PACKETS};
	size_t size, at;
	unsigned char *bytes = dat_build(&variant, &size), *table;

	(void)state;
	table = memmem(bytes, size, "flyrecord", 10);
	assert_non_null(table);
	at = data_begin(bytes, size);
	for (unsigned int cpu = 0; cpu < 2; cpu++) {
		uint64_t entry[2] = {at, size - at};

		memcpy(table + 10 + 16 * cpu, entry, 16);
	}
	assert_int_equal(scan(bytes, size), -EINVAL);
	if (!strstr(error, "CPU table damaged"))
		fail_msg("%s", error);
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(variants),
		cmocka_unit_test(cuts),
		cmocka_unit_test(ends_where_a_cpu_breaks_off),
		cmocka_unit_test(instance_is_cut_off),
		cmocka_unit_test(cpus_are_told_apart),
		cmocka_unit_test(old_options),
		cmocka_unit_test(instances),
		cmocka_unit_test(tsc_with_its_length),
		cmocka_unit_test(tsc_without_its_length),
		cmocka_unit_test(offset),
		cmocka_unit_test(offset_too_far),
		cmocka_unit_test(clocks),
		cmocka_unit_test(clock_falls_back),
		cmocka_unit_test(lost_events),
		cmocka_unit_test(call_sites),
		cmocka_unit_test(damage_is_named),
		cmocka_unit_test(data_are_claimed_once),
		cmocka_unit_test(text_is_refused),
		cmocka_unit_test(chunks_do_not_explode),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
