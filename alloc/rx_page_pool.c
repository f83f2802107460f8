/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rx_page_pool.c - strategy `page_pool`: a whole page of a page_pool for each buffer.
 */
#include "pool_queue.h"

static int rx_page_pool_alloc(void *queue, unsigned int slot, unsigned int bytes,
			      struct rx_buf *buf)
{
	struct pool_queue *q = queue;
	struct page *page = page_pool_alloc_pages(q->pool, GFP_ATOMIC | __GFP_NOWARN);

	(void)bytes;
	return pool_queue_post(q, slot, page, 0, (unsigned int)(PAGE_SIZE << q->pool->p.order),
			       buf);
}

const struct rx_strategy MM_NAME(strategy_page_pool) = {
	.abi = FRAGSIM_ABI,
	.page_shift = PAGE_SHIFT,
	.name = "page_pool",
	.summary = "page_pool of Linux 6.12, a whole page per buffer",
	.has_pool_stats = true,
	.create = pool_queue_create,
	.destroy = pool_queue_destroy,
	.alloc = rx_page_pool_alloc,
	.receive = pool_queue_receive,
	.put = pool_queue_put,
	.stats = pool_queue_stats,
};
