/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cmd_run.c - `fragsim run SCENARIO`.
 */
#include "tools/scenario_file.h"
#include "tools/session.h"

static error_t run_parse(int key, char *arg, struct argp_state *state)
{
	struct session_options *opt = state->input;

	if (key == ARGP_KEY_INIT) {
		state->child_inputs[0] = opt;
		return 0;
	}
	return cli_one_argument(key, arg, state, "SCENARIO", &opt->path);
}

static const struct argp_child run_children[] = {{&session_argp, 0, NULL, 0}, {0}};
static const struct argp run_argp = {
	.parser = run_parse,
	.children = run_children,
	.args_doc = "SCENARIO",
	.doc = "Runs a scenario with each of its strategies and compares them. SCENARIO is a YAML "
	       "file, or a name from `fragsim list scenarios`. Relative paths in a scenario start "
	       "at its folder; those given by --set, at the current folder.",
};

static int scenario_load_file(const struct session_options *opt, struct datadir *dirs,
			      struct scenario_input *in)
{
	return scenario_file_load(opt->path, dirs, in);
}

static int cmd_run(int argc, char **argv)
{
	return session_main(&run_argp, argc, argv, scenario_load_file);
}

const struct cli_verb verb_run = {
	"run", "SCENARIO", "run a scenario with each of its strategies, compare them", cmd_run};
