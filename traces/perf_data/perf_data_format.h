/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * perf_data_format.h - constants of the perf.data format.
 *
 * Sources: perf_event_open(2) for attributes and records of the kernel;
 * tools/perf/Documentation/perf.data-file-format.txt for the file and records of perf itself.
 */
#ifndef TRACES_PERF_DATA_FORMAT_H
#define TRACES_PERF_DATA_FORMAT_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define PERF_MAGIC	   "PERFILE2"
#define PERF_MAGIC_SWAPPED "2ELIFREP"
#define PERF_PIPE_HEADER   16  /* magic and size: the stream of a pipe starts behind them */
#define PERF_FILE_HEADER   104 /* with the bits of features */
#define PERF_ATTR_MIN	   64  /* struct perf_event_attr of Linux 2.6.31 */
#define PERF_RECORD_HEADER 8

/** enum perf_record_type - records that are read; others are skipped */
enum perf_record_type {
	PERF_RECORD_LOST = 2,
	PERF_RECORD_SAMPLE = 9,
	PERF_RECORD_LOST_SAMPLES = 13,
	PERF_RECORD_HEADER_ATTR = 64,
	PERF_RECORD_HEADER_TRACING_DATA = 66,
	PERF_RECORD_FINISHED_ROUND = 68,
	PERF_RECORD_AUXTRACE = 71,
	PERF_RECORD_HEADER_FEATURE = 80,
	PERF_RECORD_COMPRESSED = 81,
	PERF_RECORD_COMPRESSED2 = 83,
};

/** PERF_MISC_LOST_BPF - of LOST_SAMPLES: filtered by a BPF program, not lost */
#define PERF_MISC_LOST_BPF (1u << 15)

enum perf_feature {
	PERF_FEATURE_TRACING_DATA = 1,
	PERF_FEATURE_OSRELEASE = 4,
	PERF_FEATURE_NRCPUS = 7,
	PERF_FEATURE_DIR_FORMAT = 24,
	PERF_FEATURE_COMPRESSED = 27,
	PERF_FEATURES = 256,
};

enum perf_attr_type {
	PERF_ATTR_SOFTWARE = 1,
	PERF_ATTR_TRACEPOINT = 2,
};

/** PERF_SOFTWARE_DUMMY - config of an event without samples: it carries side-band records */
#define PERF_SOFTWARE_DUMMY 9

/** PERF_ATTR_USE_CLOCKID - number of its bit in the flag word, in order of declaration */
#define PERF_ATTR_USE_CLOCKID 25

enum perf_sample_bit {
	PERF_BIT_IP = 1 << 0,
	PERF_BIT_TID = 1 << 1,
	PERF_BIT_TIME = 1 << 2,
	PERF_BIT_ADDR = 1 << 3,
	PERF_BIT_READ = 1 << 4,
	PERF_BIT_CALLCHAIN = 1 << 5,
	PERF_BIT_ID = 1 << 6,
	PERF_BIT_CPU = 1 << 7,
	PERF_BIT_PERIOD = 1 << 8,
	PERF_BIT_STREAM_ID = 1 << 9,
	PERF_BIT_RAW = 1 << 10,
	PERF_BIT_IDENTIFIER = 1 << 16,
};

enum perf_read_bit {
	PERF_READ_TIME_ENABLED = 1 << 0,
	PERF_READ_TIME_RUNNING = 1 << 1,
	PERF_READ_ID = 1 << 2,
	PERF_READ_GROUP = 1 << 3,
	PERF_READ_LOST = 1 << 4,
};

static inline uint16_t perf_u16(bool swap, const void *at)
{
	uint16_t value;

	memcpy(&value, at, sizeof(value));
	return swap ? __builtin_bswap16(value) : value;
}

static inline uint32_t perf_u32(bool swap, const void *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return swap ? __builtin_bswap32(value) : value;
}

static inline uint64_t perf_u64(bool swap, const void *at)
{
	uint64_t value;

	memcpy(&value, at, sizeof(value));
	return swap ? __builtin_bswap64(value) : value;
}

#endif
