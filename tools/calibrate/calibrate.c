/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calibrate.c - what is measured, in which order and how often.
 *
 * Each sample is divided by the clock of its own moment: the chain of additions runs right before
 * it, so turbo and a busy neighbour change ticks and cycles alike. Not corrected: memory and other
 * cores answer in nanoseconds, which become cycles of the clock at that moment.
 */
#include "tools/calibrate/calibrate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/calibrate/calibrate_core.h"
#include "tools/calibrate/calibrate_memory.h"
#include "tools/calibrate/calibrate_pair.h"
#include "tools/calibrate/calibrate_series.h"
#include "tools/calibrate/calibrate_stats.h"

#define REPS_QUICK 9
#define PAIRS_MAX  16
#define CORE_OPS   (64 * 256)
#define PING_PONGS 500
#define MB	   (1ull << 20)

static void say(const struct calib_params *params, const char *what)
{
	if (params->progress)
		params->progress(what);
}

static void counter_measure(struct calib_run *run)
{
	struct calib_value *value = run->cal->value;
	double clock[CALIB_REPS], core[CALIB_REPS], ratio[CALIB_REPS];
	unsigned int n;

	for (n = 0; n < run->reps; n++) {
		int64_t start_ns = native_now_ns(), end_ns;
		uint64_t start = calib_ticks(), end;

		do {
			end_ns = native_now_ns();
			end = calib_ticks();
		} while (end_ns - start_ns < 5000000);
		clock[n] = (double)(end - start) * 1e3 / (double)(end_ns - start_ns);
		ratio[n] = 1 / calib_ticks_per_cycle();
		core[n] = clock[n] * ratio[n];
	}
	calib_value_set(&value[CALIB_COUNTER_CLOCK], clock, n, false);
	calib_value_set(&value[CALIB_CLOCK_RATIO], ratio, n, false);
	calib_value_set(&value[CALIB_CORE_CLOCK], core, n, false);
}

/* struct core_job - one of the loops of calibrate_core.h over one line */
struct core_job {
	calib_loop_fn *loop;
	void *line;
};

static uint64_t core_ticks(void *ctx)
{
	const struct core_job *job = ctx;

	return job->loop(CORE_OPS, job->line);
}

/* From cycles per operation to operations per cycle; the quartiles change places. */
static void invert(struct calib_value *value)
{
	double q1 = value->q1;

	if (!value->n)
		return;
	value->value = 1 / value->value;
	value->median = 1 / value->median;
	value->q1 = 1 / value->q3;
	value->q3 = 1 / q1;
}

static void core_measure(struct calib_run *run)
{
	static const struct {
		enum calib_id id;
		calib_loop_fn *loop;
	} loops[] = {
		{CALIB_LOADS, calib_run_load},	  {CALIB_STORES, calib_run_store},
		{CALIB_ATOMIC, calib_run_atomic}, {CALIB_LOCK, calib_run_lock},
		{CALIB_WIDTH, calib_run_mix},
	};
	struct calib_value *value = run->cal->value, alu = {0};
	struct core_job alu_job = {calib_run_alu, run->chase.base};
	double sample[CALIB_REPS];

	for (unsigned int i = 0; i < sizeof(loops) / sizeof(loops[0]); i++) {
		struct core_job job = {loops[i].loop, run->chase.base};

		calib_measure(run, loops[i].id, core_ticks, &job, CORE_OPS);
	}
	calib_value_set(&alu, sample, calib_series(run, core_ticks, &alu_job, CORE_OPS, sample),
			true);
	/* the width is the best of the two mixes */
	if (alu.n && alu.value < value[CALIB_WIDTH].value)
		value[CALIB_WIDTH] = alu;
	invert(&value[CALIB_LOADS]);
	invert(&value[CALIB_STORES]);
	invert(&value[CALIB_WIDTH]);
}

static uint64_t transfer_ticks(void *ctx)
{
	return calib_pair_transfer(ctx);
}

static uint64_t atomic_ticks(void *ctx)
{
	return calib_pair_atomic(ctx);
}

static uint64_t ping_pong_ticks(void *ctx)
{
	return calib_pair_ping_pong(ctx, PING_PONGS);
}

/* struct pair_samples - samples of all pairs */
struct pair_samples {
	double transfer[PAIRS_MAX * CALIB_REPS], atomic[PAIRS_MAX * CALIB_REPS],
		ping_pong[PAIRS_MAX * CALIB_REPS];
	unsigned int nr_transfer, nr_atomic, nr_ping_pong, pairs;
};

