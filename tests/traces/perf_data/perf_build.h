/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * perf_build.h - writes small perf.data files in all the forms there are: for tests of the reader
 * and as seeds of the fuzzer. Layout from perf_event_open(2) and perf.data-file-format.txt, written
 * down anew.
 *
 * Every file tells the same story: PERF_BUILD_EVENTS events in 5 rounds on 2 CPUs, event i at
 * 1000 + i ns; two in three are napi_gro_receive_entry, the others consume_skb.
 */
#ifndef TESTS_TRACES_PERF_BUILD_H
#define TESTS_TRACES_PERF_BUILD_H

#include <stdbool.h>
#include <stdint.h>
#include "tests/traces/bytes.h"

#define PERF_BUILD_EVENTS	40
#define PERF_BUILD_FIRST_RECORD (104 + 32 + 2 * 144) /* header, 4 ids, 2 attributes */
#define PERF_BUILD_BIG_HOST	(__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)

/* Bits of sample_type in the order of their members; IDENTIFIER is in front of all. */
enum perf_build_bits {
	IP = 1,
	TID = 2,
	TIME = 4,
	ADDR = 8,
	READ = 16,
	CALLCHAIN = 32,
	ID = 64,
	CPU = 128,
	PERIOD = 256,
	STREAM_ID = 512,
	RAW = 1024,
	BRANCH_STACK = 2048,
	WEIGHT = 1 << 14,
	IDENTIFIER = 1 << 16,
};

/** PERF_BUILD_KERNEL - release of the kernel in the file */
#define PERF_BUILD_KERNEL "6.18.44-generic"

/**
 * struct perf_form - how a file is written
 * @types: sample_type of consume_skb, of napi_gro_receive_entry
 * @read_format: of READ
 * @attr_size: bytes of an attribute
 * @clock: clock id, -1: none
 * @packed: type of the record that holds packed ones, 0: they are not packed
 * @rounds: ends of rounds are marked
 * @big, @pipe: byte order; the stream of a pipe
 * @no_formats: without the tracing data
 */
struct perf_form {
	bool big, pipe, rounds;
	uint64_t types[2];
	uint64_t read_format;
	uint32_t attr_size;
	int clock;
	uint32_t packed;
	bool no_formats;
};

/** perf_plain - what perf record -a writes today; other forms start as a copy of it */
extern const struct perf_form perf_plain;

/** perf_build() - write a file; what @b held is gone */
void perf_build(struct bytes *b, const struct perf_form *form);

/** perf_build_is_packet() - is event @i a napi_gro_receive_entry? */
bool perf_build_is_packet(unsigned int i);

/** perf_build_cpu() - Return: the CPU of event @i. */
unsigned int perf_build_cpu(unsigned int i);

#endif
