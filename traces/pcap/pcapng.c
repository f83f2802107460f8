/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcapng.c - blocks of a pcapng: sections, interfaces, packets, statistics.
 *
 * Every block carries its length at both ends; where they differ the file is damaged and refused.
 * Blocks of other types are passed over. Interfaces number from 0 in each section, which may have
 * another byte order. The format is that of draft-ietf-opsawg-pcapng, in use since 2004.
 */
#include "traces/pcap/pcapng.h"

#include <errno.h>
#include <string.h>
#include "traces/pcap/pcap_window.h"

#define BLOCK_SECTION	 0x0a0d0d0au
#define BLOCK_IFACE	 1u
#define BLOCK_PACKET_OLD 2u
#define BLOCK_SIMPLE	 3u
#define BLOCK_STATISTICS 5u
#define BLOCK_PACKET	 6u
#define BLOCK_MIN	 12u /* type, length, length */
#define BLOCK_HEAD	 8u
#define ORDER_MAGIC	 0x1a2b3c4du
#define NSEC_PER_SEC	 UINT64_C(1000000000)

enum {
	OPT_END = 0,
	OPT_IF_NAME = 2,
	OPT_IF_TSRESOL = 9,
	OPT_IF_FCSLEN = 13,
	OPT_IF_TSOFFSET = 14,
	OPT_EPB_FLAGS = 2,
	OPT_EPB_DROPCOUNT = 4,
	OPT_ISB_IFDROP = 5,
	OPT_ISB_OSDROP = 7,
};

/**
 * struct block - one block in the window
 * @body: behind type and length
 * @size: bytes of the body, without the length at the end
 */
struct block {
	uint32_t type, length;
	const unsigned char *body;
	uint32_t size;
};

/** struct option_walk - options of a block, one after the other; padded to 4 bytes each */
struct option_walk {
	const struct pcap_file *file;
	const unsigned char *at, *end;
	uint16_t code, size;
	const unsigned char *value;
};

static struct option_walk options_of(const struct pcap_file *file, const struct block *block,
				     uint32_t from)
{
	return (struct option_walk){
		.file = file,
		.at = block->body + (from < block->size ? from : block->size),
		.end = block->body + block->size,
	};
}

static bool option_next(struct option_walk *walk)
{
	size_t padded;

	if (walk->end - walk->at < 4)
		return false;
	walk->code = pcap_u16(walk->file, walk->at);
	walk->size = pcap_u16(walk->file, walk->at + 2);
	walk->value = walk->at + 4;
	padded = (walk->size + 3u) & ~3u;
	if (walk->code == OPT_END || (size_t)(walk->end - walk->value) < padded)
		return false;
	walk->at = walk->value + padded;
	return true;
}

/* 10^-n s, or 2^-n s with the high bit set. Return: false beyond what 64 bits can count. */
static bool resolution_set(struct pcap_iface *iface, unsigned char resolution)
{
	unsigned int n = resolution & 0x7f;

	iface->mul = iface->div = 1;
	iface->shift = 0;
	if (resolution & 0x80) {
		iface->mul = NSEC_PER_SEC;
		iface->shift = n;
		return n < 64;
	}
	for (; n < 9; n++)
		iface->mul *= 10;
	for (; n > 9 && n < 20; n--)
		iface->div *= 10;
	return n == 9;
}

static uint64_t time_of(const struct pcap_iface *iface, uint32_t high, uint32_t low)
{
	unsigned __int128 ns = ((uint64_t)high << 32 | low) * (unsigned __int128)iface->mul;

	return (uint64_t)((ns / iface->div) >> iface->shift) + iface->offset_ns;
}

static void iface_name(struct pcap_iface *iface, const struct option_walk *opt)
{
	size_t len = opt->size < PCAP_NAME_MAX - 1 ? opt->size : PCAP_NAME_MAX - 1;

	memcpy(iface->name, opt->value, len);
	iface->name[len] = '\0';
}

/* The draft once counted the FCS in bits; no link has one of more than 4 bytes. */
static uint32_t fcs_bytes(unsigned char value)
{
	return value == 32 || value == 4 ? 4 : value == 16 || value == 2 ? 2 : 0;
}

