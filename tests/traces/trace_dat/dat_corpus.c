/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dat_corpus.c - writes the seeds of the fuzzer: a small trace.dat of every kind.
 *
 * usage: dat_corpus DIR
 */
#include <stdio.h>
#include <stdlib.h>
#include "dat_build.h"

static const struct {
	const char *name;
	struct dat_variant variant;
} seeds[] = {
	{"v6.dat", {.version = 6, .long_size = 8, .packets = 8, .kallsyms = "81 T unix_x\n"}},
	{"v6_big_instance.dat",
	 {.version = 6, .long_size = 4, .packets = 4, .big_endian = true, .instance = true}},
	{"v7.dat", {.version = 7, .long_size = 8, .packets = 8, .lost = 5, .offset_ns = 9}},
	{"v7_zstd.dat",
	 {.version = 7, .long_size = 8, .packets = 40, .packing = UNPACK_ZSTD, .instance = true}},
	{"v7_zlib_big.dat",
	 {.version = 7, .long_size = 4, .packets = 40, .packing = UNPACK_ZLIB, .big_endian = true}},
	{"v7_tsc.dat",
	 {.version = 7,
	  .long_size = 8,
	  .packets = 8,
	  .packing = UNPACK_ZLIB,
	  .clock = "x86-tsc",
	  .mult = 3,
	  .shift = 2,
	  .overrun = 7,
	  .old_options = true}},
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc == 2 && i < sizeof(seeds) / sizeof(seeds[0]); i++) {
		size_t size;
		unsigned char *bytes = dat_build(&seeds[i].variant, &size);
		char path[1024];
		FILE *file;

		snprintf(path, sizeof(path), "%s/%s", argv[1], seeds[i].name);
		file = fopen(path, "wb");
		if (!file || fwrite(bytes, 1, size, file) != size || fclose(file)) {
			perror(path);
			return 1;
		}
		free(bytes);
	}
	return argc != 2;
}
