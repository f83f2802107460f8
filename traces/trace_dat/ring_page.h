/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ring_page.h - the records in a sub-buffer of the kernel's ring buffer.
 *
 *	u64 time of the first record | long commit | records ...
 *
 * A record starts with a word of 5 bits type_len and 27 bits time since the record before it:
 * 1..28 are that many words of data, 0 has its length in the next word, 29 is padding, 30 extends
 * the time by the next word, 31 is an absolute time. Only the first commit bytes are data; the
 * count of lost events may follow them.
 *
 * Not libtraceevent's kbuffer, which trusts every length. Here no record reaches beyond its
 * sub-buffer. Inline because it is the innermost loop of reading.
 * Source: include/linux/ring_buffer.h; kernel/trace/ring_buffer.c, rb_update_read_stamp(),
 * rb_event_length(), RB_MISSED_EVENTS.
 */
#ifndef TRACES_RING_PAGE_H
#define TRACES_RING_PAGE_H

#include <endian.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include "traces/events/tracing_data.h"

#define RING_TYPE_PADDING     29
#define RING_TYPE_TIME_EXTEND 30
#define RING_TYPE_TIME_STAMP  31
#define RING_DELTA_BITS	      27
#define RING_TIME_HIGH	      0xf800000000000000ull /* not in an absolute time */
#define RING_COMMIT_MASK      ((1ull << RING_DELTA_BITS) - 1)
#define RING_MISSED_EVENTS    (1ull << 31)
#define RING_MISSED_STORED    (1ull << 30)

/**
 * struct ring_page - walk through one sub-buffer
 * @at, @end: records left
 * @time: of the record read last, in ticks of the trace clock
 * @missed: events lost before the first record; 1 when the kernel did not count them
 * @big_endian: byte order
 */
struct ring_page {
	const unsigned char *at, *end;
	uint64_t time;
	uint64_t missed;
	bool big_endian;
};

/** struct ring_record - a record, in the sub-buffer */
struct ring_record {
	const unsigned char *data;
	uint32_t size;
};

static inline uint32_t ring_u32(const struct ring_page *page, const unsigned char *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return page->big_endian ? be32toh(value) : le32toh(value);
}

static inline uint64_t ring_u64(const struct ring_page *page, const unsigned char *at)
{
	uint64_t value;

	memcpy(&value, at, sizeof(value));
	return page->big_endian ? be64toh(value) : le64toh(value);
}

/**
 * ring_page_start() - begin with a sub-buffer of @size bytes, more than the head has
 * Return: 0, -EINVAL when it claims more data than it has room for.
 */
static inline int ring_page_start(struct ring_page *page, const struct tracing_page *layout,
				  bool big_endian, const unsigned char *bytes, size_t size)
{
	uint64_t commit, used;

	page->big_endian = big_endian;
	page->time = ring_u64(page, bytes);
	page->missed = 0;
	commit = layout->commit_size == 8 ? ring_u64(page, bytes + 8) : ring_u32(page, bytes + 8);
	used = commit & RING_COMMIT_MASK;
	if (used > size - layout->data_offset)
		return -EINVAL;
	page->at = bytes + layout->data_offset;
	page->end = page->at + used;
	if (commit & RING_MISSED_EVENTS) {
		size_t left = size - layout->data_offset - used;

		page->missed = 1;
		if (commit & RING_MISSED_STORED && left >= layout->commit_size)
			page->missed = layout->commit_size == 8 ? ring_u64(page, page->end)
								: ring_u32(page, page->end);
	}
	return 0;
}

/**
 * ring_page_next() - the next record with data
 * @rec: written on success; @page->time is its time
 * Return: 1, 0 at the end, -EINVAL when a record does not fit.
 */
static inline int ring_page_next(struct ring_page *page, struct ring_record *rec)
{
	while (page->end - page->at >= 4) {
		uint32_t head = ring_u32(page, page->at), word = 0, size;
		uint32_t type = page->big_endian ? head >> RING_DELTA_BITS : head & 31;
		uint32_t delta = page->big_endian ? head & RING_COMMIT_MASK : head >> 5;
		uint32_t left = (uint32_t)(page->end - page->at) - 4;

		page->at += 4;
		if (type - 1 < RING_TYPE_PADDING - 1) {
			size = 4 * type;
			if (size > left)
				return -EINVAL;
			page->time += delta;
			*rec = (struct ring_record){page->at, size};
			page->at += size;
			return 1;
		}
		if (type == RING_TYPE_PADDING && !delta)
			break; /* the rest of the sub-buffer is empty */
		if (left < 4)
			return -EINVAL;
		word = ring_u32(page, page->at);
		switch (type) {
		case RING_TYPE_TIME_EXTEND:
			page->time += ((uint64_t)word << RING_DELTA_BITS) + delta;
			page->at += 4;
			break;
		case RING_TYPE_TIME_STAMP: {
			uint64_t abs = ((uint64_t)word << RING_DELTA_BITS) + delta;

			page->time = abs | (page->time & RING_TIME_HIGH);
			page->at += 4;
			break;
		}
		default: /* padding of a discarded record, or a record with its length in @word */
			size = (word + 3) & ~3u;
			if (word < 4 || word > left || size > left)
				return -EINVAL;
			page->time += delta;
			*rec = (struct ring_record){page->at + 4, word - 4};
			page->at += size;
			if (!type)
				return 1;
		}
	}
	page->at = page->end;
	return 0;
}

#endif
