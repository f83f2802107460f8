/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * perf_data_attr.c - attributes and IDs of events; parses samples by them.
 *
 * A sample has no tags: sample_type of its event tells which members it has. The first ones are 8
 * bytes each, so their offsets are known once per event; read values and call chains are of
 * variable length and are skipped. Nothing behind the raw data is needed.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "traces/perf_data/perf_data_attr.h"
#include "traces/perf_data/perf_data_format.h"

/* Offsets in struct perf_event_attr. */
#define ATTR_TYPE	 0
#define ATTR_CONFIG	 8
#define ATTR_SAMPLE_TYPE 24
#define ATTR_READ_FORMAT 32
#define ATTR_FLAGS	 40
#define ATTR_CLOCKID	 92
#define ATTR_CLOCKID_END 96

#define IDS_START 256

/* Members of fixed size, in the order they have in a sample. */
static const uint32_t fixed_members[] = {
	PERF_BIT_IDENTIFIER, PERF_BIT_IP,	 PERF_BIT_TID, PERF_BIT_TIME,	PERF_BIT_ADDR,
	PERF_BIT_ID,	     PERF_BIT_STREAM_ID, PERF_BIT_CPU, PERF_BIT_PERIOD,
};

static void attr_layout(struct perf_attr *attr)
{
	int16_t at = 0;

	attr->id_at = attr->time_at = attr->cpu_at = -1;
	for (size_t i = 0; i < sizeof(fixed_members) / sizeof(*fixed_members); i++) {
		uint32_t bit = fixed_members[i];

		if (!(attr->sample_type & bit))
			continue;
		if (bit == PERF_BIT_IDENTIFIER || (bit == PERF_BIT_ID && attr->id_at < 0))
			attr->id_at = at;
		else if (bit == PERF_BIT_TIME)
			attr->time_at = at;
		else if (bit == PERF_BIT_CPU)
			attr->cpu_at = at;
		at += 8;
	}
	attr->tail_at = at;
}

/* Bit fields start at the least significant bit on little endian, at the most on big endian. */
static bool attr_flag(const struct perf_attr *attr, uint64_t flags, unsigned int bit)
{
	bool big_endian = (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__) != attr->swapped;

	return flags >> (big_endian ? 63 - bit : bit) & 1;
}

int perf_attrs_add(struct perf_attrs *attrs, const unsigned char *bytes, size_t size, bool swap)
{
	struct perf_attr *attr;

	if (attrs->nr == PERF_ATTRS_MAX)
		return -E2BIG;
	if (attrs->nr == attrs->room) {
		uint32_t room = attrs->room ? 2 * attrs->room : 32;
		struct perf_attr *list = reallocarray(attrs->list, room, sizeof(*list));

		if (!list)
			return -ENOMEM;
		attrs->list = list;
		attrs->room = room;
	}
	attr = &attrs->list[attrs->nr];
	*attr = (struct perf_attr){
		.type = perf_u32(swap, bytes + ATTR_TYPE),
		.config = perf_u64(swap, bytes + ATTR_CONFIG),
		.sample_type = perf_u64(swap, bytes + ATTR_SAMPLE_TYPE),
		.read_format = perf_u64(swap, bytes + ATTR_READ_FORMAT),
		.swapped = swap,
		.clock = -1,
		.event_type = -1,
	};
	if (size >= ATTR_CLOCKID_END &&
	    attr_flag(attr, perf_u64(swap, bytes + ATTR_FLAGS), PERF_ATTR_USE_CLOCKID))
		attr->clock = (int32_t)perf_u32(swap, bytes + ATTR_CLOCKID);
	attr_layout(attr);
	return (int)attrs->nr++;
}

/* --- ids --- */

static uint32_t id_cell(const struct perf_attrs *attrs, uint64_t id)
{
	uint32_t at = (uint32_t)(id * 0x9e3779b97f4a7c15u >> 32) & attrs->mask;

	while (attrs->ids[at].attr && attrs->ids[at].id != id)
		at = (at + 1) & attrs->mask;
	return at;
}

static int ids_grow(struct perf_attrs *attrs)
{
	uint32_t cells = attrs->ids ? 2 * (attrs->mask + 1) : IDS_START;
	uint32_t old_cells = attrs->ids ? attrs->mask + 1 : 0;
	struct perf_id *old = attrs->ids, *ids = calloc(cells, sizeof(*ids));

	if (!ids)
		return -ENOMEM;
	attrs->ids = ids;
	attrs->mask = cells - 1;
	for (uint32_t i = 0; i < old_cells; i++)
		if (old[i].attr)
			ids[id_cell(attrs, old[i].id)] = old[i];
	free(old);
	return 0;
}

int perf_attrs_id(struct perf_attrs *attrs, uint64_t id, uint32_t attr)
{
	uint32_t at;

	if (attrs->nr_ids == PERF_IDS_MAX)
		return -E2BIG;
	if ((!attrs->ids || 2 * attrs->nr_ids > attrs->mask) && ids_grow(attrs))
		return -ENOMEM;
	at = id_cell(attrs, id);
	attrs->nr_ids += !attrs->ids[at].attr;
	attrs->ids[at] = (struct perf_id){.id = id, .attr = attr + 1};
	return 0;
}

/* --- are the attributes sufficient? --- */

