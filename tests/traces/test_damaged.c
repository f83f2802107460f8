/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_damaged.c - files that are cut, damaged or no captures at all.
 *
 * Whatever a file holds, the answer comes soon and is either a capture or one line that names the
 * file. What is left of a cut file is read.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "tests/traces/scratch.h"
#include "traces/capture.h"

#define SAMPLES	 FRAGSIM_SOURCE_DIR "/traces/samples/"
#define ANSWER_S 30 /* generous: a slow machine under a sanitizer */
#define CUTS	 64
#define DAMAGES	 48
#define FILE_MAX (1 << 20)

static unsigned char content[FILE_MAX];
static struct capture_info info;

static size_t load(const char *name)
{
	char path[512];
	FILE *file;
	size_t size;

	snprintf(path, sizeof(path), "%s%s", SAMPLES, name);
	file = fopen(path, "rb");
	assert_non_null(file);
	size = fread(content, 1, sizeof(content), file);
	fclose(file);
	assert_true(size > 0 && size < sizeof(content));
	return size;
}

static int answer(const char *path, char *err, size_t err_size)
{
	int rc;

	err[0] = '\0';
	alarm(ANSWER_S);
	rc = capture_scan(path, &info, err, err_size);
	alarm(0);
	if (rc) {
		assert_true(rc < 0);
		assert_non_null(strstr(err, path));
		assert_null(strchr(err, '\n'));
	}
	return rc;
}

static uint64_t event_count(const struct capture_info *of, const char *name)
{
	for (unsigned int i = 0; i < of->nr_events; i++)
		if (!strcmp(of->events[i].name, name))
			return of->events[i].count;
	return 0;
}

/* A part of a capture has nothing that the whole does not have. */
static void is_part_of(const struct capture_info *part, const struct capture_info *whole)
{
	assert_true(part->truncated);
	assert_true(part->events_total <= whole->events_total);
	assert_true(!part->events_total || part->first_ns >= whole->first_ns);
	assert_true(part->first_ns + part->span_ns <= whole->first_ns + whole->span_ns);
	for (unsigned int i = 0; i < part->nr_events; i++)
		assert_in_range(part->events[i].count, 1, event_count(whole, part->events[i].name));
	for (unsigned int i = 0; i < part->nr_devices; i++)
		assert_true(part->devices[i].packets <= whole->events_total);
}

/*
 * Cuts at every 64th. Before the data of the first CPU begin (@begin 64ths of the file) there is
 * nothing to be read; behind, all but a first incomplete sub-buffer or chunk.
 * The data of CPU 0 come first, then those of CPU 1. A cut within the latter ends the capture
 * where CPU 1 does, so a longer file need not show more.
 */
static void cut_everywhere(const char *name, size_t begin, uint64_t most)
{
	static struct capture_info whole;
	size_t size = load(name);
	uint64_t longest = 0;
	char err[512];

	scratch_store(content, size);
	assert_int_equal(answer(scratch, err, sizeof(err)), 0);
	whole = info;
	for (size_t i = 0; i < CUTS; i++) {
		scratch_store(content, size * i / CUTS);
		if (answer(scratch, err, sizeof(err))) {
			assert_true(i <= begin);
			assert_non_null(strstr(err, i ? "cut " : "is empty"));
			continue;
		}
		assert_true(i >= begin);
		is_part_of(&info, &whole);
		if (info.events_total > longest)
			longest = info.events_total;
	}
	print_message("%s: %llu of %llu events at most\n", name, (unsigned long long)longest,
		      (unsigned long long)whole.events_total);
	assert_true(longest >= most);
}

/* Where the data begin: at byte 233472 of 684364 (tcp_slow), 233472 of 268823, ... */
static void cut_samples(void **state)
{
	(void)state;
	cut_everywhere("tcp_slow_reader_small.dat", 22, 45000);
	cut_everywhere("fmt_v7_zstd.dat", 56, 5000);
	cut_everywhere("only_sched.dat", 60, 0);
	cut_everywhere("igb_rx_slow_lazy.dat", 24, 30000);
	cut_everywhere("fmt_v6_small.dat", 6, 6000);
}

