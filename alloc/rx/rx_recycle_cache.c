/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rx_recycle_cache.c - strategy `recycle_cache`: the driver's own FIFO of pages, as mlx5 had it.
 *
 *	receive()                                                    alloc()
 *	page in the stack too --> | tail ... a page a page ... head | --> if its count is 1
 *
 * A page enters the FIFO at the end of receive processing with the driver's reference, while the
 * stack still uses it, and leaves from the head when the stack is done. Only the head is looked at:
 * one held buffer there blocks every page behind it, and each alloc() until then takes a new page.
 * A FIFO that is full drops what comes, so pages in the stack beyond `size` are lost to it.
 *
 * Who calls: alloc() and receive() in the queue's NAPI, put() from any CPU.
 * Cost: two atomics per buffer (the driver's reference, the stack's put) and a third when the FIFO
 *	does not take the page; alloc() reads the head's slot and its struct page. A page is mapped
 *	from the page allocator until it leaves the FIFO for good.
 * Guarantees: at most `size` pages in the FIFO, each mapped and with the driver's reference.
 *	Emergency pages and pages of another node never enter.
 * Source: linux-mlx5-rx-cache (mlx5e_rx_cache_get() and _put() in mlx5/core/en_rx.c); there a ring
 *	of 128 slots, later 256, keeps one empty, here `size` pages are held
 */
#include "rx_page.h"

#define RECYCLE_SIZE_DEFAULT 128 /* two NAPI budgets */
#define RECYCLE_SIZE_MAX     65536

static const struct strategy_option recycle_options[] = {
	{
		.name = "size",
		.min = 1,
		.max = RECYCLE_SIZE_MAX,
		.deflt = RECYCLE_SIZE_DEFAULT,
		.help = "pages the FIFO holds",
	},
	{.name = NULL},
};

/**
 * struct recycle_queue
 * @slot: one per descriptor; page NULL = empty
 * @fifo: @fifo_count pages from @fifo_head on, oldest first
 */
struct recycle_queue {
	struct rx_page *slot;
	struct rx_page *fifo;
	struct device *dev;
	unsigned int ring_size;
	unsigned int fifo_size;
	unsigned int fifo_head;
	unsigned int fifo_count;
	unsigned int order;
	unsigned int truesize;
	int nid;
	bool posted;
	u64 reused;
	u64 pages_new;
};

static void recycle_free(struct recycle_queue *q)
{
	kfree(q->fifo);
	kfree(q->slot);
	kfree(q);
}

static int rx_recycle_cache_create(const struct rx_params *params, void **queue)
{
	/* 0: the default, as with page_pool's pool_size */
	unsigned int size = params->option[0] ? params->option[0] : RECYCLE_SIZE_DEFAULT;
	struct recycle_queue *q;
	void *slots;

	if (!rx_params_fit(params, PAGE_SIZE) || size > RECYCLE_SIZE_MAX)
		return -EINVAL;
	q = rx_queue_alloc(sizeof(*q), params, sizeof(*q->slot), &slots);
	if (!q)
		return -ENOMEM;
	q->slot = slots;
	q->fifo = kcalloc(size, sizeof(*q->fifo), GFP_KERNEL);
	if (!q->fifo) {
		recycle_free(q);
		return -ENOMEM;
	}
	q->dev = params->dev;
	q->ring_size = params->ring_size;
	q->fifo_size = size;
	q->order = params->order;
	q->truesize = (unsigned int)(PAGE_SIZE << params->order);
	q->nid = params->nid;
	q->posted = params->posted;
	*queue = q;
	return 0;
}

static void recycle_let_go(const struct recycle_queue *q, const struct rx_page *p)
{
	if (q->posted)
		dma_unmap_page(q->dev, p->dma, q->truesize, DMA_FROM_DEVICE);
	put_page(p->page);
}

static bool recycle_put(struct recycle_queue *q, const struct rx_page *p)
{
	unsigned int tail = q->fifo_head + q->fifo_count;

	if (q->fifo_count == q->fifo_size || unlikely(!dev_page_is_reusable(p->page)))
		return false;
	q->fifo[tail >= q->fifo_size ? tail - q->fifo_size : tail] = *p;
	q->fifo_count++;
	return true;
}

