/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * decode.h - raw tracepoint records to struct event, with the descriptions that libtraceevent read.
 *
 * Not bound to a container: whoever has an event id and the bytes of a record can use it. Fields
 * are looked up by name once per event type, then read at their offset.
 */
#ifndef TRACES_DECODE_H
#define TRACES_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "event.h"
#include "reader.h"

#define DECODER_PLACES 256 /* cells of the memo of call sites, a power of two */

struct tep_handle;

/** enum decoder_field_id - fields of tracepoints that become members of struct event */
enum decoder_field_id {
	DECODER_OBJECT,
	DECODER_LEN,
	DECODER_HASH,
	DECODER_QUEUE,
	DECODER_VLAN,
	DECODER_GFP,
	DECODER_DEV,
	DECODER_PLACE,
	DECODER_IDS
};

/** struct decoder_field - where a field is in the record; @size 0: the event does not have it */
struct decoder_field {
	uint16_t offset;
	uint16_t size;
};

/**
 * struct decoder_type - one event type of the capture
 * @known: looked up already
 * @type: number in the names table
 * @kind: enum event_kind
 * @fields: where its fields are
 */
struct decoder_type {
	bool known;
	uint16_t type;
	uint8_t kind;
	struct decoder_field fields[DECODER_IDS];
};

/** struct decoder_place - a call site and whether it frees skbs of others; @address 0 is empty */
struct decoder_place {
	uint64_t address;
	bool foreign;
};

/**
 * struct decoder - state of decoding one capture
 * @tep: event descriptions and symbols; the caller's
 * @reader: whose tables of names are filled
 * @types: by event id, @nr_types of them
 * @places: memo of call sites
 * @memalloc: value of __GFP_MEMALLOC on the kernel that recorded
 */
struct decoder {
	struct tep_handle *tep;
	struct reader *reader;
	struct decoder_type *types;
	unsigned int nr_types;
	struct decoder_place places[DECODER_PLACES];
	uint64_t memalloc;
};

/**
 * decoder_event() - decode one record
 * @id: its event id
 * @data, @size: its bytes
 * @ev: kind, type and fields are set; time and CPU are the caller's
 * Fields that the kernel did not have are 0.
 * Return: 0, -EINVAL (no such id is possible), -ENOMEM.
 */
int decoder_event(struct decoder *dec, int id, const void *data, size_t size, struct event *ev);

void decoder_fini(struct decoder *dec);

#endif
