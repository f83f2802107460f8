/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calibrate_memory.c - latency of the cache levels, first touch of a page, cost of a copy.
 *
 * A level is measured over a size well above the level below it and well below its own, with a
 * whole turn through the memory before each sample: on a shared machine, neighbours have evicted it
 * from the last level. Two errors remain: the level below still holds a few of the lines, and
 * without huge pages the figures include TLB misses.
 */
#include "tools/calibrate/calibrate_memory.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tools/calibrate/calibrate_core.h"
#include "tools/calibrate/calibrate_stats.h"

#define CHASE_LOADS   16384
#define CURVE_REPS    5
#define PACKET_BYTES  1500 /* a packet of the usual size */
#define PACKET_STRIDE 2048
#define LINE_BYTES    64
#define MB	      (1ull << 20)

/* struct chase_job - @turn: loads that warm the caches */
struct chase_job {
	struct chase *chase;
	uint64_t turn;
};

static uint64_t chase_ticks(void *ctx)
{
	const struct chase_job *job = ctx;

	chase_run(job->chase, job->turn);
	return chase_run(job->chase, CHASE_LOADS);
}

/* struct touch_job - one line of each page of @bytes */
struct touch_job {
	struct chase *chase;
	uint64_t bytes, stride, loads;
};

/* The lines of 32768 pages fit a last level: they are cold only after a flush. */
static uint64_t touch_ticks(void *ctx)
{
	const struct touch_job *job = ctx;

	chase_flush(job->chase, job->bytes, job->stride);
	return chase_run(job->chase, job->loads);
}

static void touch_measure(struct calib_run *run)
{
	uint64_t page = run->cal->topology.page_bytes;
	struct touch_job job = {&run->chase, run->chase.bytes, page, run->chase.bytes / page};

	if (job.loads > CHASE_LOADS)
		job.loads = CHASE_LOADS;
	chase_build(&run->chase, job.bytes, page, CALIB_PAGE_TOUCH);
	calib_measure(run, CALIB_PAGE_TOUCH, touch_ticks, &job, (double)job.loads);
}

static void chase_measure(struct calib_run *run, enum calib_id id, uint64_t bytes)
{
	/* memory needs no warming */
	struct chase_job job = {&run->chase, id == CALIB_MEMORY ? 0 : bytes / LINE_BYTES};

	if (bytes > run->chase.bytes) {
		calib_value_fail(&run->cal->value[id], "not enough memory");
		return;
	}
	chase_build(&run->chase, bytes, LINE_BYTES, id);
	calib_measure(run, id, chase_ticks, &job, CHASE_LOADS);
}

/*
 * A size for the level above @low: a third of the way on a logarithmic scale, as neighbours (other
 * guests included) may occupy most of a shared level.
 */
static uint64_t between(uint64_t low, uint64_t high)
{
	uint64_t third = (uint64_t)((double)low * cbrt((double)high / (double)low));

	return (third > 2 * low ? third : 2 * low) / LINE_BYTES * LINE_BYTES;
}

static double curve_point(const struct calib_run *run, uint64_t bytes)
{
	struct calib_run few = *run;
	struct chase_job job = {&few.chase, bytes <= 64 * MB ? bytes / LINE_BYTES : 0};
	struct calib_value value = {0};
	double sample[CALIB_REPS];

	few.reps = CURVE_REPS;
	chase_build(&few.chase, bytes, LINE_BYTES, bytes);
	calib_value_set(&value, sample, calib_series(&few, chase_ticks, &job, CHASE_LOADS, sample),
			true);
	return value.n ? value.value : 0;
}

/* Take cache sizes that sysfs lacks from the curve. */
static void sizes_from_curve(struct calibration *cal)
{
	uint64_t bytes[CALIB_CURVE_MAX], found[CALIB_LEVELS] = {0};
	double cycles[CALIB_CURVE_MAX];
	unsigned int n;

	for (unsigned int i = 0; i < cal->nr_points; i++) {
		bytes[i] = cal->curve[i].bytes;
		cycles[i] = cal->curve[i].cycles;
	}
	n = chase_levels(bytes, cycles, cal->nr_points, found, CALIB_LEVELS);
	for (unsigned int i = 0; n == CALIB_LEVELS && i < CALIB_LEVELS; i++)
		if (!cal->topology.level[i].bytes)
			cal->topology.level[i].bytes = found[i];
}

