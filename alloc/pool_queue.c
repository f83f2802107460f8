/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pool_queue.c - see pool_queue.h: the driver's side of a page_pool, as libeth or mlx5 write it.
 */
#include "pool_queue.h"

int pool_queue_create(const struct rx_params *params, enum pp_users users, void **queue)
{
	struct page_pool_params pp = {
		.order = params->order,
		.pool_size = params->pool_size,
		.nid = params->nid,
		.dev = params->dev,
		.dma_dir = DMA_FROM_DEVICE,
		.users = users,
		.alloc_cache = params->pool_cache,
		.alloc_refill = params->pool_refill,
	};
	struct pool_queue *q;
	int err;

	if (!rx_params_fit(params, PAGE_SIZE))
		return -EINVAL;
	pp.max_len = (unsigned int)(PAGE_SIZE << params->order);
	q = kzalloc(sizeof(*q), GFP_KERNEL);
	if (!q)
		return -ENOMEM;
	q->slot = kcalloc(params->ring_size, sizeof(*q->slot), GFP_KERNEL);
	if (params->posted)
		pp.flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV;
	err = q->slot ? page_pool_create(&pp, &q->pool) : -ENOMEM;
	if (err) {
		kfree(q->slot);
		kfree(q);
		return err;
	}
	q->dev = params->dev;
	q->ring_size = params->ring_size;
	q->posted = params->posted;
	*queue = q;
	return 0;
}

void pool_queue_close(void *queue)
{
	struct pool_queue *q = queue;

	for (unsigned int i = 0; i < q->ring_size; i++) {
		if (q->slot[i].page)
			page_pool_put_user(q->slot[i].page, false);
		q->slot[i].page = NULL;
	}
	page_pool_close(q->pool);
}

void pool_queue_destroy(void *queue)
{
	struct pool_queue *q = queue;

	if (!q)
		return;
	pool_queue_close(q);
	page_pool_destroy(q->pool);
	kfree(q->slot);
	kfree(q);
}

static void pool_slot_describe(const struct pool_queue *q, const struct pool_slot *s,
			       struct rx_buf *buf)
{
	buf->page = s->page;
	buf->offset = s->offset;
	buf->truesize = s->truesize;
	buf->dma = q->posted ? page_pool_get_dma_addr(s->page) + s->offset : 0;
}

int pool_queue_post(struct pool_queue *q, unsigned int slot, struct page *page, unsigned int offset,
		    unsigned int truesize, struct rx_buf *buf)
{
	struct pool_slot *s = &q->slot[slot];

	if (unlikely(!page))
		return -ENOMEM;
	s->page = page;
	s->offset = offset;
	s->truesize = truesize;
	q->buffers++;
	pool_slot_describe(q, s, buf);
	return 0;
}

void pool_queue_receive(void *queue, unsigned int slot, struct rx_buf *buf)
{
	struct pool_queue *q = queue;
	struct pool_slot *s = &q->slot[slot];

	pool_slot_describe(q, s, buf);
	if (q->posted)
		dma_sync_single_range_for_cpu(q->dev, buf->dma, 0, s->truesize, DMA_FROM_DEVICE);
	s->page = NULL;
}

void pool_queue_put(const struct rx_buf *buf, bool direct)
{
	page_pool_put_user(buf->page, direct);
}

void pool_queue_stats(const void *queue, struct rx_stats *stats)
{
	const struct pool_queue *q = queue;
	struct page_pool_stats pp = {0};
	u64 pages = q->pool->pages_state_hold_cnt;

	page_pool_get_stats(q->pool, &pp);
	*stats = (struct rx_stats){
		.fast = pp.alloc_stats.fast,
		.slow = pp.alloc_stats.slow,
		.slow_high_order = pp.alloc_stats.slow_high_order,
		.empty = pp.alloc_stats.empty,
		.refill = pp.alloc_stats.refill,
		.waive = pp.alloc_stats.waive,
		.cached = pp.recycle_stats.cached,
		.cache_full = pp.recycle_stats.cache_full,
		.ring = pp.recycle_stats.ring,
		.ring_full = pp.recycle_stats.ring_full,
		.released_refcnt = pp.recycle_stats.released_refcnt,
		.reused = q->buffers > pages ? q->buffers - pages : 0,
		.pages_new = pages,
		.held = (u32)(pages - (u32)atomic_read(&q->pool->pages_state_release_cnt)),
	};
}
