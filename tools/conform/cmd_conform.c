/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cmd_conform.c - `fragsim conform LOG`.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/conform/conform.h"
#include "tools/cli.h"

enum conform_key { KEY_SET = 256 };

struct conform_options {
	const char *path;
	struct conform_params params;
};

/* struct setting - a key of --set, and its range */
struct setting {
	const char *key;
	unsigned long min, max;
};

static const struct setting settings[] = {
	{"pool_size", 1, CONFORM_POOL_SIZE_MAX},
	{"order", 0, CONFORM_ORDER_MAX},
};

#define NR_SETTINGS (sizeof(settings) / sizeof(settings[0]))

static const struct argp_option rows[] = {
	{"set", KEY_SET, "KEY=VALUE", 0,
	 "parameters of the kernel's pool: pool_size (slots of its ring), order (of its pages); "
	 "default: found by trying",
	 0},
	{0},
};

static void setting_apply(struct conform_params *params, size_t i, unsigned long value)
{
	if (i == 0)
		params->pool_size = (unsigned int)value;
	else
		params->order = (int)value;
}

static error_t set_parse(struct conform_options *opt, const char *arg)
{
	const char *names[NR_SETTINGS + 1] = {NULL}, *eq = strchr(arg, '=');
	char key[64], *end;
	unsigned long value;

	snprintf(key, sizeof(key), "%.*s", eq ? (int)(eq - arg) : 60, arg);
	for (size_t i = 0; i < NR_SETTINGS; i++) {
		names[i] = settings[i].key;
		if (strcmp(settings[i].key, key))
			continue;
		value = eq ? strtoul(eq + 1, &end, 10) : 0;
		if (!eq || eq[1] < '0' || eq[1] > '9' || *end || value < settings[i].min ||
		    value > settings[i].max) {
			cli_error("--set %s: found '%s', expected a number from %lu to %lu", key,
				  eq ? eq + 1 : "", settings[i].min, settings[i].max);
			return EBADMSG;
		}
		setting_apply(&opt->params, i, value);
		return 0;
	}
	cli_unknown("key of --set", key, names);
	return EBADMSG;
}

static error_t conform_parse(int key, char *arg, struct argp_state *state)
{
	struct conform_options *opt = state->input;

	if (key == KEY_SET)
		return set_parse(opt, arg);
	return cli_one_argument(key, arg, state, "LOG", &opt->path);
}

static const struct argp conform_argp = {
	.options = rows,
	.parser = conform_parse,
	.args_doc = "LOG",
	.doc = "Replays a log of Linux's own page_pool or page_frag_cache with this program's "
	       "allocator and compares the state after every operation, pages up to renaming. LOG "
	       "is a CSV file, or - for standard input. Exit code 0: all equal, 1: it differs, 2: "
	       "no valid log.",
};

static void pool_print(const struct conform_report *r)
{
	if (!r->is_pool)
		return;
	printf("pool:      pool_size %u (%s), order %u (%s)\n", r->pool_size,
	       r->size_given ? "given" : "found out", r->order,
	       r->order_given ? "given" : "found out");
	if (r->others[0])
		printf("           the ring was never full: pool_size %s would do as well\n",
		       r->others);
}

static void difference_print(const struct conform_report *r)
{
	printf("%u of %u operations equal; operation %u differs in column %s\n", r->at,
	       r->operations, r->at, r->column);
	printf("  line %u, %s: the kernel has %s, we have %s\n", r->line, r->column, r->their_value,
	       r->our_value);
	printf("  kernel: %s\n  ours:   %s\n", r->their_row, r->our_row);
}

static int report_print(const char *path, const struct conform_report *r)
{
	printf("log:       %s, of the kernel's %s\n", path, r->allocator);
	printf("strategy:  %s\n", r->strategies);
	pool_print(r);
	if (!r->equal) {
		difference_print(r);
		return CLI_FAILED;
	}
	printf("%u operations, all equal\n", r->operations);
	if (r->live)
		cli_warn("%s: %u buffers are still allocated at its end: it may be cut off", path,
			 r->live);
	return CLI_OK;
}

static int cmd_conform(int argc, char **argv)
{
	struct conform_options opt = {.params = {.order = -1}};
	struct conform_report report;
	char err[CLI_ERR_MAX] = "";
	int code = cli_parse(&conform_argp, argc, argv, &opt), ret;
	bool standard = opt.path && !strcmp(opt.path, "-");
	FILE *file;

	if (code != CLI_GO)
		return code;
	file = standard ? stdin : fopen(opt.path, "r");
	if (!file) {
		cli_error("%s: %s", opt.path, strerror(errno));
		return CLI_USAGE;
	}
	ret = conform_stream(file, standard ? "standard input" : opt.path, &opt.params, &report,
			     err, sizeof(err));
	if (!standard)
		fclose(file);
	if (!ret)
		return report_print(opt.path, &report);
	cli_error("%s", err);
	return ret == -EINVAL || ret == -EIO ? CLI_USAGE : CLI_FAILED;
}

const struct cli_verb verb_conform = {"conform", "LOG",
				      "compare alloc/ with a log of Linux, operation by operation",
				      cmd_conform};
