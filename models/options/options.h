/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * options.h - one row per key: parser, range, default, help and documentation.
 *
 * Scenario, machine profile and NIC preset are all "a struct filled from YAML and --set by a table
 * of rows". Keys are dotted paths ("nic.ring"). A row writes one field of the struct.
 */
#ifndef MODELS_OPTIONS_H
#define MODELS_OPTIONS_H

#include <stddef.h>
#include <stdio.h>
#include "models/options/option.h"

/** options_default() - write every default. Return: 0 or -EINVAL (a default out of range: a bug) */
int options_default(const struct option_set *set);

/**
 * options_set() - one value by key
 * @value: as a user writes it; the words of an OPTION_LIST are separated by commas
 * @where: "file:line:column" or "--set", begins the message
 * Return: 0, or -EINVAL with one line in @err: location, what was found, what was expected (range
 *	with unit, choices), and for an unknown key the nearest valid one.
 */
int options_set(const struct option_set *set, const char *key, const char *value, const char *where,
		char *err, size_t err_size);

/**
 * options_markdown() - the table as documentation, one line per row
 * @out: where to write; columns key, value, default, meaning
 * Return: 0 or -EIO.
 */
int options_markdown(const struct option *table, FILE *out);

#endif
