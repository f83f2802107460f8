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

/** SCENARIO_MAX_FOUND - keys that scenario_find_out() may set */
#define SCENARIO_MAX_FOUND 16

/** enum scenario_origin - where the value of a key is from, first come first served */
enum scenario_origin {
	ORIGIN_USER,	 /* a scenario file or --set */
	ORIGIN_HOST,	 /* the file of the machine beside the capture */
	ORIGIN_CAPTURE,	 /* the recorder wrote it into the capture */
	ORIGIN_INFERRED, /* from what its events show */
	ORIGIN_DEFAULT,
	ORIGINS
};

/** struct scenario_found - a key that was found out; @why: a part of a sentence */
struct scenario_found {
	char key[32];
	enum scenario_origin origin;
	char why[160];
};

/**
 * struct scenario_input - a scenario and where its values come from
 * @given: one per row of scenario_options(): the user gave this key
 * @set: somebody did: these override a NIC preset
 * @found: those that the user did not give, @nr_found of them (found.h)
 * @unfit: what the recorded machine had and no run can have, with reasons; "": nothing
 */
struct scenario_input {
	struct scenario s;
	bool given[SCENARIO_MAX_ROWS], set[SCENARIO_MAX_ROWS];
	struct scenario_found found[SCENARIO_MAX_FOUND];
	unsigned int nr_found;
	char unfit[400];
};

/** scenario_init() - set all defaults; paths start at @dir. Return: 0, or -EINVAL (a bug) */
int scenario_init(struct scenario_input *in, const char *dir);

/** scenario_load() - read a YAML file over the defaults. Return: 0, -ENOENT, -EINVAL with @err */
int scenario_load(struct scenario_input *in, const char *path, char *err, size_t err_size);

/** scenario_set() - one "key=value" (as --set). Return: 0, or -EINVAL with @err */
int scenario_set(struct scenario_input *in, const char *assignment, char *err, size_t err_size);

/**
 * scenario_find() - a key that the user did not give is found out; one that he gave stays
 * @why: a part of a sentence, kept in in->found
 * Return: 0, or -EINVAL with @err: @value is none for this key.
 */
int scenario_find(struct scenario_input *in, const char *key, const char *value,
		  enum scenario_origin origin, const char *why, char *err, size_t err_size);

/**
 * scenario_origin() - where the value of a key is from
 * @why: set to the reason, "" for the user's and for defaults; may be NULL
 */
enum scenario_origin scenario_origin(const struct scenario_input *in, const char *key,
				     const char **why);

/** scenario_origin_name() - "you", "host file", "capture", "inferred" or "default" */
const char *scenario_origin_name(enum scenario_origin origin);

/** scenario_given() - did the user give this key? */
bool scenario_given(const struct scenario_input *in, const char *key);

/** scenario_is_set() - did the user give this key, or was it found out? */
bool scenario_is_set(const struct scenario_input *in, const char *key);

#endif