/* 4K, 6K, 8K, 12K ... */
void calib_curve_measure(struct calib_run *run)
{
	struct calibration *cal = run->cal;
	uint64_t bytes = 4096;

	while (bytes <= run->chase.bytes && cal->nr_points < CALIB_CURVE_MAX &&
	       !calib_time_is_over(run)) {
		struct calib_point *p = &cal->curve[cal->nr_points];

		p->bytes = bytes;
		p->cycles = curve_point(run, bytes);
		cal->nr_points += p->cycles > 0;
		bytes += bytes & (bytes - 1) ? bytes / 3 : bytes / 2;
	}
	sizes_from_curve(cal);
}

/* Memory available without reclaim; 0: unknown. */
static uint64_t memory_available(void)
{
	FILE *f = fopen("/proc/meminfo", "re");
	unsigned long kb = 0;
	char line[256];

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "MemAvailable: %lu kB", &kb) == 1)
			break;
	if (f)
		fclose(f);
	return (uint64_t)kb << 10;
}

/* Far larger than the last level, but at most half of what is available. */
uint64_t calib_memory_bytes(const struct calib_run *run)
{
	uint64_t llc = run->cal->topology.level[CALIB_LEVEL_LLC].bytes;
	uint64_t most = run->quick ? 256 * MB : 1024 * MB;
	uint64_t bytes = run->quick ? 2 * llc : 4 * llc;
	uint64_t half = memory_available() / 2;

	if (!llc)
		bytes = 256 * MB;
	if (bytes < 64 * MB)
		bytes = 64 * MB;
	if (bytes > most)
		bytes = most;
	return half && bytes > half ? half / MB * MB + MB : bytes;
}

void calib_latencies_measure(struct calib_run *run)
{
	const struct calib_topology *t = &run->cal->topology;
	uint64_t l1 = t->level[CALIB_LEVEL_L1].bytes, l2 = t->level[CALIB_LEVEL_L2].bytes;
	uint64_t llc = t->level[CALIB_LEVEL_LLC].bytes;
	struct calib_value *value = run->cal->value;

	if (l1)
		chase_measure(run, CALIB_L1, l1 / 2);
	else
		calib_value_fail(&value[CALIB_L1], "size unknown");
	if (l1 && l2)
		chase_measure(run, CALIB_L2, between(l1, l2));
	else
		calib_value_fail(&value[CALIB_L2], "size unknown");
	if (l2 && llc > l2)
		chase_measure(run, CALIB_LLC, between(l2, llc));
	else
		calib_value_fail(&value[CALIB_LLC], "no third level, or of unknown size");
	touch_measure(run);
	chase_measure(run, CALIB_MEMORY, run->chase.bytes);
	if (llc && run->chase.bytes < 2 * llc)
		calib_value_fail(&value[CALIB_MEMORY],
				 "not enough memory to exceed the last level");
	run->cal->huge_pages = run->chase.huge;
}

/* struct copy_job - packets in an order no prefetcher can follow */
struct copy_job {
	char *from, *to;
	uint32_t slots, at;
};

#define COPIES 64

static void copy_some(struct copy_job *job, unsigned int packets)
{
	for (unsigned int i = 0; i < packets; i++) {
		/* a full-period generator: visits every slot of a power of two once a turn */
		job->at = (job->at * 1664525u + 1013904223u) % job->slots;
		memcpy(job->to, job->from + (size_t)job->at * PACKET_STRIDE, PACKET_BYTES);
		__asm__ volatile("" : : "r"(job->to) : "memory");
	}
}

static uint64_t copy_ticks(void *ctx)
{
	struct copy_job *job = ctx;
	uint64_t start;

	copy_some(job, job->slots);
	start = calib_ticks();
	copy_some(job, COPIES);
	return calib_ticks() - start;
}

void calib_copy_measure(struct calib_run *run)
{
	const struct calib_topology *t = &run->cal->topology;
	uint64_t l2 = t->level[CALIB_LEVEL_L2].bytes, llc = t->level[CALIB_LEVEL_LLC].bytes;
	struct copy_job job = {.from = run->chase.base, .slots = 1};
	char to[PACKET_STRIDE];

	job.to = to;
	while (job.slots * (uint64_t)PACKET_STRIDE < (l2 && llc ? between(l2, llc) : 4 * MB))
		job.slots *= 2;
	memset(job.from, 1, (size_t)job.slots * PACKET_STRIDE);
	calib_measure(run, CALIB_COPY, copy_ticks, &job, (double)COPIES * PACKET_BYTES);
}
