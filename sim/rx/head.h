/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * head.h - memory of skb heads that data is copied to when a socket's queue is collapsed.
 *
 * Heads of a size are cut from pages of the page allocator one after the other, as kmalloc() does,
 * and a page is free when all of its heads are. Ignores: slabs of more than one page, free objects
 * that are used again, and empty slabs that SLUB keeps.
 */
#ifndef SIM_HEAD_H
#define SIM_HEAD_H

#include <stdbool.h>
#include <stdint.h>

struct page;
struct rx_buf;

/** HEAD_SIZES - powers of two, up to a page of 64K */
#define HEAD_SIZES 17

/**
 * struct heads - memory of heads
 * @page: by log2 of the size: what the next one is cut from, or NULL
 * @used: bytes of it
 * @allocated, @held: pages taken, and not given back
 */
struct heads {
	struct page *page[HEAD_SIZES];
	uint32_t used[HEAD_SIZES];
	uint64_t allocated, held;
};

/**
 * head_alloc() - core_current allocates a head of @bytes, at most a page
 * @buf: filled; no strategy knows it
 * Return: false: the page allocator ran dry
 */
bool head_alloc(struct heads *heads, uint32_t bytes, struct rx_buf *buf);

/** head_free() - core_current frees @buf */
void head_free(struct heads *heads, const struct rx_buf *buf);

#endif
