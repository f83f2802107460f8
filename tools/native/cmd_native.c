/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cmd_native.c - `fragsim native SCENARIO`: the strategies on this machine's own cores.
 *
 * The operations are recorded first, in a scratch folder that is removed; then they are measured,
 * while this program runs nothing else, and simulated.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "models/machine.h"
#include "sim/scenario/traffic.h"
#include "tools/cli.h"
#include "tools/native/native_print.h"
#include "tools/native/native_simulate.h"
#include "tools/say_notes.h"
#include "tools/scenario_file.h"
#include "tools/session_options.h"

#define ROUNDS_DEFAULT 11

enum native_key { KEY_ALLOCATOR = 256, KEY_JSON, KEY_ROUNDS, KEY_SET, KEY_STRATEGY, KEY_VERBOSE };

/* struct native - the verb's state; large, so it lives on the heap */
struct native {
	struct session_options opt;
	unsigned int rounds;
	struct datadir dirs;
	struct scenario_input in;
	struct machine_profile profile;
	struct capture_info *capture;
	char dir[512];
	struct native_stream stream;
	struct native_outcome out;
};

static const struct argp_option rows[] = {
	{"set", KEY_SET, "KEY=VALUE", 0, "set a key of the scenario (fragsim list keys)", 0},
	{"strategy", KEY_STRATEGY, "A,B,...", 0, "strategies to compare (fragsim list strategies)",
	 0},
	{"allocator", KEY_ALLOCATOR, "FILE.c", 0, "measure a strategy of your own as well", 0},
	{"rounds", KEY_ROUNDS, "N", 0, "how often each strategy is measured; default: 11", 0},
	{"json", KEY_JSON, NULL, 0,
	 "print the results as one JSON document on stdout, and nothing else", 0},
	{"verbose", KEY_VERBOSE, NULL, 0,
	 "show the commands that compile an --allocator, and the compiler's output", 0},
	{0},
};

static error_t rounds_parse(struct native *n, const char *arg)
{
	char *end;
	unsigned long rounds = strtoul(arg, &end, 10);

	if (*end || arg[0] < '0' || arg[0] > '9' || rounds < NATIVE_MIN_ROUNDS ||
	    rounds > NATIVE_MAX_ROUNDS) {
		cli_error("--rounds: found '%s', expected a number from %d to %d", arg,
			  NATIVE_MIN_ROUNDS, NATIVE_MAX_ROUNDS);
		return EBADMSG;
	}
	n->rounds = (unsigned int)rounds;
	return 0;
}

static error_t assignment_parse(struct native *n, char *arg)
{
	char *eq = strchr(arg, '=');

	if (!eq) {
		cli_error("--set: found '%s', expected KEY=VALUE", arg);
		return EBADMSG;
	}
	*eq = '\0';
	return session_set(&n->opt, arg, eq + 1);
}

static error_t native_parse(int key, char *arg, struct argp_state *state)
{
	struct native *n = state->input;

	switch (key) {
	case KEY_SET:
		return assignment_parse(n, arg);
	case KEY_STRATEGY:
		return session_set(&n->opt, "strategies", arg);
	case KEY_ALLOCATOR:
		return allocators_add(&n->opt.allocators, arg);
	case KEY_ROUNDS:
		return rounds_parse(n, arg);
	case KEY_JSON:
		n->opt.json = true;
		return 0;
	case KEY_VERBOSE:
		n->opt.allocators.verbose = true;
		return 0;
	default:
		return cli_one_argument(key, arg, state, "SCENARIO", &n->opt.path);
	}
}

static const struct argp native_argp = {
	.options = rows,
	.parser = native_parse,
	.args_doc = "SCENARIO",
	.doc = "Runs the operations of a scenario with each strategy on this machine's own cores "
	       "and shows their cycles beside those of simulated cores. The figures hold for this "
	       "machine at this moment; no file is written.",
};

static volatile sig_atomic_t interrupted;

static void on_interrupt(int sig)
{
	(void)sig;
	interrupted = 1;
}

static int file_remove(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int scratch_make(struct native *n)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(n->dir, sizeof(n->dir), "%.400s/fragsim-native-XXXXXX",
		 tmp && *tmp ? tmp : "/tmp");
	if (mkdtemp(n->dir))
		return CLI_GO;
	cli_error("%s: cannot make a scratch folder: %s", n->dir, strerror(errno));
	return CLI_FAILED;
}

static int stream_record(struct native *n)
{
	char err[CLI_ERR_MAX] = "";
	int ret = native_stream_record(&n->in.s, n->capture, n->dirs.models, n->dir, &n->stream,
				       err, sizeof(err));

	if (interrupted) {
		cli_error("interrupted: nothing was measured");
		return CLI_INTERRUPTED;
	}
	if (ret)
		cli_error("%s", err);
	return ret ? CLI_FAILED : CLI_GO;
}

/* SIGINT in here removes the scratch folder; later there is nothing to clean up. */
static int stream_record_in_scratch(struct native *n)
{
	struct sigaction catch = {.sa_handler = on_interrupt}, was_int, was_term;
	int code = scratch_make(n);

	if (code != CLI_GO)
		return code;
	sigemptyset(&catch.sa_mask);
	sigaction(SIGINT, &catch, &was_int);
	sigaction(SIGTERM, &catch, &was_term);
	code = stream_record(n);
	nftw(n->dir, file_remove, 16, FTW_DEPTH | FTW_PHYS);
	sigaction(SIGINT, &was_int, NULL);
	sigaction(SIGTERM, &was_term, NULL);
	return code;
}

static int native_show(struct native *n)
{
	char err[CLI_ERR_MAX] = "", dir[DATADIR_PATH_MAX + 16];
	int ret;

	snprintf(dir, sizeof(dir), "%s/machines", n->dirs.models);
	ret = machine_load(&n->profile, n->in.s.machine, dir, err, sizeof(err));
	if (!ret)
		ret = native_measure(&n->in.s, &n->stream, n->rounds, &n->out, err, sizeof(err));
	if (!ret)
		ret = native_simulate(&n->in.s, &n->profile.m, &n->stream, &n->out, err,
				      sizeof(err));
	if (ret) {
		cli_error("%s", err);
		return CLI_FAILED;
	}
	if (!n->opt.json)
		native_print(&n->out, &n->in.s, stdout);
	else if (native_print_json(&n->out, &n->in.s, stdout))
		return CLI_FAILED;
	return CLI_OK;
}

static int native_go(struct native *n, int argc, char **argv)
{
	int code;

	session_options_init(&n->opt);
	n->rounds = ROUNDS_DEFAULT;
	code = cli_parse(&native_argp, argc, argv, n);
	if (code == CLI_GO)
		code = scenario_file_load(n->opt.path, &n->dirs, &n->in);
	if (code == CLI_GO)
		code = session_finish(&n->opt, &n->dirs, &n->in, &n->capture);
	if (code == CLI_GO && n->capture)
		code = say_notes_of_capture(n->capture, traffic_device(&n->in.s, n->capture),
					    false);
	if (code == CLI_GO)
		code = stream_record_in_scratch(n);
	return code == CLI_GO ? native_show(n) : code;
}

static int cmd_native(int argc, char **argv)
{
	struct native *n = calloc(1, sizeof(*n));
	int code;

	if (!n) {
		cli_error("not enough memory");
		return CLI_FAILED;
	}
	code = native_go(n, argc, argv);
	native_stream_free(&n->stream);
	free(n->capture);
	free(n);
	return code;
}

const struct cli_verb verb_native = {
	"native", "SCENARIO", "measure the strategies on this machine's own cores", cmd_native};