static int iface_read(struct pcap_file *file, const struct block *block)
{
	struct option_walk opt = options_of(file, block, 8);
	struct pcap_iface *iface;

	if (block->size < 8)
		return pcap_window_damaged(file, "an interface block of %u bytes", block->length);
	iface = pcap_iface_add(file);
	if (!iface)
		return -EINVAL;
	iface->link = pcap_u16(file, block->body);
	iface->snaplen = pcap_u32(file, block->body + 4);
	while (option_next(&opt)) {
		if (opt.code == OPT_IF_NAME)
			iface_name(iface, &opt);
		else if (opt.code == OPT_IF_FCSLEN && opt.size == 1)
			iface->fcs_bytes = fcs_bytes(*opt.value);
		else if (opt.code == OPT_IF_TSOFFSET && opt.size == 8)
			iface->offset_ns = pcap_u64(file, opt.value) * NSEC_PER_SEC;
		else if (opt.code == OPT_IF_TSRESOL && opt.size == 1 &&
			 !resolution_set(iface, *opt.value))
			return pcap_window_damaged(file, "time resolution 0x%02x of an interface",
						   *opt.value);
	}
	return 0;
}

/* Counters are totals since the capture began: the last block of an interface counts. */
static void statistics_read(struct pcap_file *file, const struct block *block)
{
	struct option_walk opt = options_of(file, block, 12);
	uint32_t nr = block->size >= 12 ? pcap_u32(file, block->body) : UINT32_MAX;
	uint64_t lost = 0;

	if (nr >= file->nr_ifaces - file->section)
		return;
	while (option_next(&opt))
		if ((opt.code == OPT_ISB_IFDROP || opt.code == OPT_ISB_OSDROP) && opt.size == 8)
			lost += pcap_u64(file, opt.value);
	file->iface[file->section + nr].lost = lost;
}

static void packet_options(struct pcap_file *file, struct option_walk *opt, struct pcap_record *rec)
{
	while (option_next(opt)) {
		if (opt->code == OPT_EPB_FLAGS && opt->size == 4) {
			uint32_t way = pcap_u32(file, opt->value) & 3;

			if (way == 1 || way == 2)
				rec->direction = way == 1 ? PCAP_INBOUND : PCAP_OUTBOUND;
		} else if (opt->code == OPT_EPB_DROPCOUNT && opt->size == 8) {
			file->drops += pcap_u64(file, opt->value);
		}
	}
}

static int packet_read(struct pcap_file *file, const struct block *block, struct pcap_record *rec)
{
	bool old = block->type == BLOCK_PACKET_OLD;
	const unsigned char *body = block->body;
	struct option_walk opt;
	uint32_t nr;

	if (block->size < 20)
		return pcap_window_damaged(file, "a packet block of %u bytes", block->length);
	nr = old ? pcap_u16(file, body) : pcap_u32(file, body);
	if (nr >= file->nr_ifaces - file->section)
		return pcap_window_damaged(file, "a packet of interface %u, but there are %u", nr,
					   file->nr_ifaces - file->section);
	rec->iface = file->section + nr;
	rec->time_ns = time_of(&file->iface[rec->iface], pcap_u32(file, body + 4),
			       pcap_u32(file, body + 8));
	rec->captured = pcap_u32(file, body + 12);
	rec->bytes = pcap_u32(file, body + 16);
	rec->data = body + 20;
	rec->direction = PCAP_DIRECTION_UNKNOWN;
	if (rec->captured > block->size - 20)
		return pcap_window_damaged(file, "%u captured bytes in a packet block of %u",
					   rec->captured, block->length);
	opt = options_of(file, block, 20 + ((rec->captured + 3u) & ~3u));
	packet_options(file, &opt, rec);
	return 1;
}

/* No time, no length of what was kept, always interface 0. */
static int simple_read(struct pcap_file *file, const struct block *block, struct pcap_record *rec)
{
	if (block->size < 4)
		return pcap_window_damaged(file, "a packet block of %u bytes", block->length);
	if (file->nr_ifaces == file->section)
		return pcap_window_damaged(file, "a packet before any interface");
	rec->iface = file->section;
	rec->time_ns = file->last_ns;
	rec->bytes = pcap_u32(file, block->body);
	rec->captured = block->size - 4 < rec->bytes ? block->size - 4 : rec->bytes;
	if (file->iface[rec->iface].snaplen && rec->captured > file->iface[rec->iface].snaplen)
		rec->captured = file->iface[rec->iface].snaplen;
	rec->data = block->body + 4;
	rec->direction = PCAP_DIRECTION_UNKNOWN;
	return 1;
}

