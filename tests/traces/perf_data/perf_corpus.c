/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * perf_corpus.c - writes the seeds of the fuzzer: a small perf.data of every kind.
 *
 * usage: perf_corpus DIR
 */
#include <stdio.h>
#include "tests/traces/perf_data/perf_build.h"

#define COMMON (IDENTIFIER | TIME | CPU | RAW)

static const struct {
	const char *name;
	struct perf_form form;
} seeds[] = {
	{"file", {.rounds = true, .types = {COMMON, COMMON}, .attr_size = 128, .clock = 1}},
	{"file_mixed",
	 {.types = {COMMON | TID | READ, COMMON | CALLCHAIN | ADDR},
	  .read_format = 31,
	  .attr_size = 64,
	  .clock = -1}},
	{"file_big", {.big = true, .types = {COMMON, COMMON}, .attr_size = 128, .clock = 4}},
	{"file_zstd",
	 {.rounds = true, .types = {COMMON, COMMON}, .attr_size = 128, .clock = 1, .packed = 81}},
	{"pipe",
	 {.pipe = true, .rounds = true, .types = {COMMON, COMMON}, .attr_size = 136, .clock = 7}},
	{"pipe_zstd",
	 {.pipe = true, .types = {COMMON, COMMON}, .attr_size = 128, .clock = 1, .packed = 83}},
	{"pipe_big",
	 {.big = true, .pipe = true, .types = {COMMON, COMMON}, .attr_size = 96, .clock = -1}},
};

int main(int argc, char **argv)
{
	static struct bytes b;

	for (size_t i = 0; argc == 2 && i < sizeof(seeds) / sizeof(seeds[0]); i++) {
		char path[1024];

		snprintf(path, sizeof(path), "%s/%s", argv[1], seeds[i].name);
		perf_build(&b, &seeds[i].form);
		bytes_store(&b, path);
	}
	return argc != 2;
}
