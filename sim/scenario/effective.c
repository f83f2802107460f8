/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * effective.c - rows of the scenario to nested YAML.
 */
#include "sim/scenario/effective.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "models/options/option_value.h"
#include "models/options/profile.h"

static bool path_is(const struct scenario *s, const char *key, enum scenario_path_key *which)
{
	if (!strcmp(key, "machine"))
		*which = SCENARIO_MACHINE;
	else if (!strcmp(key, "nic.preset"))
		*which = SCENARIO_PRESET;
	else if (!strcmp(key, "traffic.source"))
		*which = SCENARIO_SOURCE;
	else if (!strcmp(key, "traffic.sizes_file"))
		*which = SCENARIO_SIZES;
	else
		return false;
	switch (*which) {
	case SCENARIO_MACHINE:
		return profile_is_path(s->machine);
	case SCENARIO_PRESET:
		return profile_is_path(s->nic.preset);
	case SCENARIO_SOURCE:
		return scenario_is_capture(s);
	default:
		return s->sizes_file[0];
	}
}

void effective_value(const struct scenario_input *in, const struct option *row,
		     char value[EFFECTIVE_VALUE_MAX])
{
	enum scenario_path_key which;
	char path[PATH_MAX], *real;

	value_format(row, &in->s, value, EFFECTIVE_VALUE_MAX);
	if (!path_is(&in->s, row->key, &which))
		return;
	scenario_path(&in->s, which, path, sizeof(path));
	real = realpath(path, NULL);
	snprintf(value, EFFECTIVE_VALUE_MAX, "%s", real ? real : path);
	free(real);
}

/* Parts of a dotted key as keys of nested mappings; those that @before has too stand there. */
static void key_write(const char *key, const char *before, FILE *out)
{
	size_t same = 0, depth = 0;

	for (size_t i = 0; key[i] && key[i] == before[i]; i++)
		if (key[i] == '.') {
			same = i + 1;
			depth++;
		}
	key += same;
	for (const char *dot; (dot = strchr(key, '.')); key = dot + 1)
		fprintf(out, "%*s%.*s:\n", (int)(2 * depth++), "", (int)(dot - key), key);
	fprintf(out, "%*s%s: ", (int)(2 * depth), "", key);
}

/* Double quotes keep a text a text; control characters are escaped. */
static void text_write(const char *text, size_t len, FILE *out)
{
	fputc('"', out);
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == '"' || c == '\\')
			fprintf(out, "\\%c", c);
		else if (c < ' ' || c == 0x7f)
			fprintf(out, "\\x%02x", c);
		else
			fputc(c, out);
	}
	fputc('"', out);
}

static void value_write(const struct option *row, const char *value, FILE *out)
{
	if (row->type == OPTION_TEXT) {
		text_write(value, strlen(value), out);
	} else if (row->type == OPTION_LIST) {
		fputc('[', out);
		for (const char *word = value; *word;) {
			size_t len = strcspn(word, ",");

			text_write(word, len, out);
			word += len + (word[len] == ',');
			fputs(*word ? ", " : "", out);
		}
		fputc(']', out);
	} else {
		fputs(value, out);
	}
	fputc('\n', out);
}

int effective_write(const struct scenario_input *in, FILE *out)
{
	static char value[EFFECTIVE_VALUE_MAX];
	const char *before = "";

	fputs("# What was run: `fragsim run` of this file repeats it.\n", out);
	for (const struct option *row = scenario_options(); row->key; before = row++->key) {
		effective_value(in, row, value);
		key_write(row->key, before, out);
		value_write(row, value, out);
	}
	fputs("# Not given by the user. A run of this file finds these values again; without its\n"
	      "# line here, the value above is as if given.\nfrom:\n",
	      out);
	for (const struct option *row = scenario_options(); row->key; row++) {
		enum scenario_origin origin = scenario_origin(in, row->key, NULL);

		if (origin != ORIGIN_USER)
			fprintf(out, "  %s: %s\n", row->key, scenario_origin_name(origin));
	}
	return ferror(out) ? -EIO : 0;
}
