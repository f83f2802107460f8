/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * perf_build.c - a perf.data, byte by byte: header, attributes, records, features.
 */
#include <zstd.h>
#include "tests/traces/perf_data/perf_build.h"

const struct perf_form perf_plain = {
	.big = PERF_BUILD_BIG_HOST,
	.rounds = true,
	.types = {IDENTIFIER | IP | TID | TIME | CPU | PERIOD | RAW,
		  IDENTIFIER | IP | TID | TIME | CPU | PERIOD | RAW},
	.attr_size = 128,
	.clock = 1,
};

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
	"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n\n"
	"\tfield:__data_loc char[] name;\toffset:8;\tsize:4;\tsigned:0;\n"
	"\tfield:unsigned int len;\toffset:12;\tsize:4;\tsigned:0;\n"
	"\tfield:const void * skbaddr;\toffset:16;\tsize:8;\tsigned:0;\n"
	"\tfield:u32 hash;\toffset:24;\tsize:4;\tsigned:0;\n"
	"\tfield:u16 queue_mapping;\toffset:28;\tsize:2;\tsigned:0;\n\n"
	"print fmt: \"dev=%s\", __get_str(name)\n";

/* --- what is in a file --- */

/* Event i: at 1000 + i ns, on CPU i / 4 % 2; two in three are packets. */
bool perf_build_is_packet(unsigned int i)
{
	return i % 3 != 0;
}

unsigned int perf_build_cpu(unsigned int i)
{
	return i / 4 % 2;
}

static void put_raw(struct bytes *b, unsigned int i)
{
	if (perf_build_is_packet(i)) {
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
static void put_sample(struct bytes *b, const struct perf_form *form, unsigned int i)
{
	uint64_t type = form->types[perf_build_is_packet(i)];
	uint64_t id = 10 + 2u * perf_build_is_packet(i) + perf_build_cpu(i);
	size_t start = b->size;

	put32(b, 9);
	put32(b, 0);
	for (unsigned int at = 0; at < 10; at++) {
		static const uint64_t order[] = {IDENTIFIER, IP,	TID, TIME,   ADDR,
						 ID,	     STREAM_ID, CPU, PERIOD, 0};
		uint64_t bit = order[at];

		if (bit == CPU && (type & bit)) {
			put32(b, perf_build_cpu(i));
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
static void put_records(struct bytes *b, const struct perf_form *form)
{
	static const uint64_t lost[] = {10, 17, 1, 2}, fewer[] = {16, 0}, filtered[] = {1000, 0};
	static const uint64_t aux[] = {1, 2, 3, 4}, comm[] = {1, 0x6d6d6f63, 1, 2};

	for (unsigned int round = 0; round < 5; round++) {
		for (unsigned int cpu = 0; cpu < 2; cpu++)
			for (unsigned int i = 8 * round; i < 8 * round + 8; i++)
				if (perf_build_cpu(i) == cpu)
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

static void put_attr(struct bytes *b, const struct perf_form *form, unsigned int which)
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

/* OSRELEASE: a counted string, filled up with NULs. */
static void put_release(struct bytes *b)
{
	put32(b, 64);
	put(b, PERF_BUILD_KERNEL, sizeof(PERF_BUILD_KERNEL));
	put_zeros(b, 64 - sizeof(PERF_BUILD_KERNEL));
}

/* --- containers --- */

/* One zstd stream, flushed at pieces that care for no record. */
static void put_packed(struct bytes *b, const struct perf_form *form, const struct bytes *records)
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

static void put_data(struct bytes *b, const struct perf_form *form)
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

static void put_pipe(struct bytes *b, const struct perf_form *form)
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
	put32(b, 80);
	put16(b, 0);
	put16(b, 8 + 8 + 4 + 64 + 4);
	put64(b, 4);
	put_release(b);
	put_zeros(b, 4);
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
static void put_file(struct bytes *b, const struct perf_form *form)
{
	size_t header = b->size, ids = 104, attrs = ids + 32, table;

	put64(b, 104);
	put64(b, form->attr_size + 16);
	put64(b, attrs);
	put64(b, 2 * (form->attr_size + 16));
	put_zeros(b, 16 + 16);
	put64(b, form->no_formats ? 0 : 1 << 1 | 1 << 4);
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
	put64(b, table + 32);
	put64(b, 0);
	put64(b, 0);
	put64(b, 4 + 64);
	put_tracing(b);
	put_at(b, table + 8, b->size - table - 32, 8);
	put_at(b, table + 16, b->size, 8);
	put_release(b);
}

void perf_build(struct bytes *b, const struct perf_form *form)
{
	b->size = 0;
	b->big = form->big;
	put(b, form->big == PERF_BUILD_BIG_HOST ? "PERFILE2" : "2ELIFREP", 8);
	if (PERF_BUILD_BIG_HOST)
		memcpy(b->at, form->big ? "PERFILE2" : "2ELIFREP", 8);
	if (form->pipe)
		put_pipe(b, form);
	else
		put_file(b, form);
}
