/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_packet_file.c - packet files: what goes in comes out, damage is found where it is, and
 * docs/packet-file.md says what the structures say.
 */
#include <errno.h>
#include <stdlib.h>
#include "tests/traces/bytes.h"
#include "tests/traces/packet_equal.h"
#include "tests/traces/scratch.h"
#include "traces/capture.h"
#include "traces/packet_file/packet_file_items.h"
#include "traces/packet_file/packet_file_layout.h"
#include "traces/packet_file/packet_file_write.h"

#define SAMPLES FRAGSIM_SOURCE_DIR "/traces/samples/"
#define CUTS	64
#define BLOCK                                                                                      \
	(sizeof(struct packet_file_block) +                                                        \
	 PACKET_FILE_BLOCK_RECORDS * sizeof(struct packet_file_record))

static struct capture_info from, to;
static char err[512];
static unsigned char *whole;
static size_t whole_size;

static int drop(void **state)
{
	free(whole);
	return scratch_drop(state);
}

static struct packet_source *source_of(const struct capture_info *info)
{
	struct packet_source *src = NULL;
	const struct capture_device *dev = capture_default_device(info);

	assert_non_null(dev);
	assert_int_equal(capture_open(info, dev->name, &src, err, sizeof(err)), 0);
	return src;
}

/* Converts a sample to the scratch file, and keeps its bytes in @whole. */
static void convert(const char *name)
{
	const struct capture_device *dev;
	struct packet_source *src;
	char path[512];
	uint64_t packets;
	FILE *file;

	snprintf(path, sizeof(path), "%s%s", SAMPLES, name);
	assert_int_equal(capture_scan(path, &from, err, sizeof(err)), 0);
	dev = capture_default_device(&from);
	src = source_of(&from);
	file = fopen(scratch, "wb+");
	assert_non_null(file);
	assert_int_equal(packet_file_write(file, &from, dev, src, &packets, err, sizeof(err)), 0);
	assert_int_equal(packets, dev->packets);
	packet_source_close(src);
	assert_int_equal(fseek(file, 0, SEEK_END), 0);
	whole_size = (size_t)ftell(file);
	rewind(file);
	free(whole);
	whole = malloc(whole_size);
	assert_non_null(whole);
	assert_int_equal(fread(whole, 1, whole_size, file), whole_size);
	fclose(file);
}

static int scan(void)
{
	int rc;

	err[0] = '\0';
	rc = capture_scan(scratch, &to, err, sizeof(err));
	if (rc) {
		assert_non_null(strstr(err, scratch));
		assert_null(strchr(err, '\n'));
	}
	return rc;
}

/* As far as the file goes, packets are those of the capture it was made from. Return: how many */
static uint64_t packets_equal(void)
{
	struct packet_source *a = source_of(&from), *b = source_of(&to);
	struct packet pa, pb;
	uint64_t nr = 0;

	for (; packet_next(b, &pb) > 0; nr++) {
		assert_int_equal(packet_next(a, &pa), 1);
		assert_true(packet_equal(&pa, &pb));
	}
	packet_source_close(a);
	packet_source_close(b);
	return nr;
}

/* The check value of the CRC catalogue for CRC-32/ISO-HDLC. */
static void checksum(void **state)
{
	(void)state;
	assert_int_equal(packet_file_crc("123456789", 9), 0xcbf43926u);
	assert_int_equal(packet_file_crc("", 0), 0);
}

