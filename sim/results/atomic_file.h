/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * atomic_file.h - files that appear complete or not at all.
 *
 * A file is written under a temporary name in its folder and renamed when complete: a reader of an
 * output folder sees the old file or the new one, even after a kill.
 */
#ifndef SIM_ATOMIC_FILE_H
#define SIM_ATOMIC_FILE_H

#include <stdio.h>

#define ATOMIC_PATH_MAX 4096

/** struct atomic_file - a file being written, to @f */
struct atomic_file {
	FILE *f;
	char path[ATOMIC_PATH_MAX], tmp[ATOMIC_PATH_MAX];
};

/** atomic_open() - start writing @path. Return: 0, -ENAMETOOLONG, or -errno */
int atomic_open(struct atomic_file *file, const char *path);

/**
 * atomic_commit() - close the file and rename it into place
 * @err: 0, or the error of writing it: the file is discarded then
 * Return: @err, or -errno of what failed here; a full disk is noticed here at the latest.
 */
int atomic_commit(struct atomic_file *file, int err);

#endif
