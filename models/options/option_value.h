/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * option_value.h - one value as text and as a field: the inside of options.c, for nobody else.
 */
#ifndef MODELS_OPTION_VALUE_H
#define MODELS_OPTION_VALUE_H

#include "models/options/options.h"

#define VALUE_SHOWN_MAX 48 /* of what a user wrote, as much as a message repeats */

/**
 * value_parse() - text to the field of @row in @obj
 * The field is written only on success.
 * Return: 0, or -EINVAL with "found ...; expected ..." (no place, no key) in @err.
 */
int value_parse(const struct option *row, const char *text, void *obj, char *err, size_t err_size);

/** value_zero() - the field of @row becomes zero or empty */
void value_zero(const struct option *row, void *obj);

/** value_expected() - what @row takes: range with its unit, or choices */
void value_expected(const struct option *row, char *buf, size_t size);

/** value_shown() - @text in quotes, shortened, control characters replaced: fit for a message */
const char *value_shown(char buf[VALUE_SHOWN_MAX + 8], const char *text);

/** choice_next() - step through words separated by '|'. Return: the word, or NULL at the end */
const char *choice_next(const char *choices, const char *word, size_t *len);

/** choice_nearest() - the choice most like @word in @buf, or NULL */
const char *choice_nearest(const char *choices, const char *word, char *buf, size_t size);

#endif
