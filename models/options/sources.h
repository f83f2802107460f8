/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sources.h - the entries of docs/sources.md: what a number's source id stands for.
 *
 * Only what a program can check is read: the id and the line below it. The text is for people.
 */
#ifndef MODELS_SOURCES_H
#define MODELS_SOURCES_H

#include <stdbool.h>
#include <stddef.h>

#define SOURCES_MAX   512
#define SOURCE_ID_MAX 64

/** enum source_kind - how far a number can be trusted; docs/sources.md explains them */
enum source_kind { SOURCE_CITED, SOURCE_DERIVED, SOURCE_MEASURED, SOURCE_ASSUMED, SOURCE_KINDS };

/**
 * struct source - one entry
 * @result_only: compared with, never an input
 * @in_code: a source file names it
 * @not_reread: from memory
 */
struct source {
	char id[SOURCE_ID_MAX];
	enum source_kind kind;
	bool result_only, in_code, not_reread;
};

/** struct sources - all of them, in the order of the file */
struct sources {
	unsigned int nr;
	struct source entry[SOURCES_MAX];
};

/** source_kind_name() - as the file spells it */
const char *source_kind_name(enum source_kind kind);

/**
 * sources_load() - read docs/sources.md
 * An entry is a heading "### ID" and a line "KIND[, result only][, in code][, not re-read]. text".
 * Return: 0, -errno, -EINVAL (no kind, an id twice, too many) with one line in @err.
 */
int sources_load(struct sources *sources, const char *path, char *err, size_t err_size);

/** sources_find() - Return: NULL when there is none of that id */
const struct source *sources_find(const struct sources *sources, const char *id);

#endif
