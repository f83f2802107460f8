/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dat_build.h - writes small trace.dat files by the description of the format, in any of its
 * variants: for tests of the reader and as seeds of the fuzzer. No recorder on this machine writes
 * big-endian, 32-bit or zlib files.
 *
 * Every file tells the same story: packets arrive on eth0 (napi_gro_receive_entry), are delivered
 * (netif_receive_skb) on CPU 0 and freed (consume_skb) on CPU 1, DAT_BUILD_STEP_NS apart.
 */
#ifndef TESTS_TRACES_DAT_BUILD_H
#define TESTS_TRACES_DAT_BUILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "traces/unpack.h"

#define DAT_BUILD_START_NS 1000000000000ull
#define DAT_BUILD_STEP_NS  1000u
#define DAT_BUILD_BYTES	   100u /* length of the first packet; each is one longer */

/**
 * struct dat_variant - which file to write
 * @version: 6 or 7
 * @big_endian: byte order
 * @long_size: of the kernel: 4 or 8
 * @packing: of version 7
 * @packets: packets in the story
 * @instance: deliveries are in an instance "inst", not in the top buffer
 * @twice: with @instance: and in the top buffer as well
 * @inst_clock: clock of the instance, that of the top buffer when NULL; version 7 only
 * @chunk_pages: sub-buffers in a chunk, two when 0
 * @empty_pages: sub-buffers without records behind the story of CPU 0
 * @clock: trace clock, "mono" when NULL
 * @mult, @shift: option TSC2NSEC, when @mult is not 0
 * @offset_ns: option OFFSET, when not 0
 * @lost: CPU 0's first sub-buffer says that so many events were lost before it
 * @overrun: CPU 0's statistics say so
 * @old_options: version 7: no sub-buffer size in the option BUFFER, as before 3.1.3
 * @kallsyms: text of the symbols, NULL for none
 * @far_cpu: number of CPU 1, when not 0; version 7 only
 */
struct dat_variant {
	int version;
	bool big_endian;
	unsigned int long_size;
	enum unpack_kind packing;
	unsigned int packets;
	bool instance;
	bool twice;
	const char *inst_clock;
	unsigned int chunk_pages, empty_pages;
	const char *clock;
	uint32_t mult, shift;
	int64_t offset_ns;
	uint64_t lost;
	uint64_t overrun;
	bool old_options;
	const char *kallsyms;
	uint32_t far_cpu;
};

/** dat_build() - Return: the file, @size bytes; the caller frees it. Aborts without memory. */
unsigned char *dat_build(const struct dat_variant *variant, size_t *size);

#endif
