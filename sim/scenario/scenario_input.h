/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scenario_input.h - a scenario from its sources: defaults, a file, then --set.
 *
 * scenario_finish() (scenario_finish.h) completes it.
 */
#ifndef SIM_SCENARIO_INPUT_H
#define SIM_SCENARIO_INPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/scenario/scenario.h"
#include "sim/scenario/scenario_rows.h"

/**
 * struct scenario_input - a scenario and where its values come from
 * @given: one per row of scenario_options(): the user gave this key
 */
struct scenario_input {
	struct scenario s;
	bool given[SCENARIO_MAX_ROWS];
};

/** scenario_init() - set all defaults; paths start at @dir. Return: 0, or -EINVAL (a bug) */
int scenario_init(struct scenario_input *in, const char *dir);

/** scenario_load() - read a YAML file over the defaults. Return: 0, -ENOENT, -EINVAL with @err */
int scenario_load(struct scenario_input *in, const char *path, char *err, size_t err_size);

/** scenario_set() - one "key=value" (as --set). Return: 0, or -EINVAL with @err */
int scenario_set(struct scenario_input *in, const char *assignment, char *err, size_t err_size);

/** scenario_assume() - scenario_set(), but the key counts as one that the user did not give */
int scenario_assume(struct scenario_input *in, const char *assignment, char *err, size_t err_size);

/** scenario_given() - did the user give this key? */
bool scenario_given(const struct scenario_input *in, const char *key);

#endif
