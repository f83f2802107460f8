/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * options.h - one row per key: parser, range, default, help and documentation.
 *
 * Scenario, machine profile and NIC preset are all "a struct filled from YAML and --set by a table
 * of rows". Keys are dotted paths ("nic.ring"). A row writes one field of the struct.
 */
#ifndef MODELS_OPTIONS_H
#define MODELS_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

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
 * @min: smallest value, in the field's unit
 * @max: largest
 * @choices: OPTION_ENUM: words separated by '|'
 * @deflt: default as a user would write it; NULL = zero / empty
 * @help: one line
 * @unit: NULL, or the unit of a plain number. OPTION_DURATION: "us" lets 20 mean 20us (NULL: a
 *	duration needs its unit). Other types: only names the number ("cycles"). An annotated value
 *	must give exactly this unit, and none where it is NULL.
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
	/* keys below which anything may follow and is passed on instead of being looked up, or NULL */
	int (*extra)(void *ctx, const char *key, const char *value, const char *where, char *err,
		     size_t err_size); /* Return: 0 taken, -ENOENT not mine, -EINVAL with *err */
	void *ctx;
};

/** options_default() - write every default. Return: 0 or -EINVAL (a default out of range: a bug) */
int options_default(const struct option_set *set);

/**
 * options_set() - one value by key
 * @value: as a user writes it; the words of an OPTION_LIST are separated by commas
 * @where: "file:line:column" or "--set", begins the message
 * Return: 0, or -EINVAL with one line in @err: place, what was found, what was expected (range with
 *	unit, choices), and for an unknown key the nearest valid one.
 */
int options_set(const struct option_set *set, const char *key, const char *value, const char *where,
		char *err, size_t err_size);

/**
 * options_load() - values from a YAML file
 * Nested mappings make dotted keys; lists only where the row is an OPTION_LIST. Duplicate keys,
 * aliases, tags, several documents and anything nested deeper than 8 are refused. A key of @extra
 * may have a list: it is handed over with commas between the words.
 * Return: 0, -ENOENT, -EINVAL (message with file:line:column), -errno.
 */
int options_load(const struct option_set *set, const char *path, char *err, size_t err_size);

/** options_format() - the value of a row as a user would write it (inverse of options_set) */
void options_format(const struct option *row, const void *obj, char *buf, size_t size);

/**
 * options_nearest() - the entry of a NULL-terminated list nearest to @word
 * By edit distance, one typing slip for about every three letters; the last part of a dotted entry
 * ("ring" for "nic.ring") counts as near. The first of equals wins.
 * Return: an entry, or NULL if none is near.
 */
const char *options_nearest(const char *const *list, const char *word);

/**
 * options_markdown() - the table as documentation, one line per row
 * @out: where to write; columns key, value, default, meaning
 * Return: 0 or -EIO.
 */
int options_markdown(const struct option *table, FILE *out);

#endif
