/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * packet_file.c - a packet file as a capture: mapped, checked, read in place.
 *
 * The scan checks everything once, records included, so that a damaged file is refused before a run
 * begins, with the block and the byte. A file whose end is missing is replayed up to its last whole
 * block. The file is mapped: truncating it while it is read kills the process.
 */
#include "traces/packet_file/packet_file.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "traces/packet_file/packet_file_items.h"
#include "traces/packet_file/packet_file_layout.h"

/* 104 days: what is simulated spans half of it (tools/trace_source.c) */
#define TIME_END_NS (UINT64_C(1) << 53)
#define REMEDY	    "convert the capture again with fragsim convert"

/**
 * struct packet_map - a mapped file
 * @at, @size: the mapping
 * @head: in this machine's byte order
 * @blocks: whole ones
 * @packets: in them
 */
struct packet_map {
	const char *path;
	const unsigned char *at;
	size_t size;
	struct packet_file_header head;
	uint64_t blocks, packets;
};

static bool packet_file_probe(const unsigned char *head, size_t size)
{
	return size >= PACKET_FILE_MAGIC_BYTES &&
	       !memcmp(head, PACKET_FILE_MAGIC, PACKET_FILE_MAGIC_BYTES);
}

static int map_file(struct packet_map *map, char *err, size_t err_size)
{
	int fd = open(map->path, O_RDONLY | O_CLOEXEC), error = 0;
	struct stat st;
	void *at = MAP_FAILED;

	if (fd >= 0 && !fstat(fd, &st) && st.st_size > 0)
		at = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (at == MAP_FAILED)
		error = errno ? errno : EIO;
	if (fd >= 0)
		close(fd);
	if (error) {
		snprintf(err, err_size, "%s: %s", map->path, strerror(error));
		return -error;
	}
	map->at = at;
	map->size = (size_t)st.st_size;
	madvise(at, map->size, MADV_SEQUENTIAL);
	return 0;
}

static void map_close(struct packet_map *map)
{
	if (map->at)
		munmap((void *)(uintptr_t)map->at, map->size);
}

static int refuse_crc(const struct packet_map *map, const char *what, uint64_t at, uint32_t found,
		      uint32_t expected, char *err, size_t err_size)
{
	snprintf(err, err_size,
		 "%s: damaged packet file: %s at byte %" PRIu64 ": checksum found %08x, expected "
		 "%08x; " REMEDY,
		 map->path, what, at, found, expected);
	return -EINVAL;
}

static int refuse(const struct packet_map *map, const char *what, uint64_t found, uint64_t expected,
		  char *err, size_t err_size)
{
	snprintf(err, err_size,
		 "%s: packet file: %s: found %" PRIu64 ", expected %" PRIu64 "; " REMEDY, map->path,
		 what, found, expected);
	return -EINVAL;
}

static void header_load(struct packet_map *map)
{
	struct packet_file_header *head = &map->head;

	memcpy(head, map->at, sizeof(*head));
	head->version = le32toh(head->version);
	head->blocks_at = le32toh(head->blocks_at);
	head->record_bytes = le32toh(head->record_bytes);
	head->block_records = le32toh(head->block_records);
	head->packets = le64toh(head->packets);
	head->blocks = le64toh(head->blocks);
	head->items_bytes = le32toh(head->items_bytes);
	head->items_crc = le32toh(head->items_crc);
	head->crc = le32toh(head->crc);
}

static int header_check(const struct packet_map *map, char *err, size_t err_size)
{
	const struct packet_file_header *head = &map->head;
	uint32_t crc = packet_file_crc(map->at, offsetof(struct packet_file_header, crc));
	uint64_t front = sizeof(*head) + (uint64_t)head->items_bytes;
	uint64_t blocks =
		(head->packets + PACKET_FILE_BLOCK_RECORDS - 1) / PACKET_FILE_BLOCK_RECORDS;

	/* Another version may have other checksums: version 1 has. */
	if (head->version == 1)
		return refuse(map, "version", head->version, PACKET_FILE_VERSION, err, err_size);
	if (crc != head->crc)
		return refuse_crc(map, "its header", 0, crc, head->crc, err, err_size);
	if (head->version != PACKET_FILE_VERSION)
		return refuse(map, "version", head->version, PACKET_FILE_VERSION, err, err_size);
	if (head->record_bytes != sizeof(struct packet_file_record))
		return refuse(map, "bytes of a record", head->record_bytes,
			      sizeof(struct packet_file_record), err, err_size);
	if (head->block_records != PACKET_FILE_BLOCK_RECORDS)
		return refuse(map, "records of a block", head->block_records,
			      PACKET_FILE_BLOCK_RECORDS, err, err_size);
	if (head->packets > UINT64_MAX / 64 || head->blocks != blocks)
		return refuse(map, "blocks", head->blocks, blocks, err, err_size);
	if (head->items_bytes > PACKET_FILE_ITEMS_MAX)
		return refuse(map, "bytes of its items, at most", head->items_bytes,
			      PACKET_FILE_ITEMS_MAX, err, err_size);
	if (head->blocks_at < front || head->blocks_at >= front + PACKET_FILE_ALIGN ||
	    head->blocks_at % PACKET_FILE_ALIGN)
		return refuse(map, "place of its blocks", head->blocks_at,
			      (front + PACKET_FILE_ALIGN - 1) & -(uint64_t)PACKET_FILE_ALIGN, err,
			      err_size);
	return 0;
}

