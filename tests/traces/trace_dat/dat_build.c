/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dat_build.c - see dat_build.h. Numbers go out byte by byte, so the host's order does not matter.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>
#include "dat_build.h"

#define PAGE	   4096u
#define ID_ARRIVE  10
#define ID_DELIVER 11
#define ID_FREE	   12
#define CPUS	   2

/** struct out - bytes being written */
struct out {
	unsigned char *bytes;
	size_t size, room;
	bool big_endian;
};

/**
 * struct pages - sub-buffers of one CPU
 * @page: where the current one starts
 * @last: time of its last record
 * @lost: events lost before the first one
 * @first_end: where the data of the first sub-buffer end
 */
struct pages {
	struct out out;
	size_t page;
	uint64_t last;
	unsigned int long_size;
	uint64_t lost;
	size_t first_end;
};

static void *must(void *mem)
{
	if (!mem)
		abort();
	return mem;
}

static void put(struct out *out, const void *bytes, size_t size)
{
	if (out->size + size > out->room) {
		out->room = 2 * (out->size + size);
		out->bytes = must(realloc(out->bytes, out->room));
	}
	if (bytes)
		memcpy(out->bytes + out->size, bytes, size);
	else
		memset(out->bytes + out->size, 0, size);
	out->size += size;
}

static void number_at(struct out *out, size_t at, uint64_t value, unsigned int size)
{
	for (unsigned int i = 0; i < size; i++)
		out->bytes[at + (out->big_endian ? size - 1 - i : i)] =
			(unsigned char)(value >> 8 * i);
}

static void number(struct out *out, uint64_t value, unsigned int size)
{
	put(out, NULL, size);
	number_at(out, out->size - size, value, size);
}

static void string(struct out *out, const char *text)
{
	put(out, text, strlen(text) + 1);
}

/* --- records --- */

static void page_begin(struct pages *pages, uint64_t time)
{
	size_t fill = pages->out.size - pages->page;

	if (pages->out.size)
		put(&pages->out, NULL, PAGE - fill);
	pages->page = pages->out.size;
	pages->last = time;
	number(&pages->out, time, 8);
	number(&pages->out, 0, pages->long_size);
}

static void page_commit(struct pages *pages)
{
	size_t head = 8 + pages->long_size, used = pages->out.size - pages->page - head;
	uint64_t flags = pages->lost && !pages->page ? 3ull << 30 : 0;

	if (!pages->page)
		pages->first_end = pages->out.size;
	number_at(&pages->out, pages->page + 8, used | flags, pages->long_size);
}

static void record_word(struct pages *pages, uint32_t type, uint32_t delta)
{
	number(&pages->out, pages->out.big_endian ? type << 27 | delta : delta << 5 | type, 4);
}

/* Every fifth has its length in a word of its own, as long ones do; a new page per 16 records. */
static void record(struct pages *pages, unsigned int nr, uint64_t time, const struct out *rec)
{
	uint64_t delta;

	if (nr % 16 == 0)
		page_begin(pages, time);
	delta = time - pages->last;
	if (delta >> 27) {
		record_word(pages, 30, delta & ((1u << 27) - 1));
		number(&pages->out, delta >> 27, 4);
		delta = 0;
	}
	if (nr % 5 == 4) {
		record_word(pages, 0, (uint32_t)delta);
		number(&pages->out, rec->size + 4, 4);
	} else {
		record_word(pages, (uint32_t)rec->size / 4, (uint32_t)delta);
	}
	put(&pages->out, rec->bytes, rec->size);
	pages->last = time;
	page_commit(pages);
}

static void common(struct out *rec, unsigned int id)
{
	rec->size = 0;
	number(rec, id, 2);
	number(rec, 0, 2);
	number(rec, 1, 4);
}

static void arrival(struct out *rec, uint64_t skb, unsigned int nr)
{
	common(rec, ID_ARRIVE);
	number(rec, 5u << 16 | 40, 4); /* __data_loc: 5 bytes at 40 */
	number(rec, 1, 2);	       /* queue_mapping */
	number(rec, 0, 2);
	number(rec, skb, 8);
	number(rec, 0, 4); /* vlan_tagged */
	number(rec, 0x1234, 4);
	number(rec, DAT_BUILD_BYTES + nr, 4);
	number(rec, 0, 4);
	put(rec, "eth0\0\0\0\0", 8);
}

