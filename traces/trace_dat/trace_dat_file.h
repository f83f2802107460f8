/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace_dat_file.h - the container of a trace.dat: where the data of each CPU are, and what is
 * written around them.
 *
 * Versions 6 and 7, plain or compressed, of either byte order. Records are not looked at.
 * Source of the layout: trace-cmd.dat.v6(5), trace-cmd.dat.v7(5).
 */
#ifndef TRACES_TRACE_DAT_FILE_H
#define TRACES_TRACE_DAT_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "traces/cursor.h"
#include "traces/events/decode.h"
#include "traces/events/tracing_data.h"
#include "traces/unpack.h"

/** TRACE_DAT_MAGIC - the first bytes of every trace.dat */
#define TRACE_DAT_MAGIC	     "\x17\x08\x44tracing"
#define TRACE_DAT_MAGIC_SIZE 10

#define DAT_CPUS_MAX	4096 /* CPUs over all buffers; Linux itself allows 8192 (NR_CPUS) */
#define DAT_BUFFERS_MAX 64
#define DAT_OPTION_MAX	(1u << 18) /* bytes of an option that is read */

/** enum dat_option - options of both versions; from 15 on also ids of version 7's sections */
enum dat_option {
	DAT_OPTION_DONE = 0,
	DAT_OPTION_DATE = 1,
	DAT_OPTION_CPUSTAT = 2,
	DAT_OPTION_BUFFER = 3,
	DAT_OPTION_TRACECLOCK = 4,
	DAT_OPTION_UNAME = 5,
	DAT_OPTION_OFFSET = 7,
	DAT_OPTION_CPUCOUNT = 8,
	DAT_OPTION_TSC2NSEC = 14,
	DAT_SECTION_STRINGS = 15,
	DAT_SECTION_HEADER = 16,
	DAT_SECTION_FTRACE = 17,
	DAT_SECTION_EVENTS = 18,
	DAT_SECTION_KALLSYMS = 19,
	DAT_SECTION_CMDLINES = 21,
	DAT_SECTION_TEXT_BUFFER = 22,
	DAT_SECTIONS
};

/**
 * struct dat_buffer - a ring buffer: the top one or an instance
 * @name: "" is the top one
 * @clock: its clock, "" when not recorded
 * @page_size: bytes of a sub-buffer
 * @packed: its data are compressed, in chunks
 */
struct dat_buffer {
	char name[64];
	char clock[16];
	uint32_t page_size;
	bool packed;
};

/**
 * struct dat_extent - data of one CPU in one buffer, as far as the file has them
 * @offset, @size: bytes in the file
 * @cpu: number of the CPU
 * @buffer: number of the buffer
 * @cut: more was recorded, the file ends before it
 */
struct dat_extent {
	uint64_t offset, size;
	uint16_t cpu;
	uint16_t buffer;
	bool cut;
};

/**
 * struct trace_dat_file - an open container
 * @path: as given
 * @fd: open for reading
 * @size: bytes of the file
 * @version: 6 or 7
 * @big_endian: byte order of the recording machine
 * @page_size: bytes of a page, and of a sub-buffer unless the buffer says otherwise
 * @compression, @packing: "none", "zstd", ... and what it means
 * @clock: trace clock, "" when the file does not name one
 * @kernel: its release as the recorder's uname() told, "" when the file does not
 * @layout: head of a sub-buffer
 * @cpus: CPUs of the machine, 0 when not recorded
 * @buffers, @nr_buffers: ring buffers
 * @extents, @nr_extents: data of their CPUs, empty ones left out
 * @claimed: sum of the extents
 * @unpacked: bytes of compressed sections so far
 * @overruns: events lost according to the CPU statistics in the file
 * @mult, @shift: ns = ticks * mult >> shift; a mult of 0 is ns = ticks
 * @add_ns: added to that
 * @sections: offset by enum dat_option, 0 for none
 * @missing: CPUs whose data are missing altogether, the file ends before them
 * @cut: the file ends early
 * @texts: it holds the text of a latency tracer instead of records
 * @clocks_differ: buffers were recorded with different clocks
 * @guessed: the table of CPUs is missing, they were told apart by the structure of the data
 * @dec: learns the event formats
 */
struct trace_dat_file {
	char path[512];
	int fd;
	uint64_t size;
	int version;
	bool big_endian;
	uint32_t page_size;
	char compression[16];
	enum unpack_kind packing;
	char clock[16];
	char kernel[72];
	struct tracing_page layout;
	uint32_t cpus;
	struct dat_buffer buffers[DAT_BUFFERS_MAX];
	unsigned int nr_buffers;
	struct dat_extent *extents;
	unsigned int nr_extents;
	uint64_t claimed;
	uint64_t unpacked;
	uint64_t overruns;
	uint32_t mult, shift;
	int64_t add_ns;
	uint64_t sections[DAT_SECTIONS];
	unsigned int missing;
	bool cut;
	bool guessed;
	bool texts;
	bool clocks_differ;
	struct decoder *dec;
};

/**
 * trace_dat_file_open() - open a file, read its structure and its event formats
 * @dec: initialized; gets the formats, and the symbols when it asks for them
 * A file that is cut within its data is a success with @cut set.
 * Return: 0, or -errno with one line in @err and nothing to close.
 */
int trace_dat_file_open(struct trace_dat_file *file, const char *path, struct decoder *dec,
			char *err, size_t err_size);

/** trace_dat_file_symbols() - give the symbols of the file to its decoder, if it has any */
void trace_dat_file_symbols(struct trace_dat_file *file);

/** trace_dat_file_close() - close the file and free what it holds; may be called again */
void trace_dat_file_close(struct trace_dat_file *file);

#endif
