/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rx_page_pool_frag.c - strategy `page_pool_frag`: the pool cuts its pages into fragments.
 *
 * What page_pool_dev_alloc() gives a driver: a fragment, or a whole page where two buffers would
 * not fit. Buffers of different descriptors share a page.
 */
#include "pool_queue.h"

static int rx_page_pool_frag_alloc(void *queue, unsigned int slot, unsigned int bytes,
				   struct rx_buf *buf)
{
	struct pool_queue *q = queue;
	unsigned int offset = 0, truesize = bytes;
	struct page *page = page_pool_alloc(q->pool, &offset, &truesize, GFP_ATOMIC | __GFP_NOWARN);

	return pool_queue_post(q, slot, page, offset, truesize, buf);
}

const struct rx_strategy MM_NAME(strategy_page_pool_frag) = {
	.abi = FRAGSIM_ABI,
	.page_shift = PAGE_SHIFT,
	.name = "page_pool_frag",
	.summary = "page_pool of Linux 6.12, pages cut into fragments",
	.has_pool_stats = true,
	.create = pool_queue_create,
	.destroy = pool_queue_destroy,
	.alloc = rx_page_pool_frag_alloc,
	.receive = pool_queue_receive,
	.put = pool_queue_put,
	.stats = pool_queue_stats,
};