/* All that a replay uses is the same; path and format tell what the file is. */
static void what_goes_in_comes_out(void **state)
{
	static const char *const names[] = {"tcp_slow_reader_small.dat", "igb_rx_slow_lazy.dat",
					    "fmt_v6_small.dat", "tcp_both_ways_cut.pcap"};

	(void)state;
	for (unsigned int i = 0; i < 4; i++) {
		convert(names[i]);
		assert_int_equal(scan(), 0);
		/* what an igb with an IOMMU sent is there as well */
		assert_int_equal(packets_equal(),
				 capture_default_device(&from)->packets +
					 (from.truth.has_iommu
						  ? capture_default_device(&from)->tx_packets
						  : 0));
		assert_string_equal(to.format, "packet file v4");
		assert_string_equal(to.origin, from.format);
		assert_int_equal(to.nr_devices, 1);
		assert_memory_equal(&to.devices[0], capture_default_device(&from),
				    sizeof(to.devices[0]));
		assert_memory_equal(&to.truth, &from.truth, offsetof(struct truth, points));
		assert_int_equal(to.truth.nr_points, from.truth.nr_points);
		assert_memory_equal(to.truth.points, from.truth.points,
				    to.truth.nr_points * sizeof(to.truth.points[0]));
		assert_int_equal(to.truth.nr_pools, from.truth.nr_pools);
		for (unsigned int p = 0; p < to.truth.nr_pools; p++)
			assert_memory_equal(to.truth.pool_points[p], from.truth.pool_points[p],
					    to.truth.nr_points *
						    sizeof(to.truth.pool_points[p][0]));
		assert_memory_equal(to.events, from.events, sizeof(to.events));
		assert_int_equal(to.nr_events, from.nr_events);
		assert_int_equal(to.first_ns, from.first_ns);
		assert_int_equal(to.span_ns, from.span_ns);
		assert_int_equal(to.events_total, from.events_total);
		assert_int_equal(to.lost_events, from.lost_events);
		assert_int_equal(to.truncated, from.truncated);
		assert_int_equal(to.packets_only, from.packets_only);
		assert_int_equal(to.cpus, from.cpus);
		assert_int_equal(to.clock_steps, from.clock_steps);
		assert_int_equal(to.times_moved, from.times_moved);
		assert_int_equal(to.times_unclear, from.times_unclear);
		assert_int_equal(to.packets_empty, from.packets_empty);
		assert_string_equal(to.clock, from.clock);
	}
}

/* What is said of the times, which none of the samples has. */
static void times_are_kept(void **state)
{
	unsigned char *items;
	size_t size;

	(void)state;
	memset(&from, 0, sizeof(from));
	memset(&to, 0, sizeof(to));
	from.clock_steps = 3;
	from.times_moved = UINT64_C(1) << 40;
	from.times_unclear = true;
	from.packets_empty = 7;
	size = packet_file_items_write(&from, &from.devices[0], &items);
	assert_true(size > 0);
	assert_int_equal(packet_file_items_read(items, size, &to), 0);
	free(items);
	assert_int_equal(to.clock_steps, 3);
	assert_int_equal(to.times_moved, UINT64_C(1) << 40);
	assert_true(to.times_unclear);
	assert_int_equal(to.packets_empty, 7);
}

static void same_bytes_again(void **state)
{
	unsigned char *first;
	size_t size;

	(void)state;
	convert("tcp_slow_reader_small.dat");
	first = whole;
	size = whole_size;
	whole = NULL;
	convert("tcp_slow_reader_small.dat");
	assert_int_equal(size, whole_size);
	assert_memory_equal(first, whole, size);
	free(first);
}

/* 11789 packets are 5 whole blocks and one of 1549. At every 64th: the whole blocks before it. */
static void cuts(void **state)
{
	unsigned int partial = 0;
	size_t front;

	(void)state;
	convert("tcp_slow_reader_small.dat");
	front = ((const struct packet_file_header *)(const void *)whole)->blocks_at;
	for (unsigned int i = 0; i < CUTS; i++) {
		size_t size = whole_size * i / CUTS,
		       blocks = size < front ? 0 : (size - front) / BLOCK;

		scratch_store(whole, size);
		if (scan()) {
			assert_true(size < front);
			continue;
		}
		partial++;
		assert_true(to.truncated);
		assert_int_equal(to.devices[0].packets, blocks * PACKET_FILE_BLOCK_RECORDS);
		if (!blocks)
			continue;
		assert_int_equal(packets_equal(), blocks * PACKET_FILE_BLOCK_RECORDS);
		assert_true(to.span_ns < from.span_ns);
		assert_true(to.truth.last.time_ns <= to.span_ns);
		assert_true(to.truth.nr_points < from.truth.nr_points);
		assert_true(to.truth.last.pool_hold <= from.truth.last.pool_hold);
	}
	assert_true(partial > 40);
}