/* A section's byte order is known only from within its first block. */
static int section_begin(struct pcap_file *file, const unsigned char *at)
{
	uint32_t magic;

	memcpy(&magic, at + BLOCK_HEAD, sizeof(magic));
	if (magic != ORDER_MAGIC && magic != __builtin_bswap32(ORDER_MAGIC))
		return pcap_window_damaged(file, "byte-order mark 0x%08x of a section", magic);
	file->swapped = magic != ORDER_MAGIC;
	if (pcap_u16(file, at + BLOCK_HEAD + 4) != 1)
		return pcap_window_damaged(file, "pcapng version %u.%u, expected 1.0",
					   pcap_u16(file, at + BLOCK_HEAD + 4),
					   pcap_u16(file, at + BLOCK_HEAD + 6));
	file->section = file->nr_ifaces;
	return 0;
}

/* Type and length of the next block. Return: 1, 0 at the end, -errno */
static int block_begin(struct pcap_file *file, struct block *block)
{
	int rc;
	const unsigned char *at = pcap_window_need(file, BLOCK_MIN, &rc);

	if (!at) {
		file->truncated |= file->fill != file->head;
		return rc;
	}
	block->type = pcap_u32(file, at);
	if (block->type == BLOCK_SECTION) {
		at = pcap_window_need(file, BLOCK_MIN + 4, &rc);
		file->truncated |= !at;
		if (!at)
			return rc;
		rc = section_begin(file, at);
		if (rc)
			return rc;
	}
	block->length = pcap_u32(file, at + 4);
	if (block->length < BLOCK_MIN || block->length % 4)
		return pcap_window_damaged(file,
					   "a block of %u bytes, expected a multiple of 4, at "
					   "least 12",
					   block->length);
	return 1;
}

static bool block_is_read(uint32_t type)
{
	return type == BLOCK_IFACE || type == BLOCK_PACKET_OLD || type == BLOCK_SIMPLE ||
	       type == BLOCK_STATISTICS || type == BLOCK_PACKET;
}

static int block_load(struct pcap_file *file, struct block *block)
{
	const unsigned char *at;
	int rc;

	if (block->length > PCAP_WINDOW)
		return pcap_window_damaged(file, "a block of %u bytes, expected at most %u",
					   block->length, PCAP_WINDOW);
	at = pcap_window_need(file, block->length, &rc);
	if (!at) {
		file->truncated = true;
		return rc;
	}
	if (pcap_u32(file, at + block->length - 4) != block->length)
		return pcap_window_damaged(file, "a block of %u bytes that says %u at its end",
					   block->length, pcap_u32(file, at + block->length - 4));
	block->body = at + BLOCK_HEAD;
	block->size = block->length - BLOCK_MIN;
	return 1;
}

/* Return: 1 with a packet, 0 without one, -errno */
static int block_read(struct pcap_file *file, const struct block *block, struct pcap_record *rec)
{
	switch (block->type) {
	case BLOCK_IFACE:
		return iface_read(file, block);
	case BLOCK_STATISTICS:
		statistics_read(file, block);
		return 0;
	case BLOCK_SIMPLE:
		return simple_read(file, block, rec);
	default:
		return packet_read(file, block, rec);
	}
}

int pcapng_next(struct pcap_file *file, struct pcap_record *rec)
{
	struct block block = {0};
	int rc;

	for (;;) {
		rc = block_begin(file, &block);
		if (rc <= 0)
			return rc;
		if (!block_is_read(block.type)) {
			rc = pcap_window_skip(file, block.length);
			if (rc || file->truncated)
				return rc;
			continue;
		}
		rc = block_load(file, &block);
		if (rc <= 0)
			return rc;
		rc = block_read(file, &block, rec);
		if (rc < 0)
			return rc;
		file->head += block.length;
		if (rc)
			return 1;
	}
}
