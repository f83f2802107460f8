/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * packet_file_layout.h - the bytes of a packet file: one device, ready to be replayed again.
 *
 * A capture of events costs two passes of decoding and inference for each run; a packet file is
 * mapped and read as it is. docs/packet-file.md describes it byte by byte, and a test compares that
 * page with the structures below. All numbers are little-endian.
 *
 *	header | items (what replay needs of capture_info) | block 0 | block 1 | ...
 *
 * Every part has its CRC-32, so damage is found and named before a run begins.
 */
#ifndef TRACES_PACKET_FILE_LAYOUT_H
#define TRACES_PACKET_FILE_LAYOUT_H

#include <stddef.h>
#include <stdint.h>
#include <zlib.h>
#include "traces/capture.h"

#define PACKET_FILE_MAGIC                                                                          \
	"\x89"                                                                                     \
	"FSPKTS\n"
#define PACKET_FILE_MAGIC_BYTES	  8
#define PACKET_FILE_VERSION	  4
#define PACKET_FILE_BLOCK_MAGIC	  0x4b4c4250u /* "PBLK" */
#define PACKET_FILE_BLOCK_RECORDS 2048
#define PACKET_FILE_ALIGN	  64 /* blocks begin at a multiple of it */
#define PACKET_FILE_ITEMS_MAX	  (16u << 20)

/**
 * struct packet_file_header - first bytes
 * @blocks_at: where block 0 begins
 * @record_bytes: size of a record
 * @block_records: records of every block but the last
 * @items_bytes, @items_crc: of what lies between header and blocks
 * @crc: of the bytes before it
 */
struct packet_file_header {
	char magic[PACKET_FILE_MAGIC_BYTES];
	uint32_t version;
	uint32_t blocks_at;
	uint32_t record_bytes;
	uint32_t block_records;
	uint64_t packets;
	uint64_t blocks;
	uint32_t items_bytes;
	uint32_t items_crc;
	uint32_t reserved[3];
	uint32_t crc;
};

/** struct packet_file_block - before the records of a block; @crc: of the bytes before it */
struct packet_file_block {
	uint32_t magic;
	uint32_t records;
	uint64_t number;
	uint64_t arrival_ns;
	uint32_t records_crc;
	uint32_t crc;
};

/**
 * struct packet_file_record - a packet; see struct packet
 * @flow: flow hash; of a packet with PACKET_SENT the number of its mappings
 * @flags: the lower 8 of its flags
 * @method: how its release is known, in METHOD_BITS bits; above them the rest of its flags
 */
struct packet_file_record {
	uint64_t arrival_ns;
	uint64_t release_ns;
	uint32_t bytes;
	uint32_t flow;
	uint16_t queue;
	uint16_t cpu;
	uint16_t release_cpu;
	uint8_t flags;
	uint8_t method;
};

#define METHOD_BITS 4
#define METHOD_MASK ((1 << METHOD_BITS) - 1)

/** struct packet_file_item - before the content of an item, which is padded to 8 bytes */
struct packet_file_item {
	uint32_t tag;
	uint32_t size;
};

/** PACKET_FILE_NO_QUEUE - the queue of a pool is not known */
#define PACKET_FILE_NO_QUEUE UINT32_MAX

#define POOL_START_KNOWN 1
#define POOL_XDP	 2

/** struct packet_file_pool - start of an item of ITEM_POOL; see struct truth_pool */
struct packet_file_pool {
	uint64_t address;
	uint64_t holds, releases;
	uint64_t held_start, held_peak;
	uint64_t closed_ns;
	uint32_t queue;
	uint32_t flags;
	char device[CAPTURE_NAME_MAX];
};

_Static_assert(sizeof(struct packet_file_pool) == 88, "docs/packet-file.md");
_Static_assert(sizeof(struct packet_file_header) == 64, "docs/packet-file.md");
_Static_assert(sizeof(struct packet_file_block) == 32, "docs/packet-file.md");
_Static_assert(sizeof(struct packet_file_record) == 32, "docs/packet-file.md");
_Static_assert(sizeof(struct packet_file_item) == 8, "docs/packet-file.md");
_Static_assert(RELEASE_METHODS == 6, "docs/packet-file.md lists the methods; so may old files");

/** packet_file_crc() - the checksum of a part: CRC-32 as in Ethernet and zlib */
static inline uint32_t packet_file_crc(const void *part, size_t size)
{
	return (uint32_t)crc32(0, part, (uInt)size);
}

#endif