static void delivery(struct out *rec, uint64_t skb, unsigned int nr)
{
	common(rec, ID_DELIVER);
	number(rec, skb, 8);
	number(rec, DAT_BUILD_BYTES + nr, 4);
	number(rec, 5u << 16 | 24, 4);
	put(rec, "eth0\0\0\0\0", 8);
}

static void release(struct out *rec, uint64_t skb)
{
	common(rec, ID_FREE);
	number(rec, skb, 8);
	number(rec, 0xffffffff81000010ull, 8);
}

/* data[0]: CPU 0, data[1]: CPU 1, data[2]: CPU 0 of the instance. */
static void story(const struct dat_variant *v, struct pages data[3])
{
	struct out rec = {.big_endian = v->big_endian};
	unsigned int nr[3] = {0}, deliver = v->instance ? 2 : 0;

	for (int i = 0; i < 3; i++)
		data[i] = (struct pages){.out = {.big_endian = v->big_endian},
					 .long_size = v->long_size,
					 .lost = i ? 0 : v->lost};
	for (unsigned int i = 0; i < v->packets; i++) {
		uint64_t skb = 0xffff888000000000ull + 256 * i;
		uint64_t time = DAT_BUILD_START_NS + 3ull * i * DAT_BUILD_STEP_NS;

		/* a pause longer than 27 bits of time, so that one record needs an extension */
		if (i > v->packets / 2)
			time += 1ull << 30;
		arrival(&rec, skb, i);
		record(&data[0], nr[0]++, time, &rec);
		delivery(&rec, skb, i);
		record(&data[deliver], nr[deliver]++, time + DAT_BUILD_STEP_NS, &rec);
		if (v->twice)
			record(&data[0], nr[0]++, time + DAT_BUILD_STEP_NS, &rec);
		release(&rec, skb);
		record(&data[1], nr[1]++, time + 2 * DAT_BUILD_STEP_NS, &rec);
	}
	free(rec.bytes);
	for (int i = 0; i < 3; i++) {
		struct out *out = &data[i].out;

		if (out->size)
			put(out, NULL, data[i].page + PAGE - out->size);
		if (out->size && data[i].lost) /* behind the data of the first sub-buffer */
			number_at(out, data[i].first_end, data[i].lost, v->long_size);
	}
}

/* --- descriptions --- */

static void format(struct out *out, const char *name, unsigned int id, const char *fields)
{
	char text[2048];
	int len = snprintf(text, sizeof(text),
			   "name: %s\nID: %u\nformat:\n"
			   "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
			   "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n%s\n"
			   "print fmt: \"%%p\", REC->skbaddr\n",
			   name, id, fields);

	number(out, (uint64_t)len, 8);
	put(out, text, (size_t)len);
}

static void header(struct out *out, const struct dat_variant *v)
{
	char text[256];
	int len = snprintf(text, sizeof(text),
			   "\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n"
			   "\tfield: local_t commit;\toffset:8;\tsize:%u;\tsigned:1;\n"
			   "\tfield: char data;\toffset:%u;\tsize:%u;\tsigned:0;\n",
			   v->long_size, 8 + v->long_size, PAGE - 8 - v->long_size);

	string(out, "header_page");
	number(out, (uint64_t)len, 8);
	put(out, text, (size_t)len);
	string(out, "header_event");
	number(out, 0, 8);
}

static void ftrace(struct out *out)
{
	number(out, 0, 4);
}

static void events(struct out *out)
{
	number(out, 2, 4);
	string(out, "net");
	number(out, 2, 4);
	format(out, "napi_gro_receive_entry", ID_ARRIVE,
	       "\tfield:__data_loc char[] name;\toffset:8;\tsize:4;\tsigned:0;\n"
	       "\tfield:u16 queue_mapping;\toffset:12;\tsize:2;\tsigned:0;\n"
	       "\tfield:const void * skbaddr;\toffset:16;\tsize:8;\tsigned:0;\n"
	       "\tfield:bool vlan_tagged;\toffset:24;\tsize:1;\tsigned:0;\n"
	       "\tfield:u32 hash;\toffset:28;\tsize:4;\tsigned:0;\n"
	       "\tfield:unsigned int len;\toffset:32;\tsize:4;\tsigned:0;\n");
	format(out, "netif_receive_skb", ID_DELIVER,
	       "\tfield:void * skbaddr;\toffset:8;\tsize:8;\tsigned:0;\n"
	       "\tfield:unsigned int len;\toffset:16;\tsize:4;\tsigned:0;\n"
	       "\tfield:__data_loc char[] name;\toffset:20;\tsize:4;\tsigned:0;\n");
	string(out, "skb");
	number(out, 1, 4);
	format(out, "consume_skb", ID_FREE,
	       "\tfield:void * skbaddr;\toffset:8;\tsize:8;\tsigned:0;\n"
	       "\tfield:void * location;\toffset:16;\tsize:8;\tsigned:0;\n");
}

