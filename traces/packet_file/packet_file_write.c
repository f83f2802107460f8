/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * packet_file_write.c - writes packets in blocks, one block in memory at a time.
 *
 * The header is written last: an unfinished file has none and is no packet file.
 */
#include "traces/packet_file/packet_file_write.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "traces/packet_file/packet_file_items.h"
#include "traces/packet_file/packet_file_layout.h"

/** struct block_buf - a block as it lies in the file */
struct block_buf {
	struct packet_file_block head;
	struct packet_file_record record[PACKET_FILE_BLOCK_RECORDS];
};

static int out_error(FILE *out, char *err, size_t err_size)
{
	int error = ferror(out) && errno ? errno : EIO;

	snprintf(err, err_size, "cannot write: %s", strerror(error));
	return -error;
}

static int block_write(FILE *out, struct block_buf *block, uint32_t nr, uint64_t number)
{
	size_t size = nr * sizeof(block->record[0]);

	block->head = (struct packet_file_block){
		.magic = htole32(PACKET_FILE_BLOCK_MAGIC),
		.records = htole32(nr),
		.number = htole64(number),
		.arrival_ns = block->record[0].arrival_ns,
		.records_crc = htole32(packet_file_crc(block->record, size)),
	};
	block->head.crc =
		htole32(packet_file_crc(&block->head, offsetof(struct packet_file_block, crc)));
	size += sizeof(block->head);
	return fwrite(block, 1, size, out) == size;
}

static void record_set(struct packet_file_record *rec, const struct packet *pkt)
{
	*rec = (struct packet_file_record){
		.arrival_ns = htole64(pkt->arrival_ns),
		.release_ns = htole64(pkt->release_ns),
		.bytes = htole32(pkt->bytes),
		.flow = htole32(pkt->flags & PACKET_SENT ? pkt->mappings : pkt->flow),
		.queue = htole16(pkt->queue),
		.cpu = htole16(pkt->cpu),
		.release_cpu = htole16(pkt->release_cpu),
		.flags = (uint8_t)pkt->flags,
		.method = (uint8_t)(pkt->method | (pkt->flags >> METHOD_BITS & ~METHOD_MASK)),
	};
}

static int blocks_write(FILE *out, struct packet_source *src, struct block_buf *block,
			struct packet_file_header *head, uint64_t *received, char *err,
			size_t err_size)
{
	struct packet pkt;
	uint32_t nr = 0;
	int rc;

	do {
		rc = packet_next(src, &pkt);
		if (rc < 0) {
			snprintf(err, err_size, "%s", src->error);
			return rc;
		}
		if (rc > 0) {
			record_set(&block->record[nr++], &pkt);
			head->packets++;
			*received += !(pkt.flags & (PACKET_SENT | PACKET_HELD_BEFORE));
		}
		if (nr == PACKET_FILE_BLOCK_RECORDS || (!rc && nr)) {
			if (!block_write(out, block, nr, head->blocks++))
				return out_error(out, err, err_size);
			nr = 0;
		}
	} while (rc > 0);
	return 0;
}

static int header_write(FILE *out, const struct packet_file_header *head)
{
	struct packet_file_header le = {
		.version = htole32(PACKET_FILE_VERSION),
		.blocks_at = htole32(head->blocks_at),
		.record_bytes = htole32(sizeof(struct packet_file_record)),
		.block_records = htole32(PACKET_FILE_BLOCK_RECORDS),
		.packets = htole64(head->packets),
		.blocks = htole64(head->blocks),
		.items_bytes = htole32(head->items_bytes),
		.items_crc = htole32(head->items_crc),
	};

	memcpy(le.magic, PACKET_FILE_MAGIC, PACKET_FILE_MAGIC_BYTES);
	le.crc = htole32(packet_file_crc(&le, offsetof(struct packet_file_header, crc)));
	return !fseeko(out, 0, SEEK_SET) && fwrite(&le, sizeof(le), 1, out) == 1;
}

/* Room for the header, the items, and zeros up to the first block. */
static int front_write(FILE *out, const unsigned char *items, const struct packet_file_header *head)
{
	static const unsigned char zeros[sizeof(*head) + PACKET_FILE_ALIGN];
	size_t rest = head->blocks_at - sizeof(*head) - head->items_bytes;

	return fwrite(zeros, sizeof(*head), 1, out) == 1 &&
	       fwrite(items, 1, head->items_bytes, out) == head->items_bytes &&
	       fwrite(zeros, 1, rest, out) == rest;
}

int packet_file_write(FILE *out, const struct capture_info *info, const struct capture_device *dev,
		      struct packet_source *src, uint64_t *packets, char *err, size_t err_size)
{
	struct block_buf *block = malloc(sizeof(*block));
	struct packet_file_header head = {.version = PACKET_FILE_VERSION};
	unsigned char *items = NULL;
	uint64_t received = 0;
	int rc = -ENOMEM;

	head.items_bytes = (uint32_t)packet_file_items_write(info, dev, &items);
	if (!block || !head.items_bytes) {
		snprintf(err, err_size, "out of memory");
		goto out;
	}
	head.items_crc = packet_file_crc(items, head.items_bytes);
	head.blocks_at = (uint32_t)sizeof(head) + head.items_bytes;
	head.blocks_at = (head.blocks_at + PACKET_FILE_ALIGN - 1) & ~(PACKET_FILE_ALIGN - 1u);
	rc = front_write(out, items, &head) ? 0 : out_error(out, err, err_size);
	if (!rc)
		rc = blocks_write(out, src, block, &head, &received, err, err_size);
	if (!rc && received != dev->packets) {
		snprintf(err, err_size, "%s: has %llu packets now, %llu when it was scanned",
			 info->path, (unsigned long long)received,
			 (unsigned long long)dev->packets);
		rc = -EIO;
	}
	if (!rc && !header_write(out, &head))
		rc = out_error(out, err, err_size);
	if (!rc)
		*packets = received;
out:
	free(items);
	free(block);
	return rc;
}
