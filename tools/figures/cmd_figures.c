/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cmd_figures.c - `fragsim figures`: published micro-benchmarks against the simulator.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tools/figures/figures_print.h"
#include "tools/cli.h"
#include "tools/datadir.h"

enum figures_key { KEY_MACHINE = 256, KEY_JSON };

/* struct verb - the command line */
struct verb {
	const char *machines;
	bool json;
};

static const struct argp_option rows[] = {
	{"machine", KEY_MACHINE, "A,B,...", 0, "figures of these machines only", 0},
	{"json", KEY_JSON, NULL, 0, "print one JSON document instead of the table", 0},
	{0},
};

static error_t figures_parse(int key, char *arg, struct argp_state *state)
{
	struct verb *v = state->input;

	switch (key) {
	case KEY_MACHINE:
		v->machines = arg;
		return 0;
	case KEY_JSON:
		v->json = true;
		return 0;
	case ARGP_KEY_ARG:
		cli_error("figures: unexpected argument '%s' (fragsim figures --help)", arg);
		return EBADMSG;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp figures_argp = {
	.options = rows,
	.parser = figures_parse,
	.doc = "Repeats published micro-benchmarks in the simulator, each under the profile of the "
	       "machine it was measured on, and shows both. docs/sources.md has the sources, "
	       "docs/validation.md explains the differences.",
};

static int cmd_figures(int argc, char **argv)
{
	struct verb v = {.machines = NULL};
	char err[CLI_ERR_MAX] = "", dir[DATADIR_PATH_MAX + 16];
	struct figures *figures;
	struct datadir dirs;
	int ret, code = cli_parse(&figures_argp, argc, argv, &v);

	if (code != CLI_GO)
		return code;
	figures = calloc(1, sizeof(*figures));
	ret = figures ? datadir_find(&dirs, err, sizeof(err)) : -ENOMEM;
	snprintf(dir, sizeof(dir), "%s/machines", dirs.models);
	if (!ret)
		ret = figures_simulate(v.machines, dir, figures, err, sizeof(err));
	if (ret) {
		cli_error("%s", *err ? err : "not enough memory");
		free(figures);
		return ret == -EINVAL ? CLI_USAGE : CLI_FAILED;
	}
	if (v.json)
		ret = figures_print_json(figures, stdout);
	else
		figures_print(figures, stdout);
	free(figures);
	return ret ? CLI_FAILED : CLI_OK;
}

const struct cli_verb verb_figures = {
	"figures", "", "compare the simulator with published micro-benchmarks", cmd_figures};