bool perf_attr_is_silent(const struct perf_attr *attr)
{
	return attr->type == PERF_ATTR_SOFTWARE && attr->config == PERF_SOFTWARE_DUMMY;
}

static bool attr_check(const struct perf_attr *attr, const char **why)
{
	*why = NULL;
	if (attr->time_at < 0)
		*why = "its samples have no time; record with perf record -T";
	else if (attr->type == PERF_ATTR_TRACEPOINT && attr->cpu_at < 0)
		*why = "its samples have no CPU; record with perf record -a";
	else if (attr->type == PERF_ATTR_TRACEPOINT && !(attr->sample_type & PERF_BIT_RAW))
		*why = "its samples have no raw data; record with perf record -R";
	return !*why;
}

static bool attrs_are_alike(const struct perf_attr *a, const struct perf_attr *b)
{
	return a->sample_type == b->sample_type && a->read_format == b->read_format &&
	       a->type == b->type && (a->type == PERF_ATTR_TRACEPOINT || a->config == b->config);
}

bool perf_attrs_check(struct perf_attrs *attrs, const char **why)
{
	const struct perf_attr *first = NULL;

	*why = "it describes no event; record with perf record -a -e net:napi_gro_receive_entry";
	attrs->mixed = false;
	attrs->id_at = -1;
	for (uint32_t i = 0; i < attrs->nr; i++) {
		const struct perf_attr *attr = &attrs->list[i];

		if (perf_attr_is_silent(attr))
			continue;
		if (!attr_check(attr, why))
			return false;
		if (!first) {
			first = attr;
			attrs->first = i;
			attrs->id_at = attr->id_at;
		}
		attrs->mixed |= !attrs_are_alike(attr, first);
		if (attr->id_at != attrs->id_at)
			attrs->id_at = -1;
	}
	if (attrs->mixed && attrs->id_at < 0) {
		*why = "samples of its events differ and have no id; record with a newer perf";
		return false;
	}
	if (first)
		*why = NULL;
	return first != NULL;
}

/* --- samples --- */

/**
 * struct walk - the rest of a sample
 * @at, @left: its bytes
 * @swap: numbers are of the other byte order
 */
struct walk {
	const unsigned char *at;
	size_t left;
	bool swap;
};

static bool walk_skip(struct walk *walk, uint64_t bytes)
{
	if (bytes > walk->left)
		return false;
	walk->at += bytes;
	walk->left -= bytes;
	return true;
}

/* A count followed by that many members. */
static bool walk_counted(struct walk *walk, uint64_t member_bytes, uint64_t extra_bytes)
{
	uint64_t nr;

	if (walk->left < 8)
		return false;
	nr = perf_u64(walk->swap, walk->at);
	return nr <= walk->left && walk_skip(walk, 8 + extra_bytes + nr * member_bytes);
}

static bool walk_read_values(struct walk *walk, uint64_t format)
{
	uint64_t times = !!(format & PERF_READ_TIME_ENABLED) + !!(format & PERF_READ_TIME_RUNNING);
	uint64_t value = 1 + !!(format & PERF_READ_ID) + !!(format & PERF_READ_LOST);

	if (format & PERF_READ_GROUP)
		return walk_counted(walk, 8 * value, 8 * times);
	return walk_skip(walk, 8 * (times + value));
}

static bool sample_raw(struct perf_sample *sample, struct walk *walk)
{
	const struct perf_attr *attr = sample->attr;

	if ((attr->sample_type & PERF_BIT_READ) && !walk_read_values(walk, attr->read_format))
		return false;
	if ((attr->sample_type & PERF_BIT_CALLCHAIN) && !walk_counted(walk, 8, 0))
		return false;
	if (!(attr->sample_type & PERF_BIT_RAW))
		return true;
	if (walk->left < 4)
		return false;
	sample->raw_size = perf_u32(walk->swap, walk->at);
	sample->raw = walk->at + 4;
	return sample->raw_size <= walk->left - 4;
}

static struct perf_attr *sample_attr(const struct perf_attrs *attrs, const unsigned char *body,
				     size_t size, bool swap)
{
	uint32_t attr;

	if (!attrs->mixed)
		return &attrs->list[attrs->first];
	if (!attrs->nr_ids || size < (size_t)attrs->id_at + 8)
		return NULL;
	attr = attrs->ids[id_cell(attrs, perf_u64(swap, body + attrs->id_at))].attr;
	return attr ? &attrs->list[attr - 1] : NULL;
}

bool perf_sample_read(const struct perf_attrs *attrs, const unsigned char *body, size_t size,
		      struct perf_sample *sample)
{
	bool swap = attrs->nr && attrs->list[0].swapped;
	struct perf_attr *attr = attrs->nr ? sample_attr(attrs, body, size, swap) : NULL;
	struct walk walk;

	if (!attr || size < (size_t)attr->tail_at)
		return false;
	*sample = (struct perf_sample){.attr = attr};
	if (attr->time_at >= 0)
		sample->time_ns = perf_u64(swap, body + attr->time_at);
	if (attr->cpu_at >= 0)
		sample->cpu = perf_u32(swap, body + attr->cpu_at);
	walk = (struct walk){body + attr->tail_at, size - (size_t)attr->tail_at, swap};
	return sample_raw(sample, &walk);
}

void perf_attrs_fini(struct perf_attrs *attrs)
{
	free(attrs->list);
	free(attrs->ids);
	memset(attrs, 0, sizeof(*attrs));
}
