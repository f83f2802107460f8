/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_input.c - a file in memory that is rewritten each time, and what must hold of any answer.
 */
#define _GNU_SOURCE /* memfd_create() */
#include "fuzz_input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "traces/capture.h"
#include "traces/reader.h"

/* A scan sets aside memory for packets, which takes ten times as long as reading such a file. */
#define WHOLE_SCAN_OF 16

static struct capture_info info;

static void impossible(const char *what, const char *detail)
{
	fprintf(stderr, "%s: %s\n", what, detail);
	abort();
}

const char *fuzz_file(const void *data, size_t size)
{
	static char path[64];
	static int fd = -1;

	if (fd < 0) {
		fd = memfd_create("fuzz", MFD_CLOEXEC);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	}
	if (fd < 0 || ftruncate(fd, 0) || pwrite(fd, data, size, 0) != (ssize_t)size)
		impossible("no file in memory", path);
	return path;
}

static void read_all(const struct capture_device *dev)
{
	struct packet_source *src;
	struct packet pkt;
	uint64_t nr = 0, last_ns = 0;
	char err[512] = "";
	int rc;

	if (capture_open(&info, dev->name, &src, err, sizeof(err)))
		impossible("scanned, but not opened", err);
	while ((rc = packet_next(src, &pkt)) > 0) {
		if (pkt.arrival_ns < last_ns || pkt.release_ns < pkt.arrival_ns)
			impossible("times out of order", dev->name);
		if ((pkt.method == RELEASE_UNKNOWN) != (pkt.release_ns == PACKET_UNKNOWN))
			impossible("release time and method contradict", dev->name);
		last_ns = pkt.arrival_ns;
		nr += !(pkt.flags & (PACKET_SENT | PACKET_HELD_BEFORE));
	}
	if (rc)
		impossible("scanned, but not read", src->error);
	if (nr != dev->packets)
		impossible("other packets than counted", dev->name);
	packet_source_close(src);
}

void fuzz_capture(const void *data, size_t size, const char *filter)
{
	const char *path = fuzz_file(data, size);
	char err[512] = "";

	if (capture_scan_filtered(path, filter, &info, err, sizeof(err))) {
		if (!strstr(err, path) || strchr(err, '\n'))
			impossible("not one line with the path", err);
		return;
	}
	for (unsigned int i = 0; i < info.nr_devices; i++)
		read_all(&info.devices[i]);
}

static void events_read(const char *path)
{
	struct reader_facts facts;
	struct reader *reader;
	char err[512] = "";
	struct event ev;
	uint64_t last_ns = 0;
	int rc;

	if (reader_open(path, &reader, err, sizeof(err))) {
		if (!strstr(err, path) || strchr(err, '\n'))
			abort();
		return;
	}
	while ((rc = reader->ops->next(reader, &ev)) > 0) {
		if (ev.time_ns < last_ns || ev.type >= reader->types.nr)
			abort();
		last_ns = ev.time_ns;
	}
	if (rc && !strstr(reader->error, path))
		abort();
	reader->ops->describe(reader, &facts);
	if (strchr(facts.note, '\n') || strchr(facts.clock, '\n'))
		abort();
	reader_close(reader);
}

void fuzz_events(const void *data, size_t size)
{
	if (size % WHOLE_SCAN_OF)
		events_read(fuzz_file(data, size));
	else
		fuzz_capture(data, size, "");
}
