/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cursor.h - sequential reading of untrusted bytes, in a file or in memory.
 *
 * A read beyond the end returns zeroes and sets @cut, which stays set: code can read a whole
 * structure and check @cut then, but must check it before looping over a count. No number in
 * the file makes the cursor allocate more than the limit the caller gives.
 */
#ifndef TRACES_CURSOR_H
#define TRACES_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct cursor - a position in the bytes
 * @fd: the file, owned by the caller; -1 for memory
 * @pos: offset of the next byte
 * @end: bytes there are
 * @big_endian: byte order of numbers
 * @cut: more was read than there is
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

/** cursor_seek() - set the position; beyond the end sets @cut */
void cursor_seek(struct cursor *cur, uint64_t pos);

/** cursor_skip() - move on. Return: false when fewer bytes are left (@cut is set) */
bool cursor_skip(struct cursor *cur, uint64_t bytes);

/**
 * cursor_take() - the next bytes, all at once
 * @limit: most bytes to hold in memory; a longer request fails as at the end
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
 * @out: what fits into @size, terminated and safe to print: '?' for what is not printable ASCII,
 *	for quotes and backslashes
 * Return: false when there is no NUL within 4096 bytes (@cut is set)
 */
bool cursor_string(struct cursor *cur, char *out, size_t size);

/** cursor_clean() - copy @len bytes of @text, terminated and safe to print as in cursor_string() */
void cursor_clean(char *out, const char *text, size_t len);

/** cursor_expect() - read a word. Return: true when it is @word, its NUL included */
bool cursor_expect(struct cursor *cur, const char *word);

#endif
