/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calibrate_chase.c - a random cycle of pointers over memory in huge pages.
 *
 * With huge pages (2 MB) a second-level TLB of 1500 entries covers gigabytes, and latencies are
 * those of the caches. Without them, the figures of the last level and of memory contain page
 * walks; @huge tells. A prefetcher cannot follow the order, and a neighbour line that some cores
 * fetch along is as random as the rest.
 */
#define _GNU_SOURCE
#include "tools/calibrate/calibrate_chase.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "tools/calibrate/calibrate_core.h"
#include "traces/synthetic/rng.h"

#define HUGE_BYTES (2ul << 20)
#define LINE_BYTES 64
#define RISE	   1.33

/* Is the mapping at @base entirely in huge pages? */
static bool mapping_is_huge(const void *base, size_t bytes)
{
	FILE *f = fopen("/proc/self/smaps", "re");
	char line[512];
	unsigned long kb = 0;
	bool here = false;

	while (f && fgets(line, sizeof(line), f)) {
		unsigned long start, end;

		if (sscanf(line, "%lx-%lx ", &start, &end) == 2)
			here = start <= (unsigned long)base && end > (unsigned long)base;
		else if (here && sscanf(line, "AnonHugePages: %lu kB", &kb) == 1)
			break;
	}
	if (f)
		fclose(f);
	return kb >= bytes / 1024;
}

int chase_init(struct chase *c, size_t bytes)
{
	size_t room = (bytes + HUGE_BYTES - 1) / HUGE_BYTES * HUGE_BYTES;
	char *p = mmap(NULL, room + HUGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		       -1, 0);
	size_t skip;

	memset(c, 0, sizeof(*c));
	if (p == MAP_FAILED)
		return -ENOMEM;
	skip = (HUGE_BYTES - (size_t)p % HUGE_BYTES) % HUGE_BYTES;
	if (skip)
		munmap(p, skip);
	if (skip < HUGE_BYTES)
		munmap(p + skip + room, HUGE_BYTES - skip);
	c->base = p + skip;
	c->bytes = room;
	madvise(c->base, room, MADV_HUGEPAGE);
	memset(c->base, 0, room);
	c->huge = mapping_is_huge(c->base, room);
	return 0;
}

void chase_fini(struct chase *c)
{
	if (c->base)
		munmap(c->base, c->bytes);
	c->base = NULL;
}

/* While the cycle is built, the word of element @i holds the index of the next. */
static uint64_t *element(const struct chase *c, size_t stride, uint64_t i)
{
	uint64_t lines = stride / LINE_BYTES;
	uint64_t hash = i * 0x9e3779b97f4a7c15u;

	return (uint64_t *)(c->base + i * stride +
			    (lines > 1 ? (hash >> 32) % lines : 0) * LINE_BYTES);
}

void chase_build(struct chase *c, size_t bytes, size_t stride, uint64_t seed)
{
	uint64_t nr = bytes / stride;
	struct rng rng;

	rng_seed(&rng, seed, "chase");
	for (uint64_t i = 0; i < nr; i++)
		*element(c, stride, i) = i;
	for (uint64_t i = nr - 1; i > 0; i--) {
		uint64_t *a = element(c, stride, i);
		uint64_t *b = element(c, stride, rng_below(&rng, (uint32_t)i));
		uint64_t was = *a;

		*a = *b;
		*b = was;
	}
	for (uint64_t i = 0; i < nr; i++) {
		uint64_t *word = element(c, stride, i);

		*word = (uint64_t)(uintptr_t)element(c, stride, *word);
	}
	c->at = element(c, stride, 0);
}

uint64_t chase_run(struct chase *c, uint64_t loads)
{
	void *at = c->at;
	uint64_t start = calib_ticks();

#define STEP at = *(void *volatile *)at
	for (uint64_t i = 0; i < loads; i += 8) {
		STEP;
		STEP;
		STEP;
		STEP;
		STEP;
		STEP;
		STEP;
		STEP;
	}
#undef STEP
	c->at = at;
	return calib_ticks() - start;
}

void chase_flush(const struct chase *c, size_t bytes, size_t stride)
{
	for (uint64_t i = 0; i < bytes / stride; i++)
		calib_flush(element(c, stride, i));
}

unsigned int chase_levels(const uint64_t *bytes, const double *cycles, unsigned int nr,
			  uint64_t *found, unsigned int max)
{
	unsigned int n = 0;
	bool rising = false;

	for (unsigned int i = 0; i + 1 < nr; i++) {
		bool rises = cycles[i + 1] > RISE * cycles[i];

		if (rises && !rising && n < max)
			found[n++] = bytes[i];
		rising = rises;
	}
	return n;
}