/* One bit anywhere: found before a packet comes out, and its place named. */
static void damage(void **state)
{
	const struct packet_file_header *head;
	size_t front, items_end, step;

	(void)state;
	convert("fmt_v6_small.dat");
	head = (const void *)whole;
	front = head->blocks_at;
	items_end = sizeof(*head) + head->items_bytes;
	step = whole_size / 499;
	for (size_t at = 0; at < whole_size; at += step) {
		whole[at] ^= 0x10;
		scratch_store(whole, whole_size);
		whole[at] ^= 0x10;
		if (at >= items_end && at < front && !scan())
			continue; /* zeros before the first block mean nothing */
		assert_int_equal(scan(), -EINVAL);
		if (at >= front)
			assert_non_null(strstr(err, "block 0 of 1 at byte"));
	}
	scratch_store(whole, whole_size);
	assert_int_equal(scan(), 0);
}

static uint32_t header_crc(const unsigned char *at)
{
	return packet_file_crc(at, offsetof(struct packet_file_header, crc));
}

/* With its checksums made right. */
static void block_refused(struct packet_file_block *block, const char *word)
{
	const void *rec = block + 1;

	block->records_crc =
		packet_file_crc(rec, block->records * sizeof(struct packet_file_record));
	block->crc = packet_file_crc(block, offsetof(struct packet_file_block, crc));
	scratch_store(whole, whole_size);
	assert_int_equal(scan(), -EINVAL);
	if (!strstr(err, word))
		fail_msg("\"%s\" does not say \"%s\"", err, word);
}

/* Right checksums, wrong content. */
static void nonsense(void **state)
{
	static const struct {
		size_t at;
		uint32_t value;
		const char *word;
	} rows[] = {
		{offsetof(struct packet_file_header, version), 5, "version: found 5, expected 4"},
		{offsetof(struct packet_file_header, record_bytes), 24, "bytes of a record"},
		{offsetof(struct packet_file_header, block_records), 1, "records of a block"},
		{offsetof(struct packet_file_header, packets), 1475, "bytes in the file"},
		{offsetof(struct packet_file_header, packets), 99999, "blocks"},
		{offsetof(struct packet_file_header, blocks_at), 64, "place of its blocks"},
	};
	struct packet_file_header *head;
	struct packet_file_block *block;
	struct packet_file_record *rec, as_it_was;

	(void)state;
	convert("fmt_v6_small.dat");
	head = (void *)whole;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct packet_file_header saved = *head;

		memcpy(whole + rows[i].at, &rows[i].value, 4);
		head->crc = header_crc(whole);
		scratch_store(whole, whole_size);
		*head = saved;
		assert_int_equal(scan(), -EINVAL);
		if (!strstr(err, rows[i].word))
			fail_msg("\"%s\" does not say \"%s\"", err, rows[i].word);
	}
	block = (void *)(whole + head->blocks_at);
	rec = (void *)(block + 1);
	as_it_was = rec[7];
	rec[7].bytes = 0;
	block_refused(block, "no byte, or more");
	rec[7].bytes = htole32(PACKET_BYTES_MAX + 1);
	block_refused(block, "no byte, or more");
	rec[7] = as_it_was;
	rec[7].cpu = htole16(65280);
	block_refused(block, "CPU is none");
	rec[7] = as_it_was;
	rec[7].arrival_ns = 0;
	block_refused(block, "arrival is before");
}