static void pair_measure(const struct calib_run *run, unsigned int cpu, struct pair_samples *s)
{
	struct calib_pair *pair;

	if (calib_pair_create(&pair, cpu))
		return;
	s->nr_transfer += calib_series(run, transfer_ticks, pair, CALIB_PAIR_LINES,
				       s->transfer + s->nr_transfer);
	s->nr_atomic +=
		calib_series(run, atomic_ticks, pair, CALIB_PAIR_LINES, s->atomic + s->nr_atomic);
	s->nr_ping_pong += calib_series(run, ping_pong_ticks, pair, 2 * PING_PONGS,
					s->ping_pong + s->nr_ping_pong);
	s->pairs++;
	calib_pair_destroy(pair);
}

/* CPUs in @relation to this one, evenly spread over all such CPUs. */
static void pairs_measure(const struct calib_run *run, enum calib_relation relation,
			  struct pair_samples *s)
{
	const struct calib_topology *t = &run->cal->topology;
	unsigned int cpus[CALIB_CPUS_MAX], nr = 0;
	unsigned int most = run->quick ? 2 : PAIRS_MAX;

	memset(s, 0, sizeof(*s));
	for (unsigned int i = 1; i < t->nr_cpus; i++)
		if (t->relation[i] == relation)
			cpus[nr++] = t->cpu[i];
	most = nr < most ? nr : most;
	for (unsigned int i = 0; i < most && !(s->pairs && calib_time_is_over(run)); i++)
		pair_measure(run, cpus[i * nr / most], s);
}

static int cores_measure(struct calib_run *run)
{
	struct calib_value *value = run->cal->value;
	struct pair_samples *s = malloc(sizeof(*s));

	if (!s)
		return -ENOMEM;
	pairs_measure(run, CALIB_OTHER_SOCKET, s);
	calib_value_set(&value[CALIB_TRANSFER_SOCKET], s->transfer, s->nr_transfer, false);
	if (!s->pairs)
		calib_value_fail(&value[CALIB_TRANSFER_SOCKET], "no CPU of another socket");
	pairs_measure(run, CALIB_SHARED_LLC, s);
	if (!s->pairs)
		pairs_measure(run, CALIB_SAME_SOCKET, s);
	run->cal->pairs = s->pairs;
	calib_value_set(&value[CALIB_TRANSFER], s->transfer, s->nr_transfer, false);
	calib_value_set(&value[CALIB_ATOMIC_FOREIGN], s->atomic, s->nr_atomic, false);
	calib_value_set(&value[CALIB_PING_PONG], s->ping_pong, s->nr_ping_pong, false);
	for (int id = CALIB_TRANSFER; !s->pairs && id <= CALIB_PING_PONG; id++)
		calib_value_fail(&value[id], "no second core to share a line with");
	free(s);
	return 0;
}

static int run_go(struct calib_run *run, const struct calib_params *params, char *err,
		  unsigned long err_size)
{
	int ret = native_pin(run->cal->topology.cpu[0]);

	if (ret) {
		snprintf(err, err_size, "cannot stay on CPU %u: %s", run->cal->topology.cpu[0],
			 strerror(-ret));
		return ret;
	}
	ret = chase_init(&run->chase, calib_memory_bytes(run));
	if (ret) {
		snprintf(err, err_size, "cannot get %llu MB of memory to measure",
			 (unsigned long long)(calib_memory_bytes(run) / MB));
		return ret;
	}
	say(params, "core");
	counter_measure(run);
	core_measure(run);
	say(params, "cores together");
	ret = cores_measure(run);
	if (!run->quick || !run->cal->topology.level[CALIB_LEVEL_LLC].bytes) {
		say(params, "latency curve");
		calib_curve_measure(run);
	}
	say(params, "latencies");
	calib_latencies_measure(run);
	calib_copy_measure(run);
	calib_judge(run->cal->value);
	chase_fini(&run->chase);
	if (ret)
		snprintf(err, err_size, "not enough memory for samples");
	return ret;
}

int calibrate(const struct calib_params *params, struct calibration *cal, char *err,
	      unsigned long err_size)
{
	struct calib_run run = {
		.cal = cal,
		.quick = params->quick,
		.start_ns = native_now_ns(),
		.reps = params->quick ? REPS_QUICK : CALIB_REPS,
	};
	int ret;

	memset(cal, 0, sizeof(*cal));
	ret = calib_topology_own(&cal->topology);
	if (ret) {
		snprintf(err, err_size, "cannot ask which CPUs may be used: %s", strerror(-ret));
		return ret;
	}
	ret = run_go(&run, params, err, err_size);
	cal->seconds = (double)(native_now_ns() - run.start_ns) / 1e9;
	return ret;
}
