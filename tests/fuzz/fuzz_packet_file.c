/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_packet_file.c - no fuzzer guesses a checksum: every second length gets right ones, so that
 * what lies behind them is reached.
 */
#include <endian.h>
#include <string.h>

#include "fuzz_input.h"
#include "traces/packet_file/packet_file_layout.h"

static uint8_t copy[1 << 20];

static void block_sign(uint8_t *at, size_t left)
{
	struct packet_file_block head;
	size_t records;

	memcpy(&head, at, sizeof(head));
	records = le32toh(head.records) * sizeof(struct packet_file_record);
	if (records > left - sizeof(head))
		return;
	head.records_crc = htole32(packet_file_crc(at + sizeof(head), records));
	head.crc = htole32(packet_file_crc(&head, offsetof(struct packet_file_block, crc)));
	memcpy(at, &head, sizeof(head));
}

static void sign(uint8_t *at, size_t size)
{
	struct packet_file_header head;
	const size_t block = sizeof(struct packet_file_block) +
			     PACKET_FILE_BLOCK_RECORDS * sizeof(struct packet_file_record);

	if (size < sizeof(head))
		return;
	memcpy(&head, at, sizeof(head));
	if (le32toh(head.items_bytes) <= size - sizeof(head))
		head.items_crc =
			htole32(packet_file_crc(at + sizeof(head), le32toh(head.items_bytes)));
	head.crc = htole32(packet_file_crc(&head, offsetof(struct packet_file_header, crc)));
	memcpy(at, &head, sizeof(head));
	for (size_t to = le32toh(head.blocks_at);
	     to < size && size - to >= sizeof(struct packet_file_block); to += block)
		block_sign(at + to, size - to);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < PACKET_FILE_MAGIC_BYTES || size > sizeof(copy))
		return 0;
	memcpy(copy, data, size);
	memcpy(copy, PACKET_FILE_MAGIC, PACKET_FILE_MAGIC_BYTES);
	if (!(size & 1))
		sign(copy, size);
	fuzz_capture(copy, size, "");
	return 0;
}