/* Its checksums are of another kind: what is said is the version, and what to do. */
static void version_1(void **state)
{
	struct packet_file_header *head;

	(void)state;
	convert("fmt_v6_small.dat");
	head = (void *)whole;
	head->version = htole32(1);
	scratch_store(whole, whole_size);
	assert_int_equal(scan(), -EINVAL);
	assert_non_null(strstr(err, "version: found 1, expected 4; convert the capture again"));
}

static void longer_than_it_says(void **state)
{
	unsigned char *longer;

	(void)state;
	convert("fmt_v6_small.dat");
	longer = calloc(1, whole_size + 1);
	assert_non_null(longer);
	memcpy(longer, whole, whole_size);
	scratch_store(longer, whole_size + 1);
	free(longer);
	assert_int_equal(scan(), -EINVAL);
	assert_non_null(strstr(err, "bytes in the file"));
}

/* Seeds of the fuzzer that are refused would leave what lies behind the items unseen. */
static void seeds_are_read(void **state)
{
	static const char dir[] = FRAGSIM_SOURCE_DIR "/tests/fuzz/corpus/packet_file/";
	char path[512];

	(void)state;
	snprintf(path, sizeof(path), "%struth", dir);
	assert_int_equal(capture_scan(path, &to, err, sizeof(err)), 0);
	assert_int_equal(to.truth.nr_points, 4);
	snprintf(path, sizeof(path), "%spools", dir);
	assert_int_equal(capture_scan(path, &to, err, sizeof(err)), 0);
	assert_int_equal(to.truth.nr_pools, 2);
	assert_int_equal(to.truth.maps_sent, 1);
	assert_true(to.truth.pools[0].queue_known);
	assert_int_equal(to.truth.pools[0].queue, 1);
	assert_false(to.truth.pools[1].queue_known);
	assert_int_equal(to.truth.pool_points[1][3].hold, 4);
	assert_int_equal(to.truth.pool_points[1][3].release, 1);
}

/* --- the document --- */

static char *document;

static void documented(const char *line)
{
	const char *at = strstr(document, line);

	if (!at || (at > document && at[-1] != '\n'))
		fail_msg("docs/packet-file.md has no line \"%s\"", line);
}

static const char *section_of(const char *heading)
{
	const char *at = strstr(document, heading);

	if (!at)
		fail_msg("docs/packet-file.md has no \"%s\"", heading);
	return at ? at : document;
}

static void field(const char *heading, const char *name, size_t offset, size_t size)
{
	char line[128];
	const char *at = section_of(heading), *end = strstr(at + 1, "\n## "), *found;

	snprintf(line, sizeof(line), "\n| %zu | %zu | `%s` |", offset, size, name);
	found = strstr(at, line);
	if (!found || (end && found > end))
		fail_msg("docs/packet-file.md, %s: no line \"%s\"", heading + 1, line + 1);
}

