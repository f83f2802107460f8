/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plugin_build.h - from a user's C sources to a shared object for each world.
 *
 * Every source is compiled once per world, with the compiler and the flags of the built-in
 * strategies, and linked without -fsanitize. What the compiler calls for each access (__tsan_*) and
 * what mm.h calls (mm_sim_*, mm_native_*) stays undefined: the program exports it.
 */
#ifndef SIM_PLUGIN_BUILD_H
#define SIM_PLUGIN_BUILD_H

#include <stddef.h>
#include "sim/plugin/plugin.h"

#define PLUGIN_DIR_MAX 512

/**
 * struct plugin_build - what was built
 * @dir: private temporary folder with all of it
 * @object: shared object of each world, below @dir
 * @note: see struct plugin
 */
struct plugin_build {
	char dir[PLUGIN_DIR_MAX];
	char object[PLUGIN_WORLDS][PLUGIN_PATH_MAX];
	char note[PLUGIN_NOTE_MAX];
};

/**
 * plugin_build() - compile and link
 * @path: a .c file, or a folder of them
 * plugin_build_clean() is due in any case. SIGINT and SIGTERM must not end the process in between;
 * plugin_load() holds them back.
 * Return: 0, or -EINVAL, -ENOENT, -errno with one line in @err.
 */
int plugin_build(const struct plugin_params *params, const char *path, unsigned int page_shift,
		 struct plugin_build *build, char *err, size_t err_size);

/** plugin_build_clean() - remove @build->dir */
void plugin_build_clean(struct plugin_build *build);

#endif
