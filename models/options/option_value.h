/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * option_value.h - one value as text and as a field of its struct.
 */
#ifndef MODELS_OPTION_VALUE_H
#define MODELS_OPTION_VALUE_H

#include <stddef.h>
#include <stdint.h>

#include "models/options/option.h"

#define VALUE_SHOWN_MAX 48 /* of what a user wrote, as much as a message repeats */

/**
 * value_parse() - text to the field of @row in @obj
 * The field is written only on success.
 * Return: 0, or -EINVAL with "found ...; expected ..." (no location, no key) in @err.
 */
int value_parse(const struct option *row, const char *text, void *obj, char *err, size_t err_size);

/** value_format() - the field of @row as a user would write it (inverse of value_parse()) */
void value_format(const struct option *row, const void *obj, char *buf, size_t size);

/** value_zero() - the field of @row becomes zero or empty */
void value_zero(const struct option *row, void *obj);

/** value_expected() - what @row takes: its form, else range with its unit, or choices */
void value_expected(const struct option *row, char *buf, size_t size);

/** bytes_format() - a size as a user would write it: 8192 is "8K", 8193 is "8193" */
void bytes_format(uint64_t bytes, char *buf, size_t size);

/** value_shown() - @text in quotes, shortened, control characters replaced: fit for a message */
const char *value_shown(char buf[VALUE_SHOWN_MAX + 8], const char *text);

#endif
