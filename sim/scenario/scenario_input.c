/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scenario_input.c - defaults, a file over them, --set over both.
 */
#include "sim/scenario/scenario_input.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "models/options/option_value.h"
#include "models/options/options_yaml.h"

static const char *const path_keys[SCENARIO_PATHS] = {
	[SCENARIO_MACHINE] = "machine",
	[SCENARIO_PRESET] = "nic.preset",
	[SCENARIO_SOURCE] = "traffic.source",
	[SCENARIO_SIZES] = "traffic.sizes_file",
};

/* What the user gave is set. */
static int user_set(struct scenario_input *in, int ret)
{
	for (unsigned int i = 0; i < SCENARIO_MAX_ROWS; i++)
		in->set[i] |= in->given[i];
	return ret;
}

static struct option_set input_set(struct scenario_input *in)
{
	return (struct option_set){.table = scenario_options(), .obj = &in->s, .given = in->given};
}

int scenario_init(struct scenario_input *in, const char *dir)
{
	struct option_set set = input_set(in);

	memset(in, 0, sizeof(*in));
	in->s.kernel_page_bytes = 4096;
	snprintf(in->s.dir, sizeof(in->s.dir), "%s", dir);
	/* NIC rows have no defaults: what the user leaves out comes from the preset. */
	return options_default(&set);
}

/* struct from - keys below `from:` in a file: which there are, and whose value is found again */
struct from {
	bool named[SCENARIO_MAX_ROWS], again[SCENARIO_MAX_ROWS];
};

/* `from: {KEY: ORIGIN}` of a file that a run wrote (effective.h): the user did not give KEY. */
static int from_read(void *ctx, const char *key, const char *value, const char *where, char *err,
		     size_t err_size)
{
	static const char under[] = "from.";
	const struct option *rows = scenario_options();
	struct from *from = ctx;
	unsigned int row = 0, origin = ORIGIN_HOST;

	if (strncmp(key, under, strlen(under)))
		return -ENOENT;
	key += strlen(under);
	while (rows[row].key && strcmp(rows[row].key, key))
		row++;
	while (origin < ORIGINS && strcmp(scenario_origin_name(origin), value))
		origin++;
	if (!rows[row].key || origin == ORIGINS) {
		snprintf(err, err_size,
			 "%s: from: found '%.64s: %.64s', expected a key of the "
			 "scenario, and default, capture, inferred or host file",
			 where, key, value);
		return -EINVAL;
	}
	from->named[row] = true;
	from->again[row] = origin != ORIGIN_DEFAULT;
	return 0;
}

/* Keys that are named are not given; what a capture told is forgotten, it tells it again. */
static int from_apply(struct scenario_input *in, const struct from *from, char *err,
		      size_t err_size)
{
	const struct option *rows = scenario_options();
	int ret = 0;

	for (unsigned int i = 0; !ret && rows[i].key; i++) {
		in->given[i] &= !from->named[i];
		if (!from->again[i])
			continue;
		if (rows[i].deflt)
			ret = value_parse(&rows[i], rows[i].deflt, &in->s, err, err_size);
		else
			value_zero(&rows[i], &in->s);
	}
	return ret;
}

int scenario_load(struct scenario_input *in, const char *path, char *err, size_t err_size)
{
	struct option_set set = input_set(in);
	struct from from = {0};
	int ret;

	set.extra = from_read;
	set.ctx = &from;
	ret = options_load(&set, path, err, err_size);
	if (!ret)
		ret = from_apply(in, &from, err, err_size);
	return user_set(in, ret);
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
	return user_set(in, options_set(&set, key, eq + 1, "--set", err, err_size));
}

int scenario_find(struct scenario_input *in, const char *key, const char *value,
		  enum scenario_origin origin, const char *why, char *err, size_t err_size)
{
	struct option_set set = {.table = scenario_options(), .obj = &in->s, .given = in->set};
	struct scenario_found *found;
	int ret;

	if (scenario_given(in, key))
		return 0;
	ret = options_set(&set, key, value, scenario_origin_name(origin), err, err_size);
	if (ret)
		return ret;
	if (in->nr_found == SCENARIO_MAX_FOUND) {
		snprintf(err, err_size, "%s: more keys are found out than there is room for", key);
		return -EINVAL;
	}
	found = &in->found[in->nr_found++];
	snprintf(found->key, sizeof(found->key), "%s", key);
	snprintf(found->why, sizeof(found->why), "%s", why);
	found->origin = origin;
	return 0;
}

enum scenario_origin scenario_origin(const struct scenario_input *in, const char *key,
				     const char **why)
{
	if (why)
		*why = "";
	if (scenario_given(in, key))
		return ORIGIN_USER;
	for (unsigned int i = 0; i < in->nr_found; i++) {
		if (strcmp(in->found[i].key, key))
			continue;
		if (why)
			*why = in->found[i].why;
		return in->found[i].origin;
	}
	return ORIGIN_DEFAULT;
}

const char *scenario_origin_name(enum scenario_origin origin)
{
	static const char *const names[ORIGINS] = {
		[ORIGIN_USER] = "you",	      [ORIGIN_HOST] = "host file",
		[ORIGIN_CAPTURE] = "capture", [ORIGIN_INFERRED] = "inferred",
		[ORIGIN_DEFAULT] = "default",
	};

	return names[origin];
}

static bool flag_of(const bool *flags, const char *key)
{
	const struct option *rows = scenario_options();

	for (unsigned int i = 0; rows[i].key; i++)
		if (!strcmp(rows[i].key, key))
			return flags[i];
	return false;
}

bool scenario_given(const struct scenario_input *in, const char *key)
{
	return flag_of(in->given, key);
}

bool scenario_is_set(const struct scenario_input *in, const char *key)
{
	return flag_of(in->set, key);
}
