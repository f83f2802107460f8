/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * symbols.h - tells whether an address is in a marked kernel function, from /proc/kallsyms.
 *
 * Only the addresses where the answer changes are kept: a few hundred of 200000 symbols.
 */
#ifndef TRACES_SYMBOLS_H
#define TRACES_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** SYMBOLS_BYTES_MAX - longest kallsyms text that is read; a distribution kernel has 10 to 20 MB */
#define SYMBOLS_BYTES_MAX (32u << 20)

/** struct symbols_edge - functions from @address up to the next edge are @marked or not */
struct symbols_edge {
	uint64_t address;
	bool marked;
};

/** struct symbols - edges by ascending address; all zero: no symbols */
struct symbols {
	struct symbols_edge *edges;
	size_t nr;
};

/**
 * symbols_parse() - read the text of kallsyms
 * @text: @size bytes, no NUL needed
 * @marked: is the function of this name to be marked?
 *
 * Replaces what an earlier call found. Malformed lines are skipped.
 * Return: 0 or -ENOMEM.
 */
int symbols_parse(struct symbols *symbols, const char *text, size_t size,
		  bool (*marked)(const char *name, size_t len));

/**
 * symbols_marked() - is @address in a marked function?
 *
 * Return: false also when nothing is known of @address.
 */
bool symbols_marked(const struct symbols *symbols, uint64_t address);

/** symbols_fini() - free the edges */
void symbols_fini(struct symbols *symbols);

#endif
