/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plugin.h - strategies of the user's own: C sources, compiled and loaded while the program runs.
 *
 * Each is built for one page size and both worlds and then stands beside the built-in ones:
 * strategy_find() resolves its name, a run forks with it, nothing else knows the difference.
 * docs/allocators.md is the user's side of it.
 */
#ifndef SIM_PLUGIN_H
#define SIM_PLUGIN_H

#include <stddef.h>
#include <stdio.h>
#include "alloc/strategy.h"

#define PLUGIN_MAX	16 /* of one page size */
#define PLUGIN_NOTE_MAX 256

enum plugin_world { PLUGIN_SIM, PLUGIN_NATIVE, PLUGIN_WORLDS };

/**
 * struct plugin_params - what building needs
 * @include_dir: folder with mm.h, strategy.h and what can be reused
 * @launcher: alloc/instrument-cc, which adds the flags of the sim world
 * @log: commands and all the compilers say; NULL: nowhere
 */
struct plugin_params {
	const char *include_dir;
	const char *launcher;
	FILE *log;
};

/**
 * struct plugin - a strategy that was loaded
 * @strategy: of each world, same name
 * @page_shift: what it was built for
 * @path: as given to plugin_load()
 * @note: what the user should know though nothing failed (another compiler than the built-in
 *	strategies had), or ""
 */
struct plugin {
	const struct rx_strategy *strategy[PLUGIN_WORLDS];
	unsigned int page_shift;
	char path[512];
	char note[PLUGIN_NOTE_MAX];
};

/**
 * plugin_load() - build @path for pages of 2^@page_shift bytes and load it
 * @path: a .c file, or a folder whose .c files make one strategy
 * @plugin: set on success; lives as long as the process
 * The compiler is $CC, else the one this program was built with. Its output lies in a folder below
 * $TMPDIR (else /tmp) that is gone on return. SIGINT and SIGTERM wait until then. One thread.
 * Return: 0, or -errno with one line in @err: what is missing or wrong, and the remedy.
 */
int plugin_load(const struct plugin_params *params, const char *path, unsigned int page_shift,
		const struct plugin **plugin, char *err, size_t err_size);

/** plugin_at() - the @i-th strategy loaded for @page_shift, or NULL */
const struct plugin *plugin_at(unsigned int page_shift, unsigned int i);

/** plugin_find() - by the strategy's name in either world, or NULL */
const struct rx_strategy *plugin_find(enum plugin_world world, unsigned int page_shift,
				      const char *name);

#endif
