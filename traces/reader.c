/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reader.c - finds the reader of a file by its first bytes.
 *
 * Common formats without a reader are recognized too, so that the refusal names them.
 */
#include "traces/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "traces/perf_data/perf_data.h"
#include "traces/trace_dat/trace_dat.h"

static const struct reader_ops *const readers[] = {
	&trace_dat_reader,
	&perf_data_reader,
};

/* Common formats that are not read, for the message. */
static const struct {
	const char *magic;
	size_t size;
	const char *what;
} known[] = {
	{"PERFFILE", 8, "a perf.data of version 1"}, {"\x1f\x8b", 2, "gzip-compressed"},
	{"\x28\xb5\x2f\xfd", 4, "zstd-compressed"},  {"\xfd\x37zXZ", 5, "xz-compressed"},
	{"# tracer:", 9, "the text of a trace"},
};

static const char *head_name(const unsigned char *head, size_t size)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (size >= known[i].size && !memcmp(head, known[i].magic, known[i].size))
			return known[i].what;
	return "no capture";
}

int reader_head(const char *path, unsigned char *head, size_t *size, char *err, size_t err_size)
{
	struct stat st;
	ssize_t nr;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0 || fstat(fd, &st) < 0) {
		int error = errno;

		if (fd >= 0)
			close(fd);
		snprintf(err, err_size, "%s: %s", path, strerror(error));
		return -error;
	}
	if (!S_ISREG(st.st_mode)) {
		close(fd);
		snprintf(err, err_size, "%s: is %s; expected a capture file", path,
			 S_ISDIR(st.st_mode) ? "a directory" : "not a regular file");
		return S_ISDIR(st.st_mode) ? -EISDIR : -EINVAL;
	}
	nr = read(fd, head, READER_HEAD_BYTES);
	if (nr < 0) {
		int error = errno;

		close(fd);
		snprintf(err, err_size, "%s: %s", path, strerror(error));
		return -error;
	}
	close(fd);
	*size = (size_t)nr;
	return 0;
}

int reader_open(const char *path, struct reader **out, char *err, size_t err_size)
{
	unsigned char head[READER_HEAD_BYTES];
	size_t size = 0;
	int rc = reader_head(path, head, &size, err, err_size);

	if (rc)
		return rc;
	if (!size) {
		snprintf(err, err_size,
			 "%s: is empty; expected a capture (trace-cmd record, tcpdump -w)", path);
		return -EINVAL;
	}
	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++)
		if (readers[i]->probe(head, size))
			return readers[i]->open(path, out, err, err_size);
	snprintf(err, err_size,
		 "%s: is %s; what is read is trace.dat v6 and v7, perf.data, pcap, pcapng and "
		 "packet files (fragsim convert)",
		 path, head_name(head, size));
	return -EINVAL;
}

void reader_close(struct reader *reader)
{
	if (reader)
		reader->ops->close(reader);
}
