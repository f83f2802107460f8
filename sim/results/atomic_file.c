/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * atomic_file.c - write under a name nobody else has, then rename.
 *
 * The temporary name is drawn at random and must be new: a link that somebody planted is never
 * followed, and two processes that write the same path never share a file.
 */
#define _GNU_SOURCE /* fopencookie() */
#include "sim/results/atomic_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/random.h>
#include <unistd.h>

#define TRIES 16

/* stdio tells that a write failed and not why: the reason is kept here. */
static ssize_t file_write(void *cookie, const char *buf, size_t size)
{
	struct atomic_file *file = cookie;
	size_t done = 0;

	while (done < size) {
		ssize_t n = write(file->fd, buf + done, size - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			file->err = n ? -errno : -ENOSPC;
			return 0;
		}
		done += (size_t)n;
	}
	return (ssize_t)done;
}

static int file_seek(void *cookie, off64_t *offset, int whence)
{
	struct atomic_file *file = cookie;
	off_t at = lseek(file->fd, *offset, whence);

	if (at < 0)
		return -1;
	*offset = at;
	return 0;
}

int atomic_create(const char *path, char *tmp, size_t size)
{
	for (unsigned int i = 0; i < TRIES; i++) {
		uint64_t r;
		int fd;

		if (getrandom(&r, sizeof(r), 0) != sizeof(r))
			return -EIO;
		if (snprintf(tmp, size, "%s.%012llx.tmp", path, (unsigned long long)(r >> 16)) >=
		    (int)size)
			return -ENAMETOOLONG;
		fd = open(tmp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
		if (fd >= 0)
			return fd;
		if (errno != EEXIST)
			return -errno;
	}
	return -EEXIST;
}

int atomic_open(struct atomic_file *file, const char *path)
{
	static const cookie_io_functions_t io = {.write = file_write, .seek = file_seek};

	if (snprintf(file->path, sizeof(file->path), "%s", path) >= (int)sizeof(file->path))
		return -ENAMETOOLONG;
	file->err = 0;
	file->fd = atomic_create(path, file->tmp, sizeof(file->tmp));
	if (file->fd < 0)
		return file->fd;
	file->f = fopencookie(file, "w", io);
	if (file->f)
		return 0;
	close(file->fd);
	unlink(file->tmp);
	return -ENOMEM;
}

int atomic_commit(struct atomic_file *file, int err)
{
	bool bad = ferror(file->f);

	bad |= fclose(file->f) != 0;
	if (close(file->fd) && !file->err)
		file->err = -errno;
	if (file->err)
		err = file->err;
	else if (!err && bad)
		err = -EIO;
	if (!err && rename(file->tmp, file->path))
		err = -errno;
	if (err)
		unlink(file->tmp);
	return err;
}
