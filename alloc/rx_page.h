/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rx_page.h - what strategies with a slot of their own per descriptor share. What they do for each
 * buffer stays in their files: a helper there would change what the compiler loads when.
 */
#ifndef FRAGSIM_RX_PAGE_H
#define FRAGSIM_RX_PAGE_H

#include "mm.h"
#include "strategy.h"

/** struct rx_page - a page of the queue's order; @dma: its mapping, 0 if buffers are not posted */
struct rx_page {
	struct page *page;
	dma_addr_t dma;
};

/**
 * rx_queue_alloc() - memory of a queue of @bytes and of its slots, of @slot_bytes each
 * @slots: one for each descriptor of @params; both are zeroed and the caller's to kfree()
 * Return: the queue, or NULL without memory for both.
 */
static inline void *rx_queue_alloc(size_t bytes, const struct rx_params *params, size_t slot_bytes,
				   void **slots)
{
	void *queue = kzalloc(bytes, GFP_KERNEL);

	if (!queue)
		return NULL;
	*slots = kcalloc(params->ring_size, slot_bytes, GFP_KERNEL);
	if (*slots)
		return queue;
	kfree(queue);
	return NULL;
}

/** rx_put_page() - put() of a buffer that is a page, or a part with a reference of its own */
static inline void rx_put_page(const struct rx_buf *buf, bool direct)
{
	(void)direct;
	put_page(buf->page);
}

#endif
