/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scenario_input.c - defaults, a file over them, --set over both.
 */
#include "sim/scenario/scenario_input.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "models/options/options_yaml.h"

static const char *const path_keys[SCENARIO_PATHS] = {
	[SCENARIO_MACHINE] = "machine",
	[SCENARIO_PRESET] = "nic.preset",
	[SCENARIO_SOURCE] = "traffic.source",
	[SCENARIO_SIZES] = "traffic.sizes_file",
};

static struct option_set input_set(struct scenario_input *in)
{
	return (struct option_set){.table = scenario_options(), .obj = &in->s, .given = in->given};
}

int scenario_init(struct scenario_input *in, const char *dir)
{
	struct option_set set = input_set(in);

	memset(in, 0, sizeof(*in));
	snprintf(in->s.dir, sizeof(in->s.dir), "%s", dir);
	/* NIC rows have no defaults: what the user leaves out comes from the preset. */
	return options_default(&set);
}

int scenario_load(struct scenario_input *in, const char *path, char *err, size_t err_size)
{
	struct option_set set = input_set(in);

	return options_load(&set, path, err, err_size);
}

int scenario_set(struct scenario_input *in, const char *assignment, char *err, size_t err_size)
{
	struct option_set set = input_set(in);
	const char *eq = strchr(assignment, '=');
	char key[OPTION_TEXT_MAX];

	if (!eq || eq == assignment || eq - assignment >= (ptrdiff_t)sizeof(key)) {
		snprintf(err, err_size, "--set: found '%.100s', expected KEY=VALUE", assignment);
		return -EINVAL;
	}
	snprintf(key, sizeof(key), "%.*s", (int)(eq - assignment), assignment);
	for (unsigned int i = 0; i < SCENARIO_PATHS; i++)
		if (!strcmp(key, path_keys[i]))
			in->s.from_here[i] = true;
	return options_set(&set, key, eq + 1, "--set", err, err_size);
}

int scenario_assume(struct scenario_input *in, const char *assignment, char *err, size_t err_size)
{
	bool given[SCENARIO_MAX_ROWS];
	int ret;

	memcpy(given, in->given, sizeof(given));
	ret = scenario_set(in, assignment, err, err_size);
	memcpy(in->given, given, sizeof(given));
	return ret;
}

bool scenario_given(const struct scenario_input *in, const char *key)
{
	const struct option *rows = scenario_options();

	for (unsigned int i = 0; rows[i].key; i++)
		if (!strcmp(rows[i].key, key))
			return in->given[i];
	return false;
}
