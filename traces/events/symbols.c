/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * symbols.c - /proc/kallsyms: "ffffffff81000000 T name\t[module]", not quite in order of address.
 *
 * Absolute symbols (type A: offsets of per-CPU variables on x86-64) and the "$a" marks of arm are
 * not functions and are left out.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "traces/events/symbols.h"

static bool hex_parse(const char **at, const char *end, uint64_t *value)
{
	const char *start = *at;

	for (*value = 0; *at < end && *at - start < 16; ++*at) {
		unsigned int c = (unsigned char)**at, digit = c - '0';

		if (digit > 9)
			digit = (c | 32) - 'a' < 6 ? (c | 32) - 'a' + 10 : 16;
		if (digit == 16)
			break;
		*value = *value << 4 | digit;
	}
	return *at > start;
}

static bool line_parse(const char *at, const char *end, struct symbols_edge *edge,
		       bool (*marked)(const char *name, size_t len))
{
	const char *name;

	if (!hex_parse(&at, end, &edge->address) || end - at < 4 || at[0] != ' ' || at[2] != ' ' ||
	    (at[1] | 32) == 'a' || at[3] == '$')
		return false;
	name = at += 3;
	while (at < end && *at != '\t' && *at != ' ')
		at++;
	edge->marked = marked(name, (size_t)(at - name));
	return true;
}

static int edge_compare(const void *a, const void *b)
{
	const struct symbols_edge *x = a, *y = b;

	return x->address < y->address ? -1 : x->address > y->address;
}

/* The last of several symbols at an address wins; of a run of equal answers the first is kept. */
static size_t edges_thin(struct symbols_edge *edges, size_t nr)
{
	size_t kept = 0;

	for (size_t i = 0; i < nr; i++) {
		if (i + 1 < nr && edges[i + 1].address == edges[i].address)
			continue;
		if (kept ? edges[kept - 1].marked != edges[i].marked : edges[i].marked)
			edges[kept++] = edges[i];
	}
	return kept;
}

static size_t lines_count(const char *at, const char *end)
{
	size_t nr = 1;

	for (; (at = memchr(at, '\n', (size_t)(end - at))); at++)
		nr++;
	return nr;
}

int symbols_parse(struct symbols *symbols, const char *text, size_t size,
		  bool (*marked)(const char *name, size_t len))
{
	const char *at = text, *end = text + size;
	struct symbols_edge *edges = malloc(lines_count(at, end) * sizeof(*edges));
	size_t nr = 0;
	bool ordered = true;

	symbols_fini(symbols);
	if (!edges)
		return -ENOMEM;
	while (at < end) {
		const char *nl = memchr(at, '\n', (size_t)(end - at)), *stop = nl ? nl : end;

		if (line_parse(at, stop, &edges[nr], marked)) {
			ordered &= !nr || edges[nr].address >= edges[nr - 1].address;
			nr++;
		}
		at = stop + 1;
	}
	if (!ordered)
		qsort(edges, nr, sizeof(*edges), edge_compare);
	symbols->nr = edges_thin(edges, nr);
	symbols->edges = realloc(edges, (symbols->nr + 1) * sizeof(*edges));
	if (!symbols->edges)
		symbols->edges = edges;
	return 0;
}

bool symbols_marked(const struct symbols *symbols, uint64_t address)
{
	size_t low = 0, high = symbols->nr;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (symbols->edges[mid].address <= address)
			low = mid + 1;
		else
			high = mid;
	}
	return low && symbols->edges[low - 1].marked;
}

void symbols_fini(struct symbols *symbols)
{
	free(symbols->edges);
	memset(symbols, 0, sizeof(*symbols));
}
