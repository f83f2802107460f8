/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * session_options.h - the options of `run` and `replay`, and their effect on a scenario.
 */
#ifndef TOOLS_SESSION_OPTIONS_H
#define TOOLS_SESSION_OPTIONS_H

#include "sim/scenario/scenario_input.h"
#include "tools/allocators.h"
#include "tools/cli.h"
#include "tools/datadir.h"

#define SESSION_MAX_SETS 128

struct capture_info;

/**
 * struct session_options - the command line
 * @path: the scenario or the capture
 * @device: of a capture, or NULL
 * @set: assignments "key=value" in the order given, --strategy among them
 * @baseline: the strategy that percents are of, or NULL
 * @out_dir: NULL: fragsim-out/NAME-DIGEST (identity.h)
 * @force: replace results of another run there
 * @jobs: strategies that run in parallel
 * @timeout_ns: real time a strategy may take, 0: any
 * @allocators: strategies of the user's own
 */
struct session_options {
	const char *path, *device, *out_dir, *baseline;
	char set[SESSION_MAX_SETS][OPTION_TEXT_MAX * 2];
	unsigned int nr_sets, jobs;
	uint64_t timeout_ns;
	struct allocators allocators;
	bool json, check, no_plot, strict, force, no_hash;
};

/** session_argp - parser of the shared options, into a struct session_options */
extern const struct argp session_argp;

/** session_options_init() - set the defaults */
void session_options_init(struct session_options *opt);

/** session_set() - remember an assignment. Return: 0, or EBADMSG after a message */
error_t session_set(struct session_options *opt, const char *key, const char *value);

/**
 * session_finish() - apply the assignments, scan the capture, load the user's allocators, complete
 * the scenario
 * @capture: set where the traffic is a capture; the caller's to free(), also after a failure
 * Return: CLI_GO; CLI_USAGE or CLI_FAILED after a message.
 */
int session_finish(const struct session_options *opt, const struct datadir *dirs,
		   struct scenario_input *in, struct capture_info **capture);

#endif
