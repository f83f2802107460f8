/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * shadow.h - --check: who has which bytes, kept apart from the allocator's own opinion.
 *
 * Every buffer handed out is remembered as a range of its page until it is put. A range that
 * overlaps another one, leaves its page, or is posted to a device that cannot reach it is a
 * violation, told in one line.
 */
#ifndef SIM_SHADOW_H
#define SIM_SHADOW_H

#include <stddef.h>
#include "alloc/strategy.h"

struct shadow;

/** shadow_create() - Return: NULL when out of memory */
struct shadow *shadow_create(unsigned long nr_pages, size_t page_bytes);
void shadow_destroy(struct shadow *sh);

/**
 * shadow_take() - @buf of @bytes is handed out; @posted: to the device
 * Return: 0, or -EINVAL with one line in @err.
 */
int shadow_take(struct shadow *sh, const struct rx_buf *buf, unsigned int bytes, bool posted,
		char *err, size_t err_size);

/** shadow_put() - @buf comes back. Return: 0, or -EINVAL (it was not out) with @err */
int shadow_put(struct shadow *sh, const struct rx_buf *buf, char *err, size_t err_size);

#endif
