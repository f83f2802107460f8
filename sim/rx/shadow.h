/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * shadow.h - --check: tracks ownership of each byte, independent of the allocator's own state.
 *
 * A buffer is remembered as a range of its page from allocation to put. A range that overlaps
 * another one, leaves its page, or is posted to a device that cannot reach it is a violation,
 * described in one line.
 */
#ifndef SIM_SHADOW_H
#define SIM_SHADOW_H

#include <stddef.h>
#include "alloc/strategy.h"

struct shadow;

/** shadow_create() - for @nr_pages pages, none handed out. Return: NULL when out of memory */
struct shadow *shadow_create(unsigned long nr_pages, size_t page_bytes);

/** shadow_destroy() - free it; accepts NULL */
void shadow_destroy(struct shadow *sh);

/**
 * shadow_take() - the strategy handed out @buf of @bytes
 * @posted: to the device, which must be able to reach it
 * Return: 0, or -EINVAL with one line in @err
 */
int shadow_take(struct shadow *sh, const struct rx_buf *buf, unsigned int bytes, bool posted,
		char *err, size_t err_size);

/**
 * shadow_put() - @buf is given back
 * Return: 0, or -EINVAL with one line in @err: it was not handed out
 */
int shadow_put(struct shadow *sh, const struct rx_buf *buf, char *err, size_t err_size);

#endif
