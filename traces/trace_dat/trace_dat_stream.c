/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace_dat_stream.c - sub-buffers of a CPU, from plain data or from compressed chunks.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "traces/trace_dat/trace_dat_stream.h"

void dat_stream_init(struct dat_stream *stream, const struct trace_dat_file *file,
		     struct dat_blocks *blocks, const struct dat_extent *extent)
{
	const struct dat_buffer *buffer = &file->buffers[extent->buffer];

	*stream = (struct dat_stream){.file = file,
				      .blocks = blocks,
				      .extent = extent,
				      .page_size = buffer->page_size,
				      .packed = buffer->packed,
				      .cut = extent->cut,
				      .pos = extent->offset,
				      .end = extent->offset + extent->size};
}

void dat_stream_fini(struct dat_stream *stream)
{
	free(stream->block);
	stream->block = NULL;
}

int dat_stream_damaged(const struct dat_stream *stream, const char *what, char *err,
		       size_t err_size)
{
	snprintf(err, err_size,
		 "%.300s: damaged: data of CPU %u at byte %llu: %s; copy or record it again",
		 stream->file->path, stream->extent->cpu, (unsigned long long)stream->place, what);
	return -EINVAL;
}

/* Return: bytes read; fewer than asked for when the file was truncated meanwhile. */
static size_t file_read(const struct dat_stream *stream, unsigned char *to, size_t size)
{
	size_t got = 0;

	while (got < size) {
		ssize_t n =
			pread(stream->file->fd, to + got, size - got, (off_t)(stream->pos + got));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		got += (size_t)n;
	}
	return got;
}

static int block_grow(struct dat_stream *stream, size_t size, char *err, size_t err_size)
{
	unsigned char *block;

	if (size <= stream->room)
		return 0;
	stream->blocks->used += size - stream->room;
	if (stream->blocks->used > DAT_BLOCKS_MAX)
		return dat_stream_damaged(stream, "chunks too large for so many CPUs", err,
					  err_size);
	block = realloc(stream->block, size);
	if (!block) {
		snprintf(err, err_size, "%.300s: out of memory", stream->file->path);
		return -ENOMEM;
	}
	stream->block = block;
	stream->room = size;
	return 0;
}

/* Whole sub-buffers only: a part of one is the rest of a cut file. */
static int window_read(struct dat_stream *stream, char *err, size_t err_size)
{
	uint64_t left = stream->end - stream->pos;
	size_t size = left < stream->blocks->window ? (size_t)left : stream->blocks->window;
	int rc;

	if (!left)
		return 0;
	if (size < stream->page_size)
		size = left < stream->page_size ? 0 : stream->page_size;
	size -= size % stream->page_size;
	rc = block_grow(stream, size, err, err_size);
	if (rc)
		return rc;
	stream->place = stream->pos;
	stream->fill = file_read(stream, stream->block, size);
	stream->fill -= stream->fill % stream->page_size;
	stream->pos += stream->fill;
	stream->cut |= !stream->fill;
	return stream->fill ? 1 : 0;
}

static int number_read(struct dat_stream *stream, uint32_t *value)
{
	unsigned char bytes[4];
	struct ring_page order = {.big_endian = stream->file->big_endian};

	if (stream->end - stream->pos < 4 || file_read(stream, bytes, 4) < 4)
		return -1;
	stream->pos += 4;
	*value = ring_u32(&order, bytes);
	return 0;
}

static int packed_grow(struct dat_blocks *blocks, size_t size)
{
	unsigned char *packed;

	if (size <= blocks->packed_size)
		return 0;
	packed = realloc(blocks->packed, size);
	if (!packed)
		return -ENOMEM;
	blocks->packed = packed;
	blocks->packed_size = size;
	return 0;
}

/* The next chunk: packed size, unpacked size, data. A cut within it ends the stream before it. */
static int chunk_read(struct dat_stream *stream, char *err, size_t err_size)
{
	uint32_t in_size, out_size;
	int rc;

	if (!stream->begun && number_read(stream, &stream->chunks))
		stream->chunks = 0, stream->cut = true;
	stream->begun = true;
	if (!stream->chunks)
		return 0;
	stream->place = stream->pos;
	if (number_read(stream, &in_size) || number_read(stream, &out_size) ||
	    in_size > stream->end - stream->pos) {
		if (!stream->extent->cut)
			return dat_stream_damaged(stream, "a chunk that reaches beyond them", err,
						  err_size);
		return 0;
	}
	if (in_size > DAT_CHUNK_MAX || out_size > DAT_CHUNK_MAX || out_size % stream->page_size)
		return dat_stream_damaged(stream, "a chunk of impossible size", err, err_size);
	stream->blocks->unpacked += out_size;
	if (stream->blocks->unpacked / DAT_UNPACKED_TIMES >
	    stream->file->size + DAT_BLOCKS_MAX / DAT_UNPACKED_TIMES)
		return dat_stream_damaged(stream, "chunks of more than can be", err, err_size);
	rc = block_grow(stream, out_size, err, err_size);
	if (rc)
		return rc;
	if (packed_grow(stream->blocks, in_size)) {
		snprintf(err, err_size, "%.300s: out of memory", stream->file->path);
		return -ENOMEM;
	}
	if (file_read(stream, stream->blocks->packed, in_size) < in_size) {
		stream->cut = true;
		return 0;
	}
	if (unpack_block(stream->file->packing, stream->blocks->packed, in_size, stream->block,
			 out_size))
		return dat_stream_damaged(stream, "a chunk that does not unpack", err, err_size);
	stream->pos += in_size;
	stream->fill = out_size;
	stream->chunks--;
	return 1;
}

static int block_read(struct dat_stream *stream, char *err, size_t err_size)
{
	int rc;

	stream->at = 0;
	stream->fill = 0;
	do /* a chunk may be empty */
		rc = stream->packed ? chunk_read(stream, err, err_size)
				    : window_read(stream, err, err_size);
	while (rc > 0 && !stream->fill);
	return rc;
}

int dat_stream_page(struct dat_stream *stream, char *err, size_t err_size)
{
	for (;;) {
		const unsigned char *bytes;
		int rc = 1;

		if (stream->at >= stream->fill)
			rc = block_read(stream, err, err_size);
		if (rc <= 0)
			return rc;
		bytes = stream->block + stream->at;
		stream->at += stream->page_size;
		if (ring_page_start(&stream->page, &stream->file->layout, stream->file->big_endian,
				    bytes, stream->page_size))
			return dat_stream_damaged(stream, "a sub-buffer with more data than room",
						  err, err_size);
		if (__builtin_add_overflow(stream->blocks->missed, stream->page.missed,
					   &stream->blocks->missed))
			stream->blocks->missed = UINT64_MAX;
		rc = ring_page_next(&stream->page, &stream->rec);
		if (rc < 0)
			return dat_stream_damaged(stream, "a record that reaches beyond its end",
						  err, err_size);
		if (rc)
			return rc;
	}
}
