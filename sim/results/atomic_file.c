/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * atomic_file.c - write to PATH.tmp, then rename.
 */
#include "sim/results/atomic_file.h"

#include <errno.h>
#include <unistd.h>

int atomic_open(struct atomic_file *file, const char *path)
{
	int n = snprintf(file->path, sizeof(file->path), "%s", path);
	int m = snprintf(file->tmp, sizeof(file->tmp), "%s.tmp", path);

	if (n >= (int)sizeof(file->path) || m >= (int)sizeof(file->tmp))
		return -ENAMETOOLONG;
	file->f = fopen(file->tmp, "w");
	return file->f ? 0 : -errno;
}

int atomic_commit(struct atomic_file *file, int err)
{
	if (!err && ferror(file->f))
		err = -EIO;
	if (fclose(file->f) && !err)
		err = -errno;
	if (!err && rename(file->tmp, file->path))
		err = -errno;
	if (err)
		unlink(file->tmp);
	return err;
}
