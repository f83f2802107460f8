/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcap_window.c - a window that moves over the file.
 *
 * Read, not mapped: a capture that is truncated meanwhile must not kill the process. Memory is the
 * window, however long the file.
 */
#include "traces/pcap/pcap_window.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int pcap_window_damaged(struct pcap_file *file, const char *format, ...)
{
	char what[160];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	snprintf(file->error, sizeof(file->error),
		 "%.200s: damaged %s: byte %" PRIu64 ", after %" PRIu64 " packets: %s; record it "
		 "again",
		 file->path, file->ng ? "pcapng" : "pcap", file->offset + file->head, file->records,
		 what);
	return -EINVAL;
}

static int window_fill(struct pcap_file *file)
{
	ssize_t nr;

	memmove(file->buf, file->buf + file->head, file->fill - file->head);
	file->offset += file->head;
	file->fill -= file->head;
	file->head = 0;
	do
		nr = read(file->fd, file->buf + file->fill, PCAP_WINDOW - file->fill);
	while (nr < 0 && errno == EINTR);
	if (nr < 0) {
		int error = errno;

		snprintf(file->error, sizeof(file->error), "%.300s: %s", file->path,
			 strerror(error));
		return -error;
	}
	file->fill += (size_t)nr;
	return nr > 0;
}

const unsigned char *pcap_window_load(struct pcap_file *file, size_t size, int *rc)
{
	*rc = 0;
	while (file->fill - file->head < size) {
		*rc = window_fill(file);
		if (*rc <= 0)
			return NULL;
	}
	return file->buf + file->head;
}

int pcap_window_skip(struct pcap_file *file, uint64_t size)
{
	while (size > file->fill - file->head) {
		int rc;

		size -= file->fill - file->head;
		file->head = file->fill;
		rc = window_fill(file);
		if (rc <= 0) {
			file->truncated = !rc;
			return rc;
		}
	}
	file->head += size;
	return 0;
}

struct pcap_iface *pcap_iface_add(struct pcap_file *file)
{
	struct pcap_iface *iface;

	if (file->nr_ifaces == PCAP_MAX_IFACES) {
		pcap_window_damaged(file, "more than %d interfaces", PCAP_MAX_IFACES);
		return NULL;
	}
	iface = &file->iface[file->nr_ifaces++];
	*iface = (struct pcap_iface){.mul = 1000, .div = 1};
	return iface;
}