/* This one ends in its symbols, long before its data. */
static void cut_v7_sample(void **state)
{
	char err[512];

	(void)state;
	assert_int_equal(answer(SAMPLES "trunc_v7.dat", err, sizeof(err)), -EINVAL);
	assert_non_null(strstr(err, "the file ends at byte 134411, before the first event"));
}

/* Half of a file replays: every packet that is counted is delivered. */
static void cut_gives_packets(const char *name)
{
	size_t size = load(name), nr = 0;
	struct packet_source *src;
	struct packet pkt;
	char err[512];

	scratch_store(content, size * 3 / 4);
	assert_int_equal(answer(scratch, err, sizeof(err)), 0);
	assert_true(info.truncated);
	assert_int_equal(capture_open(&info, "vb", &src, err, sizeof(err)), 0);
	while (packet_next(src, &pkt) > 0)
		nr++;
	packet_source_close(src);
	assert_true(nr > 100);
	assert_int_equal(nr, capture_default_device(&info)->packets);
}

static void cut_files_give_packets(void **state)
{
	(void)state;
	cut_gives_packets("fmt_v6_small.dat");
	cut_gives_packets("tcp_slow_reader_small.dat");
}

/* Some bytes overwritten, most of them in what describes the data: any answer, but an answer. */
static void damaged_bytes(const char *name, size_t from)
{
	size_t size = load(name);
	uint32_t random = 12345;
	char err[512];

	for (unsigned int i = 0; i < DAMAGES; i++) {
		unsigned char saved[8];
		size_t at[8];

		for (unsigned int j = 0; j < 8; j++) {
			random = random * 1664525 + 1013904223;
			at[j] = from + random % (size - from);
			saved[j] = content[at[j]];
			content[at[j]] = (unsigned char)(random >> 16);
		}
		scratch_store(content, size);
		answer(scratch, err, sizeof(err));
		for (unsigned int j = 8; j-- > 0;)
			content[at[j]] = saved[j];
	}
}

static void damaged_v7(void **state)
{
	(void)state;
	damaged_bytes("fmt_v7_zstd.dat", 220000);
}

static void damaged_v6(void **state)
{
	(void)state;
	damaged_bytes("fmt_v6_small.dat", 0);
}

static void no_captures(void **state)
{
	static const struct {
		const char *bytes;
		size_t size;
		const char *word;
	} files[] = {
		{"", 0, "is empty"},
		{"PERFILE2 and more", 17, "a header of"},
		{"\xd4\xc3\xb2\xa1\x02\x00\x04\x00", 8, "damaged pcap: byte 0"},
		{"hello, world\n", 13, "no capture"},
		{"\x17\x08\x44tracing", 10, "cut within its first"},
		{"\x17\x08\x44tracing5\0\0\10\0\20\0\0", 18, "version 5"},
		{"\x17\x08\x44tracing6\0\1\10\0\0\20\0", 18, "cut in its event formats"},
		{"\x17\x08\x44tracing6\0\0\10\0\0\20\1", 18, "pages of 17825792 bytes"},
		{"\x17\x08\x44tracing7\0\0\10\0\20\0\0", 18, "cut in its head"},
		{"\x17\x08\x44tracing7\0\0\10\0\20\0\0lzma\0\0\0\0\0\0\0\0\0\0", 32,
		 "before the first event"},
	};
	char err[512];

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		scratch_store(files[i].bytes, files[i].size);
		assert_int_equal(answer(scratch, err, sizeof(err)), -EINVAL);
		if (!strstr(err, files[i].word))
			fail_msg("\"%s\" does not say \"%s\"", err, files[i].word);
	}
}

static void no_files(void **state)
{
	char err[512];

	(void)state;
	assert_int_equal(answer("/nowhere/x.dat", err, sizeof(err)), -ENOENT);
	assert_int_equal(answer("/tmp", err, sizeof(err)), -EISDIR);
	assert_int_equal(answer("/dev/null", err, sizeof(err)), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cut_samples),
		cmocka_unit_test(cut_v7_sample),
		cmocka_unit_test(cut_files_give_packets),
		cmocka_unit_test(damaged_v7),
		cmocka_unit_test(damaged_v6),
		cmocka_unit_test(no_captures),
		cmocka_unit_test(no_files),
	};

	return cmocka_run_group_tests(tests, scratch_make, scratch_drop);
}
