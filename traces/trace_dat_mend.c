// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * trace_dat_mend.c - a private copy of a cut version 6 file that ends where its table says.
 *
 * The library maps what the CPU table points at, so a table that points beyond the end must not
 * reach it. The user's file stays as it is; the copy is an unlinked file that goes with its
 * descriptor.
 */
#define _GNU_SOURCE /* mkostemp() */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "trace_dat_file.h"

#define COPY_BYTES 65536

static int copy_bytes(int from, int to, uint64_t size)
{
	uint64_t done = 0;
	char buf[COPY_BYTES];

	while (done < size) {
		ssize_t got = pread(from, buf, sizeof(buf), (off_t)done);

		if (got <= 0)
			return got < 0 ? -errno : -EIO;
		if (pwrite(to, buf, (size_t)got, (off_t)done) != got)
			return errno ? -errno : -ENOSPC;
		done += (uint64_t)got;
	}
	return 0;
}

/* Ends the data of every CPU at the last whole sub-buffer that the file still has. */
static int table_clip(const struct trace_dat_file *file, int to)
{
	for (uint32_t i = 0; i < file->cpus; i++) {
		off_t at = (off_t)(file->cpu_table + 16 * (uint64_t)i);
		uint64_t entry[2];

		if (pread(file->fd, entry, sizeof(entry), at) != sizeof(entry))
			return -EIO;
		if (entry[0] >= file->size)
			entry[0] = entry[1] = 0;
		else if (entry[1] > file->size - entry[0])
			entry[1] = (file->size - entry[0]) & ~(uint64_t)(file->page_size - 1);
		if (pwrite(to, entry, sizeof(entry), at) != sizeof(entry))
			return -EIO;
	}
	return 0;
}

int trace_dat_file_mend(struct trace_dat_file *file, char *err, size_t err_size)
{
	const char *dir = getenv("TMPDIR");
	char name[4096];
	int fd, rc;

	snprintf(name, sizeof(name), "%s/fragsim-XXXXXX", dir && *dir ? dir : "/tmp");
	fd = mkostemp(name, O_CLOEXEC);
	if (fd < 0) {
		rc = -errno;
	} else {
		unlink(name);
		rc = copy_bytes(file->fd, fd, file->size);
		if (!rc)
			rc = table_clip(file, fd);
	}
	if (rc) {
		if (fd >= 0)
			close(fd);
		snprintf(err, err_size,
			 "%s: is cut, and a mended copy cannot be written to %s: %s; set TMPDIR",
			 file->path, name, strerror(-rc));
		return rc;
	}
	close(file->fd);
	file->fd = fd;
	return 0;
}
