/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * packet_file_items.c - what replay needs of a capture beside its packets, as tagged items.
 *
 * One row per field gives both ways and the document. A new field of capture_info that
 * matters to a replay needs a row here; the asserts below are the reminder.
 */
#include "traces/packet_file/packet_file_items.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>
#include "traces/packet_file/packet_file_layout.h"

#define INFO(kind, tag, name, field)                                                               \
	{                                                                                          \
		tag, kind, name, offsetof(struct capture_info, field),                             \
			sizeof(((struct capture_info *)0)->field)                                  \
	}
#define DEVICE(kind, tag, name, field) INFO(kind, tag, name, devices[0].field)

_Static_assert(sizeof(struct truth_point) == 56, "a new column? give it a row or a new item");
_Static_assert(sizeof(struct capture_device) ==
		       2 * CAPTURE_NAME_MAX +
			       8 * (6 + 1 + RELEASE_METHODS + UNREAD_REASONS + 3 + 1) + 4 + 4 + 80 +
			       sizeof(struct capture_nic) + 4,
	       "a new field? give it a row below");
_Static_assert(sizeof(struct capture_nic) == 32 + 8 * 4 + 4, "a new field? give it a row below");
_Static_assert(sizeof(struct truth_pool) == 6 * 8 + CAPTURE_NAME_MAX + 8,
	       "a new field? write and read it with struct packet_file_pool");
_Static_assert(sizeof(struct truth) == 8 + (10 + 9 + 1) * 8 + 2 * TRUTH_MAX_POOLS * 8 +
					       TRUTH_MAX_POOLS * sizeof(struct truth_pool) +
					       TRUTH_MAX_POINTS * (56 + TRUTH_MAX_POOLS * 8),
	       "a new field? give it a row below");

