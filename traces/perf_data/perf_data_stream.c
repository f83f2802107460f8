/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * perf_data_stream.c - a window that moves over the file, another over the output of zstd.
 *
 * perf record -z packs ring buffers as a stream of bytes: all packed records are one zstd stream,
 * and a kernel record may begin in one and end in the next. Records of perf itself (ends of rounds)
 * are not packed.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>
#include "traces/perf_data/perf_data_format.h"
#include "traces/perf_data/perf_data_stream.h"

#define WINDOW_BYTES   (1u << 18)
#define UNPACKED_BYTES (1u << 18)

int perf_stream_init(struct perf_stream *stream, int fd, uint64_t start, uint64_t end, bool swap)
{
	*stream = (struct perf_stream){.fd = fd, .swap = swap, .pos = start, .end = end};
	stream->window = malloc(WINDOW_BYTES);
	return stream->window ? 0 : -ENOMEM;
}

void perf_stream_fini(struct perf_stream *stream)
{
	ZSTD_freeDCtx(stream->zstd);
	free(stream->window);
	free(stream->unpacked);
	memset(stream, 0, sizeof(*stream));
}

uint64_t perf_stream_tell(const struct perf_stream *stream)
{
	return stream->pos - (stream->fill - stream->at);
}

bool perf_stream_skip(struct perf_stream *stream, uint64_t bytes)
{
	uint64_t here = perf_stream_tell(stream);

	if (bytes > stream->end - here) {
		stream->cut = true;
		return false;
	}
	stream->pos = here + bytes;
	stream->at = stream->fill = 0;
	return true;
}

static int window_fill(struct perf_stream *stream)
{
	size_t kept = stream->fill - stream->at;

	memmove(stream->window, stream->window + stream->at, kept);
	stream->at = 0;
	stream->fill = kept;
	while (stream->fill < WINDOW_BYTES && stream->pos < stream->end) {
		uint64_t want = stream->end - stream->pos;
		ssize_t got;

		if (want > WINDOW_BYTES - stream->fill)
			want = WINDOW_BYTES - stream->fill;
		got = pread(stream->fd, stream->window + stream->fill, (size_t)want,
			    (off_t)stream->pos);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			int error = errno;

			stream->why = strerror(error);
			return -error;
		}
		if (!got)
			stream->end = stream->pos; /* it has been truncated meanwhile */
		stream->fill += (size_t)got;
		stream->pos += (uint64_t)got;
	}
	return 0;
}

/* The record at @at. Return: its bytes, 0 when it is not complete, -EINVAL. */
static int record_at(struct perf_stream *stream, const unsigned char *at, size_t left,
		     struct perf_record *rec)
{
	uint16_t size;

	if (left < PERF_RECORD_HEADER)
		return 0;
	size = perf_u16(stream->swap, at + 6);
	if (size < PERF_RECORD_HEADER) {
		stream->why = "a record shorter than its header";
		return -EINVAL;
	}
	if (size > left)
		return 0;
	rec->type = perf_u32(stream->swap, at);
	rec->misc = perf_u16(stream->swap, at + 4);
	rec->body = at + PERF_RECORD_HEADER;
	rec->size = size - (size_t)PERF_RECORD_HEADER;
	return size;
}

static int file_next(struct perf_stream *stream, struct perf_record *rec)
{
	int size = record_at(stream, stream->window + stream->at, stream->fill - stream->at, rec);

	if (!size) {
		int rc = window_fill(stream);

		if (rc)
			return rc;
		size = record_at(stream, stream->window, stream->fill, rec);
	}
	if (!size) {
		stream->cut = stream->fill != 0;
		return 0;
	}
	if (size < 0)
		return size;
	rec->at = perf_stream_tell(stream);
	stream->at += (size_t)size;
	return 1;
}

/* --- packed records --- */

static int packed_start(struct perf_stream *stream, const struct perf_record *rec)
{
	size_t skip = 0, size = rec->size;

	if (rec->type == PERF_RECORD_COMPRESSED2) {
		uint64_t claimed = size < 8 ? UINT64_MAX : perf_u64(stream->swap, rec->body);

		skip = 8;
		if (claimed > size - skip) {
			stream->why = "a packed record shorter than its data";
			return -EINVAL;
		}
		size = (size_t)claimed;
	}
	if (!stream->zstd) {
		stream->zstd = ZSTD_createDCtx();
		stream->unpacked = malloc(UNPACKED_BYTES);
		if (!stream->zstd || !stream->unpacked) {
			stream->why = "out of memory";
			return -ENOMEM;
		}
	}
	stream->packed = rec->body + skip;
	stream->packed_size = size;
	stream->packed_at = rec->at;
	stream->pending = true;
	return 0;
}

/* There is always room: what is left is part of a record, which has 64 KB at most. */
static int packed_more(struct perf_stream *stream)
{
	size_t kept = stream->unpacked_fill - stream->unpacked_at;
	ZSTD_inBuffer in = {stream->packed, stream->packed_size, 0};
	ZSTD_outBuffer out = {stream->unpacked, UNPACKED_BYTES, kept};
	size_t rc;

	memmove(stream->unpacked, stream->unpacked + stream->unpacked_at, kept);
	rc = ZSTD_decompressStream(stream->zstd, &out, &in);
	stream->unpacked_at = 0;
	stream->unpacked_fill = out.pos;
	if (ZSTD_isError(rc)) {
		stream->why = "zstd cannot unpack a record";
		return -EINVAL;
	}
	stream->packed += in.pos;
	stream->packed_size -= in.pos;
	stream->pending =
		out.pos == out.size || (stream->packed_size && (in.pos || out.pos > kept));
	return 0;
}

static int packed_next(struct perf_stream *stream, struct perf_record *rec)
{
	int size = record_at(stream, stream->unpacked + stream->unpacked_at,
			     stream->unpacked_fill - stream->unpacked_at, rec);

	if (size > 0) {
		stream->unpacked_at += (size_t)size;
		rec->at = stream->packed_at;
		return 1;
	}
	return size;
}

static bool is_packed(const struct perf_record *rec)
{
	return rec->type == PERF_RECORD_COMPRESSED || rec->type == PERF_RECORD_COMPRESSED2;
}

static int next_of_both(struct perf_stream *stream, struct perf_record *rec)
{
	for (;;) {
		int rc;

		if (stream->unpacked) {
			rc = packed_next(stream, rec);
			if (rc)
				return rc;
		}
		if (stream->pending) {
			rc = packed_more(stream);
			if (rc)
				return rc;
			continue;
		}
		rc = file_next(stream, rec);
		if (rc <= 0) {
			stream->cut |= stream->unpacked_fill != stream->unpacked_at;
			return rc;
		}
		if (!is_packed(rec))
			return 1;
		rc = packed_start(stream, rec);
		if (rc)
			return rc;
	}
}

int perf_stream_next(struct perf_stream *stream, struct perf_record *rec)
{
	int rc;

	if (stream->unpacked)
		return next_of_both(stream, rec);
	rc = file_next(stream, rec);
	if (rc <= 0 || !is_packed(rec))
		return rc;
	rc = packed_start(stream, rec);
	return rc ? rc : next_of_both(stream, rec);
}