#define FIELD(heading, type, name)                                                                 \
	field(heading, #name, offsetof(struct type, name), sizeof(((struct type *)0)->name))

static void document_read(void)
{
	FILE *file = fopen(FRAGSIM_SOURCE_DIR "/docs/packet-file.md", "r");
	static char text[1 << 16];

	assert_non_null(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	document = text;
}

static void structures_are_documented(void **state)
{
	(void)state;
	document_read();
	FIELD("\n## Header", packet_file_header, magic);
	FIELD("\n## Header", packet_file_header, version);
	FIELD("\n## Header", packet_file_header, blocks_at);
	FIELD("\n## Header", packet_file_header, record_bytes);
	FIELD("\n## Header", packet_file_header, block_records);
	FIELD("\n## Header", packet_file_header, packets);
	FIELD("\n## Header", packet_file_header, blocks);
	FIELD("\n## Header", packet_file_header, items_bytes);
	FIELD("\n## Header", packet_file_header, items_crc);
	FIELD("\n## Header", packet_file_header, reserved);
	FIELD("\n## Header", packet_file_header, crc);
	FIELD("\n## Block", packet_file_block, magic);
	FIELD("\n## Block", packet_file_block, records);
	FIELD("\n## Block", packet_file_block, number);
	FIELD("\n## Block", packet_file_block, arrival_ns);
	FIELD("\n## Block", packet_file_block, records_crc);
	FIELD("\n## Block", packet_file_block, crc);
	FIELD("\n## Record", packet_file_record, arrival_ns);
	FIELD("\n## Record", packet_file_record, release_ns);
	FIELD("\n## Record", packet_file_record, bytes);
	FIELD("\n## Record", packet_file_record, flow);
	FIELD("\n## Record", packet_file_record, queue);
	FIELD("\n## Record", packet_file_record, cpu);
	FIELD("\n## Record", packet_file_record, release_cpu);
	FIELD("\n## Record", packet_file_record, flags);
	FIELD("\n## Record", packet_file_record, method);
	FIELD("\n## Items", packet_file_item, tag);
	FIELD("\n## Items", packet_file_item, size);
	FIELD("\n### Pool", packet_file_pool, address);
	FIELD("\n### Pool", packet_file_pool, holds);
	FIELD("\n### Pool", packet_file_pool, releases);
	FIELD("\n### Pool", packet_file_pool, held_start);
	FIELD("\n### Pool", packet_file_pool, held_peak);
	FIELD("\n### Pool", packet_file_pool, closed_ns);
	FIELD("\n### Pool", packet_file_pool, queue);
	FIELD("\n### Pool", packet_file_pool, flags);
	FIELD("\n### Pool", packet_file_pool, device);
}

static void items_are_documented(void **state)
{
	static const char *const kinds[] = {"text",  "number", "bool", "series",
					    "event", "points", "pool"};
	char line[128];

	(void)state;
	document_read();
	for (const struct packet_file_row *row = packet_file_rows(); row->tag; row++) {
		snprintf(line, sizeof(line), "| %u | %s | %s |\n", row->tag, kinds[row->kind],
			 row->name);
		documented(line);
	}
}

/* The numbers of the text: distance of blocks, flags, methods. */
static void constants_are_documented(void **state)
{
	char text[64];

	(void)state;
	document_read();
	snprintf(text, sizeof(text), "`blocks_at` + `i` * %zu.", BLOCK);
	assert_non_null(strstr(document, text));
	snprintf(text, sizeof(text), "Every block holds %d records", PACKET_FILE_BLOCK_RECORDS);
	assert_non_null(strstr(document, text));
	snprintf(text, sizeof(text), "multiple of %d |", PACKET_FILE_ALIGN);
	assert_non_null(strstr(document, text));
	snprintf(text, sizeof(text), "%d merged by GRO, %d dropped", PACKET_GRO, PACKET_DROPPED);
	assert_non_null(strstr(document, text));
	snprintf(text, sizeof(text), "%d forwarded, %d the queue's next", PACKET_TX,
		 PACKET_POLL_MORE);
	assert_non_null(strstr(document, text));
	snprintf(text, sizeof(text), "%d its skb was freed, %d its last copy to user space, %d not",
		 RELEASE_FREE, RELEASE_COPY, RELEASE_UNKNOWN);
	assert_non_null(strstr(document, text));
	snprintf(text, sizeof(text), "%d it was received before the capture began, %d it is known",
		 PACKET_HELD_BEFORE >> METHOD_BITS, PACKET_DATAGRAM >> METHOD_BITS);
	assert_non_null(strstr(document, text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(checksum),
		cmocka_unit_test(what_goes_in_comes_out),
		cmocka_unit_test(times_are_kept),
		cmocka_unit_test(same_bytes_again),
		cmocka_unit_test(cuts),
		cmocka_unit_test(damage),
		cmocka_unit_test(nonsense),
		cmocka_unit_test(version_1),
		cmocka_unit_test(longer_than_it_says),
		cmocka_unit_test(structures_are_documented),
		cmocka_unit_test(items_are_documented),
		cmocka_unit_test(seeds_are_read),
		cmocka_unit_test(constants_are_documented),
	};

	return cmocka_run_group_tests(tests, scratch_make, drop);
}