static void kallsyms(struct out *out, const struct dat_variant *v)
{
	const char *text = v->kallsyms ? v->kallsyms : "";

	number(out, strlen(text), 4);
	put(out, text, strlen(text));
}

static void option(struct out *out, unsigned int id, const char *text)
{
	number(out, id, 2);
	number(out, strlen(text) + 1, 4);
	string(out, text);
}

static void options(struct out *out, const struct dat_variant *v)
{
	char text[128];

	snprintf(text, sizeof(text), "local global [%s] boot", v->clock ? v->clock : "mono");
	option(out, 4, text);
	for (unsigned int cpu = 0; cpu < CPUS; cpu++) {
		snprintf(text, sizeof(text), "CPU: %u\nentries: 0\noverrun: %llu\n", cpu,
			 cpu ? 0 : (unsigned long long)v->overrun);
		option(out, 2, text);
	}
	if (v->offset_ns) {
		snprintf(text, sizeof(text), "%lld", (long long)v->offset_ns);
		option(out, 7, text);
	}
	if (v->mult) {
		number(out, 14, 2);
		number(out, 16, 4);
		number(out, v->mult, 4);
		number(out, v->shift, 4);
		number(out, 0, 8);
	}
	number(out, 8, 2);
	number(out, 4, 4);
	number(out, CPUS, 4);
}

/* --- version 6 --- */

static void align(struct out *out)
{
	put(out, NULL, (PAGE - out->size % PAGE) % PAGE);
}

/* Table of CPUs behind "flyrecord", then their data. Return: where it begins. */
static size_t flyrecord(struct out *out, struct pages *const data[CPUS])
{
	size_t begin = out->size, table;

	put(out, "flyrecord", 10);
	table = out->size;
	put(out, NULL, 16 * CPUS);
	for (size_t cpu = 0; cpu < CPUS; cpu++) {
		align(out);
		number_at(out, table + 16 * cpu, out->size, 8);
		number_at(out, table + 16 * cpu + 8, data[cpu]->out.size, 8);
		put(out, data[cpu]->out.bytes, data[cpu]->out.size);
	}
	return begin;
}

static void file_v6(struct out *out, const struct dat_variant *v, struct pages data[3])
{
	struct pages empty = {.out = {.bytes = NULL}};
	struct pages *const top[CPUS] = {&data[0], &data[1]}, *const inst[CPUS] = {&data[2],
										   &empty};
	size_t patch = 0;

	header(out, v);
	ftrace(out);
	events(out);
	kallsyms(out, v);
	number(out, 0, 4);
	number(out, 0, 8);
	number(out, CPUS, 4);
	put(out, "options  ", 10);
	options(out, v);
	if (v->instance) {
		number(out, 3, 2);
		number(out, 8 + 5, 4);
		patch = out->size;
		number(out, 0, 8);
		string(out, "inst");
	}
	number(out, 0, 2);
	flyrecord(out, top);
	if (v->instance) {
		size_t begin;

		align(out);
		begin = flyrecord(out, inst);
		number_at(out, patch, begin, 8);
	}
}

/* --- version 7 --- */

static void packed(struct out *out, enum unpack_kind kind, const void *bytes, size_t size)
{
	size_t room = size + size / 8 + 1024, got;
	void *to = must(malloc(room));

	if (kind == UNPACK_ZSTD) {
		got = ZSTD_compress(to, room, bytes, size, 3);
	} else {
		uLongf len = room;

		if (compress2(to, &len, bytes, size, 6) != Z_OK)
			abort();
		got = len;
	}
	number(out, got, 4);
	number(out, size, 4);
	put(out, to, got);
	free(to);
}

static size_t section_begin(struct out *out, unsigned int id, bool pack)
{
	number(out, id, 2);
	number(out, pack, 2);
	number(out, 0, 4);
	number(out, 0, 8);
	return out->size;
}

static void section_end(struct out *out, size_t begin)
{
	number_at(out, begin - 8, out->size - begin, 8);
}

