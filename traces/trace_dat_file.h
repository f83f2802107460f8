/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace_dat_file.h - the outer structure of a trace.dat, checked before a library sees the file.
 */
#ifndef TRACES_TRACE_DAT_FILE_H
#define TRACES_TRACE_DAT_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct trace_dat_file - what the structure of a trace.dat tells
 * @path: as given
 * @fd: the file, open for reading
 * @size: bytes of the file
 * @version: 6 or 7
 * @big_endian: byte order of the recording machine
 * @page_size: bytes of a sub-buffer of the kernel's ring buffer
 * @compression: "none", "zstd", ...
 * @clock: trace clock, "" when the file does not name one
 * @cpus: CPUs with data
 * @overruns: events lost according to the CPU statistics in the file
 * @cut: data of some CPU reach beyond the end of the file
 * @cut_cpu: the CPU whose data break off there, -1 when none does
 * @cpu_table: offset of the table of (offset, size) by CPU, version 6
 */
struct trace_dat_file {
	char path[512];
	int fd;
	uint64_t size;
	int version;
	bool big_endian;
	uint32_t page_size;
	char compression[16];
	char clock[16];
	uint32_t cpus;
	uint64_t overruns;
	bool cut;
	int cut_cpu;
	uint64_t cpu_table;
};

/** TRACE_DAT_MAGIC - the first bytes of every trace.dat */
#define TRACE_DAT_MAGIC	     "\x17\x08\x44tracing"
#define TRACE_DAT_MAGIC_SIZE 10

/**
 * trace_dat_file_open() - open a file and walk through its structure
 * Every section and every CPU's data must lie within the file, because the libraries read (and
 * map) where the headers point. Data of a version 6 file that are cut off only set @cut.
 * Return: 0, or -errno with one line in @err and nothing to close.
 */
int trace_dat_file_open(struct trace_dat_file *file, const char *path, char *err, size_t err_size);

/**
 * trace_dat_file_mend() - a private copy of a cut file, whose CPU table ends where the file does
 * The copy is an unlinked file in $TMPDIR (/tmp); it takes the place of @fd.
 * Return: 0, or -errno with one line in @err.
 */
int trace_dat_file_mend(struct trace_dat_file *file, char *err, size_t err_size);

void trace_dat_file_close(struct trace_dat_file *file);

#endif
