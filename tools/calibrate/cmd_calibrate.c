/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cmd_calibrate.c - `fragsim calibrate`: measure this machine and write a profile of it.
 *
 * The profile is complete: what was not measured keeps value and source of a base profile. The
 * table and the head comment of the file name those rows.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/results/atomic_file.h"
#include "tools/calibrate/calibrate.h"
#include "tools/calibrate/calibrate_print.h"
#include "tools/calibrate/calibrate_profile.h"
#include "tools/native/native_clock.h"
#include "tools/cli.h"
#include "tools/datadir.h"
#include "tools/source_kinds.h"

#define OUTPUT_DEFAULT "this-machine.yaml"
#define COMMENT_MAX    16384

enum calibrate_key { KEY_FROM = 256, KEY_JSON, KEY_QUICK };

/* struct calibrate - the verb's state; large, so it lives on the heap */
struct calibrate {
	const char *from;
	bool json;
	struct datadir dirs;
	struct sources sources;
	struct calib_outcome out;
	char comment[COMMENT_MAX];
};

static const struct argp_option rows[] = {
	{"output", 'o', "FILE", 0, "the profile; default: " OUTPUT_DEFAULT, 0},
	{"from", KEY_FROM, "PROFILE", 0,
	 "profile with the values that cannot be measured (fragsim list machines)", 0},
	{"quick", KEY_QUICK, NULL, 0, "fewer repetitions, no latency curve: about a second", 0},
	{"json", KEY_JSON, NULL, 0, "print one JSON document instead of the table", 0},
	{0},
};

static error_t calibrate_parse(int key, char *arg, struct argp_state *state)
{
	struct calibrate *c = state->input;

	switch (key) {
	case 'o':
		c->out.output = arg;
		return 0;
	case KEY_FROM:
		c->from = arg;
		return 0;
	case KEY_JSON:
		c->json = true;
		return 0;
	case KEY_QUICK:
		c->out.quick = true;
		return 0;
	case ARGP_KEY_ARG:
		cli_error("calibrate: unexpected argument '%s' (fragsim calibrate --help)", arg);
		return EBADMSG;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp calibrate_argp = {
	.options = rows,
	.parser = calibrate_parse,
	.doc = "Measures caches, memory, atomics and line transfers of this machine and writes a "
	       "machine profile: fragsim run SCENARIO --set machine=./" OUTPUT_DEFAULT ". Takes "
	       "some seconds; the machine should be idle.",
};

/* The installed profile nearest to this machine. */
static const char *base_default(void)
{
#if defined(__x86_64__)
	__builtin_cpu_init();
	return __builtin_cpu_is("amd") ? "zen4" : "x86-100g";
#else
	return "arm64-64k";
#endif
}

static int base_load(struct calibrate *c)
{
	char err[CLI_ERR_MAX] = "", dir[DATADIR_PATH_MAX + 16];
	int ret = datadir_find(&c->dirs, err, sizeof(err));

	snprintf(dir, sizeof(dir), "%s/machines", c->dirs.models);
	if (!ret)
		ret = sources_load(&c->sources, c->dirs.sources, err, sizeof(err));
	if (!ret)
		ret = machine_load(&c->out.base, c->from, dir, err, sizeof(err));
	if (!ret)
		return CLI_GO;
	cli_error("%s", err);
	return CLI_USAGE;
}

static void progress(const char *what)
{
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r\033[Kmeasuring: %s ...", what);
}

static int measure(struct calibrate *c)
{
	struct calib_params params = {.quick = c->out.quick, .progress = progress};
	char err[CLI_ERR_MAX] = "";
	int ret;

	native_machine_look(&c->out.host);
	ret = calibrate(&params, &c->out.cal, err, sizeof(err));
	if (isatty(STDERR_FILENO))
		fputs("\r\033[K", stderr);
	if (!ret)
		return CLI_GO;
	cli_error("%s", err);
	return CLI_FAILED;
}

/* "DIR/NAME.yaml" -> "NAME" */
static void name_of(const char *path, char name[OPTION_TEXT_MAX])
{
	const char *slash = strrchr(path, '/');
	char *dot;

	snprintf(name, OPTION_TEXT_MAX, "%.200s", slash ? slash + 1 : path);
	dot = strrchr(name, '.');
	if (dot && dot > name)
		*dot = '\0';
}

static void profile_make(struct calibrate *c)
{
	struct machine *m = &c->out.profile.m;

	c->out.profile = c->out.base;
	calib_profile_apply(&c->out.profile, &c->out.cal);
	name_of(c->out.output, m->name);
	snprintf(m->description, sizeof(m->description),
		 "%.100s, measured; what was not is from %.60s", c->out.host.model,
		 c->out.base.m.name);
	source_kinds_format(&c->out.profile, &c->sources, c->out.kinds, sizeof(c->out.kinds));
	calib_comment(&c->out, c->comment, sizeof(c->comment));
}

static int profile_write(struct calibrate *c)
{
	struct atomic_file file;
	int ret = atomic_open(&file, c->out.output);

	if (!ret)
		ret = atomic_commit(&file,
				    calib_profile_write(&c->out.profile, c->comment, file.f));
	if (!ret)
		return CLI_GO;
	cli_error("%s: cannot write: %s", c->out.output, strerror(-ret));
	return CLI_FAILED;
}

/* A run must be able to load the profile. */
static int profile_check(const struct calibrate *c)
{
	struct machine_profile *again = malloc(sizeof(*again));
	char err[CLI_ERR_MAX] = "not enough memory", path[4096];
	int ret = -ENOMEM;

	snprintf(path, sizeof(path), "%s%s", strchr(c->out.output, '/') ? "" : "./", c->out.output);
	if (again)
		ret = machine_load(again, path, "", err, sizeof(err));
	free(again);
	if (!ret)
		return CLI_GO;
	cli_error("the profile cannot be used: %s", err);
	return CLI_FAILED;
}

static int calibrate_go(struct calibrate *c, int argc, char **argv)
{
	int code;

	c->out.output = OUTPUT_DEFAULT;
	c->from = base_default();
	code = cli_parse(&calibrate_argp, argc, argv, c);
	if (code == CLI_GO)
		code = base_load(c);
	if (code == CLI_GO)
		code = measure(c);
	if (code != CLI_GO)
		return code;
	profile_make(c);
	code = profile_write(c);
	if (code == CLI_GO)
		code = profile_check(c);
	if (code != CLI_GO)
		return code;
	if (c->json)
		return calib_print_json(&c->out) ? CLI_FAILED : CLI_OK;
	calib_print(&c->out);
	return CLI_OK;
}

static int cmd_calibrate(int argc, char **argv)
{
	struct calibrate *c = calloc(1, sizeof(*c));
	int code;

	if (!c) {
		cli_error("not enough memory");
		return CLI_FAILED;
	}
	code = calibrate_go(c, argc, argv);
	free(c);
	return code;
}

const struct cli_verb verb_calibrate = {
	"calibrate", "", "measure this machine and write a profile of it", cmd_calibrate};