static uint32_t block_nr(const struct packet_map *map, uint64_t number)
{
	uint64_t left = map->head.packets - number * PACKET_FILE_BLOCK_RECORDS;

	return left < PACKET_FILE_BLOCK_RECORDS ? (uint32_t)left : PACKET_FILE_BLOCK_RECORDS;
}

static uint64_t block_at(const struct packet_map *map, uint64_t number)
{
	return map->head.blocks_at +
	       number * (sizeof(struct packet_file_block) +
			 PACKET_FILE_BLOCK_RECORDS * sizeof(struct packet_file_record));
}

/* Where a complete file ends. */
static uint64_t map_end(const struct packet_map *map)
{
	uint64_t last = map->head.blocks;

	if (!last--)
		return map->head.blocks_at;
	return block_at(map, last) + sizeof(struct packet_file_block) +
	       block_nr(map, last) * sizeof(struct packet_file_record);
}

static int blocks_count(struct packet_map *map, char *err, size_t err_size)
{
	uint64_t end = map_end(map), block = block_at(map, 1) - block_at(map, 0);

	if (map->size > end)
		return refuse(map, "bytes in the file", map->size, end, err, err_size);
	map->blocks = map->head.blocks;
	map->packets = map->head.packets;
	if (map->size == end)
		return 0;
	map->blocks = (map->size - map->head.blocks_at) / block;
	map->packets = map->blocks * PACKET_FILE_BLOCK_RECORDS;
	return 0;
}

static int map_open(struct packet_map *map, const char *path, char *err, size_t err_size)
{
	int rc;

	memset(map, 0, sizeof(*map));
	map->path = path;
	rc = map_file(map, err, err_size);
	if (rc)
		return rc;
	if (map->size < sizeof(map->head))
		return refuse(map, "cut within its header: bytes", map->size, sizeof(map->head),
			      err, err_size);
	header_load(map);
	rc = header_check(map, err, err_size);
	if (!rc && map->size < map->head.blocks_at)
		rc = refuse(map, "cut before its first block: bytes", map->size,
			    map->head.blocks_at, err, err_size);
	return rc ? rc : blocks_count(map, err, err_size);
}

/* Return: 0 with the records of the block, or -EINVAL */
static int block_check(const struct packet_map *map, uint64_t number, const unsigned char **records,
		       uint32_t *nr, char *err, size_t err_size)
{
	uint64_t at = block_at(map, number);
	struct packet_file_block head;
	uint32_t crc;
	char what[64];

	snprintf(what, sizeof(what), "block %" PRIu64 " of %" PRIu64, number, map->head.blocks);
	memcpy(&head, map->at + at, sizeof(head));
	crc = packet_file_crc(map->at + at, offsetof(struct packet_file_block, crc));
	if (crc != le32toh(head.crc))
		return refuse_crc(map, what, at, crc, le32toh(head.crc), err, err_size);
	*nr = block_nr(map, number);
	if (le32toh(head.magic) != PACKET_FILE_BLOCK_MAGIC || le64toh(head.number) != number)
		return refuse(map, "number of a block", le64toh(head.number), number, err,
			      err_size);
	if (le32toh(head.records) != *nr)
		return refuse(map, "records of a block", le32toh(head.records), *nr, err, err_size);
	*records = map->at + at + sizeof(head);
	crc = packet_file_crc(*records, *nr * sizeof(struct packet_file_record));
	if (crc != le32toh(head.records_crc))
		return refuse_crc(map, what, at + sizeof(head), crc, le32toh(head.records_crc), err,
				  err_size);
	return 0;
}

static inline void record_get(const unsigned char *at, struct packet *pkt)
{
	struct packet_file_record rec;

	memcpy(&rec, at, sizeof(rec));
	pkt->arrival_ns = le64toh(rec.arrival_ns);
	pkt->release_ns = le64toh(rec.release_ns);
	pkt->bytes = le32toh(rec.bytes);
	pkt->flow = rec.flags & PACKET_SENT ? 0 : le32toh(rec.flow);
	pkt->mappings = rec.flags & PACKET_SENT ? le32toh(rec.flow) : 0;
	pkt->queue = le16toh(rec.queue);
	pkt->cpu = le16toh(rec.cpu);
	pkt->release_cpu = le16toh(rec.release_cpu);
	pkt->flags = (uint16_t)(rec.flags | (rec.method & ~METHOD_MASK) << METHOD_BITS);
	pkt->method = rec.method & METHOD_MASK;
}

