/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cursor.h - sequential reading of a binary file, or of a block of memory, that nobody trusts.
 *
 * A read beyond the end gives zeroes and sets @cut, once and for all: code that reads a structure
 * can go on to the end of it and look at @cut then, and at every count before it loops over it.
 * Nothing here is allocated by a number of the file beyond the limit the caller names.
 */
#ifndef TRACES_CURSOR_H
#define TRACES_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct cursor - where reading goes on
 * @fd: the file, the caller's; -1 for memory
 * @pos: offset of the next byte
 * @end: bytes there are
 * @big_endian: byte order of numbers
 * @cut: more was asked for than there is
 * @window: bytes from @start on, @fill of them; ours (of @size) with a file, the caller's in memory
 */
struct cursor {
	int fd;
	uint64_t pos;
	uint64_t end;
	bool big_endian;
	bool cut;
	const unsigned char *window;
	unsigned char *own;
	size_t size;
	uint64_t start;
	size_t fill;
};

/** cursor_init_file() - read a file of @size bytes from its start; end with cursor_fini() */
void cursor_init_file(struct cursor *cur, int fd, uint64_t size, bool big_endian);

/** cursor_init_memory() - read @size bytes of memory, which stay the caller's */
void cursor_init_memory(struct cursor *cur, const void *bytes, size_t size, bool big_endian);

/** cursor_fini() - free the window; the file stays open */
void cursor_fini(struct cursor *cur);

/** cursor_seek() - go to an absolute offset; beyond the end sets @cut */
void cursor_seek(struct cursor *cur, uint64_t pos);

/** cursor_skip() - Return: false when there are not so many bytes left (@cut is set) */
bool cursor_skip(struct cursor *cur, uint64_t bytes);

/**
 * cursor_take() - the next bytes, all at once
 * @limit: most the caller is ready to have in memory; more than that is as if it were not there
 * Return: valid until the next call with this cursor; NULL when they are not there (@cut is set)
 */
const unsigned char *cursor_take(struct cursor *cur, uint64_t bytes, size_t limit);

/** cursor_u16() - the next two bytes as a number. Return: 0 beyond the end */
uint16_t cursor_u16(struct cursor *cur);

/** cursor_u32() - the next four bytes as a number. Return: 0 beyond the end */
uint32_t cursor_u32(struct cursor *cur);

/** cursor_u64() - the next eight bytes as a number. Return: 0 beyond the end */
uint64_t cursor_u64(struct cursor *cur);

/**
 * cursor_string() - a NUL-terminated name of at most 4095 bytes
 * @out: gets what fits into @size, terminated; fit to be printed: what is not printable ASCII, a
 *	quote or a backslash becomes '?'
 * Return: false when there is no NUL within 4096 bytes (@cut is set)
 */
bool cursor_string(struct cursor *cur, char *out, size_t size);

/** cursor_clean() - copy @len bytes of @text and a NUL, fit to be printed as in cursor_string() */
void cursor_clean(char *out, const char *text, size_t len);

/** cursor_expect() - Return: true when the next bytes are @word, its NUL included */
bool cursor_expect(struct cursor *cur, const char *word);

#endif
