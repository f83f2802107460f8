/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pool_queue.h - an RX ring on a page_pool: what page_pool and page_pool_frag have in common.
 *
 * They differ only in alloc(); a slot remembers page, offset and truesize, and everything else the
 * pool knows itself.
 */
#ifndef FRAGSIM_POOL_QUEUE_H
#define FRAGSIM_POOL_QUEUE_H

#include "mm.h"
#include "page_pool.h"
#include "strategy.h"

#define pool_queue_create  MM_NAME(pool_queue_create)
#define pool_queue_close   MM_NAME(pool_queue_close)
#define pool_queue_destroy MM_NAME(pool_queue_destroy)
#define pool_queue_post	   MM_NAME(pool_queue_post)
#define pool_queue_receive MM_NAME(pool_queue_receive)
#define pool_queue_put	   MM_NAME(pool_queue_put)
#define pool_queue_stats   MM_NAME(pool_queue_stats)

struct pool_slot {
	struct page *page;
	unsigned int offset;
	unsigned int truesize;
};

/**
 * struct pool_queue
 * @pool: the pages
 * @slot: one per descriptor; page NULL = empty
 * @posted: buffers are mapped for the device
 * @buffers: handed out so far
 */
struct pool_queue {
	struct page_pool *pool;
	struct pool_slot *slot;
	struct device *dev;
	unsigned int ring_size;
	bool posted;
	u64 buffers;
};

/** pool_queue_create() - @users: where the pool counts users of a page */
int pool_queue_create(const struct rx_params *params, enum pp_users users, void **queue);
/** pool_queue_close() - rx_strategy.close: put posted buffers and close the pool */
void pool_queue_close(void *queue);
/** pool_queue_destroy() - rx_strategy.destroy: free the queue; NULL is fine */
void pool_queue_destroy(void *queue);
/** pool_queue_receive() - rx_strategy.receive: sync the buffer of @slot and hand it to the stack */
void pool_queue_receive(void *queue, unsigned int slot, struct rx_buf *buf);
/** pool_queue_put() - rx_strategy.put: the page, or the user of it, returns to its pool */
void pool_queue_put(const struct rx_buf *buf, bool direct);
/** pool_queue_stats() - rx_strategy.stats: page_pool's counters and the buffers handed out */
void pool_queue_stats(const void *queue, struct rx_stats *stats);

/** pool_queue_post() - the buffer becomes @slot's. Return: 0, or -ENOMEM without a @page */
int pool_queue_post(struct pool_queue *q, unsigned int slot, struct page *page, unsigned int offset,
		    unsigned int truesize, struct rx_buf *buf);

#endif
