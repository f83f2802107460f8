/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * perf_data_stream.h - the records of a perf.data, one by one, unpacked.
 */
#ifndef TRACES_PERF_DATA_STREAM_H
#define TRACES_PERF_DATA_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct perf_record - one record
 * @type: enum perf_record_type
 * @misc: flags of that type
 * @body, @size: what follows the header; valid until the next perf_stream_next()
 * @at: its offset in the file; of an unpacked record that of the packed one
 */
struct perf_record {
	uint32_t type;
	uint16_t misc;
	const unsigned char *body;
	size_t size;
	uint64_t at;
};

struct ZSTD_DCtx_s;

/**
 * struct perf_stream - position in the records
 * @fd: the file, the caller's
 * @swap: numbers are of the other byte order
 * @pos: offset in the file of the first byte behind the window
 * @end: where the records end
 * @window, @at, @fill: bytes of the file; those before @at are consumed
 * @zstd: decompressor, NULL before the first packed record
 * @packed, @packed_size: its input that is left, in the window
 * @packed_at: offset in the file of the record that holds @packed
 * @pending: it may have more output, without more input
 * @unpacked, @unpacked_at, @unpacked_fill: its output; a record may end in the next packed one
 * @cut: the last record is not complete
 * @why: reason of the last failure
 */
struct perf_stream {
	int fd;
	bool swap;
	uint64_t pos, end;
	unsigned char *window;
	size_t at, fill;
	struct ZSTD_DCtx_s *zstd;
	const unsigned char *packed;
	size_t packed_size;
	uint64_t packed_at;
	bool pending;
	unsigned char *unpacked;
	size_t unpacked_at, unpacked_fill;
	bool cut;
	const char *why;
};

/**
 * perf_stream_init() - read records of @fd from @start to @end
 * @swap: numbers are of the other byte order
 *
 * Return: 0 or -ENOMEM.
 */
int perf_stream_init(struct perf_stream *stream, int fd, uint64_t start, uint64_t end, bool swap);

/**
 * perf_stream_next() - the next record
 *
 * Cost: bytes of the file are copied once; nothing is allocated after the first packed record.
 * Return: 1; 0 at the end or at a cut; -EINVAL, -ENOMEM, -errno of reading, with @why set.
 */
int perf_stream_next(struct perf_stream *stream, struct perf_record *rec);

/** perf_stream_tell() - offset in the file behind the last record */
uint64_t perf_stream_tell(const struct perf_stream *stream);

/**
 * perf_stream_skip() - skip bytes of the file that belong to no record
 *
 * Return: false when there are not as many.
 */
bool perf_stream_skip(struct perf_stream *stream, uint64_t bytes);

/** perf_stream_fini() - free the windows; @fd stays open, it is the caller's */
void perf_stream_fini(struct perf_stream *stream);

#endif