/* --- first pass --- */

/* Invalid although its checksum is right. */
static const char *record_complaint(const struct packet *pkt, const struct packet *before,
				    uint64_t span_ns)
{
	if (pkt->arrival_ns > span_ns || pkt->arrival_ns < before->arrival_ns)
		return "its arrival is before its predecessor's, or after the capture's end";
	if (!(pkt->flags & PACKET_SENT) && (!pkt->bytes || pkt->bytes > PACKET_BYTES_MAX))
		return "it has no byte, or more than a packet can have";
	if (pkt->cpu >= CAPTURE_MAX_CPUS ||
	    (pkt->release_cpu >= CAPTURE_MAX_CPUS && pkt->release_cpu != PACKET_CPU_READER))
		return "its CPU is none that Linux can have";
	if (pkt->method >= RELEASE_METHODS)
		return "its release method is unknown";
	if ((pkt->method == RELEASE_UNKNOWN) != (pkt->release_ns == PACKET_UNKNOWN))
		return "its release time and method contradict";
	if (pkt->release_ns < pkt->arrival_ns ||
	    (pkt->release_ns > TIME_END_NS && pkt->release_ns != PACKET_UNKNOWN))
		return "it is released before it arrives, or months after";
	return NULL;
}

static int records_check(const struct packet_map *map, struct capture_info *info,
			 struct packet *last, uint64_t *received, char *err, size_t err_size)
{
	uint32_t *max_bytes = &info->devices[0].max_bytes;

	memset(last, 0, sizeof(*last));
	*received = 0;
	for (uint64_t number = 0; number < map->blocks; number++) {
		const unsigned char *at;
		uint32_t nr;
		int rc = block_check(map, number, &at, &nr, err, err_size);

		if (rc)
			return rc;
		for (uint32_t i = 0; i < nr; i++, at += sizeof(struct packet_file_record)) {
			struct packet before = *last;
			const char *complaint;

			record_get(at, last);
			*received += !(last->flags & (PACKET_SENT | PACKET_HELD_BEFORE));
			complaint = record_complaint(last, &before, info->span_ns);
			if (!(last->flags & PACKET_SENT) && last->bytes > *max_bytes)
				*max_bytes = last->bytes;
			if (!complaint)
				continue;
			snprintf(err, err_size,
				 "%s: damaged packet file: record at byte %zu: %s; " REMEDY,
				 map->path, (size_t)(at - map->at), complaint);
			return -EINVAL;
		}
	}
	return 0;
}

static void pool_cut(struct truth *truth, unsigned int i, uint64_t end_ns)
{
	struct truth_pool *pool = &truth->pools[i];
	struct truth_pool_point last = {0, 0};

	if (truth->nr_points)
		last = truth->pool_points[i][truth->nr_points - 1];
	pool->holds = last.hold;
	pool->releases = last.release;
	if (pool->closed_ns > end_ns)
		pool->closed_ns = 0;
}

/* Truth ends where the packets end. What was counted over the whole is not known of a part. */
static void info_cut(struct capture_info *info, uint64_t received, uint64_t end_ns)
{
	struct truth *truth = &info->truth;
	struct capture_device *dev = &info->devices[0];

	info->truncated = true;
	info->span_ns = end_ns;
	while (truth->nr_points && truth->points[truth->nr_points - 1].time_ns > end_ns)
		truth->nr_points--;
	if (truth->nr_points)
		truth->last = truth->points[truth->nr_points - 1];
	else
		truth->has_pool = truth->has_iommu = truth->has_driver_pages = false;
	if (truth->closed_ns > end_ns)
		truth->closed_ns = 0;
	truth->maps_sent = 0;
	for (unsigned int i = 0; i < truth->nr_pools; i++)
		pool_cut(truth, i, end_ns);
	dev->packets = received;
	dev->bytes = dev->delivered = dev->tx_packets = 0;
	memset(dev->release, 0, sizeof(dev->release));
}

/* Of a cut file: bytes with Ethernet header, for the capture's own count is of the whole. */
static void device_recount(const struct packet_map *map, struct capture_device *dev)
{
	for (uint64_t i = 0; i < map->packets; i++) {
		struct packet pkt;

		record_get(map->at + block_at(map, i / PACKET_FILE_BLOCK_RECORDS) +
				   sizeof(struct packet_file_block) +
				   i % PACKET_FILE_BLOCK_RECORDS *
					   sizeof(struct packet_file_record),
			   &pkt);
		if (pkt.flags & PACKET_SENT) {
			dev->tx_packets++;
			continue;
		}
		if (pkt.flags & PACKET_HELD_BEFORE)
			continue;
		dev->bytes += pkt.bytes;
		dev->release[pkt.method]++;
	}
}

