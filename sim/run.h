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

/**
 * struct run_params - what to run, and how
 * @scenario: what to run, checked by scenario_check()
 * @capture: scan of the capture the traffic comes from, or NULL (synthetic)
 * @datadir: folder with machines/ and nics/
 * @out_dir: folder for results, empty (out_folder.h)
 * @baseline: strategy that compare.csv compares the others with, or NULL
 * @jobs: strategies at once, >= 1
 * @check: verify every invariant during the run; a violation fails the strategy's run
 * @progress: called from time to time with strategies finished and in total, packets received
 *	over all strategies and expected in total (0 = unknown); may be NULL
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
	void (*progress)(void *ctx, unsigned int finished, unsigned int total, uint64_t packets,
			 uint64_t packets_total);
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
 */
struct run_outcome {
	struct result results[RUN_MAX_STRATEGIES];
	unsigned int nr, failed, no_memory;
	struct run_error error[RUN_MAX_STRATEGIES];
	struct cpu_map cpus;
	struct pool_start start;
	bool interrupted;
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