/* Return: where the section is. */
static size_t section(struct out *out, const struct dat_variant *v, unsigned int id,
		      const struct out *body)
{
	bool pack = v->packing != UNPACK_NONE;
	size_t begin = section_begin(out, id, pack);

	if (pack)
		packed(out, v->packing, body->bytes, body->size);
	else
		put(out, body->bytes, body->size);
	section_end(out, begin);
	return begin - 16;
}

/* Chunks of some sub-buffers. Return: the size in the table, which leaves out the first number. */
static size_t cpu_data(struct out *out, const struct dat_variant *v, const struct out *data)
{
	size_t chunk = (v->chunk_pages ? v->chunk_pages : 2) * PAGE, begin;

	if (v->packing == UNPACK_NONE) {
		put(out, data->bytes, data->size);
		return data->size;
	}
	number(out, (data->size + chunk - 1) / chunk, 4);
	begin = out->size;
	for (size_t at = 0; at < data->size; at += chunk)
		packed(out, v->packing, data->bytes + at,
		       data->size - at < chunk ? data->size - at : chunk);
	return out->size - begin;
}

/* End of an options section. Return: where its link to the next one is. */
static size_t options_end(struct out *out, size_t begin)
{
	number(out, 0, 2);
	number(out, 8, 4);
	number(out, 0, 8);
	section_end(out, begin);
	return out->size - 8;
}

/* A buffer's data and, behind them, the options that describe them; @link leads there. */
static size_t buffer(struct out *out, const struct dat_variant *v, const char *name,
		     const struct pages *data, unsigned int cpus, size_t link)
{
	struct out table = {.big_endian = v->big_endian};
	size_t begin = section_begin(out, 3, v->packing != UNPACK_NONE), end;

	number(&table, begin - 16, 8);
	string(&table, name);
	string(&table, *name && v->inst_clock ? v->inst_clock : v->clock ? v->clock : "mono");
	if (!v->old_options)
		number(&table, PAGE, 4);
	number(&table, cpus, 4);
	for (unsigned int cpu = 0; cpu < cpus; cpu++) {
		align(out);
		number(&table, cpu && v->far_cpu ? v->far_cpu : cpu, 4);
		number(&table, out->size, 8);
		number(&table, cpu_data(out, v, &data[cpu].out), 8);
	}
	section_end(out, begin);
	number_at(out, link, out->size, 8);
	begin = section_begin(out, 0, false);
	number(out, 3, 2);
	number(out, table.size, 4);
	put(out, table.bytes, table.size);
	end = options_end(out, begin);
	free(table.bytes);
	return end;
}

static void file_v7(struct out *out, const struct dat_variant *v, struct pages data[3])
{
	static const char *const names[] = {"none", "zstd", "zlib"};
	size_t first, places[4], begin, link;

	string(out, names[v->packing]);
	string(out, "1");
	first = out->size;
	number(out, 0, 8);
	for (unsigned int i = 0; i < 4; i++) {
		struct out body = {.big_endian = v->big_endian};

		switch (i) {
		case 0:
			header(&body, v);
			break;
		case 1:
			ftrace(&body);
			break;
		case 2:
			events(&body);
			break;
		default:
			kallsyms(&body, v);
			break;
		}
		places[i] = section(out, v, 16 + i, &body);
		free(body.bytes);
	}
	number_at(out, first, out->size, 8);
	begin = section_begin(out, 0, false);
	for (unsigned int i = 0; i < 4; i++) {
		number(out, 16 + i, 2);
		number(out, 8, 4);
		number(out, places[i], 8);
	}
	options(out, v);
	link = options_end(out, begin);
	link = buffer(out, v, "", data, CPUS, link);
	if (v->instance)
		buffer(out, v, "inst", &data[2], 1, link);
}

unsigned char *dat_build(const struct dat_variant *v, size_t *size)
{
	struct out out = {.big_endian = v->big_endian};
	struct pages data[3];

	story(v, data);
	put(&data[0].out, NULL, (size_t)v->empty_pages * PAGE);
	put(&out, "\x17\x08\x44tracing", 10);
	string(&out, v->version == 6 ? "6" : "7");
	number(&out, v->big_endian, 1);
	number(&out, v->long_size, 1);
	number(&out, PAGE, 4);
	if (v->version == 6)
		file_v6(&out, v, data);
	else
		file_v7(&out, v, data);
	for (int i = 0; i < 3; i++)
		free(data[i].out.bytes);
	*size = out.size;
	return out.bytes;
}
