// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * test_perf_data.c - perf.data files put together here, byte by byte, in all the forms there are.
 *
 * What a sample holds is up to who records, so files are made with members drawn at random, in
 * both byte orders, as files and as streams of pipes, packed and not; the same events must come
 * out of each. Layout from perf_event_open(2) and perf.data-file-format.txt, written down anew.
 */
#define _GNU_SOURCE /* memfd_create() */
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <zstd.h>
#include "tests/traces/bytes.h"
#include "traces/reader.h"
#include "traces/synthetic/rng.h"

#define EVENTS	     40
#define FIRST_RECORD (104 + 32 + 2 * 144) /* header, 4 ids, 2 attributes */
#define BIG_HOST     (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)

/* Bits of sample_type in the order of their members; IDENTIFIER is in front of all. */
enum {
	IP = 1,
	TID = 2,
	TIME = 4,
	ADDR = 8,
	READ = 16,
	CALLCHAIN = 32,
	ID = 64,
	CPU = 128,
	PERIOD = 256,
	STREAM_ID = 512,
	RAW = 1024,
	BRANCH_STACK = 2048,
	WEIGHT = 1 << 14,
	IDENTIFIER = 1 << 16,
};

/**
 * struct form - how a file is written
 * @types: sample_type of consume_skb, of napi_gro_receive_entry
 * @read_format: of READ
 * @attr_size: bytes of an attribute
 * @clock: clock id, -1: none
 * @packed: type of the record that holds packed ones, 0: they are not packed
 * @rounds: ends of rounds are marked
 */
struct form {
	bool big, pipe, rounds;
	uint64_t types[2];
	uint64_t read_format;
	uint32_t attr_size;
	int clock;
	uint32_t packed;
	bool no_formats;
};

static const struct form plain = {
	.big = BIG_HOST,
	.rounds = true,
	.types = {IDENTIFIER | IP | TID | TIME | CPU | PERIOD | RAW,
		  IDENTIFIER | IP | TID | TIME | CPU | PERIOD | RAW},
	.attr_size = 128,
	.clock = 1,
};

static char scratch[64];

static const char consume_format[] =
	"name: consume_skb\nID: 300\nformat:\n"
	"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
	"\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n"
	"\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
	"\tfield:void * skbaddr;\toffset:8;\tsize:8;\tsigned:0;\n"
	"\tfield:void * location;\toffset:16;\tsize:8;\tsigned:0;\n\n"
	"print fmt: \"skbaddr=%p location=%pS\", REC->skbaddr, REC->location\n";

static const char gro_format[] =
	"name: napi_gro_receive_entry\nID: 301\nformat:\n"
	"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
	"\tfield:__data_loc char[] name;\toffset:8;\tsize:4;\tsigned:0;\n"
	"\tfield:unsigned int len;\toffset:12;\tsize:4;\tsigned:0;\n"
	"\tfield:const void * skbaddr;\toffset:16;\tsize:8;\tsigned:0;\n"
	"\tfield:u32 hash;\toffset:24;\tsize:4;\tsigned:0;\n"
	"\tfield:u16 queue_mapping;\toffset:28;\tsize:2;\tsigned:0;\n\n"
	"print fmt: \"dev=%s\", __get_str(name)\n";

static void put64(struct bytes *b, uint64_t value)
{
	put_number(b, value, 8);
}

static void put_at(struct bytes *b, size_t at, uint64_t value, unsigned int size)
{
	size_t end = b->size;

	b->size = at;
	put_number(b, value, size);
	b->size = end;
}

/* --- what is in a file --- */

/* Event i: at 1000 + i ns, on CPU i / 4 % 2; two in three are packets. */
static bool is_packet(unsigned int i)
{
	return i % 3 != 0;
}

static unsigned int cpu_of(unsigned int i)
{
	return i / 4 % 2;
}

static void put_raw(struct bytes *b, unsigned int i)
{
	if (is_packet(i)) {
		put32(b, 36);
		put16(b, 301);
		put_zeros(b, 6);
		put32(b, 4 << 16 | 32);
		put32(b, 100 + i);
		put64(b, 0xffff888000000000 + i);
		put32(b, 0xabcd0000 + i);
		put16(b, 1);
		put_zeros(b, 2);
		put(b, i % 2 ? "vb1" : "vb0", 4);
	} else {
		put32(b, 28);
		put16(b, 300);
		put_zeros(b, 6);
		put64(b, 0xffff888000000000 + i);
		put64(b, 0xffffffff81000000);
		put_zeros(b, 4);
	}
}