static const struct packet_file_row rows[] = {
	INFO(ITEM_TEXT, 1, "format of the source", origin),
	INFO(ITEM_TEXT, 2, "clock", clock),
	INFO(ITEM_NUMBER, 3, "first_ns", first_ns),
	INFO(ITEM_NUMBER, 4, "span_ns", span_ns),
	INFO(ITEM_NUMBER, 5, "events_total", events_total),
	INFO(ITEM_NUMBER, 6, "lost_events", lost_events),
	INFO(ITEM_BOOL, 7, "truncated", truncated),
	INFO(ITEM_NUMBER, 8, "cpus", cpus),
	INFO(ITEM_BOOL, 9, "packets_only", packets_only),
	INFO(ITEM_NUMBER, 10, "reordered", reordered),
	INFO(ITEM_EVENT, 11, "event type", events),
	INFO(ITEM_NUMBER, 12, "clock_steps", clock_steps),
	INFO(ITEM_NUMBER, 13, "times_moved", times_moved),
	INFO(ITEM_BOOL, 14, "times_unclear", times_unclear),
	INFO(ITEM_NUMBER, 15, "packets_empty", packets_empty),
	INFO(ITEM_NUMBER, 16, "copied", copied),
	INFO(ITEM_NUMBER, 17, "copied_apart", copied_apart),
	INFO(ITEM_NUMBER, 18, "collapsed", collapsed),
	INFO(ITEM_TEXT, 19, "kernel", kernel),
	INFO(ITEM_NUMBER, 20, "page_bytes", page_bytes),
	INFO(ITEM_BOOL, 21, "kernel_of_host", kernel_of_host),
	INFO(ITEM_BOOL, 22, "page_of_host", page_of_host),
	INFO(ITEM_TEXT, 23, "skb_defer_max", skb_defer_max),
	DEVICE(ITEM_TEXT, 32, "device: name", name),
	DEVICE(ITEM_NUMBER, 33, "device: packets", packets),
	DEVICE(ITEM_NUMBER, 34, "device: bytes", bytes),
	DEVICE(ITEM_NUMBER, 35, "device: delivered", delivered),
	DEVICE(ITEM_NUMBER, 36, "device: tx_packets", tx_packets),
	DEVICE(ITEM_NUMBER, 37, "device: queues", queues),
	DEVICE(ITEM_NUMBER, 38, "device: queue_base", queue_base),
	DEVICE(ITEM_BOOL, 39, "device: before_gro", before_gro),
	DEVICE(ITEM_SERIES, 40, "device: release, by method", release),
	DEVICE(ITEM_NUMBER, 41, "device: max_bytes", max_bytes),
	DEVICE(ITEM_TEXT, 42, "device: pick", pick),
	DEVICE(ITEM_NUMBER, 43, "device: held_before", held_before),
	DEVICE(ITEM_NUMBER, 44, "device: typical_bytes", typical_bytes),
	DEVICE(ITEM_NUMBER, 45, "device: xdp_packets", xdp_packets),
	DEVICE(ITEM_TEXT, 46, "device: driver", nic.driver),
	DEVICE(ITEM_NUMBER, 47, "device: mtu", nic.mtu),
	DEVICE(ITEM_NUMBER, 48, "device: rx_ring", nic.rx_ring),
	DEVICE(ITEM_NUMBER, 49, "device: tx_ring", nic.tx_ring),
	DEVICE(ITEM_NUMBER, 50, "device: rx_channels", nic.rx_channels),
	DEVICE(ITEM_NUMBER, 51, "device: rx_usecs", nic.rx_usecs),
	DEVICE(ITEM_NUMBER, 52, "device: rx_frames", nic.rx_frames),
	DEVICE(ITEM_BOOL, 53, "device: has_moderation", nic.has_moderation),
	DEVICE(ITEM_NUMBER, 54, "device: iommu", nic.iommu),
	DEVICE(ITEM_BOOL, 55, "device: changed", nic.changed),
	DEVICE(ITEM_BOOL, 56, "device: several", nic.several),
	DEVICE(ITEM_TEXT, 57, "device: peer", peer),
	DEVICE(ITEM_NUMBER, 58, "device: rx_jumbo_ring", nic.rx_jumbo_ring),
	DEVICE(ITEM_SERIES, 59, "device: unread, by reason", unread),
	DEVICE(ITEM_NUMBER, 60, "device: scale_found", scale_found),
	DEVICE(ITEM_NUMBER, 61, "device: split", split),
	DEVICE(ITEM_NUMBER, 62, "device: split_into", split_into),
	INFO(ITEM_BOOL, 64, "truth: has_pool", truth.has_pool),
	INFO(ITEM_BOOL, 65, "truth: has_iommu", truth.has_iommu),
	INFO(ITEM_BOOL, 66, "truth: has_driver_pages", truth.has_driver_pages),
	INFO(ITEM_SERIES, 67, "truth: last", truth.last),
	INFO(ITEM_NUMBER, 68, "truth: pool_held_start", truth.pool_held_start),
	INFO(ITEM_NUMBER, 69, "truth: closed_ns", truth.closed_ns),
	INFO(ITEM_NUMBER, 70, "truth: pool_held_peak", truth.pool_held_peak),
	INFO(ITEM_NUMBER, 71, "truth: interval_ns", truth.interval_ns),
	INFO(ITEM_POINTS, 72, "truth: points", truth.points),
	INFO(ITEM_NUMBER, 73, "truth: maps_sent", truth.maps_sent),
	INFO(ITEM_NUMBER, 74, "truth: pools_seen", truth.pools_seen),
	INFO(ITEM_POOL, 75, "truth: pool", truth.pools),
	INFO(ITEM_NUMBER, 76, "truth: starts_unknown", truth.starts_unknown),
	INFO(ITEM_BOOL, 77, "truth: rings_seen", truth.rings_seen),
	INFO(ITEM_NUMBER, 78, "truth: hold_ns", truth.hold_ns),
	INFO(ITEM_SERIES, 79, "truth: hold_ns, by pool", truth.pool_hold_ns),
	INFO(ITEM_BOOL, 81, "truth: driver_from_start", truth.driver_from_start),
	INFO(ITEM_NUMBER, 82, "truth: driver_held_peak", truth.driver_held_peak),
	INFO(ITEM_NUMBER, 83, "truth: driver_filled_ns", truth.driver_filled_ns),
	INFO(ITEM_NUMBER, 84, "truth: driver_rings", truth.driver_rings),
	INFO(ITEM_NUMBER, 85, "truth: driver_order", truth.driver_order),
	INFO(ITEM_SERIES, 80, "truth: held_before_hold, by pool", truth.pool_held_before_hold),
	{0},
};

const struct packet_file_row *packet_file_rows(void)
{
	return rows;
}

/** struct items - being written */
struct items {
	unsigned char *at;
	size_t size, room;
};

/* The header of an item whose content is in place already. */
static void item_head_put(struct items *items, uint32_t tag, size_t size)
{
	struct packet_file_item head = {htole32(tag), htole32((uint32_t)size)};

	memcpy(items->at + items->size, &head, sizeof(head));
	items->size += sizeof(head) + ((size + 7) & ~(size_t)7);
}

static void item_put(struct items *items, uint32_t tag, const void *content, size_t size)
{
	memcpy(items->at + items->size + sizeof(struct packet_file_item), content, size);
	item_head_put(items, tag, size);
}

static void series_put(struct items *items, uint32_t tag, const void *from, size_t nr)
{
	uint64_t number;
	struct packet_file_item head = {htole32(tag), htole32((uint32_t)(nr * sizeof(number)))};

	memcpy(items->at + items->size, &head, sizeof(head));
	items->size += sizeof(head);
	for (size_t i = 0; i < nr; i++) {
		memcpy(&number, (const unsigned char *)from + i * sizeof(number), sizeof(number));
		number = htole64(number);
		memcpy(items->at + items->size, &number, sizeof(number));
		items->size += sizeof(number);
	}
}

