/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * run.h - runs a scenario with all its strategies, each in a process of its own.
 *
 * SimGrid holds one simulation per process, so each strategy runs in a child, up to @jobs at once.
 * Its result comes to the parent through a pipe, and its files to OUT/<strategy>/. Results depend
 * neither on the number of jobs nor on the folder.
 */
#ifndef SIM_RUN_H
#define SIM_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include "sim/pool_start.h"
#include "sim/plugin/hook.h"
#include "sim/results/results.h"
#include "sim/scenario/cpu_map.h"
#include "sim/scenario/scenario.h"

struct capture_info;

#define RUN_MAX_STRATEGIES OPTION_LIST_MAX

/** RUN_STILL_NS - a strategy that received nothing for so long hangs in its hook, if in one */
#define RUN_STILL_NS 1000000000

/**
 * struct run_running - a strategy that runs now
 * @hook: in which it is
 * @still_ns: real time since it last received a packet
 */
struct run_running {
	const char *strategy;
	enum hook hook;
	uint64_t still_ns;
};

/**
 * struct run_progress - how far a run is
 * @finished, @total: strategies
 * @packets, @packets_total: received over all strategies, and expected (0 = unknown)
 * @running: strategies that run now, @nr_running of them
 */
struct run_progress {
	unsigned int finished, total, nr_running;
	uint64_t packets, packets_total;
	struct run_running running[RUN_MAX_STRATEGIES];
};

/**
 * struct run_params - what to run, and how
 * @scenario: what to run, checked by scenario_check()
 * @capture: scan of the capture the traffic comes from, or NULL (synthetic)
 * @datadir: folder with machines/ and nics/
 * @out_dir: folder for results, empty (out_folder.h)
 * @baseline: strategy that compare.csv compares the others with, or NULL
 * @jobs: strategies at once, >= 1
 * @check: verify every invariant during the run; a violation fails the strategy's run
 * @timeout_ns: real time after which a strategy is ended and has failed; 0: never
 * @progress: called from time to time; may be NULL
 * @ctx: for @progress
 */
struct run_params {
	const struct scenario *scenario;
	const struct capture_info *capture;
	const char *datadir;
	const char *out_dir;
	const char *baseline;
	unsigned int jobs;
	bool check;
	uint64_t timeout_ns;
	void (*progress)(void *ctx, const struct run_progress *now);
	void *ctx;
};

/**
 * struct run_error - a strategy that did not finish
 * @strategy: its label
 * @hook: where it failed; HOOK_NONE: in none of its hooks
 * @message: what happened, one line without the label
 */
struct run_error {
	char strategy[RESULT_NAME_MAX];
	enum hook hook;
	char message[512];
};

/**
 * struct run_outcome - results and failures
 * @results: of the strategies that finished, in the scenario's order
 * @nr: how many
 * @failed: strategies that did not
 * @no_memory: those of @failed for which the host had too little memory
 * @error: of each failure, in the scenario's order
 * @cpus: which cores the CPUs of the capture are
 * @start: how the recorded page_pool began
 * @interrupted: stopped by run_interrupt(); finished strategies are kept
 * @hung: those that hung in a hook when they were stopped, @nr_hung of them
 */
struct run_outcome {
	struct result results[RUN_MAX_STRATEGIES];
	unsigned int nr, failed, no_memory;
	struct run_error error[RUN_MAX_STRATEGIES];
	struct cpu_map cpus;
	struct pool_start start;
	bool interrupted;
	struct run_running hung[RUN_MAX_STRATEGIES];
	unsigned int nr_hung;
};

/**
 * run_scenario() - run all strategies
 * Writes OUT/<strategy>/summary.json and timeseries.csv, OUT/compare.csv (the column of a strategy
 * that failed is empty) and, when the capture has ground truth, OUT/truth.csv; each under a
 * temporary name and renamed. A strategy that failed leaves no files of its own.
 * Return: 0 (also when strategies failed: see @outcome), -EINVAL or -errno with one line in @err.
 */
int run_scenario(const struct run_params *params, struct run_outcome *outcome, char *err,
		 size_t err_size);

/** run_interrupt() - make run_scenario() end early and cleanly. Async-signal-safe */
void run_interrupt(void);

#endif
