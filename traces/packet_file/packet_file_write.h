/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * packet_file_write.h - the packets of a source become a packet file.
 */
#ifndef TRACES_PACKET_FILE_WRITE_H
#define TRACES_PACKET_FILE_WRITE_H

#include <stdint.h>
#include <stdio.h>
#include "traces/capture.h"

/**
 * packet_file_write() - write all packets of a source, and what replay needs of their capture
 * @out: empty, seekable; the caller opens and closes it. Its content depends on the capture only.
 * @packets: set on success: packets received (what the device sent is written as well)
 * Return: 0, -ENOMEM, -errno (of the source, of writing; one line in @err without @out's name)
 */
int packet_file_write(FILE *out, const struct capture_info *info, const struct capture_device *dev,
		      struct packet_source *src, uint64_t *packets, char *err, size_t err_size);

#endif