static void put_read(struct bytes *b, uint64_t format)
{
	unsigned int times = (format & 1) + (format >> 1 & 1), nr = format & 8 ? 2 : 1;

	if (format & 8)
		put64(b, nr);
	else
		put64(b, 77);
	for (; times; times--)
		put64(b, 5);
	for (; nr; nr--) {
		if (format & 8)
			put64(b, 77);
		if (format & 4)
			put64(b, 900);
		if (format & 16)
			put64(b, 0);
	}
}

/* Ids are 10 + 2 * event + CPU, an event being consume_skb (0) or napi_gro_receive_entry (1). */
static void put_sample(struct bytes *b, const struct form *form, unsigned int i)
{
	uint64_t type = form->types[is_packet(i)];
	uint64_t id = 10 + 2u * is_packet(i) + cpu_of(i);
	size_t start = b->size;

	put32(b, 9);
	put32(b, 0);
	for (unsigned int at = 0; at < 10; at++) {
		static const uint64_t order[] = {IDENTIFIER, IP,	TID, TIME,   ADDR,
						 ID,	     STREAM_ID, CPU, PERIOD, 0};
		uint64_t bit = order[at];

		if (bit == CPU && (type & bit)) {
			put32(b, cpu_of(i));
			put32(b, 0xdead);
		} else if (type & bit) {
			put64(b, bit == TIME			  ? 1000 + i
				 : bit == IDENTIFIER || bit == ID ? id
								  : 0x1234567890abcdef);
		}
	}
	if (type & READ)
		put_read(b, form->read_format);
	if (type & CALLCHAIN) {
		put64(b, 3);
		put_zeros(b, 24);
	}
	if (type & RAW)
		put_raw(b, i);
	if (type & (BRANCH_STACK | WEIGHT))
		put_zeros(b, 16);
	put_at(b, start + 6, b->size - start, 2);
}

static void put_record(struct bytes *b, uint32_t type, uint16_t misc, const uint64_t *words,
		       unsigned int nr)
{
	put32(b, type);
	put16(b, misc);
	put16(b, 8 + 8 * nr);
	while (nr--)
		put64(b, *words++);
}

/* CPU 0's events before those of CPU 1 in each of 5 rounds, between records of other kinds. */
static void put_records(struct bytes *b, const struct form *form)
{
	static const uint64_t lost[] = {10, 17, 1, 2}, fewer[] = {16, 0}, filtered[] = {1000, 0};
	static const uint64_t aux[] = {1, 2, 3, 4}, comm[] = {1, 0x6d6d6f63, 1, 2};

	for (unsigned int round = 0; round < 5; round++) {
		for (unsigned int cpu = 0; cpu < 2; cpu++)
			for (unsigned int i = 8 * round; i < 8 * round + 8; i++)
				if (cpu_of(i) == cpu)
					put_sample(b, form, i);
		put_record(b, 3, 0, comm, 4);
		put_record(b, 11, 0, aux, 4);
		if (form->rounds)
			put_record(b, 68, 0, NULL, 0);
	}
	put_record(b, 2, 0, lost, 4);
	put_record(b, 13, 0, fewer, 2);
	put_record(b, 13, 1 << 15, filtered, 2);
	put_record(b, 500, 0, aux, 3);
}

static void put_attr(struct bytes *b, const struct form *form, unsigned int which)
{
	size_t start = b->size;
	unsigned int bit = form->big ? 63 - 25 : 25;

	put32(b, 2);
	put32(b, form->attr_size);
	put64(b, 300 + which);
	put64(b, 1);
	put64(b, form->types[which]);
	put64(b, form->read_format);
	put64(b, form->clock < 0 ? 0 : UINT64_C(1) << bit);
	put_zeros(b, form->attr_size - 48);
	if (form->clock >= 0)
		put_at(b, start + 92, (uint32_t)form->clock, 4);
}

static void put_formats(struct bytes *b, const char *format, const char *system)
{
	put(b, system, strlen(system) + 1);
	put32(b, 1);
	put64(b, strlen(format));
	put(b, format, strlen(format));
}

