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
 * Not libtraceevent: it parses the print formats of all 2300 events of a kernel to expression
 * trees, which took 88 ms where reading names, ids and a few fields takes 1; nothing here prints.
 * The text need not end in NUL, and may be any bytes at all.
 */
#ifndef TRACES_FORMAT_H
#define TRACES_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** FORMAT_BYTES_MAX - longest format text that is read; the kernel's longest has about 20 KB */
#define FORMAT_BYTES_MAX (1u << 18)

/**
 * struct format - the head of a format text
 * @name, @name_len: of the event, in the text
 * @id: number that its records start with
 */
struct format {
	const char *name;
	size_t name_len;
	uint16_t id;
};

/** struct format_field - where a field is in the record */
struct format_field {
	uint16_t offset;
	uint16_t size;
};

/** format_parse() - Return: false when it is no format text */
bool format_parse(const char *text, size_t size, struct format *format);

/**
 * format_field() - find a field by name
 * @name: "skbaddr"; it may be declared as any type, an array or __data_loc
 * Return: false when the event does not have it (@field is not written)
 */
bool format_field(const char *text, size_t size, const char *name, struct format_field *field);

/**
 * format_flag() - the value of a flag in the __print_flags() of the print format
 * @flag: "__GFP_MEMALLOC"
 * Its value is a constant expression of the kernel's headers, printed as the preprocessor left it.
 * Return: 0 when there is no such flag, or it is no expression of numbers, casts, | & + - ~ << >>
 */
uint64_t format_flag(const char *text, size_t size, const char *flag);

#endif
