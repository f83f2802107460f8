/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * packet_file_items.h - what a replay needs of a capture beside its packets.
 */
#ifndef TRACES_PACKET_FILE_ITEMS_H
#define TRACES_PACKET_FILE_ITEMS_H

#include <stddef.h>
#include <stdint.h>
#include "traces/capture.h"

/** enum packet_file_kind - how an item is written */
enum packet_file_kind {
	ITEM_TEXT,   /* its characters, no NUL */
	ITEM_NUMBER, /* 8 bytes */
	ITEM_BOOL,   /* 8 bytes, 0 or 1 */
	ITEM_SERIES, /* 8 bytes each */
	ITEM_EVENT,  /* 8 bytes of count, then the name; once for each event type */
	ITEM_POINTS, /* struct truth_point, 6 x 8 bytes each */
	ITEM_POOL,   /* struct packet_file_pool, then 8 bytes for each point; once for each pool */
};

/**
 * struct packet_file_row - one tag
 * @offset, @size: of the field in struct capture_info; of the device's in devices[0]
 */
struct packet_file_row {
	uint32_t tag;
	enum packet_file_kind kind;
	const char *name;
	size_t offset, size;
};

/** packet_file_rows() - the table of tags, ended by tag 0 */
const struct packet_file_row *packet_file_rows(void);

/**
 * packet_file_items_write() - encode what replay needs of a capture and one device of it
 * @buf: set on success, free() it
 * Return: bytes, a multiple of 8; 0 when there is no memory.
 */
size_t packet_file_items_write(const struct capture_info *info, const struct capture_device *dev,
			       unsigned char **buf);

/**
 * packet_file_items_read() - fill @info from items; unknown tags are skipped
 * Return: 0, or the offset + 1 of an invalid item
 */
size_t packet_file_items_read(const unsigned char *items, size_t size, struct capture_info *info);

#endif
