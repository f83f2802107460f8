/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * atomic_file.h - files that appear complete or not at all.
 *
 * A file is written under a temporary name in its folder and renamed when complete: a reader of an
 * output folder sees the old file or the new one, even after a kill.
 */
#ifndef SIM_ATOMIC_FILE_H
#define SIM_ATOMIC_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define ATOMIC_PATH_MAX 4096

/**
 * struct atomic_file - a file being written, to @f
 * It stays where it is until atomic_commit().
 * @fd, @err: below @f, and why a write to it failed
 */
struct atomic_file {
	FILE *f;
	int fd, err;
	char path[ATOMIC_PATH_MAX], tmp[ATOMIC_PATH_MAX];
};

/**
 * atomic_create() - an empty file beside @path, under a name that nobody has
 * @tmp: its name: @path, 12 digits, ".tmp"
 * Return: a descriptor to write to, closed on exec; -ENAMETOOLONG, or -errno
 */
int atomic_create(const char *path, char *tmp, size_t size);

/** atomic_open() - start writing @path. Return: 0, -ENAMETOOLONG, or -errno */
int atomic_open(struct atomic_file *file, const char *path);

/**
 * atomic_commit() - close the file and rename it into place
 * @err: 0, or the error of writing it: the file is discarded then
 * Return: why a write failed (-ENOSPC: the disk is full), else @err, or -errno of what failed here.
 */
int atomic_commit(struct atomic_file *file, int err);

#endif