static bool recycle_get(struct recycle_queue *q, struct rx_page *p)
{
	if (!q->fifo_count || page_ref_count(q->fifo[q->fifo_head].page) != 1)
		return false;
	*p = q->fifo[q->fifo_head];
	q->fifo_count--;
	if (++q->fifo_head == q->fifo_size)
		q->fifo_head = 0;
	q->reused++;
	if (q->posted)
		dma_sync_single_range_for_device(q->dev, p->dma, 0, q->truesize, DMA_FROM_DEVICE);
	return true;
}

static int recycle_new_page(struct recycle_queue *q, struct rx_page *p)
{
	struct page *page = dev_alloc_pages_node(q->nid, q->order);
	dma_addr_t dma = 0;

	if (unlikely(!page))
		return -ENOMEM;
	if (q->posted) {
		dma = dma_map_page(q->dev, page, 0, q->truesize, DMA_FROM_DEVICE);
		if (dma_mapping_error(q->dev, dma)) {
			__free_pages(page, q->order);
			return -ENOMEM;
		}
	}
	*p = (struct rx_page){page, dma};
	q->pages_new++;
	return 0;
}

static void recycle_describe(const struct recycle_queue *q, const struct rx_page *p,
			     struct rx_buf *buf)
{
	*buf = (struct rx_buf){.page = p->page, .truesize = q->truesize, .dma = p->dma};
}

static int rx_recycle_cache_alloc(void *queue, unsigned int slot, unsigned int bytes,
				  struct rx_buf *buf)
{
	struct recycle_queue *q = queue;
	struct rx_page *s = &q->slot[slot];

	(void)bytes;
	if (!recycle_get(q, s) && recycle_new_page(q, s))
		return -ENOMEM;
	recycle_describe(q, s, buf);
	return 0;
}

static void rx_recycle_cache_receive(void *queue, unsigned int slot, struct rx_buf *buf)
{
	struct recycle_queue *q = queue;
	struct rx_page *s = &q->slot[slot];

	if (q->posted)
		dma_sync_single_range_for_cpu(q->dev, s->dma, 0, q->truesize, DMA_FROM_DEVICE);
	page_ref_inc(s->page);
	recycle_describe(q, s, buf);
	if (!recycle_put(q, s))
		recycle_let_go(q, s);
	s->page = NULL;
}

static void rx_recycle_cache_close(void *queue)
{
	struct recycle_queue *q = queue;

	for (unsigned int i = 0; i < q->ring_size; i++) {
		if (q->slot[i].page)
			recycle_let_go(q, &q->slot[i]);
		q->slot[i].page = NULL;
	}
	for (; q->fifo_count; q->fifo_count--) {
		recycle_let_go(q, &q->fifo[q->fifo_head]);
		if (++q->fifo_head == q->fifo_size)
			q->fifo_head = 0;
	}
}

static void rx_recycle_cache_destroy(void *queue)
{
	if (!queue)
		return;
	rx_recycle_cache_close(queue);
	recycle_free(queue);
}

static void rx_recycle_cache_stats(const void *queue, struct rx_stats *stats)
{
	const struct recycle_queue *q = queue;

	*stats = (struct rx_stats){.reused = q->reused, .pages_new = q->pages_new};
}

const struct rx_strategy MM_NAME(strategy_recycle_cache) = {
	.abi = FRAGSIM_ABI,
	.page_shift = PAGE_SHIFT,
	.name = "recycle_cache",
	.summary = "the driver's own FIFO of pages, blocked by a head still in use (mlx5)",
	.options = recycle_options,
	.create = rx_recycle_cache_create,
	.destroy = rx_recycle_cache_destroy,
	.alloc = rx_recycle_cache_alloc,
	.receive = rx_recycle_cache_receive,
	.put = rx_put_page,
	.stats = rx_recycle_cache_stats,
	.close = rx_recycle_cache_close,
};
