/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plugin.h - strategies of the user's own: C sources that are compiled and loaded at run time.
 *
 * Each is built for one page size and both worlds. strategy_find() then resolves its name like that
 * of a built-in one; nothing else knows the difference. docs/allocators.md is the user's manual.
 */
#ifndef SIM_PLUGIN_H
#define SIM_PLUGIN_H

#include <stddef.h>
#include <stdio.h>
#include "alloc/strategy.h"

#define PLUGIN_MAX	16 /* of one page size */
#define PLUGIN_NOTE_MAX 256
#define PLUGIN_PATH_MAX 576

enum plugin_world { PLUGIN_SIM, PLUGIN_NATIVE, PLUGIN_WORLDS };

/**
 * struct plugin_params - what building needs
 * @include_dir: folder with mm.h, strategy.h and what can be reused
 * @launcher: alloc/instrument-cc, which adds the flags of the sim world
 * @log: where commands and compiler output go, or NULL
 */
struct plugin_params {
	const char *include_dir;
	const char *launcher;
	FILE *log;
};

/**
 * struct plugin - a loaded strategy
 * @strategy: one per world, of the same name
 * @page_shift: that it was built for
 * @path: as given to plugin_load()
 * @sim_path, @sim_fd: where its object of the sim world was, and that file, removed but open
 * @note: a warning (its compiler is not that of the built-in strategies), or ""
 */
struct plugin {
	const struct rx_strategy *strategy[PLUGIN_WORLDS];
	unsigned int page_shift;
	char path[512];
	char sim_path[PLUGIN_PATH_MAX];
	int sim_fd;
	char note[PLUGIN_NOTE_MAX];
};

/**
 * plugin_load() - build @path for pages of 2^@page_shift bytes and load it
 * @path: a .c file, or a folder whose .c files make one strategy
 * @plugin: set on success; lives as long as the process
 * The compiler is $CC, else the one this program was built with. Its output goes to a temporary
 * folder below $TMPDIR (else /tmp), removed on return; SIGINT and SIGTERM are held back until then.
 * Context: one thread.
 * Return: 0, or -errno with one line in @err: what is wrong, and the remedy.
 */
int plugin_load(const struct plugin_params *params, const char *path, unsigned int page_shift,
		const struct plugin **plugin, char *err, size_t err_size);

/** plugin_at() - the @i-th strategy loaded for @page_shift, or NULL */
const struct plugin *plugin_at(unsigned int page_shift, unsigned int i);

/** plugin_find() - by the strategy's name in either world, or NULL */
const struct rx_strategy *plugin_find(enum plugin_world world, unsigned int page_shift,
				      const char *name);

/** plugin_of() - the one whose object of the sim world was loaded from @sim_path, or NULL */
const struct plugin *plugin_of(const char *sim_path);

#endif
