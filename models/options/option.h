/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * option.h - what a table of options is made of: rows, and the struct that they fill.
 */
#ifndef MODELS_OPTION_H
#define MODELS_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OPTION_TEXT_MAX 256
#define OPTION_LIST_MAX 16

enum option_type {
	OPTION_UINT,	 /* uint64_t; plain number */
	OPTION_BYTES,	 /* uint64_t; 2K, 4M, 1G: powers of 1024 */
	OPTION_RATE,	 /* uint64_t bits per second; 40G, 1.5M: powers of 1000 */
	OPTION_DURATION, /* uint64_t ns; 20us, 1.5ms, 2s */
	OPTION_BOOL,	 /* bool; true false yes no on off */
	OPTION_ENUM,	 /* unsigned int; index into choices */
	OPTION_MILLI,	 /* uint64_t; a decimal number in thousandths: 0.35 -> 350 */
	OPTION_TEXT,	 /* char[OPTION_TEXT_MAX] */
	OPTION_LIST,	 /* struct option_list of words */
};

/** struct option_list - a YAML sequence of words (or one word) */
struct option_list {
	unsigned int n;
	char word[OPTION_LIST_MAX][OPTION_TEXT_MAX];
};

/**
 * struct option - one key
 * @key: dotted path
 * @type: enum option_type
 * @offset: of the field in the struct
 * @min: smallest value, in the field's unit; OPTION_TEXT: 1 if it may not be empty
 * @max: largest
 * @choices: OPTION_ENUM: words separated by '|'
 * @deflt: default as a user would write it; NULL = zero / empty
 * @help: one line
 * @unit: NULL, or the unit of a plain number. OPTION_DURATION: "us" lets 20 mean 20us (NULL: a
 *	duration needs its unit). Other types: only names the number ("cycles"). An annotated value
 *	must give exactly this unit, and none where it is NULL.
 * @form: NULL, or what messages and documentation say is expected, instead of the range
 * @takes: NULL, or refuses a value of the right type and range that means nothing: @form says which
 *	are taken. Of a number the field is given, of an OPTION_TEXT its characters.
 *
 * A row with key NULL ends the table. Write rows with designated initialisers.
 */
struct option {
	const char *key;
	enum option_type type;
	size_t offset;
	uint64_t min, max;
	const char *choices;
	const char *deflt;
	const char *help;
	const char *unit;
	const char *form;
	bool (*takes)(const void *field);
};

/**
 * struct option_note - the source of a value (machine profiles)
 * Filled when a value is written as {value: X, unit: U, source: ID}.
 */
struct option_note {
	char unit[32];
	char source[64];
};

/** struct option_set - a table, the struct it fills, and what the file said of each value */
struct option_set {
	const struct option *table;
	void *obj;
	/*
	 * One per row: a file must write each value as {value, unit, source}, OPTION_TEXT excepted.
	 * NULL: each value is written plainly.
	 */
	struct option_note *notes;
	bool *given; /* one per row, or NULL: set to true where a value was given */
	/*
	 * keys below which anything may follow and is passed on instead of being looked up, or NULL
	 */
	int (*extra)(void *ctx, const char *key, const char *value, const char *where, char *err,
		     size_t err_size); /* Return: 0 taken, -ENOENT not mine, -EINVAL with *err */
	void *ctx;
};

#endif
