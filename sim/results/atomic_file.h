/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * atomic_file.h - a file that is there whole, or not at all.
 *
 * It is written beside its place under a temporary name and renamed when complete: whoever reads
 * an output folder, also after a kill, sees the old file or the new one.
 */
#ifndef SIM_ATOMIC_FILE_H
#define SIM_ATOMIC_FILE_H

#include <stdio.h>

#define ATOMIC_PATH_MAX 4096

/** struct atomic_file - one being written; use @f as any stream */
struct atomic_file {
	FILE *f;
	char path[ATOMIC_PATH_MAX], tmp[ATOMIC_PATH_MAX];
};

/** atomic_open() - begin to write @path. Return: 0, -ENAMETOOLONG, -errno */
int atomic_open(struct atomic_file *file, const char *path);

/**
 * atomic_commit() - close it and move it to its place
 * @err: 0, or the error that happened while writing: then the file is thrown away
 * Return: @err, or -errno of what failed here (a full disk shows up here at the latest).
 */
int atomic_commit(struct atomic_file *file, int err);

#endif
