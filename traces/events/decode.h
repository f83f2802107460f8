/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * decode.h - decodes tracepoint records by the format texts that were recorded with them.
 *
 * Independent of the container: all it needs is format texts, event IDs and the bytes of records.
 * Fields are looked up by name when a format is added, and read at their offset from then on.
 */
#ifndef TRACES_DECODE_H
#define TRACES_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "traces/events/event.h"
#include "traces/events/format.h"
#include "traces/events/name_table.h"
#include "traces/events/symbols.h"

#define DECODER_FREE_SITES 128 /* cells of the memo of call sites, a power of two up to 128 */

/** enum decoder_field_id - fields of tracepoints that become members of struct event */
enum decoder_field_id {
	DECODER_OBJECT,
	DECODER_LEN,
	DECODER_HASH,
	DECODER_QUEUE,
	DECODER_VLAN,
	DECODER_GFP,
	DECODER_DEV,
	DECODER_FREE_SITE,
	DECODER_CONTEXT,
	DECODER_NAPI,
	DECODER_IDS
};

/**
 * struct decoder_type - one event type of the capture
 * @named: its format is known
 * @seen: it had a record, @type is valid
 * @name: offset of "system:name" in @names of struct decoder
 * @type: number in the reader's table of types
 * @kind: enum event_kind
 * @fields: where its fields are; a size of 0: it has no such field
 */
struct decoder_type {
	bool named;
	bool seen;
	uint32_t name;
	uint16_t type;
	uint8_t kind;
	struct format_field fields[DECODER_IDS];
};

/** struct decoder_free_site - a call site, and does it free other skbs? @address 0: empty */
struct decoder_free_site {
	uint64_t address;
	bool foreign;
};

/**
 * struct decoder - state of decoding one capture
 * @devs, @types: tables of names that are filled; the caller's
 * @abi: of the machine that recorded; little endian and 64 bits if nothing is said
 * @load_symbols: Optional. Calls decoder_symbols() if the capture has symbols; called once, at
 *	the first record with a call site: many captures never need them
 * @load_arg: argument of @load_symbols
 * @common_type: event ID of every record, see decoder_id()
 * @list: event types by their ID, @nr_types of them
 * @parsed: how many format texts were parsed for their fields
 * @names: names of event types, NUL-terminated, @names_fill of @names_size bytes used
 * @symbols: functions whose frees say nothing about a packet
 * @free_sites: memo of call sites
 * @memalloc_sought: a format of mm_page_alloc was seen
 * @memalloc: value of __GFP_MEMALLOC on the kernel that recorded
 */
struct decoder {
	struct name_table *devs, *types;
	struct format_abi abi;
	void (*load_symbols)(void *arg);
	void *load_arg;
	struct format_field common_type;
	struct decoder_type *list;
	unsigned int nr_types;
	unsigned int parsed;
	char *names;
	size_t names_fill, names_size;
	struct symbols symbols;
	struct decoder_free_site free_sites[DECODER_FREE_SITES];
	bool memalloc_sought;
	uint64_t memalloc;
};

/**
 * decoder_init() - before the first format text
 * @devs, @types: get the names of devices and event types; outlive the decoder
 */
void decoder_init(struct decoder *dec, struct name_table *devs, struct name_table *types);

/**
 * decoder_add() - learn an event type from its format text
 * @system: "skb"
 * @text, @size: events/SYSTEM/EVENT/format as the kernel printed it; not kept
 *
 * What is no format text is ignored, and its events are counted as unknown. The first of several
 * with the same ID wins.
 * Return: 0; -EINVAL when the format of an event that matters is damaged, or there are more of
 *	those than in any kernel; -ENOMEM.
 */
int decoder_add(struct decoder *dec, const char *system, const char *text, size_t size);

/**
 * decoder_symbols() - learn functions from the text of /proc/kallsyms
 *
 * Return: 0 or -ENOMEM.
 */
int decoder_symbols(struct decoder *dec, const char *text, size_t size);

/**
 * decoder_id() - event ID of a record (common_type)
 *
 * Return: the ID, or -1 when the record is too short.
 */
int decoder_id(const struct decoder *dec, const void *data, size_t size);

/**
 * decoder_event() - decode one record
 * @id: its event ID
 * @data, @size: its bytes
 * @ev: kind, type and fields are set, 0 where the event has no such field; time and CPU are the
 *	caller's
 *
 * Return: 0, -EINVAL (impossible ID), -ENOMEM.
 */
int decoder_event(struct decoder *dec, int id, const void *data, size_t size, struct event *ev);

/** decoder_fini() - free everything but the name tables, which are the caller's */
void decoder_fini(struct decoder *dec);

#endif
