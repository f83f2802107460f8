/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * session.h - what `run` and `replay` have in common: everything from options to table, pictures and
 * report.
 */
#ifndef TOOLS_SESSION_H
#define TOOLS_SESSION_H

#include "tools/session_options.h"

/**
 * session_load_fn - from the verb's argument to a scenario, not finished yet
 * @dirs: filled
 * Return: CLI_GO, CLI_USAGE (told).
 */
typedef int session_load_fn(const struct session_options *opt, struct datadir *dirs,
			    struct scenario_input *in);

/**
 * session_main() - all of a verb that runs a scenario: options, scenario, run, what came of it
 * @argp: session_argp is its child
 * @load: between the options and --set
 * Return: an exit code, messages told.
 */
int session_main(const struct argp *argp, int argc, char **argv, session_load_fn *load);

#endif