static void events_put(struct items *items, uint32_t tag, const struct capture_info *info)
{
	unsigned char content[8 + sizeof(info->events[0].name)];

	for (unsigned int i = 0; i < info->nr_events; i++) {
		const struct capture_event *event = &info->events[i];
		uint64_t count = htole64(event->count);
		size_t len = strnlen(event->name, sizeof(event->name));

		memcpy(content, &count, 8);
		memcpy(content + 8, event->name, len);
		item_put(items, tag, content, 8 + len);
	}
}

static void pool_head_put(const struct truth_pool *pool, struct packet_file_pool *head)
{
	memset(head, 0, sizeof(*head));
	head->address = htole64(pool->address);
	head->holds = htole64(pool->holds);
	head->releases = htole64(pool->releases);
	head->held_start = htole64(pool->held_start);
	head->held_peak = htole64(pool->held_peak);
	head->closed_ns = htole64(pool->closed_ns);
	head->flags =
		htole32((pool->start_known ? POOL_START_KNOWN : 0) | (pool->xdp ? POOL_XDP : 0));
	head->queue = htole32(pool->queue_known ? pool->queue : PACKET_FILE_NO_QUEUE);
	memcpy(head->device, pool->device, strnlen(pool->device, sizeof(head->device)));
}

static void pools_put(struct items *items, uint32_t tag, const struct truth *truth)
{
	for (unsigned int i = 0; i < truth->nr_pools; i++) {
		struct packet_file_pool head;
		unsigned char *at = items->at + items->size + sizeof(struct packet_file_item);
		uint32_t number;

		pool_head_put(&truth->pools[i], &head);
		memcpy(at, &head, sizeof(head));
		at += sizeof(head);
		for (unsigned int p = 0; p < truth->nr_points; p++, at += 8) {
			number = htole32(truth->pool_points[i][p].hold);
			memcpy(at, &number, sizeof(number));
			number = htole32(truth->pool_points[i][p].release);
			memcpy(at + sizeof(number), &number, sizeof(number));
		}
		item_head_put(items, tag, sizeof(head) + 8 * (size_t)truth->nr_points);
	}
}

/* Fields are uint64_t, unsigned int or bool. */
static uint64_t number_get(const unsigned char *field, size_t size)
{
	uint64_t number = 0;
	uint32_t narrow;

	if (size == sizeof(number)) {
		memcpy(&number, field, sizeof(number));
	} else if (size == sizeof(narrow)) {
		memcpy(&narrow, field, sizeof(narrow));
		number = narrow;
	} else {
		number = *field;
	}
	return number;
}

static void row_put(struct items *items, const struct packet_file_row *row,
		    const struct capture_info *info)
{
	const unsigned char *field = (const unsigned char *)info + row->offset;
	uint64_t number;

	switch (row->kind) {
	case ITEM_TEXT:
		item_put(items, row->tag, field, strnlen((const char *)field, row->size));
		break;
	case ITEM_NUMBER:
	case ITEM_BOOL:
		number = number_get(field, row->size);
		series_put(items, row->tag, &number, 1);
		break;
	case ITEM_SERIES:
		series_put(items, row->tag, field, row->size / 8);
		break;
	case ITEM_EVENT:
		events_put(items, row->tag, info);
		break;
	case ITEM_POINTS:
		series_put(items, row->tag, field,
			   info->truth.nr_points * sizeof(struct truth_point) / 8);
		break;
	case ITEM_POOL:
		pools_put(items, row->tag, &info->truth);
		break;
	}
}

size_t packet_file_items_write(const struct capture_info *info, const struct capture_device *dev,
			       unsigned char **buf)
{
	struct capture_info *copy = malloc(sizeof(*copy));
	struct items items = {.room = 2 * sizeof(*copy)};

	items.at = calloc(1, items.room);
	if (!copy || !items.at) {
		free(copy);
		free(items.at);
		return 0;
	}
	*copy = *info;
	copy->devices[0] = *dev;
	if (!copy->origin[0])
		memcpy(copy->origin, info->format, sizeof(copy->origin));
	for (const struct packet_file_row *row = rows; row->tag; row++)
		row_put(&items, row, copy);
	free(copy);
	*buf = items.at;
	return items.size;
}

static bool number_set(unsigned char *field, size_t size, uint64_t number)
{
	uint32_t narrow = (uint32_t)number;

	if (size == sizeof(number))
		memcpy(field, &number, sizeof(number));
	else if (size == sizeof(narrow) && number == narrow)
		memcpy(field, &narrow, sizeof(narrow));
	else
		return false;
	return true;
}

