/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calibrate_print.c - measured values, the profile's values, and those left at the base's.
 */
#include "tools/calibrate/calibrate_print.h"

#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "models/options/option_value.h"
#include "sim/results/json_text.h"
#include "tools/calibrate/calibrate_profile.h"

#define LEFT_MAX 8192
#define WIDTH	 90

static bool row_measured(const struct calib_outcome *c, unsigned int i)
{
	return !strcmp(c->profile.notes[i].source, CALIB_SOURCE);
}

static bool row_left(const struct calib_outcome *c, unsigned int i)
{
	return machine_options[i].type != OPTION_TEXT && !row_measured(c, i);
}

/* The rows that were not measured, in lines that begin with @indent. */
static void left_format(const struct calib_outcome *c, const char *indent, char *buf, size_t size)
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

static void add(char *text, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void add(char *text, size_t size, const char *format, ...)
{
	size_t used = strlen(text);
	va_list args;

	va_start(args, format);
	vsnprintf(text + used, size - used, format, args);
	va_end(args);
}

static const char *virtualised(const struct calib_outcome *c)
{
	if (c->cal.topology.virtualised < 0)
		return "not known whether virtual";
	return c->cal.topology.virtualised ? "virtual machine" : "not virtual";
}

void calib_comment(const struct calib_outcome *c, char *text, size_t size)
{
	char left[LEFT_MAX];

	*text = '\0';
	add(text, size, "# Measured by `fragsim calibrate%s`; docs/calibrate.md says how.\n",
	    c->quick ? " --quick" : "");
	add(text, size, "# CPU: %s; %s; %s\n", c->host.model, c->host.kernel, virtualised(c));
	add(text, size, "# %s\n", c->kinds);
	if (!c->cal.huge_pages)
		add(text, size,
		    "# No huge pages: latencies of the last level and of memory contain TLB "
		    "misses.\n");
	for (unsigned int i = 0; i < CALIB_NR; i++)
		if (!c->cal.value[i].n)
			add(text, size, "# Not measured: %s (%s)\n", calib_rows[i].name,
			    c->cal.value[i].note);
	left_format(c, "#  ", left, sizeof(left));
	add(text, size, "# Left at the values and sources of profile %s:\n%s", c->base.m.name,
	    left);
}

static const struct calib_constant *constant_of(enum calib_id id)
{
	for (const struct calib_constant *k = calib_constants; k->key; k++)
		if (k->id == id)
			return k;
	return NULL;
}

/* The row of the profile a measurement sets: "key = value", or "" */
static void becomes(const struct calib_outcome *c, enum calib_id id, char *buf, size_t size)
{
	const struct calib_constant *k = constant_of(id);
	char value[OPTION_TEXT_MAX];

	*buf = '\0';
	for (unsigned int i = 0; k && machine_options[i].key; i++) {
		if (strcmp(machine_options[i].key, k->key))
			continue;
		value_format(&machine_options[i], &c->profile.m, value, sizeof(value));
		snprintf(buf, size, "%s = %s%s", k->key, value,
			 row_measured(c, i) ? "" : " (as before)");
	}
}

static int digits(double x)
{
	return x < 1 ? 3 : x < 100 ? 2 : 0;
}

static void line_print(const struct calib_outcome *c, enum calib_id id)
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

static void sizes_print(const struct calib_outcome *c)
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

void calib_print(const struct calib_outcome *c)
{
	char left[LEFT_MAX];

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

static json_t *value_json(const struct calib_outcome *c, enum calib_id id)
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

int calib_print_json(const struct calib_outcome *c)
{
	json_t *values = json_array(), *curve = json_array(), *left = json_array(), *doc;

	for (unsigned int i = 0; i < CALIB_NR; i++)
		json_array_append_new(values, value_json(c, i));
	for (unsigned int i = 0; i < c->cal.nr_points; i++)
		json_array_append_new(curve, json_pack("{s:I, s:f}", "bytes",
						       (json_int_t)c->cal.curve[i].bytes, "cycles",
						       c->cal.curve[i].cycles));
	for (unsigned int i = 0; machine_options[i].key; i++)
		if (row_left(c, i))
			json_array_append_new(left, json_string(machine_options[i].key));
	doc = json_pack("{s:i, s:o, s:o, s:s, s:b, s:f, s:o, s:o, s:o, s:o, s:o, s:o}", "schema", 1,
			"cpu", json_text(c->host.model), "kernel", json_text(c->host.kernel),
			"virtualised", virtualised(c), "huge_pages", (int)c->cal.huge_pages,
			"seconds", c->cal.seconds, "profile", json_text(c->output), "base",
			json_text(c->base.m.name), "levels", levels_json(&c->cal.topology),
			"values", values, "curve", curve, "left", left);
	return json_write(doc, stdout);
}
