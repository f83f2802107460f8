/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * perf_data_file.h - an open perf.data: what stands in it before and behind the records.
 */
#ifndef TRACES_PERF_DATA_FILE_H
#define TRACES_PERF_DATA_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "traces/events/decode.h"
#include "traces/perf_data/perf_data_attr.h"

/**
 * struct perf_file - an open perf.data
 * @path: as given
 * @fd: the file, open for reading
 * @size: bytes of the file
 * @swap: its numbers are of the other byte order
 * @pipe: the stream of a pipe: what describes the events is among the records
 * @data_start, @data_end: where the records are
 * @attrs: events
 * @dec: gets the format texts; the caller's
 * @formats: those have been read
 * @packed: records are compressed
 * @cut: the file ends early
 * @cpus: CPUs of the machine, 0 when the file does not say
 * @error: one line about the last failure
 */
struct perf_file {
	char path[512];
	int fd;
	uint64_t size;
	bool swap;
	bool pipe;
	uint64_t data_start, data_end;
	struct perf_attrs attrs;
	struct decoder *dec;
	bool formats;
	bool packed;
	bool cut;
	uint32_t cpus;
	char error[512];
};

/**
 * perf_file_open() - open a file, and read all that describes its events
 * Of a pipe's stream nothing but the header is read: its records bring the rest.
 * Return: 0, or -errno with @error set; close it in any case.
 */
int perf_file_open(struct perf_file *file, const char *path, struct decoder *dec);

/** perf_file_ready() - are samples understood now? Return: 0, or -EINVAL with @error set. */
int perf_file_ready(struct perf_file *file);

/**
 * perf_file_attr() - an event from the stream of a pipe
 * @body, @size: HEADER_ATTR behind its header; ditto below
 * Return: 0, or -errno with @error set.
 */
int perf_file_attr(struct perf_file *file, const unsigned char *body, size_t size);

/** perf_file_feature() - a fact from the stream of a pipe. Return: 0, or -errno with @error set. */
int perf_file_feature(struct perf_file *file, const unsigned char *body, size_t size);

/**
 * perf_file_formats() - read tracing data: format texts for the decoder
 * @at, @size: where they are in the file
 * Return: 0, or -errno with @error set. When the file ends in them: 0, and @formats is not set.
 */
int perf_file_formats(struct perf_file *file, uint64_t at, uint64_t size);

/** perf_file_fail() - set @error to one line: path, place, what. Return: -EINVAL. */
__attribute__((format(printf, 3, 4))) int perf_file_fail(struct perf_file *file, uint64_t at,
							 const char *format, ...);

/** perf_file_close() - after perf_file_open(), whether it succeeded or not; not the decoder */
void perf_file_close(struct perf_file *file);

#endif