static void put_tracing(struct bytes *b)
{
	put(b, "\x17\x08\x44tracing0.6", 14);
	put_number(b, b->big, 1);
	put_number(b, 8, 1);
	put32(b, 4096);
	put(b, "header_page", 12);
	put64(b, 0);
	put(b, "header_event", 13);
	put64(b, 0);
	put32(b, 0);
	put32(b, 2);
	put_formats(b, consume_format, "skb");
	put_formats(b, gro_format, "net");
	put32(b, 0);
	put32(b, 0);
	put64(b, 0);
}

/* --- containers --- */

/* One zstd stream, flushed at pieces that care for no record. */
static void put_packed(struct bytes *b, const struct form *form, const struct bytes *records)
{
	ZSTD_CCtx *zstd = ZSTD_createCCtx();
	unsigned char out[4096];

	assert_non_null(zstd);
	for (size_t at = 0, piece; at < records->size; at += piece) {
		ZSTD_inBuffer in = {records->at + at, 0, 0};
		ZSTD_outBuffer to = {out, sizeof(out), 0};

		piece = records->size - at < 333 ? records->size - at : 333;
		in.size = piece;
		assert_int_equal(ZSTD_compressStream2(zstd, &to, &in, ZSTD_e_flush), 0);
		put32(b, form->packed);
		put16(b, 0);
		if (form->packed == 83) {
			put16(b, 16 + ((to.pos + 7) & ~7u));
			put64(b, to.pos);
			put(b, out, to.pos);
			put_zeros(b, -to.pos & 7);
		} else {
			put16(b, 8 + to.pos);
			put(b, out, to.pos);
		}
	}
	ZSTD_freeCCtx(zstd);
}

static void put_data(struct bytes *b, const struct form *form)
{
	static struct bytes records;

	if (!form->packed) {
		put_records(b, form);
		return;
	}
	records.size = 0;
	records.big = form->big;
	put_records(&records, form);
	put_packed(b, form, &records);
}

static void put_pipe(struct bytes *b, const struct form *form)
{
	size_t size_at, start;

	put64(b, 16);
	for (unsigned int i = 0; i < 2; i++) {
		put32(b, 64);
		put16(b, 0);
		put16(b, 8 + form->attr_size + 16);
		put_attr(b, form, i);
		put64(b, 10 + 2 * i);
		put64(b, 11 + 2 * i);
	}
	/* NRCPUS: 4 there can be, 2 are online */
	put_record(b, 80, 0, (const uint64_t[]){7, form->big ? 4ull << 32 | 2 : 2ull << 32 | 4}, 2);
	if (!form->no_formats) {
		put32(b, 66);
		put16(b, 0);
		put16(b, 12);
		size_at = b->size;
		put32(b, 0);
		start = b->size;
		put_tracing(b);
		put_zeros(b, -(b->size - start) & 7);
		put_at(b, size_at, b->size - start, 4);
	}
	put_data(b, form);
}

/* Header; ids; attributes; records; table of features; tracing data. */
static void put_file(struct bytes *b, const struct form *form)
{
	size_t header = b->size, ids = 104, attrs = ids + 32, table;

	put64(b, 104);
	put64(b, form->attr_size + 16);
	put64(b, attrs);
	put64(b, 2 * (form->attr_size + 16));
	put_zeros(b, 16 + 16);
	put64(b, form->no_formats ? 0 : 1 << 1);
	put_zeros(b, 24);
	for (unsigned int id = 10; id < 14; id++)
		put64(b, id);
	for (unsigned int i = 0; i < 2; i++) {
		put_attr(b, form, i);
		put64(b, ids + 16 * i);
		put64(b, 16);
	}
	put_at(b, header + 32, b->size, 8);
	table = b->size;
	put_data(b, form);
	put_at(b, header + 40, b->size - table, 8);
	if (form->no_formats)
		return;
	table = b->size;
	put64(b, table + 16);
	put64(b, 0);
	put_tracing(b);
	put_at(b, table + 8, b->size - table - 16, 8);
}

static void build(struct bytes *b, const struct form *form)
{
	b->size = 0;
	b->big = form->big;
	put(b, form->big == BIG_HOST ? "PERFILE2" : "2ELIFREP", 8);
	if (BIG_HOST)
		memcpy(b->at, form->big ? "PERFILE2" : "2ELIFREP", 8);
	if (form->pipe)
		put_pipe(b, form);
	else
		put_file(b, form);
}

/* --- what comes out --- */

