/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cmd_calibrate.c - `fragsim calibrate`: measures this machine and writes a profile of it.
 *
 * The file is complete: what was not measured keeps value and source of a base profile, and both the
 * table and the file's head name those rows.
 */
#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/results/atomic_file.h"
#include "sim/results/results.h"
#include "tools/calibrate/calibrate.h"
#include "tools/calibrate/calibrate_profile.h"
#include "tools/native/native_clock.h"
#include "tools/cli.h"
#include "tools/datadir.h"
#include "tools/source_kinds.h"

#define OUTPUT_DEFAULT "this-machine.yaml"
#define COMMENT_MAX    16384
#define WIDTH	       90

enum calibrate_key { KEY_FROM = 256, KEY_JSON, KEY_QUICK };

/* struct calibrate - the verb's state; large, so it lives on the heap */
struct calibrate {
	const char *output, *from;
	bool json, quick;
	struct datadir dirs;
	struct machine_profile base, profile;
	struct native_machine host;
	struct calibration cal;
	struct sources sources;
	char comment[COMMENT_MAX], kinds[160];
};

static const struct argp_option rows[] = {
	{"output", 'o', "FILE", 0, "the profile; default: " OUTPUT_DEFAULT, 0},
	{"from", KEY_FROM, "PROFILE", 0,
	 "where values come from that cannot be measured (fragsim list machines)", 0},
	{"quick", KEY_QUICK, NULL, 0, "fewer repetitions, no latency curve: about a second", 0},
	{"json", KEY_JSON, NULL, 0, "one JSON document on stdout instead of the table", 0},
	{0},
};

