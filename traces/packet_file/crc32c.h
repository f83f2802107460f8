/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * crc32c.h - CRC-32C (Castagnoli, as in iSCSI, RFC 3720): the check value of "123456789" is
 * 0xe3069283.
 */
#ifndef TRACES_CRC32C_H
#define TRACES_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/** crc32c() - of @size bytes. Cost: about a byte and a half per cycle, 8 KB of tables */
uint32_t crc32c(const void *data, size_t size);

#endif
