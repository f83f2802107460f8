/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rx_page_alloc.c - strategy `page_alloc`: every buffer is a page from the page allocator.
 *
 * The baseline: allocate and map at refill, unmap at receive, put_page() when the stack is done.
 * Nothing is kept.
 *
 * Who calls: alloc() and receive() in the queue's NAPI, put() from any CPU.
 * Cost: a buffer is one trip through the page allocator, one map, one unmap and one atomic (the
 *	put). The slot's line and the line of struct page are all it touches by itself.
 * Guarantees: outside the ring the queue holds no memory, so nothing can pin more than its own
 *	page.
 */
#include "rx_page.h"

struct page_queue {
	struct rx_page *slot;
	struct device *dev;
	unsigned int ring_size;
	unsigned int order;
	unsigned int truesize;
	int nid;
	bool posted;
	u64 pages_new;
};

static int rx_page_alloc_create(const struct rx_params *params, void **queue)
{
	struct page_queue *q;
	void *slots;

	if (!rx_params_fit(params, PAGE_SIZE))
		return -EINVAL;
	q = rx_queue_alloc(sizeof(*q), params, sizeof(*q->slot), &slots);
	if (!q)
		return -ENOMEM;
	q->slot = slots;
	q->dev = params->dev;
	q->ring_size = params->ring_size;
	q->order = params->order;
	q->truesize = (unsigned int)(PAGE_SIZE << params->order);
	q->nid = params->nid;
	q->posted = params->posted;
	*queue = q;
	return 0;
}

static int rx_page_alloc_alloc(void *queue, unsigned int slot, unsigned int bytes,
			       struct rx_buf *buf)
{
	struct page_queue *q = queue;
	struct rx_page *s = &q->slot[slot];
	struct page *page = dev_alloc_pages_node(q->nid, q->order);
	dma_addr_t dma = 0;

	(void)bytes;
	if (unlikely(!page))
		return -ENOMEM;
	if (q->posted) {
		dma = dma_map_page(q->dev, page, 0, q->truesize, DMA_FROM_DEVICE);
		if (dma_mapping_error(q->dev, dma)) {
			__free_pages(page, q->order);
			return -ENOMEM;
		}
	}
	s->page = page;
	s->dma = dma;
	q->pages_new++;
	*buf = (struct rx_buf){.page = page, .truesize = q->truesize, .dma = dma};
	return 0;
}

static void rx_page_alloc_receive(void *queue, unsigned int slot, struct rx_buf *buf)
{
	struct page_queue *q = queue;
	struct rx_page *s = &q->slot[slot];

	*buf = (struct rx_buf){.page = s->page, .truesize = q->truesize, .dma = s->dma};
	if (q->posted)
		dma_unmap_page(q->dev, s->dma, q->truesize, DMA_FROM_DEVICE);
	s->page = NULL;
}

static void rx_page_alloc_close(void *queue)
{
	struct page_queue *q = queue;
	struct rx_buf buf;

	for (unsigned int i = 0; i < q->ring_size; i++) {
		if (!q->slot[i].page)
			continue;
		rx_page_alloc_receive(q, i, &buf);
		put_page(buf.page);
	}
}

static void rx_page_alloc_destroy(void *queue)
{
	struct page_queue *q = queue;

	if (!q)
		return;
	rx_page_alloc_close(q);
	kfree(q->slot);
	kfree(q);
}

static void rx_page_alloc_stats(const void *queue, struct rx_stats *stats)
{
	const struct page_queue *q = queue;

	*stats = (struct rx_stats){.pages_new = q->pages_new};
}

const struct rx_strategy MM_NAME(strategy_page_alloc) = {
	.abi = FRAGSIM_ABI,
	.page_shift = PAGE_SHIFT,
	.name = "page_alloc",
	.summary = "a page from the page allocator for each buffer (baseline)",
	.create = rx_page_alloc_create,
	.destroy = rx_page_alloc_destroy,
	.alloc = rx_page_alloc_alloc,
	.receive = rx_page_alloc_receive,
	.put = rx_put_page,
	.stats = rx_page_alloc_stats,
	.close = rx_page_alloc_close,
};
