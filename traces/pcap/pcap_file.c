// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * pcap_file.c - a window that moves over the file, and the records of classic pcap in it.
 *
 * Read, not mapped: a capture that somebody still writes to, or cuts, must not kill the program.
 * Memory is the window, whatever the length. A record that claims more bytes than can be is damage
 * and the end of all sense in a container without marks, so it is refused; a record that the end
 * of the file cuts is the end.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "traces/pcap/pcap_file.h"

#define MAGIC_USEC   0xa1b2c3d4u
#define MAGIC_NSEC   0xa1b23c4du
#define MAGIC_NG     0x0a0d0d0au
#define HEADER_BYTES 24
#define RECORD_BYTES 16
#define NSEC_PER_SEC UINT64_C(1000000000)
#define LINK_MASK    0x03ffffffu /* of the header's link type field; above it is the FCS */
#define FCS_PRESENT  (1u << 26)
#define FCS_SHIFT    28

static uint32_t magic_of(const unsigned char *head)
{
	uint32_t magic;

	memcpy(&magic, head, sizeof(magic));
	return magic;
}

static bool magic_is_pcap(uint32_t magic)
{
	return magic == MAGIC_USEC || magic == MAGIC_NSEC;
}

bool pcap_file_probe(const unsigned char *head, size_t size)
{
	uint32_t magic = size >= sizeof(magic) ? magic_of(head) : 0;

	return magic == MAGIC_NG || magic_is_pcap(magic) || magic_is_pcap(__builtin_bswap32(magic));
}

int pcap_file_damaged(struct pcap_file *file, const char *format, ...)
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

const unsigned char *pcap_file_need(struct pcap_file *file, size_t size, int *rc)
{
	*rc = 0;
	while (file->fill - file->head < size) {
		*rc = window_fill(file);
		if (*rc <= 0)
			return NULL;
	}
	return file->buf + file->head;
}

int pcap_file_skip(struct pcap_file *file, uint64_t size)
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

struct pcap_iface *pcap_file_iface(struct pcap_file *file)
{
	struct pcap_iface *iface;

	if (file->nr_ifaces == PCAP_MAX_IFACES) {
		pcap_file_damaged(file, "more than %d interfaces", PCAP_MAX_IFACES);
		return NULL;
	}
	iface = &file->iface[file->nr_ifaces++];
	*iface = (struct pcap_iface){.mul = 1000, .div = 1};
	return iface;
}

static int classic_next(struct pcap_file *file, struct pcap_record *rec)
{
	int rc;
	const unsigned char *at = pcap_file_need(file, RECORD_BYTES, &rc);
	uint32_t seconds, fraction;

	if (!at) {
		file->truncated = file->fill != file->head;
		return rc;
	}
	seconds = pcap_u32(file, at);
	fraction = pcap_u32(file, at + 4);
	rec->captured = pcap_u32(file, at + 8);
	rec->bytes = pcap_u32(file, at + 12);
	if (rec->captured > PCAP_SNAPLEN_MAX)
		return pcap_file_damaged(file, "a record of %u captured bytes, expected at most %u",
					 rec->captured, PCAP_SNAPLEN_MAX);
	at = pcap_file_need(file, RECORD_BYTES + rec->captured, &rc);
	if (!at) {
		file->truncated = true;
		return rc;
	}
	rec->time_ns = seconds * NSEC_PER_SEC + fraction * (file->nsec ? UINT64_C(1) : 1000);
	rec->data = at + RECORD_BYTES;
	rec->iface = 0;
	rec->direction = PCAP_DIRECTION_UNKNOWN;
	file->head += RECORD_BYTES + rec->captured;
	return 1;
}

int pcap_file_next(struct pcap_file *file, struct pcap_record *rec)
{
	int rc = file->ng ? pcapng_next(file, rec) : classic_next(file, rec);

	if (rc <= 0)
		return rc;
	/* Some writers give the length that was kept, not the length that was. */
	if (rec->bytes < rec->captured)
		rec->bytes = rec->captured;
	file->last_ns = rec->time_ns;
	file->records++;
	return 1;
}

/* pcapng needs none: its first block is read by the first next(). */
static int header_read(struct pcap_file *file)
{
	int rc;
	const unsigned char *at = pcap_file_need(file, sizeof(uint32_t), &rc);
	struct pcap_iface *iface;
	uint32_t link;

	file->ng = at && magic_of(at) == MAGIC_NG;
	if (file->ng)
		return 0;
	at = pcap_file_need(file, HEADER_BYTES, &rc);
	if (!at)
		return rc ? rc
			  : pcap_file_damaged(file, "cut within its header of %d bytes",
					      HEADER_BYTES);
	file->swapped = !magic_is_pcap(magic_of(at));
	file->nsec = pcap_u32(file, at) == MAGIC_NSEC;
	if (pcap_u16(file, at + 4) != 2)
		return pcap_file_damaged(file, "version %u.%u, expected 2.4",
					 pcap_u16(file, at + 4), pcap_u16(file, at + 6));
	iface = pcap_file_iface(file);
	link = pcap_u32(file, at + 20);
	iface->link = link & LINK_MASK;
	iface->fcs_bytes = link & FCS_PRESENT ? 2 * (link >> FCS_SHIFT) : 0;
	iface->snaplen = pcap_u32(file, at + 16);
	file->head += HEADER_BYTES;
	return 0;
}

uint64_t pcap_file_lost(const struct pcap_file *file)
{
	uint64_t lost = 0;

	for (uint32_t i = 0; i < file->nr_ifaces; i++)
		lost += file->iface[i].lost;
	return lost > file->drops ? lost : file->drops;
}

void pcap_file_close(struct pcap_file *file)
{
	if (!file)
		return;
	if (file->fd >= 0)
		close(file->fd);
	free(file->iface);
	free(file->buf);
	free(file);
}

int pcap_file_open(const char *path, struct pcap_file **out, char *err, size_t err_size)
{
	struct pcap_file *file = calloc(1, sizeof(*file));
	int rc = -ENOMEM;

	if (!file)
		goto fail;
	snprintf(file->path, sizeof(file->path), "%s", path);
	file->fd = open(path, O_RDONLY | O_CLOEXEC);
	rc = file->fd < 0 ? -errno : -ENOMEM;
	if (file->fd < 0)
		goto fail;
	file->buf = malloc(PCAP_WINDOW);
	file->iface = calloc(PCAP_MAX_IFACES, sizeof(*file->iface));
	if (!file->buf || !file->iface)
		goto fail;
	rc = header_read(file);
	if (!rc) {
		*out = file;
		return 0;
	}
fail:
	if (file && file->error[0])
		snprintf(err, err_size, "%s", file->error);
	else
		snprintf(err, err_size, "%s: %s", path, strerror(-rc));
	pcap_file_close(file);
	return rc;
}
