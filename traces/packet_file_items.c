// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * packet_file_items.c - what replay needs of a capture beside its packets, as tagged items.
 *
 * One row per field gives both ways and the document. A field that is added to capture_info and
 * matters to a replay needs a row here: the asserts below remind of it.
 */
#include <endian.h>
#include <stdlib.h>
#include <string.h>
#include "packet_file.h"

#define INFO(kind, tag, name, field)                                                               \
	{                                                                                          \
		tag, kind, name, offsetof(struct capture_info, field),                             \
			sizeof(((struct capture_info *)0)->field)                                  \
	}
#define DEVICE(kind, tag, name, field) INFO(kind, tag, name, devices[0].field)

_Static_assert(sizeof(struct truth_point) == 48, "a new column? give it a row or a new item");
_Static_assert(sizeof(struct capture_device) ==
		       CAPTURE_NAME_MAX + 8 * (4 + 1 + RELEASE_METHODS + 1) + 4 + 80 + 4,
	       "a new field? give it a row below");
_Static_assert(sizeof(struct truth) == 8 + (6 + 4 + 1) * 8 + TRUTH_MAX_POINTS * 48,
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
	INFO(ITEM_BOOL, 64, "truth: has_pool", truth.has_pool),
	INFO(ITEM_BOOL, 65, "truth: has_iommu", truth.has_iommu),
	INFO(ITEM_BOOL, 66, "truth: has_driver_pages", truth.has_driver_pages),
	INFO(ITEM_SERIES, 67, "truth: last", truth.last),
	INFO(ITEM_NUMBER, 68, "truth: pool_held_start", truth.pool_held_start),
	INFO(ITEM_NUMBER, 69, "truth: closed_ns", truth.closed_ns),
	INFO(ITEM_NUMBER, 70, "truth: pool_held_peak", truth.pool_held_peak),
	INFO(ITEM_NUMBER, 71, "truth: interval_ns", truth.interval_ns),
	INFO(ITEM_POINTS, 72, "truth: points", truth.points),
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

static void item_put(struct items *items, uint32_t tag, const void *content, size_t size)
{
	struct packet_file_item head = {htole32(tag), htole32((uint32_t)size)};
	size_t padded = (size + 7) & ~(size_t)7;

	memcpy(items->at + items->size, &head, sizeof(head));
	memcpy(items->at + items->size + sizeof(head), content, size);
	items->size += sizeof(head) + padded;
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

/* Text ends up on terminals: what is not printable ASCII makes no sense. */
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