static error_t calibrate_parse(int key, char *arg, struct argp_state *state)
{
	struct calibrate *c = state->input;

	switch (key) {
	case 'o':
		c->output = arg;
		return 0;
	case KEY_FROM:
		c->from = arg;
		return 0;
	case KEY_JSON:
		c->json = true;
		return 0;
	case KEY_QUICK:
		c->quick = true;
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
	       "some seconds and wants a quiet machine.",
};

/* The installed profile most like this machine. */
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
		ret = machine_load(&c->base, c->from, dir, err, sizeof(err));
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
	struct calib_params params = {.quick = c->quick, .progress = progress};
	char err[CLI_ERR_MAX] = "";
	int ret;

	native_machine_look(&c->host);
	ret = calibrate(&params, &c->cal, err, sizeof(err));
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

static bool row_measured(const struct calibrate *c, unsigned int i)
{
	return !strcmp(c->profile.notes[i].source, CALIB_SOURCE);
}

static bool row_left(const struct calibrate *c, unsigned int i)
{
	return machine_options[i].type != OPTION_TEXT && !row_measured(c, i);
}

/* The rows that were left, in lines that begin with @indent. */
static void left_format(const struct calibrate *c, const char *indent, char *buf, size_t size)
{
	size_t used = 0, column = WIDTH;

	*buf = '\0';
	for (unsigned int i = 0; machine_options[i].key && used < size; i++) {
		size_t len = strlen(machine_options[i].key);
		bool wrap = column + len + 1 > WIDTH;

		if (!row_left(c, i))
			continue;
		used += (size_t)snprintf(buf + used, size - used, "%s%s %s",
					 wrap && used ? "\n" : "", wrap ? indent : "",
					 machine_options[i].key);
		column = (wrap ? strlen(indent) : column) + len + 1;
	}
	if (used && used < size)
		snprintf(buf + used, size - used, "\n");
}

static void add(struct calibrate *c, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(struct calibrate *c, const char *format, ...)
{
	size_t used = strlen(c->comment);
	va_list args;

	va_start(args, format);
	vsnprintf(c->comment + used, sizeof(c->comment) - used, format, args);
	va_end(args);
}

static const char *virtualised(const struct calibrate *c)
{
	if (c->cal.topology.virtualised < 0)
		return "not known whether virtual";
	return c->cal.topology.virtualised ? "virtual machine" : "not virtual";
}

static void comment_make(struct calibrate *c)
{
	char left[COMMENT_MAX / 2];

	add(c, "# Measured by `fragsim calibrate%s`; docs/calibrate.md says how.\n",
	    c->quick ? " --quick" : "");
	add(c, "# CPU: %s; %s; %s\n", c->host.model, c->host.kernel, virtualised(c));
	add(c, "# %s\n", c->kinds);
	if (!c->cal.huge_pages)
		add(c, "# No huge pages: latencies of the last level and of memory contain TLB "
		       "misses.\n");
	for (unsigned int i = 0; i < CALIB_NR; i++)
		if (!c->cal.value[i].n)
			add(c, "# Not measured: %s (%s)\n", calib_rows[i].name,
			    c->cal.value[i].note);
	left_format(c, "#  ", left, sizeof(left));
	add(c, "# Left at the values and sources of profile %s:\n%s", c->base.m.name, left);
}

static void profile_make(struct calibrate *c)
{
	struct machine *m = &c->profile.m;

	c->profile = c->base;
	calib_profile_apply(&c->profile, &c->cal);
	name_of(c->output, m->name);
	snprintf(m->description, sizeof(m->description),
		 "%.100s, measured; what was not is from %.60s", c->host.model, c->base.m.name);
	source_kinds_format(&c->profile, &c->sources, c->kinds, sizeof(c->kinds));
	comment_make(c);
}

static int profile_write(struct calibrate *c)
{
	struct atomic_file file;
	int ret = atomic_open(&file, c->output);

	if (!ret)
		ret = atomic_commit(&file, calib_profile_write(&c->profile, c->comment, file.f));
	if (!ret)
		return CLI_GO;
	cli_error("%s: cannot write: %s", c->output, strerror(-ret));
	return CLI_FAILED;
}

/* What was written must be what a run will read. */
static int profile_check(const struct calibrate *c)
{
	struct machine_profile *again = malloc(sizeof(*again));
	char err[CLI_ERR_MAX] = "not enough memory", path[4096];
	int ret = -ENOMEM;

	snprintf(path, sizeof(path), "%s%s", strchr(c->output, '/') ? "" : "./", c->output);
	if (again)
		ret = machine_load(again, path, "", err, sizeof(err));
	free(again);
	if (!ret)
		return CLI_GO;
	cli_error("the profile cannot be used: %s", err);
	return CLI_FAILED;
}

static const struct calib_constant *constant_of(enum calib_id id)
{
	for (const struct calib_constant *k = calib_constants; k->key; k++)
		if (k->id == id)
			return k;
	return NULL;
}

/* What a measurement became in the profile: "key = value", or "" */
static void becomes(const struct calibrate *c, enum calib_id id, char *buf, size_t size)
{
	const struct calib_constant *k = constant_of(id);
	char value[OPTION_TEXT_MAX];

	*buf = '\0';
	for (unsigned int i = 0; k && machine_options[i].key; i++) {
		if (strcmp(machine_options[i].key, k->key))
			continue;
		options_format(&machine_options[i], &c->profile.m, value, sizeof(value));
		snprintf(buf, size, "%s = %s%s", k->key, value,
			 row_measured(c, i) ? "" : " (as before)");
	}
}

static int digits(double x)
{
	return x < 1 ? 3 : x < 100 ? 2 : 0;
}

static void line_print(const struct calibrate *c, enum calib_id id)
{
	const struct calib_value *v = &c->cal.value[id];
	char row[OPTION_TEXT_MAX + 64], quartiles[64];

	if (!v->n) {
		printf("%-24s %9s  %s\n", calib_rows[id].name, "-", v->note);
		return;
	}
	becomes(c, id, row, sizeof(row));
	snprintf(quartiles, sizeof(quartiles), "%.*f..%.*f", digits(v->q1), v->q1, digits(v->q3),
		 v->q3);
	printf("%-24s %9.*f  %-18s  %-16s  %s\n", calib_rows[id].name, digits(v->value), v->value,
	       calib_rows[id].unit, quartiles, row);
}

static void sizes_print(const struct calibrate *c)
{
	static const char *const names[CALIB_LEVELS] = {"L1 data", "L2", "last level"};
	const struct calib_topology *t = &c->cal.topology;

	for (int i = 0; i < CALIB_LEVELS; i++)
		if (t->level[i].bytes)
			printf("%-24s %8lluK  %llu ways\n", names[i],
			       (unsigned long long)t->level[i].bytes / 1024,
			       (unsigned long long)t->level[i].ways);
		else
			printf("%-24s %9s  size unknown\n", names[i], "-");
}

static void table_print(const struct calibrate *c)
{
	char left[COMMENT_MAX / 2];

	printf("%s, %s, %s; %.1f s\n\n", c->host.model, c->host.kernel, virtualised(c),
	       c->cal.seconds);
	printf("%-24s %9s  %-18s  %-16s  %s\n", "", "value", "unit", "quartiles", "in the profile");
	for (unsigned int i = 0; i < CALIB_NR; i++)
		line_print(c, i);
	sizes_print(c);
	if (!c->cal.huge_pages)
		printf("\nNo huge pages: latencies of the last level and of memory contain TLB "
		       "misses.\n");
	if (!c->cal.nr_points)
		printf("\nThe latency curve (--json shows it) is left out by --quick.\n");
	left_format(c, " ", left, sizeof(left));
	printf("\nNot measured, left at the values and sources of %s:\n%s", c->base.m.name, left);
	printf("\nprofile: %s, %s\n(fragsim run SCENARIO --set machine=%s%s)\n", c->output,
	       c->kinds, strchr(c->output, '/') ? "" : "./", c->output);
}

static json_t *value_json(const struct calibrate *c, enum calib_id id)
{
	const struct calib_value *v = &c->cal.value[id];
	const struct calib_constant *k = constant_of(id);
	json_t *obj = json_pack("{s:s, s:s, s:i}", "name", calib_rows[id].name, "unit",
				calib_rows[id].unit, "samples", (int)v->n);

	if (v->n)
		json_object_update_new(obj,
				       json_pack("{s:f, s:f, s:f, s:f}", "value", v->value,
						 "median", v->median, "q1", v->q1, "q3", v->q3));
	else
		json_object_set_new(obj, "why_not", json_string(v->note));
	if (k)
		json_object_set_new(obj, "row", json_string(k->key));
	return obj;
}

static json_t *levels_json(const struct calib_topology *t)
{
	json_t *levels = json_array();

	for (int i = 0; i < CALIB_LEVELS; i++)
		json_array_append_new(levels, json_pack("{s:I, s:I}", "bytes",
							(json_int_t)t->level[i].bytes, "ways",
							(json_int_t)t->level[i].ways));
	return levels;
}

static int json_print(const struct calibrate *c)
{
	json_t *values = json_array(), *curve = json_array(), *left = json_array(), *doc;
	int ret;

	for (unsigned int i = 0; i < CALIB_NR; i++)
		json_array_append_new(values, value_json(c, i));
	for (unsigned int i = 0; i < c->cal.nr_points; i++)
		json_array_append_new(curve, json_pack("{s:I, s:f}", "bytes",
						       (json_int_t)c->cal.curve[i].bytes, "cycles",
						       c->cal.curve[i].cycles));
	for (unsigned int i = 0; machine_options[i].key; i++)
		if (row_left(c, i))
			json_array_append_new(left, json_string(machine_options[i].key));
	doc = json_pack("{s:i, s:s, s:s, s:s, s:b, s:f, s:s, s:s, s:o, s:o, s:o, s:o}", "schema", 1,
			"cpu", c->host.model, "kernel", c->host.kernel, "virtualised",
			virtualised(c), "huge_pages", (int)c->cal.huge_pages, "seconds",
			c->cal.seconds, "profile", c->output, "base", c->base.m.name, "levels",
			levels_json(&c->cal.topology), "values", values, "curve", curve, "left",
			left);
	ret = doc ? json_dumpf(doc, stdout, RESULT_JSON_FLAGS) : -1;
	putchar('\n');
	json_decref(doc);
	return ret ? CLI_FAILED : CLI_OK;
}

static int calibrate_go(struct calibrate *c, int argc, char **argv)
{
	int code;

	c->output = OUTPUT_DEFAULT;
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
		return json_print(c);
	table_print(c);
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
