/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rx_frag_countdown.c - strategy `frag_countdown`: page_frag_cache of Linux up to 6.12.
 *
 * Buffers are cut from the end of a 32K page to its start, as netdev_alloc_frag() hands them to
 * drivers: sizes rounded up to cache lines. The order of the pages is the cache's, not the ring's.
 *
 * Who calls: alloc() and receive() in the queue's NAPI, put() from any CPU.
 * Cost: alloc() touches the line of the page_frag_cache and the slot's; two atomics per 32K page
 *	(references taken in advance, and what is left of them dropped at its end), one per put; a
 *	map and an unmap per buffer.
 * Guarantees: a buffer pins its whole 32K page. Emergency pages are cut up once and not used again.
 *	A buffer is at most 32K and may be refused above PAGE_SIZE when only single pages are to be
 *	had.
 */
#include "frag_ring.h"
#include "page_frag_cache.h"

struct countdown_queue {
	struct frag_ring ring;
	struct page_frag_cache nc ____cacheline_aligned;
};

static int rx_frag_countdown_create(const struct rx_params *params, void **queue)
{
	struct countdown_queue *q = kzalloc(sizeof(*q), GFP_KERNEL);
	int err;

	if (!q)
		return -ENOMEM;
	err = frag_ring_init(&q->ring, params, PAGE_FRAG_CACHE_MAX_SIZE);
	if (err) {
		kfree(q);
		return err;
	}
	*queue = q;
	return 0;
}

static void rx_frag_countdown_close(void *queue)
{
	struct countdown_queue *q = queue;

	frag_ring_close(&q->ring);
	frag_cache_drain(&q->nc);
}

static void rx_frag_countdown_destroy(void *queue)
{
	struct countdown_queue *q = queue;

	if (!q)
		return;
	rx_frag_countdown_close(q);
	frag_ring_fini(&q->ring);
	kfree(q);
}

static int rx_frag_countdown_alloc(void *queue, unsigned int slot, unsigned int bytes,
				   struct rx_buf *buf)
{
	struct countdown_queue *q = queue;
	unsigned int truesize = SKB_DATA_ALIGN(bytes), flags = q->ring.flags;
	void *va = frag_down_alloc(&q->nc, truesize, GFP_ATOMIC | __GFP_NOWARN, ~0u);

	return frag_ring_post(&q->ring, flags, slot, va, truesize, buf);
}

static void rx_frag_countdown_receive(void *queue, unsigned int slot, struct rx_buf *buf)
{
	struct countdown_queue *q = queue;

	frag_ring_receive(&q->ring, slot, buf);
}

static void rx_frag_countdown_stats(const void *queue, struct rx_stats *stats)
{
	const struct countdown_queue *q = queue;

	frag_ring_stats(&q->ring, q->nc.pages_new, stats);
}

const struct rx_strategy MM_NAME(strategy_frag_countdown) = {
	.abi = FRAGSIM_ABI,
	.page_shift = PAGE_SHIFT,
	.name = "frag_countdown",
	.summary = "page_frag_cache of Linux 6.12: 32K pages cut from the end to the start",
	.create = rx_frag_countdown_create,
	.destroy = rx_frag_countdown_destroy,
	.alloc = rx_frag_countdown_alloc,
	.receive = rx_frag_countdown_receive,
	.put = frag_ring_put,
	.stats = rx_frag_countdown_stats,
	.close = rx_frag_countdown_close,
};
