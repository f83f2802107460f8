/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * choices.h - the words of an enumeration, "a|b|c" in an option's row.
 */
#ifndef MODELS_CHOICES_H
#define MODELS_CHOICES_H

#include <stddef.h>

/** choice_next() - step through words separated by '|'. Return: the word, or NULL at the end */
const char *choice_next(const char *choices, const char *word, size_t *len);

/** choice_index() - which one @word is. Return: 0 with *@index, -EINVAL (none) */
int choice_index(const char *choices, const char *word, unsigned int *index);

/** choice_nearest() - the choice most like @word. Return: @buf, or NULL when none is near */
const char *choice_nearest(const char *choices, const char *word, char *buf, size_t size);

/** choices_format() - "a, b or c" */
void choices_format(const char *choices, char *buf, size_t size);

#endif
