/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * simulate.h - one strategy, one simulation, from set-up to result.
 */
#ifndef SIM_SIMULATE_H
#define SIM_SIMULATE_H

#include <stdbool.h>
#include <stddef.h>
#include "sim/results/results.h"
#include "sim/scenario/scenario.h"

struct capture_info;
struct cpu_map;
struct pool_begin;
struct rx_strategy;
struct sim;

/**
 * struct simulate_params - which strategy to run, in which scenario
 * @scenario: finished scenario
 * @capture: scan of its capture, or NULL
 * @cpus: which cores its CPUs are, from simulate_check(); NULL: found again
 * @begin: how its pools begin, where the capture was begun in mid-flow; NULL: as it falls
 * @datadir: folder with machines/ and nics/
 * @label: strategy to run
 * @dir: existing folder; timeseries.csv is left there, unless @no_series
 * @check: verify every invariant
 * @tick: called after each poll; may be NULL
 * @violated: called with the first broken invariant that @check finds at the moment it breaks, and
 *	must not return; NULL: the run goes on and simulate() fails in the end
 * @watch: wraps the strategy; may be NULL
 */
struct simulate_params {
	const struct scenario *scenario;
	const struct capture_info *capture;
	const struct cpu_map *cpus;
	const struct pool_begin *begin;
	const char *datadir;
	const char *label;
	const char *dir;
	bool check, no_series;
	void (*tick)(const struct sim *sim);
	void (*violated)(const char *text);
	const struct rx_strategy *(*watch)(const struct rx_strategy *strategy);
};

/**
 * simulate() - run one strategy Once per process: models and SimGrid hold one simulation. On a
 * bug of the allocator, or when the host's memory is exhausted during the run, this does not
 * return: the caller sets mm_sim.on_bug and mm_sim.on_no_memory.
 * Return: 0, -ENOMEM (of the host, while setting up), -EINVAL (a broken invariant too) or -errno,
 * with one line in @err
 */
int simulate(const struct simulate_params *params, struct result *res, char *err, size_t err_size);

/**
 * simulate_check() - does the machine have what the scenario needs, whatever the strategy?
 * Cores, sockets, coherence of DMA, sampled sets. May be called before simulate(), any number of
 * times; @params->label, @params->dir and the callbacks are ignored.
 * @cpus: filled: cores for the CPUs of the capture
 * Return: 0; -EINVAL or -errno with one line in @err.
 */
int simulate_check(const struct simulate_params *params, struct cpu_map *cpus, char *err,
		   size_t err_size);

#endif
