/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bytes.h - files for tests, put together byte by byte.
 */
#ifndef TESTS_TRACES_BYTES_H
#define TESTS_TRACES_BYTES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include "cmocka_all.h"

/** struct bytes - what was put together; @big: numbers are written big-endian */
struct bytes {
	unsigned char at[1 << 16];
	size_t size;
	bool big;
};

static inline void put(struct bytes *b, const void *from, size_t size)
{
	assert_true(b->size + size <= sizeof(b->at));
	memcpy(b->at + b->size, from, size);
	b->size += size;
}

/* @size bytes of @value, in the order that was asked for */
static inline void put_number(struct bytes *b, uint64_t value, unsigned int size)
{
	for (unsigned int i = 0; i < size; i++) {
		unsigned char byte = (unsigned char)(value >> 8 * (b->big ? size - 1 - i : i));

		put(b, &byte, 1);
	}
}

static inline void put16(struct bytes *b, uint64_t value)
{
	put_number(b, value, 2);
}

static inline void put32(struct bytes *b, uint64_t value)
{
	put_number(b, value, 4);
}

static inline void put64(struct bytes *b, uint64_t value)
{
	put_number(b, value, 8);
}

/* Over what is at @at already. */
static inline void put_at(struct bytes *b, size_t at, uint64_t value, unsigned int size)
{
	size_t end = b->size;

	b->size = at;
	put_number(b, value, size);
	b->size = end;
}

static inline void put_zeros(struct bytes *b, size_t size)
{
	while (size--)
		put(b, "", 1);
}

static inline void bytes_store(const struct bytes *b, const char *path)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(b->at, 1, b->size, file), b->size);
	fclose(file);
}

#endif
