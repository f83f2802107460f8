/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * shadow.h - --check: tracks ownership of each byte, independent of the allocator's own state.
 *
 * A buffer is remembered as a range of its page from allocation to put. A range that overlaps
 * another one, leaves its page, or is posted to a device that cannot reach it is a violation; so is
 * a page that is freed with a buffer in use. Each is one line that names the calls of hooks it came
 * from.
 */
#ifndef SIM_SHADOW_H
#define SIM_SHADOW_H

#include <stddef.h>
#include "alloc/strategy.h"
#include "sim/plugin/hook.h"

struct shadow;

/** shadow_create() - for @nr_pages pages, none handed out. Return: NULL when out of memory */
struct shadow *shadow_create(unsigned long nr_pages, size_t page_bytes);

/** shadow_destroy() - free it; accepts NULL */
void shadow_destroy(struct shadow *sh);

/**
 * shadow_take() - the strategy handed out @buf of @bytes
 * @posted: to the device, which must be able to reach it
 * @by: the call that did
 * Return: 0, or -EINVAL with one line in @err
 */
int shadow_take(struct shadow *sh, const struct rx_buf *buf, unsigned int bytes, bool posted,
		const struct hook_call *by, char *err, size_t err_size);

/**
 * shadow_receive() - receive() gave @buf
 * @by: the call, with the number of the packet in it
 * Return: 0, or -EINVAL with one line in @err: it was not handed out for that slot
 */
int shadow_receive(struct shadow *sh, const struct rx_buf *buf, const struct hook_call *by,
		   char *err, size_t err_size);

/**
 * shadow_put() - @buf is given back
 * @by: the call that will do it; gets the number of the packet in it
 * Return: 0, or -EINVAL with one line in @err: it was not handed out
 */
int shadow_put(struct shadow *sh, const struct rx_buf *buf, struct hook_call *by, char *err,
	       size_t err_size);

/**
 * shadow_page() - a block of 2^@order pages leaves the page allocator (@taken), or is freed
 * @by: the call in which it does
 * Return: 0, or -EINVAL with one line in @err: a buffer of it is in use
 */
int shadow_page(struct shadow *sh, unsigned long first, unsigned int order, bool taken,
		const struct hook_call *by, char *err, size_t err_size);

/** shadow_map() - a part of @page was mapped at @dma. @by: the call in which it was */
void shadow_map(struct shadow *sh, unsigned long page, uint64_t dma, const struct hook_call *by);

/**
 * shadow_leak() - "; ..." about the page that is held and was taken first; if none is held, about
 * the mapping that is there and was made last; "" if none is there either
 * @iommu: there is one; without it nobody keeps what is mapped
 */
void shadow_leak(const struct shadow *sh, bool iommu, char *buf, size_t size);

#endif
