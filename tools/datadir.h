/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * datadir.h - where the program's own files are: machine and NIC profiles, gnuplot scripts,
 * scenarios, sources of allocators.
 *
 * Installed, they lie side by side in one folder; in a source tree machines/ and nics/ are below
 * models/. Looked for in this order: $FRAGSIM_DATADIR; ../share/fragsim beside the program; the
 * source tree it lies in, or was built from; the place it was configured to be installed in. A
 * program in a build tree never uses an installed copy, nor an installed program a source tree it
 * is not in.
 */
#ifndef TOOLS_DATADIR_H
#define TOOLS_DATADIR_H

#include <stddef.h>

#define DATADIR_PATH_MAX 1024

/**
 * struct datadir - the folders
 * @models: has machines/ and nics/
 * @plots: gnuplot scripts
 * @scenarios: scenario files
 * @sources: the file of sources that constants name (models/options/sources.h)
 * @alloc: sources of the built-in strategies, examples, and instrument-cc
 */
struct datadir {
	char models[DATADIR_PATH_MAX];
	char plots[DATADIR_PATH_MAX];
	char scenarios[DATADIR_PATH_MAX];
	char alloc[DATADIR_PATH_MAX];
	char sources[DATADIR_PATH_MAX];
};

/** datadir_find() - locate them. Return: 0, or -ENOENT with one line in @err */
int datadir_find(struct datadir *dirs, char *err, size_t err_size);

#endif
