/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * digest.h - what identifies a file, and what names a folder.
 */
#ifndef TOOLS_DIGEST_H
#define TOOLS_DIGEST_H

#include <stddef.h>
#include <stdint.h>

/** DIGEST_HEX_MAX - room for a SHA-256 in hexadecimal */
#define DIGEST_HEX_MAX 65

/**
 * digest_file() - SHA-256 of a regular file, in one pass
 * Return: 0, -ENOSYS (built without libgcrypt), -EINVAL (no regular file), or -errno
 */
int digest_file(const char *path, char hex[DIGEST_HEX_MAX]);

/** DIGEST_START - to begin digest_text() with */
#define DIGEST_START UINT64_C(0xcbf29ce484222325)

/** digest_text() - FNV-1a of @text after @digest: tells texts apart, does not protect them */
uint64_t digest_text(uint64_t digest, const char *text);

#endif
