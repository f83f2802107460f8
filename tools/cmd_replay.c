/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cmd_replay.c - `fragsim replay TRACE`: a capture without a scenario.
 *
 * The default scenario with the capture as its traffic and its recorded release times, on the
 * machine that was recorded, as far as that is known (sim/scenario/found.h). --set overrides all.
 */
#include <stdio.h>
#include <string.h>

#include "sim/results/results.h"
#include "tools/session.h"

static const struct argp_option replay_options[] = {
	{"device", 'd', "DEV", 0, "the receiving device; default: the one that received most", 0},
	{0},
};

static error_t replay_parse(int key, char *arg, struct argp_state *state)
{
	struct session_options *opt = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = opt;
		return 0;
	case 'd':
		opt->device = arg;
		return 0;
	default:
		return cli_one_argument(key, arg, state, "TRACE", &opt->path);
	}
}

static const struct argp_child replay_children[] = {{&session_argp, 0, NULL, 0}, {0}};
static const struct argp replay_argp = {
	.options = replay_options,
	.parser = replay_parse,
	.children = replay_children,
	.args_doc = "TRACE",
	.doc = "Replays a capture with several strategies and compares them; each packet is "
	       "released when the capture says it was. NIC preset, kernel, page size and IOMMU "
	       "are those of the machine that was recorded, as far as the file beside the "
	       "capture, the capture or its events tell; --set overrides them.",
};

/* The name of a file without folder and extension, usable as the name of a folder. */
static void name_of(const char *path, char *name, size_t size)
{
	const char *slash = strrchr(path, '/');
	char *dot;

	result_dir_name(slash && slash[1] ? slash + 1 : path, name, size);
	dot = strrchr(name, '.');
	if (dot && dot > name)
		*dot = '\0';
}

static int scenario_build(const struct session_options *opt, struct datadir *dirs,
			  struct scenario_input *in)
{
	char source[OPTION_TEXT_MAX * 2], name[OPTION_TEXT_MAX - 8], err[CLI_ERR_MAX] = "";
	char set[3][OPTION_TEXT_MAX * 2 + 32];
	int ret = datadir_find(dirs, err, sizeof(err));

	/* A file may be called "synthetic". */
	snprintf(source, sizeof(source), "%s%s", strcmp(opt->path, "synthetic") ? "" : "./",
		 opt->path);
	name_of(opt->path, name, sizeof(name));
	snprintf(set[0], sizeof(set[0]), "name=%s", name);
	snprintf(set[1], sizeof(set[1]), "traffic.source=%s", source);
	snprintf(set[2], sizeof(set[2]), "traffic.device=%s", opt->device ? opt->device : "");
	if (!ret)
		ret = scenario_init(in, ".");
	for (unsigned int i = 0; !ret && i < (opt->device ? 3 : 2); i++)
		ret = scenario_set(in, set[i], err, sizeof(err));
	if (!ret)
		return CLI_GO;
	cli_error("%s", err);
	return CLI_USAGE;
}

static int cmd_replay(int argc, char **argv)
{
	return session_main(&replay_argp, argc, argv, scenario_build);
}

const struct cli_verb verb_replay = {
	"replay", "TRACE", "replay a capture with several strategies, compare them", cmd_replay};
