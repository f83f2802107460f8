/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rx_refcount_reuse.c - strategy `refcount_reuse`: pages stay with a descriptor, reused when alone.
 *
 * As proposed for mlx4 in 2016, before drivers split pages: the driver takes a reference of its own
 * when it hands the page to the stack and leaves page and mapping in the slot. The slot cannot wait
 * for it, so it has two pages in turn:
 *
 *	page	posted, or the one that went to the stack last
 *	lent	the one before: it went to the stack one turn of the ring ago
 *
 * At refill a count of 1 says that the stack is done: the slot posts @page again, or @lent; if both
 * are in use it takes a new page and leaves @lent to the stack. One turn of the ring is all the
 * time a reader has, and a longer ring gives it more.
 *
 *	_refcount = 1 (the slot's) + 1 while the stack has the buffer
 *
 * Who calls: alloc() and receive() in the queue's NAPI, put() from any CPU.
 * Cost: two atomics per buffer (the driver's reference, the stack's put), both on the line of
 *	struct page, and a third for a page left to the stack; alloc() reads that line, which the
 *	putting CPU wrote last. A map and an unmap only for a page that is replaced.
 * Guarantees: a page of a slot is mapped; at most two per slot. Without memory for a new page the
 *	slot stays empty, keeps both, and looks again at the next try. Emergency pages and pages of
 *	another node are used once.
 */
#include "rx_page.h"

struct reuse_slot {
	struct rx_page page, lent; /* page.page NULL = none */
};

/** struct reuse_queue - @slot: one per descriptor */
struct reuse_queue {
	struct reuse_slot *slot;
	struct device *dev;
	unsigned int ring_size;
	unsigned int order;
	unsigned int truesize;
	int nid;
	bool posted;
	u64 reused;
	u64 pages_new;
};

static int rx_refcount_reuse_create(const struct rx_params *params, void **queue)
{
	struct reuse_queue *q;
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

static int reuse_new_page(const struct reuse_queue *q, struct rx_page *p)
{
	p->page = dev_alloc_pages_node(q->nid, q->order);
	p->dma = 0;
	if (unlikely(!p->page))
		return -ENOMEM;
	if (!q->posted)
		return 0;
	p->dma = dma_map_page(q->dev, p->page, 0, q->truesize, DMA_FROM_DEVICE);
	if (!dma_mapping_error(q->dev, p->dma))
		return 0;
	__free_pages(p->page, q->order);
	return -ENOMEM;
}

static void reuse_unmap(const struct reuse_queue *q, const struct rx_page *p)
{
	if (q->posted)
		dma_unmap_page(q->dev, p->dma, q->truesize, DMA_FROM_DEVICE);
}

/* Drops the slot's reference; the last holder of one frees the page. */
static void reuse_let_go(const struct reuse_queue *q, struct rx_page *p)
{
	if (!p->page)
		return;
	reuse_unmap(q, p);
	put_page(p->page);
	p->page = NULL;
}

static bool reuse_is_alone(const struct rx_page *p)
{
	return p->page && page_ref_count(p->page) == 1;
}

/* Return: whether the slot has a page that can be posted again; it is @page then. */
static bool reuse_pick(struct reuse_slot *s)
{
	struct rx_page page = s->page;

	if (reuse_is_alone(&s->page))
		return true;
	if (!reuse_is_alone(&s->lent))
		return false;
	s->page = s->lent;
	s->lent = page;
	return true;
}

static void reuse_describe(const struct reuse_queue *q, const struct rx_page *p, struct rx_buf *buf)
{
	*buf = (struct rx_buf){.page = p->page, .truesize = q->truesize, .dma = p->dma};
}

static int rx_refcount_reuse_alloc(void *queue, unsigned int slot, unsigned int bytes,
				   struct rx_buf *buf)
{
	struct reuse_queue *q = queue;
	struct reuse_slot *s = &q->slot[slot];
	struct rx_page fresh;

	(void)bytes;
	if (likely(reuse_pick(s))) {
		q->reused++;
		if (q->posted)
			dma_sync_single_range_for_device(q->dev, s->page.dma, 0, q->truesize,
							 DMA_FROM_DEVICE);
	} else {
		if (reuse_new_page(q, &fresh))
			return -ENOMEM;
		if (s->page.page) {
			reuse_let_go(q, &s->lent);
			s->lent = s->page;
		}
		s->page = fresh;
		q->pages_new++;
	}
	reuse_describe(q, &s->page, buf);
	return 0;
}

static void rx_refcount_reuse_receive(void *queue, unsigned int slot, struct rx_buf *buf)
{
	struct reuse_queue *q = queue;
	struct rx_page *p = &q->slot[slot].page;

	reuse_describe(q, p, buf);
	if (likely(dev_page_is_reusable(p->page))) {
		if (q->posted)
			dma_sync_single_range_for_cpu(q->dev, p->dma, 0, q->truesize,
						      DMA_FROM_DEVICE);
		page_ref_inc(p->page);
	} else {
		/* The stack gets the slot's own reference. */
		reuse_unmap(q, p);
		p->page = NULL;
	}
}

static void rx_refcount_reuse_close(void *queue)
{
	struct reuse_queue *q = queue;

	for (unsigned int i = 0; i < q->ring_size; i++) {
		reuse_let_go(q, &q->slot[i].page);
		reuse_let_go(q, &q->slot[i].lent);
	}
}

static void rx_refcount_reuse_destroy(void *queue)
{
	struct reuse_queue *q = queue;

	if (!q)
		return;
	rx_refcount_reuse_close(q);
	kfree(q->slot);
	kfree(q);
}

static void rx_refcount_reuse_stats(const void *queue, struct rx_stats *stats)
{
	const struct reuse_queue *q = queue;

	*stats = (struct rx_stats){.reused = q->reused, .pages_new = q->pages_new};
}

const struct rx_strategy MM_NAME(strategy_refcount_reuse) = {
	.abi = FRAGSIM_ABI,
	.page_shift = PAGE_SHIFT,
	.name = "refcount_reuse",
	.summary = "pages stay with a descriptor, reused if the stack is done when the ring comes "
		   "round (mlx4, 2016)",
	.create = rx_refcount_reuse_create,
	.destroy = rx_refcount_reuse_destroy,
	.alloc = rx_refcount_reuse_alloc,
	.receive = rx_refcount_reuse_receive,
	.put = rx_put_page,
	.stats = rx_refcount_reuse_stats,
	.close = rx_refcount_reuse_close,
};
