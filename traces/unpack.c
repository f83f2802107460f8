/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * unpack.c - zstd and zlib, the two that trace-cmd writes.
 */
#include <errno.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>
#include "traces/unpack.h"

enum unpack_kind unpack_kind(const char *name)
{
	if (!strcmp(name, "none"))
		return UNPACK_NONE;
	if (!strcmp(name, "zstd"))
		return UNPACK_ZSTD;
	return strcmp(name, "zlib") ? UNPACK_UNKNOWN : UNPACK_ZLIB;
}

static int unpack_zstd(const void *in, size_t in_size, void *out, size_t out_size)
{
	size_t got = ZSTD_decompress(out, out_size, in, in_size);

	return !ZSTD_isError(got) && got == out_size ? 0 : -EINVAL;
}

static int unpack_zlib(const void *in, size_t in_size, void *out, size_t out_size)
{
	uLongf got = out_size;
	int rc = uncompress(out, &got, in, in_size);

	if (rc == Z_MEM_ERROR)
		return -ENOMEM;
	return rc == Z_OK && got == out_size ? 0 : -EINVAL;
}

int unpack_block(enum unpack_kind kind, const void *in, size_t in_size, void *out, size_t out_size)
{
	switch (kind) {
	case UNPACK_ZSTD:
		return unpack_zstd(in, in_size, out, out_size);
	case UNPACK_ZLIB:
		return unpack_zlib(in, in_size, out, out_size);
	default:
		return -ENOTSUP;
	}
}
