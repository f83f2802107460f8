/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rx_null.c - strategy `null`: does nothing, and so measures everything around a strategy.
 *
 * Each slot has one page, taken (and mapped) when the queue is made and handed out again whether or
 * not the stack is done with it: its packets are overwritten, its numbers are a floor. Not an
 * allocator.
 */
#include "rx_page.h"

struct null_queue {
	struct rx_page *slot;
	struct device *dev;
	unsigned int ring_size;
	unsigned int order;
	unsigned int truesize;
	bool posted;
	u64 buffers;
};

static void rx_null_destroy(void *queue)
{
	struct null_queue *q = queue;

	if (!q)
		return;
	for (unsigned int i = 0; i < q->ring_size; i++) {
		struct rx_page *s = &q->slot[i];

		if (!s->page)
			break;
		if (q->posted && !dma_mapping_error(q->dev, s->dma))
			dma_unmap_page(q->dev, s->dma, q->truesize, DMA_FROM_DEVICE);
		__free_pages(s->page, q->order);
	}
	kfree(q->slot);
	kfree(q);
}

static int null_slot_fill(const struct null_queue *q, struct rx_page *s, int nid)
{
	s->page = dev_alloc_pages_node(nid, q->order);
	if (!s->page)
		return -ENOMEM;
	if (!q->posted)
		return 0;
	s->dma = dma_map_page(q->dev, s->page, 0, q->truesize, DMA_FROM_DEVICE);
	return dma_mapping_error(q->dev, s->dma) ? -ENOMEM : 0;
}

static int rx_null_create(const struct rx_params *params, void **queue)
{
	struct null_queue *q;
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
	q->posted = params->posted;
	for (unsigned int i = 0; i < params->ring_size; i++) {
		if (null_slot_fill(q, &q->slot[i], params->nid)) {
			rx_null_destroy(q);
			return -ENOMEM;
		}
	}
	*queue = q;
	return 0;
}

static void rx_null_receive(void *queue, unsigned int slot, struct rx_buf *buf)
{
	const struct null_queue *q = queue;

	buf->page = q->slot[slot].page;
	buf->offset = 0;
	buf->truesize = q->truesize;
	buf->dma = q->slot[slot].dma;
}

static int rx_null_alloc(void *queue, unsigned int slot, unsigned int bytes, struct rx_buf *buf)
{
	struct null_queue *q = queue;

	(void)bytes;
	q->buffers++;
	rx_null_receive(queue, slot, buf);
	return 0;
}

static void rx_null_put(const struct rx_buf *buf, bool direct)
{
	(void)buf;
	(void)direct;
}

static void rx_null_stats(const void *queue, struct rx_stats *stats)
{
	const struct null_queue *q = queue;

	*stats = (struct rx_stats){.reused = q->buffers, .pages_new = q->ring_size};
}

const struct rx_strategy MM_NAME(strategy_null) = {
	.abi = FRAGSIM_ABI,
	.page_shift = PAGE_SHIFT,
	.name = "null",
	.summary = "does nothing: measures the harness",
	.shares_buffers = true,
	.create = rx_null_create,
	.destroy = rx_null_destroy,
	.alloc = rx_null_alloc,
	.receive = rx_null_receive,
	.put = rx_null_put,
	.stats = rx_null_stats,
};
