/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cursor.c - a window that moves over a file; over memory the window is the whole.
 *
 * pread(), not mmap(): truncating a mapped file would kill the process with SIGBUS.
 */
#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "traces/cursor.h"

#define WINDOW_BYTES 65536
#define STRING_BYTES 4096

void cursor_init_file(struct cursor *cur, int fd, uint64_t size, bool big_endian)
{
	*cur = (struct cursor){.fd = fd, .end = size, .big_endian = big_endian};
}

void cursor_init_memory(struct cursor *cur, const void *bytes, size_t size, bool big_endian)
{
	*cur = (struct cursor){
		.fd = -1, .end = size, .big_endian = big_endian, .window = bytes, .fill = size};
}

void cursor_fini(struct cursor *cur)
{
	free(cur->own);
	memset(cur, 0, sizeof(*cur));
	cur->fd = -1;
}

void cursor_seek(struct cursor *cur, uint64_t pos)
{
	if (pos > cur->end)
		cur->cut = true;
	else
		cur->pos = pos;
}

bool cursor_skip(struct cursor *cur, uint64_t bytes)
{
	if (cur->cut || bytes > cur->end - cur->pos) {
		cur->cut = true;
		return false;
	}
	cur->pos += bytes;
	return true;
}

static bool window_grow(struct cursor *cur, size_t bytes)
{
	size_t size = bytes > WINDOW_BYTES ? bytes : WINDOW_BYTES;
	unsigned char *own;

	if (size <= cur->size)
		return true;
	own = malloc(size);
	if (!own)
		return false;
	free(cur->own);
	cur->own = own;
	cur->window = own;
	cur->size = size;
	cur->fill = 0;
	return true;
}

static bool window_fill(struct cursor *cur, size_t bytes)
{
	size_t got = 0;

	if (cur->fd < 0 || !window_grow(cur, bytes))
		return false;
	while (got < cur->size) {
		ssize_t n =
			pread(cur->fd, cur->own + got, cur->size - got, (off_t)(cur->pos + got));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		got += (size_t)n;
	}
	cur->start = cur->pos;
	cur->fill = got;
	return got >= bytes;
}

const unsigned char *cursor_take(struct cursor *cur, uint64_t bytes, size_t limit)
{
	const unsigned char *at;

	if (cur->cut || bytes > cur->end - cur->pos || bytes > limit)
		goto cut;
	if ((cur->pos < cur->start || cur->pos - cur->start > cur->fill ||
	     bytes > cur->fill - (cur->pos - cur->start)) &&
	    !window_fill(cur, (size_t)bytes))
		goto cut;
	at = cur->window + (cur->pos - cur->start);
	cur->pos += bytes;
	return at;
cut:
	cur->cut = true;
	return NULL;
}

uint16_t cursor_u16(struct cursor *cur)
{
	const unsigned char *at = cursor_take(cur, 2, WINDOW_BYTES);
	uint16_t value;

	if (!at)
		return 0;
	memcpy(&value, at, sizeof(value));
	return cur->big_endian ? be16toh(value) : le16toh(value);
}

uint32_t cursor_u32(struct cursor *cur)
{
	const unsigned char *at = cursor_take(cur, 4, WINDOW_BYTES);
	uint32_t value;

	if (!at)
		return 0;
	memcpy(&value, at, sizeof(value));
	return cur->big_endian ? be32toh(value) : le32toh(value);
}

uint64_t cursor_u64(struct cursor *cur)
{
	const unsigned char *at = cursor_take(cur, 8, WINDOW_BYTES);
	uint64_t value;

	if (!at)
		return 0;
	memcpy(&value, at, sizeof(value));
	return cur->big_endian ? be64toh(value) : le64toh(value);
}

void cursor_clean(char *out, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		out[i] = c < ' ' || c > '~' || c == '"' || c == '\\' ? '?' : c;
	}
	out[len] = '\0';
}

bool cursor_string(struct cursor *cur, char *out, size_t size)
{
	uint64_t left = cur->end - cur->pos, want = left < STRING_BYTES ? left : STRING_BYTES;
	const char *at = (const char *)cursor_take(cur, want, STRING_BYTES);
	const char *nul = at ? memchr(at, '\0', (size_t)want) : NULL;
	size_t len;

	if (!nul) {
		cur->cut = true;
		return false;
	}
	len = (size_t)(nul - at);
	cur->pos -= want - (len + 1);
	if (len >= size)
		len = size - 1;
	cursor_clean(out, at, len);
	return true;
}

bool cursor_expect(struct cursor *cur, const char *word)
{
	size_t size = strlen(word) + 1;
	const unsigned char *at = cursor_take(cur, size, WINDOW_BYTES);

	return at && !memcmp(at, word, size);
}
