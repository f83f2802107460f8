/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cmd_run.c - `fragsim run SCENARIO`.
 */
#include <errno.h>
#include <stdlib.h>

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
	       "at its folder, also when changed by --set.",
};

static int cmd_run(int argc, char **argv)
{
	struct session_options *opt = malloc(sizeof(*opt));
	struct scenario_input *in = malloc(sizeof(*in));
	struct datadir dirs;
	int code = CLI_FAILED;

	if (!opt || !in) {
		cli_error("not enough memory");
		goto out;
	}
	session_options_init(opt);
	code = cli_parse(&run_argp, argc, argv, opt);
	if (code == CLI_GO)
		code = scenario_file_load(opt->path, &dirs, in);
	if (code == CLI_GO)
		code = session_finish(opt, &dirs, in);
	if (code == CLI_GO)
		code = session_run(opt, &dirs, &in->s);
out:
	free(in);
	free(opt);
	return code;
}

const struct cli_verb verb_run = {
	"run", "SCENARIO", "run a scenario with each of its strategies, compare them", cmd_run};
