/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * unpack.h - decompression of blocks whose sizes are known in advance.
 */
#ifndef TRACES_UNPACK_H
#define TRACES_UNPACK_H

#include <stddef.h>

/** enum unpack_kind - compression of a file */
enum unpack_kind {
	UNPACK_NONE,
	UNPACK_ZSTD,
	UNPACK_ZLIB,
	UNPACK_UNKNOWN, /* not supported */
};

/** unpack_kind() - the compression that a trace.dat names: "none", "zstd", "zlib" */
enum unpack_kind unpack_kind(const char *name);

/**
 * unpack_block() - decompress one block
 * @in, @in_size: the compressed bytes, all of them
 * @out, @out_size: where they go, and how many bytes they must become
 * Return: 0, -EINVAL (damaged, or not exactly @out_size bytes), -ENOMEM, -ENOTSUP.
 */
int unpack_block(enum unpack_kind kind, const void *in, size_t in_size, void *out, size_t out_size);

#endif
