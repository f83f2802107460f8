/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * symbols.h - which of two kinds of kernel functions is an address in? From the text of
 * /proc/kallsyms.
 *
 * What is kept is the places where the answer changes: a few hundred of 200000 symbols.
 */
#ifndef TRACES_SYMBOLS_H
#define TRACES_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** SYMBOLS_BYTES_MAX - longest kallsyms text that is read; a distribution kernel has 10 to 20 MB */
#define SYMBOLS_BYTES_MAX (32u << 20)

/** struct symbols_edge - from @address on, up to the next edge, functions are @marked or not */
struct symbols_edge {
	uint64_t address;
	bool marked;
};

/** struct symbols - edges by ascending address; all zero is no symbols at all */
struct symbols {
	struct symbols_edge *edges;
	size_t nr;
};

/**
 * symbols_parse() - read the text of kallsyms
 * @marked: is this a function of the kind that is looked for?
 * What an earlier call found is dropped. Lines that make no sense are skipped.
 * Return: 0 or -ENOMEM.
 */
int symbols_parse(struct symbols *symbols, const char *text, size_t size,
		  bool (*marked)(const char *name, size_t len));

/** symbols_marked() - Return: false as well when nothing is known of @address */
bool symbols_marked(const struct symbols *symbols, uint64_t address);

/** symbols_fini() - free the edges: nothing is known of any address */
void symbols_fini(struct symbols *symbols);

#endif
