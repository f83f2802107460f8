/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcap_file.c - opens pcap and pcapng, and reads the records of classic pcap.
 *
 * A classic pcap has no marks to resynchronize at, so a record of impossible length is damage and
 * refused; a record that the end of the file cuts is the end.
 */
#include "traces/pcap/pcap_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "traces/pcap/pcap_window.h"
#include "traces/pcap/pcapng.h"

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

static int classic_next(struct pcap_file *file, struct pcap_record *rec)
{
	int rc;
	const unsigned char *at = pcap_window_need(file, RECORD_BYTES, &rc);
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
		return pcap_window_damaged(file,
					   "a record of %u captured bytes, expected at most %u",
					   rec->captured, PCAP_SNAPLEN_MAX);
	at = pcap_window_need(file, RECORD_BYTES + rec->captured, &rc);
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
	if (rec->bytes > PCAP_BYTES_MAX)
		return pcap_window_damaged(file, "a packet of %u bytes, expected at most %u",
					   rec->bytes, PCAP_BYTES_MAX);
	file->last_ns = rec->time_ns;
	file->records++;
	return 1;
}

/* pcapng needs none: its first block is read by the first next(). */
static int header_read(struct pcap_file *file)
{
	int rc;
	const unsigned char *at = pcap_window_need(file, sizeof(uint32_t), &rc);
	struct pcap_iface *iface;
	uint32_t link;

	file->ng = at && magic_of(at) == MAGIC_NG;
	if (file->ng)
		return 0;
	at = pcap_window_need(file, HEADER_BYTES, &rc);
	if (!at)
		return rc ? rc
			  : pcap_window_damaged(file, "cut within its header of %d bytes",
						HEADER_BYTES);
	file->swapped = !magic_is_pcap(magic_of(at));
	file->nsec = pcap_u32(file, at) == MAGIC_NSEC;
	if (pcap_u16(file, at + 4) != 2)
		return pcap_window_damaged(file, "version %u.%u, expected 2.4",
					   pcap_u16(file, at + 4), pcap_u16(file, at + 6));
	iface = pcap_iface_add(file);
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
