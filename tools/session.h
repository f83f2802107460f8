/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * session.h - what `run` and `replay` have in common: everything from options to table, pictures
 * and report.
 */
#ifndef TOOLS_SESSION_H
#define TOOLS_SESSION_H

#include "tools/session_options.h"

/**
 * session_load_fn - load the scenario that a verb's argument names
 * @dirs: set
 * @in: set, for session_finish()
 * Return: CLI_GO, or CLI_USAGE after a message.
 */
typedef int session_load_fn(const struct session_options *opt, struct datadir *dirs,
			    struct scenario_input *in);

/**
 * session_main() - a whole verb that runs a scenario: options, scenario, run, results
 * @argp: session_argp is its child
 * @load: called after the options are parsed, before --set is applied
 * Return: an exit code; messages are printed.
 */
int session_main(const struct argp *argp, int argc, char **argv, session_load_fn *load);

#endif
