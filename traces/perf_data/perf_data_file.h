/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * perf_data_file.h - header, attributes and features of an open perf.data.
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
 * @pipe: pipe mode: attributes and features are among the records
 * @data_start, @data_end: offsets of the records
 * @attrs: events
 * @dec: gets the format texts; the caller's
 * @formats: @dec has them
 * @packed: records are compressed
 * @cut: the file ends early
 * @cpus: CPUs of the machine, 0: unknown
 * @page_bytes: its PAGE_SIZE, 0: unknown
 * @kernel: its release, "": unknown
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
	uint32_t cpus, page_bytes;
	char kernel[72];
	char error[512];
};

/**
 * perf_file_open() - open a file and read what describes its events
 * @dec: gets the format texts; outlives @file
 *
 * In pipe mode only the header is read: the rest comes with the records.
 * Return: 0, or -errno with @error set; perf_file_close() it in either case.
 */
int perf_file_open(struct perf_file *file, const char *path, struct decoder *dec);

/**
 * perf_file_ready() - do attributes and formats suffice to read samples?
 *
 * Return: 0, or -EINVAL with @error set.
 */
int perf_file_ready(struct perf_file *file);

/**
 * perf_file_attr() - pipe mode: add an event
 * @body, @size: PERF_RECORD_HEADER_ATTR behind its header
 *
 * Return: 0, or -errno with @error set.
 */
int perf_file_attr(struct perf_file *file, const unsigned char *body, size_t size);

/**
 * perf_file_feature() - pipe mode: read a feature
 * @body, @size: PERF_RECORD_HEADER_FEATURE behind its header
 *
 * Return: 0, or -errno with @error set.
 */
int perf_file_feature(struct perf_file *file, const unsigned char *body, size_t size);

/**
 * perf_file_formats() - read the tracing data: format texts for the decoder
 * @at, @size: offset and bytes in the file
 *
 * Return: 0, or -errno with @error set. When the file ends within them: 0, @formats stays false.
 */
int perf_file_formats(struct perf_file *file, uint64_t at, uint64_t size);

/**
 * perf_file_fail() - set @error to one line: path, byte, what is wrong
 *
 * Return: -EINVAL.
 */
__attribute__((format(printf, 3, 4))) int perf_file_fail(struct perf_file *file, uint64_t at,
							 const char *format, ...);

/** perf_file_close() - free everything but the decoder; also after a failed perf_file_open() */
void perf_file_close(struct perf_file *file);

#endif
