/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * host_file.h - what tools/capture wrote beside a capture: CAPTURE.host.json, of the machine.
 *
 * docs/recording.md describes it. Members that nobody here knows are passed over.
 */
#ifndef TRACES_HOST_FILE_H
#define TRACES_HOST_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "traces/capture.h"
#include "traces/host/host_machine.h"

#define HOST_FILE_BYTES_MAX (4u << 20)
#define HOST_MAX_POOLS	    4096

/**
 * struct host_pool - a page_pool that the kernel listed by netlink
 * @id: of the pool
 * @napi_id: of the NAPI context that it serves, 0: none said
 * @begin, @end: pages that it held when the recording began and ended; with @in_begin, @in_end
 * @device: whose pool it is, "": one that is gone
 * @detached: its driver had let go of it
 */
struct host_pool {
	uint64_t id, napi_id;
	uint64_t begin, end;
	char device[CAPTURE_NAME_MAX];
	bool in_begin, in_end, detached;
};

/**
 * struct host_file - one such file
 * @bytes: size of the capture that it was written for
 * @first_ns: time of that capture's first event
 * @machine: its kernel and devices
 * @nr: of @pool, those in only one of the two lists included
 */
struct host_file {
	uint64_t bytes, first_ns;
	struct host_machine machine;
	unsigned int nr;
	struct host_pool pool[HOST_MAX_POOLS];
};

/**
 * host_file_read() - read the file that belongs to a capture
 * @path: of the capture
 * @why: on failure what is wrong with it, a part of a sentence
 * Return: 0, -ENOENT (there is none), -EINVAL, -EFBIG, -ENOMEM, -errno.
 */
int host_file_read(const char *path, struct host_file *host, char *why, size_t why_size);

#endif
