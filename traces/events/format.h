/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * format.h - the text that describes a tracepoint's record: events/SYSTEM/EVENT/format.
 *
 *	name: consume_skb
 *	ID: 2309
 *	format:
 *		field:unsigned short common_type;	offset:0;	size:2;	signed:0;
 *		field:void * skbaddr;	offset:8;	size:8;	signed:0;
 *
 *	print fmt: "skbaddr=%p ...", REC->skbaddr, ...
 *
 * A kernel has more than two thousand of them, of which the fields of twenty matter here. For the
 * others format_head() reads name and ID. format_fields() hands the field lines to libtraceevent,
 * behind a guard, and never a print format. Texts need no NUL and may be any bytes at all.
 */
#ifndef TRACES_FORMAT_H
#define TRACES_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** FORMAT_BYTES_MAX - longest format text that is read; the kernel's longest has about 20 KB */
#define FORMAT_BYTES_MAX (1u << 18)

/**
 * struct format_head - the first two lines of a format text
 * @name, @name_len: of the event, in the text
 * @id: its ID, the common_type of its records
 */
struct format_head {
	const char *name;
	size_t name_len;
	uint16_t id;
};

/**
 * struct format_abi - the machine that recorded
 * @big_endian: its byte order
 * @long_size: bytes of its long, 4 or 8
 */
struct format_abi {
	bool big_endian;
	unsigned int long_size;
};

/** enum format_field_flags - what a field's declaration says */
enum format_field_flags {
	FORMAT_SIGNED = 1 << 0,
	FORMAT_DATA_LOC = 1 << 1, /* offset and length of the data, from the start of the record */
	FORMAT_REL_LOC = 1 << 2,  /* the same, from the end of this field */
};

/**
 * struct format_field - where a field is in the record
 * @offset, @size: in bytes; a size of 0: the event does not have the field
 * @flags: enum format_field_flags
 */
struct format_field {
	uint16_t offset;
	uint16_t size;
	uint8_t flags;
};

/**
 * format_head() - name and ID of an event
 *
 * Return: false when it is no format text.
 */
bool format_head(const char *text, size_t size, struct format_head *head);

/**
 * format_fields() - find fields by name
 * @abi: of the recording machine
 * @system: "skb"
 * @text: a format text, or field lines alone as in events/header_page; @size bytes
 * @names: @nr wanted names, NULL for none
 * @fields: @nr places; all zero on failure
 *
 * One call of tep_parse_event(): some 40 us, and nothing is kept.
 * Return: 0, also when there is no field of that name; -EINVAL when the text is damaged, a wanted
 *	field is declared twice, or its offset or size exceeds 65535; -ENOMEM.
 */
int format_fields(const struct format_abi *abi, const char *system, const char *text, size_t size,
		  const char *const *names, unsigned int nr, struct format_field *fields);

#endif