static void expect_event(const struct reader *reader, const struct event *ev, unsigned int i)
{
	assert_int_equal(ev->time_ns, 1000 + i);
	assert_int_equal(ev->cpu, cpu_of(i));
	assert_int_equal(ev->object, 0xffff888000000000 + i);
	if (is_packet(i)) {
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
	for (unsigned int i = 0; i < EVENTS; i++) {
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
		struct form form = plain;

		form.pipe = i & 1;
		form.big = i >> 1 & 1;
		form.rounds = i >> 2;
		build(&b, &form);
		expect_all(&b, &facts);
		assert_string_equal(facts.format, form.pipe ? "perf.data pipe" : "perf.data");
		assert_string_equal(facts.clock, "mono");
	}
}

static void packed(void **state)
{
	static struct bytes b;
	struct reader_facts facts;
	struct form form = plain;

	(void)state;
	for (unsigned int i = 0; i < 4; i++) {
		form.pipe = i & 1;
		form.packed = i >> 1 ? 83 : 81;
		build(&b, &form);
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
	struct form form = plain;

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		form.clock = known[i].id;
		build(&b, &form);
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
		struct form form = plain;

		form.pipe = i & 1;
		form.attr_size = sizes[i / 2];
		form.clock = form.attr_size < 96 ? -1 : 1;
		build(&b, &form);
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
		struct form form = plain;
		uint64_t any = rng_next(&rng) & (0xfff | WEIGHT | IDENTIFIER);

		form.big = rng_below(&rng, 2);
		form.pipe = rng_below(&rng, 2);
		form.read_format = rng_below(&rng, 32);
		form.types[0] = form.types[1] = any | TIME | CPU | RAW;
		if (any & IDENTIFIER)
			form.types[1] ^= rng_next(&rng) & (IP | ADDR | READ | CALLCHAIN | PERIOD);
		else if (any & ID)
			form.types[1] ^= rng_next(&rng) & (READ | CALLCHAIN | PERIOD | STREAM_ID);
		build(&b, &form);
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

static void expect_form_refusal(const struct form *form, const char *word)
{
	static struct bytes b;

	build(&b, form);
	expect_refusal(&b, word);
}

static void unusable_samples(void **state)
{
	struct form form = plain;

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
	form = plain;
	form.no_formats = true;
	expect_form_refusal(&form, "no event formats");
	form.pipe = true;
	expect_form_refusal(&form, "no event formats");
}

static void damaged(void **state)
{
	static struct bytes b;
	struct form form = plain;

	(void)state;
	build(&b, &form);
	put_at(&b, 8, 99, 8);
	expect_refusal(&b, "header of 99 bytes");
	build(&b, &form);
	put_at(&b, 16, 63, 8);
	expect_refusal(&b, "attributes of 63 bytes");
	build(&b, &form);
	put_at(&b, 24, 1 << 20, 8);
	expect_refusal(&b, "table of events");
	build(&b, &form);
	put_at(&b, 72, 1 << 1 | 1 << 24, 8);
	expect_refusal(&b, "--threads");
	build(&b, &form);
	put_at(&b, FIRST_RECORD + 6, 7, 2);
	expect_refusal(&b, "shorter than its header");
	build(&b, &form);
	put_at(&b, FIRST_RECORD + 6, 16, 2);
	expect_refusal(&b, "damaged sample");
	build(&b, &form);
	put_at(&b, FIRST_RECORD + 8 + 24, 1u << 30, 8);
	expect_refusal(&b, "older than");
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
	struct form form = plain;

	(void)state;
	form.rounds = false;
	for (unsigned int pipe = 0; pipe < 2; pipe++) {
		int most = -1;

		form.pipe = pipe;
		build(&whole, &form);
		for (size_t size = 8; size < whole.size; size++) {
			int nr;

			b = whole;
			b.size = size;
			nr = events_of(&b, &facts);
			if (nr < 0)
				continue;
			assert_true(nr >= most);
			most = nr;
			if (pipe && nr < EVENTS && nr != most)
				assert_true(facts.truncated);
			if (!pipe)
				assert_true(facts.truncated);
		}
		assert_int_equal(most, EVENTS);
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
		cmocka_unit_test(files_and_pipes), cmocka_unit_test(packed),
		cmocka_unit_test(clocks),	   cmocka_unit_test(attr_sizes),
		cmocka_unit_test(sample_types),	   cmocka_unit_test(unusable_samples),
		cmocka_unit_test(damaged),	   cmocka_unit_test(cut_anywhere),
	};

	return cmocka_run_group_tests(tests, make_scratch, NULL);
}
