/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * session_options.c - parse the options of `run` and `replay`.
 */
#include "tools/session_options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "models/options/option_value.h"
#include "sim/scenario/found.h"
#include "sim/scenario/scenario_finish.h"
#include "tools/trace_source.h"

#define MAX_JOBS 1024

enum option_key {
	KEY_ALLOCATOR = 256,
	KEY_BASELINE,
	KEY_CHECK,
	KEY_FORCE,
	KEY_JSON,
	KEY_NO_HASH,
	KEY_NO_PLOT,
	KEY_SET,
	KEY_STRATEGY,
	KEY_STRICT,
	KEY_TIMEOUT,
	KEY_VERBOSE,
};

static const struct argp_option rows[] = {
	{"set", KEY_SET, "KEY=VALUE", 0, "set a key of the scenario (fragsim list keys)", 0},
	{"strategy", KEY_STRATEGY, "A,B,...", 0, "strategies to compare (fragsim list strategies)",
	 0},
	{"baseline", KEY_BASELINE, "STRATEGY", 0,
	 "show how far the others are from this one of the strategies, in percent", 0},
	{"allocator", KEY_ALLOCATOR, "FILE.c", 0,
	 "compile a strategy of your own and compare it with the others (docs/allocators.md); a "
	 "file or a folder of .c files; may be repeated",
	 0},
	{"output", 'o', "DIR", 0,
	 "folder for the results of this run, replaced if it holds those of an equal one; default: "
	 "fragsim-out/NAME-DIGEST, by the scenario's name and content",
	 0},
	{"force", KEY_FORCE, NULL, 0, "replace the results of another run in that folder", 0},
	{"jobs", 'j', "N", 0, "strategies to run in parallel; default: one per CPU", 0},
	{"json", KEY_JSON, NULL, 0,
	 "print the results as one JSON document on stdout, and nothing else", 0},
	{"check", KEY_CHECK, NULL, 0, "verify every invariant of the allocators during the run", 0},
	{"no-hash", KEY_NO_HASH, NULL, 0, "do not read the whole capture for its SHA-256", 0},
	{"no-plot", KEY_NO_PLOT, NULL, 0, "draw no pictures", 0},
	{"strict", KEY_STRICT, NULL, 0, "refuse what a note says to mislead (docs/traces.md)", 0},
	{"timeout", KEY_TIMEOUT, "TIME", 0,
	 "end a strategy that has run so long (30s, 500ms of real time): it has failed, the others "
	 "stay; default: never",
	 0},
	{"verbose", KEY_VERBOSE, NULL, 0,
	 "show the commands that compile an --allocator, and the compiler's output", 0},
	{0},
};

void session_options_init(struct session_options *opt)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	memset(opt, 0, sizeof(*opt));
	opt->jobs = cpus > 0 ? (unsigned int)cpus : 1;
}

static error_t assignment_add(struct session_options *opt, const char *key, const char *eq,
			      const char *value)
{
	char *set = opt->set[opt->nr_sets];
	int n;

	if (opt->nr_sets == SESSION_MAX_SETS) {
		cli_error("--set: more than %d of them; write a scenario file", SESSION_MAX_SETS);
		return EBADMSG;
	}
	n = snprintf(set, sizeof(opt->set[0]), "%s%s%s", key, eq, value);
	if (n >= (int)sizeof(opt->set[0])) {
		cli_error("--set: '%.40s...' is too long", set);
		return EBADMSG;
	}
	opt->nr_sets++;
	return 0;
}

error_t session_set(struct session_options *opt, const char *key, const char *value)
{
	return assignment_add(opt, key, "=", value);
}

static error_t jobs_parse(struct session_options *opt, const char *arg)
{
	char *end;
	unsigned long n = strtoul(arg, &end, 10);

	if (*end || end == arg || arg[0] < '0' || arg[0] > '9' || n < 1 || n > MAX_JOBS) {
		cli_error("--jobs: found '%s', expected a number from 1 to %d", arg, MAX_JOBS);
		return EBADMSG;
	}
	opt->jobs = (unsigned int)n;
	return 0;
}

static error_t timeout_parse(struct session_options *opt, const char *arg)
{
	static const struct option row = {
		.key = "timeout",
		.type = OPTION_DURATION,
		.offset = offsetof(struct session_options, timeout_ns),
		.min = 1000000,
		.max = UINT64_C(1000000) * 1000000000,
	};
	char err[CLI_ERR_MAX] = "";

	if (!value_parse(&row, arg, opt, err, sizeof(err)))
		return 0;
	cli_error("--timeout: %s", err);
	return EBADMSG;
}

static error_t option_parse(int key, char *arg, struct argp_state *state)
{
	struct session_options *opt = state->input;

	switch (key) {
	case KEY_SET:
		return assignment_add(opt, "", "", arg);
	case KEY_STRATEGY:
		return session_set(opt, "strategies", arg);
	case KEY_BASELINE:
		opt->baseline = arg;
		return 0;
	case KEY_ALLOCATOR:
		return allocators_add(&opt->allocators, arg);
	case KEY_VERBOSE:
		opt->allocators.verbose = true;
		return 0;
	case 'o':
		opt->out_dir = arg;
		return 0;
	case 'j':
		return jobs_parse(opt, arg);
	case KEY_JSON:
		opt->json = true;
		return 0;
	case KEY_CHECK:
		opt->check = true;
		return 0;
	case KEY_FORCE:
		opt->force = true;
		return 0;
	case KEY_NO_HASH:
		opt->no_hash = true;
		return 0;
	case KEY_NO_PLOT:
		opt->no_plot = true;
		return 0;
	case KEY_TIMEOUT:
		return timeout_parse(opt, arg);
	case KEY_STRICT:
		opt->strict = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp session_argp = {.options = rows, .parser = option_parse};

static int baseline_check(const char *baseline, const struct option_list *strategies)
{
	char list[CLI_ERR_MAX] = "";
	size_t n = 0;

	for (unsigned int i = 0; i < strategies->n; i++) {
		if (!strcmp(strategies->word[i], baseline))
			return CLI_GO;
		if (n < sizeof(list))
			n += (size_t)snprintf(list + n, sizeof(list) - n, "%s%s", i ? ", " : "",
					      strategies->word[i]);
	}
	cli_error("--baseline: found \"%.100s\", which does not run; expected one of: %s", baseline,
		  list);
	return CLI_USAGE;
}

int session_finish(const struct session_options *opt, const struct datadir *dirs,
		   struct scenario_input *in, struct capture_info **capture)
{
	char err[CLI_ERR_MAX] = "";
	int ret = 0, code;

	for (unsigned int i = 0; !ret && i < opt->nr_sets; i++)
		ret = scenario_set(in, opt->set[i], err, sizeof(err));
	if (!ret && scenario_is_capture(&in->s)) {
		code = trace_source_scan(&in->s, capture);
		if (code == CLI_GO)
			code = trace_source_pick(in, capture);
		if (code != CLI_GO)
			return code;
		ret = scenario_find_out(in, *capture, dirs->models, err, sizeof(err));
	}
	if (!ret) /* an allocator is compiled for a page size */
		ret = scenario_machine(in, dirs->models, err, sizeof(err));
	if (!ret && allocators_load(&opt->allocators, dirs, &in->s) != CLI_GO)
		return CLI_USAGE;
	if (!ret)
		ret = scenario_finish(in, dirs->models, err, sizeof(err));
	if (!ret)
		return opt->baseline ? baseline_check(opt->baseline, &in->s.strategies) : CLI_GO;
	cli_error("%s", err);
	return CLI_USAGE;
}