static uint64_t le64_at(const unsigned char *at)
{
	uint64_t number;

	memcpy(&number, at, sizeof(number));
	return le64toh(number);
}

/* Text ends up on terminals: only printable ASCII is valid. */
static bool text_set(char *field, size_t room, const unsigned char *at, size_t size)
{
	if (size >= room)
		return false;
	for (size_t i = 0; i < size; i++)
		if (at[i] < ' ' || at[i] > '~')
			return false;
	memcpy(field, at, size);
	field[size] = '\0';
	return true;
}

static bool event_set(struct capture_info *info, const unsigned char *at, size_t size)
{
	struct capture_event *event = &info->events[info->nr_events];

	if (info->nr_events == CAPTURE_MAX_EVENTS || size < 8)
		return false;
	event->count = le64_at(at);
	info->nr_events++;
	return text_set(event->name, sizeof(event->name), at + 8, size - 8);
}

static bool series_set(unsigned char *field, size_t room, const unsigned char *at, size_t size)
{
	if (size > room || size % 8)
		return false;
	for (size_t i = 0; i < size; i += 8) {
		uint64_t number = le64_at(at + i);

		memcpy(field + i, &number, sizeof(number));
	}
	return true;
}

static uint32_t le32_at(const unsigned char *at)
{
	uint32_t number;

	memcpy(&number, at, sizeof(number));
	return le32toh(number);
}

/* The points of the sum come before: a pool has as many. */
static bool pool_set(struct truth *truth, const unsigned char *at, size_t size)
{
	struct truth_pool *pool = &truth->pools[truth->nr_pools];
	struct truth_pool_point *points = truth->pool_points[truth->nr_pools];
	struct packet_file_pool head;

	if (truth->nr_pools == TRUTH_MAX_POOLS ||
	    size != sizeof(head) + 8 * (size_t)truth->nr_points)
		return false;
	memcpy(&head, at, sizeof(head));
	pool->address = le64toh(head.address);
	pool->holds = le64toh(head.holds);
	pool->releases = le64toh(head.releases);
	pool->held_start = le64toh(head.held_start);
	pool->held_peak = le64toh(head.held_peak);
	pool->closed_ns = le64toh(head.closed_ns);
	pool->start_known = (le32toh(head.flags) & POOL_START_KNOWN) != 0;
	pool->xdp = (le32toh(head.flags) & POOL_XDP) != 0;
	pool->queue_known = le32toh(head.queue) != PACKET_FILE_NO_QUEUE;
	pool->queue = pool->queue_known ? le32toh(head.queue) : 0;
	at += sizeof(head);
	for (unsigned int i = 0; i < truth->nr_points; i++, at += 8)
		points[i] = (struct truth_pool_point){le32_at(at), le32_at(at + 4)};
	truth->nr_pools++;
	return pool->queue < CAPTURE_MAX_QUEUES &&
	       text_set(pool->device, sizeof(pool->device), (const unsigned char *)head.device,
			strnlen(head.device, sizeof(head.device)));
}

static bool item_get(const struct packet_file_row *row, const unsigned char *at, size_t size,
		     struct capture_info *info)
{
	unsigned char *field = (unsigned char *)info + row->offset;

	switch (row->kind) {
	case ITEM_TEXT:
		return text_set((char *)field, row->size, at, size);
	case ITEM_NUMBER:
		return size == 8 && number_set(field, row->size, le64_at(at));
	case ITEM_BOOL:
		*field = size == 8 && le64_at(at) == 1;
		return size == 8 && le64_at(at) <= 1;
	case ITEM_SERIES:
		return size == row->size && series_set(field, row->size, at, size);
	case ITEM_EVENT:
		return event_set(info, at, size);
	case ITEM_POOL:
		return pool_set(&info->truth, at, size);
	default:
		info->truth.nr_points = (unsigned int)(size / sizeof(struct truth_point));
		return size % sizeof(struct truth_point) == 0 &&
		       series_set(field, row->size, at, size);
	}
}

size_t packet_file_items_read(const unsigned char *items, size_t size, struct capture_info *info)
{
	size_t at = 0;

	while (at < size) {
		const struct packet_file_row *row = rows;
		struct packet_file_item head;
		size_t padded;

		if (size - at < sizeof(head))
			return at + 1;
		memcpy(&head, items + at, sizeof(head));
		padded = ((size_t)le32toh(head.size) + 7) & ~(size_t)7;
		if (padded > size - at - sizeof(head))
			return at + 1;
		while (row->tag && row->tag != le32toh(head.tag))
			row++;
		if (row->tag && !item_get(row, items + at + sizeof(head), le32toh(head.size), info))
			return at + 1;
		at += sizeof(head) + padded;
	}
	return 0;
}
