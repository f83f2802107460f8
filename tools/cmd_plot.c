/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cmd_plot.c - `fragsim plot DIR`: redraw the pictures of a run.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sim/results/compare_csv.h"
#include "tools/cli.h"
#include "tools/pictures.h"

static error_t plot_parse(int key, char *arg, struct argp_state *state)
{
	return cli_one_argument(key, arg, state, "DIR", state->input);
}

static const struct argp plot_argp = {
	.parser = plot_parse,
	.args_doc = "DIR",
	.doc = "Redraws DIR/plots/ from the results in DIR, the output folder of a run.",
};

static int cmd_plot(int argc, char **argv)
{
	char label[COMPARE_MAX_COLS][RESULT_NAME_MAX], path[DATADIR_PATH_MAX];
	char err[CLI_ERR_MAX] = "";
	const char *dir = NULL;
	struct datadir dirs;
	int code = cli_parse(&plot_argp, argc, argv, &dir), nr;

	if (code != CLI_GO)
		return code;
	if (datadir_find(&dirs, err, sizeof(err))) {
		cli_error("%s", err);
		return CLI_USAGE;
	}
	snprintf(path, sizeof(path), "%s/compare.csv", dir);
	nr = compare_read_labels(path, label);
	if (nr <= 0) {
		cli_error("%s: %s; expected the output folder of a run", path,
			  nr == -EINVAL || !nr ? "not a comparison of strategies" : strerror(-nr));
		return CLI_USAGE;
	}
	snprintf(path, sizeof(path), "%s/truth.csv", dir);
	if (pictures_draw(dir, &dirs, label, (unsigned int)nr, !access(path, R_OK)))
		return CLI_FAILED;
	printf("pictures: %s/plots/\n", dir);
	return CLI_OK;
}

const struct cli_verb verb_plot = {"plot", "DIR", "redraw the pictures of a run", cmd_plot};