static int info_check(const struct packet_map *map, const struct capture_info *info, char *err,
		      size_t err_size)
{
	const struct capture_device *dev = &info->devices[0];
	const struct truth *truth = &info->truth;

	if (!dev->name[0] || !dev->queues || dev->queues > CAPTURE_MAX_QUEUES)
		return refuse(map, "queues of its device", dev->queues, 1, err, err_size);
	if (info->cpus > CAPTURE_MAX_CPUS)
		return refuse(map, "CPUs of its machine, at most", info->cpus, CAPTURE_MAX_CPUS,
			      err, err_size);
	if (info->span_ns > TIME_END_NS)
		return refuse(map, "span_ns, at most", info->span_ns, TIME_END_NS, err, err_size);
	for (unsigned int i = 1; i < truth->nr_points; i++)
		if (truth->points[i].time_ns <= truth->points[i - 1].time_ns)
			return refuse(map, "ground truth out of order: point", i, i - 1, err,
				      err_size);
	return 0;
}

static int scan_map(const struct packet_map *map, struct capture_info *info, char *err,
		    size_t err_size)
{
	const unsigned char *items = map->at + sizeof(map->head);
	uint32_t crc = packet_file_crc(items, map->head.items_bytes);
	struct packet last;
	uint64_t received;
	size_t wrong;
	int rc;

	if (crc != map->head.items_crc)
		return refuse_crc(map, "its items", sizeof(map->head), crc, map->head.items_crc,
				  err, err_size);
	wrong = packet_file_items_read(items, map->head.items_bytes, info);
	if (wrong) {
		snprintf(err, err_size,
			 "%s: damaged packet file: item at byte %zu makes no sense; " REMEDY,
			 map->path, sizeof(map->head) + wrong - 1);
		return -EINVAL;
	}
	info->nr_devices = 1;
	snprintf(info->format, sizeof(info->format), "packet file v%d", PACKET_FILE_VERSION);
	rc = info_check(map, info, err, err_size);
	if (!rc)
		rc = records_check(map, info, &last, &received, err, err_size);
	if (!rc && map->packets == map->head.packets && received != info->devices[0].packets)
		return refuse(map, "packets that its device received", info->devices[0].packets,
			      received, err, err_size);
	if (!rc && map->packets < map->head.packets) {
		info_cut(info, received, last.arrival_ns);
		device_recount(map, &info->devices[0]);
	}
	return rc;
}

static int packet_file_scan(struct capture_info *info, char *err, size_t err_size)
{
	struct packet_map map;
	int rc = map_open(&map, info->path, err, err_size);

	if (!rc)
		rc = scan_map(&map, info, err, err_size);
	map_close(&map);
	return rc;
}

/* --- second pass --- */

/** struct packet_file_source - @at, @left: records of the block being read; @block: the next one */
struct packet_file_source {
	struct packet_source base;
	struct packet_map map;
	const unsigned char *at;
	uint32_t left;
	uint64_t block;
	char path[512];
};

static int source_next(struct packet_source *src, struct packet *pkt)
{
	struct packet_file_source *file = (struct packet_file_source *)src;

	if (!file->left) {
		int rc;

		if (file->block == file->map.blocks)
			return 0;
		rc = block_check(&file->map, file->block, &file->at, &file->left, src->error,
				 sizeof(src->error));
		if (rc)
			return rc;
		file->block++;
	}
	record_get(file->at, pkt);
	file->at += sizeof(struct packet_file_record);
	file->left--;
	return 1;
}

static void source_close(struct packet_source *src)
{
	struct packet_file_source *file = (struct packet_file_source *)src;

	map_close(&file->map);
	free(file);
}

static const struct packet_source_ops source_ops = {
	.next = source_next,
	.close = source_close,
};

static int packet_file_open(const struct capture_info *info, const struct capture_device *dev,
			    struct packet_source **src, char *err, size_t err_size)
{
	struct packet_file_source *file = calloc(1, sizeof(*file));
	int rc;

	(void)dev; /* there is one */
	if (!file) {
		snprintf(err, err_size, "%s: out of memory", info->path);
		return -ENOMEM;
	}
	file->base.ops = &source_ops;
	memcpy(file->path, info->path, sizeof(file->path));
	rc = map_open(&file->map, file->path, err, err_size);
	if (rc) {
		source_close(&file->base);
		return rc;
	}
	*src = &file->base;
	return 0;
}

const struct packet_format packet_file_format = {
	.name = "packet file",
	.probe = packet_file_probe,
	.scan = packet_file_scan,
	.open = packet_file_open,
};
