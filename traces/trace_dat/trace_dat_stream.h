/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace_dat_stream.h - the records of one CPU of a trace.dat, one after the other.
 *
 * Holds a few sub-buffers at a time: a window of plain data, or one unpacked chunk.
 */
#ifndef TRACES_TRACE_DAT_STREAM_H
#define TRACES_TRACE_DAT_STREAM_H

#include "traces/trace_dat/ring_page.h"
#include "traces/trace_dat/trace_dat_file.h"

/** DAT_CHUNK_MAX - largest chunk that is read; trace-cmd packs ten pages at a time */
#define DAT_CHUNK_MAX (2u << 20)

/**
 * DAT_UNPACKED_TIMES - unpacked data may be so many times the size of the file (and
 * DAT_BLOCKS_MAX); sub-buffers shrink 10 to 30 times, a malicious chunk 20000 times
 */
#define DAT_UNPACKED_TIMES 1000

/** DAT_BLOCKS_MAX - bytes of all windows and chunks together */
#define DAT_BLOCKS_MAX (40u << 20)

/**
 * struct dat_blocks - what all streams of a file share
 * @packed, @packed_size: room for a compressed chunk
 * @window: bytes of plain data that a stream reads at once
 * @used: bytes of all blocks
 * @unpacked: bytes that came out of chunks so far
 * @missed: events lost before records read so far
 */
struct dat_blocks {
	unsigned char *packed;
	size_t packed_size;
	size_t window;
	size_t used;
	uint64_t unpacked;
	uint64_t missed;
};

/**
 * struct dat_stream - where reading a CPU has got to
 * @file, @blocks, @extent, @page_size: what is read; not ours
 * @pos, @end: bytes of the file still to be read
 * @chunks: compressed chunks still to come, valid once @begun
 * @block, @room, @fill, @at: sub-buffers in memory, @at is the next one
 * @place: their offset in the file, for messages
 * @cut: ends before what was recorded
 * @page: sub-buffer being read; its time is that of @rec
 * @rec: the current record
 * @time: when it happened, in ticks: its page's time and @shift
 * @gap: ticks between the last two of which the second was not earlier
 * @shift: ticks that the clock was set back by so far
 */
struct dat_stream {
	const struct trace_dat_file *file;
	struct dat_blocks *blocks;
	const struct dat_extent *extent;
	uint32_t page_size;
	uint32_t chunks;
	uint64_t pos, end;
	unsigned char *block;
	size_t room, fill, at;
	uint64_t place;
	bool packed, begun, cut;
	struct ring_page page;
	struct ring_record rec;
	uint64_t time, gap, shift;
};

/** dat_stream_init() - start of a CPU's data; file, blocks and extent must outlive the stream */
void dat_stream_init(struct dat_stream *stream, const struct trace_dat_file *file,
		     struct dat_blocks *blocks, const struct dat_extent *extent);

/** dat_stream_fini() - free the sub-buffers in memory */
void dat_stream_fini(struct dat_stream *stream);

/**
 * dat_stream_page() - go to the first record of the next sub-buffer that has one
 * Return: 1, 0 at the end, -errno with one line in @err.
 */
int dat_stream_page(struct dat_stream *stream, char *err, size_t err_size);

/** dat_stream_damaged() - write @err: @what is damaged, and where. Return: -EINVAL */
int dat_stream_damaged(const struct dat_stream *stream, const char *what, char *err,
		       size_t err_size);

/** dat_stream_next() - go to the next record; Return: as dat_stream_page() */
static inline int dat_stream_next(struct dat_stream *stream, char *err, size_t err_size)
{
	int rc = ring_page_next(&stream->page, &stream->rec);

	if (rc > 0)
		return rc;
	if (rc < 0)
		return dat_stream_damaged(stream, "a record that reaches beyond its end", err,
					  err_size);
	return dat_stream_page(stream, err, err_size);
}

#endif
