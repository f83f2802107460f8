/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cmd_check.c - `fragsim check SCENARIO`: all that `run` refuses before it starts.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tools/scenario_file.h"
#include "tools/session_options.h"

static error_t check_parse(int key, char *arg, struct argp_state *state)
{
	return cli_one_argument(key, arg, state, "SCENARIO", state->input);
}

static const struct argp check_argp = {
	.parser = check_parse,
	.args_doc = "SCENARIO",
	.doc = "Loads a scenario as `fragsim run` does, and prints \"ok\" or what is wrong with "
	       "it.",
};

static int cmd_check(int argc, char **argv)
{
	struct session_options *none = malloc(sizeof(*none));
	struct scenario_input *in = malloc(sizeof(*in));
	struct capture_info *capture = NULL;
	const char *path = NULL;
	struct datadir dirs;
	int code = CLI_FAILED;

	if (!none || !in) {
		cli_error("not enough memory");
		goto out;
	}
	session_options_init(none);
	code = cli_parse(&check_argp, argc, argv, &path);
	if (code == CLI_GO)
		code = scenario_file_load(path, &dirs, in);
	if (code == CLI_GO)
		code = session_finish(none, &dirs, in, &capture);
	if (code == CLI_GO) {
		printf("%s: ok\n", path);
		code = CLI_OK;
	}
out:
	free(capture);
	free(in);
	free(none);
	return code;
}

const struct cli_verb verb_check = {"check", "SCENARIO", "check a scenario without running it",
				    cmd_check};
