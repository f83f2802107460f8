/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rx_page_pool.c - strategy `page_pool`: a whole page of a page_pool for each buffer.
 *
 * Option `refcnt_model`: `one` is Linux, where a page whose count reads 1 is the pool's to recycle;
 * `zero` is the RFC of 2016, where the put drops the count to zero and only then recycles, and the
 * refill sets it to 1 again.
 *
 * Who calls: alloc(), receive() and direct puts in the queue's NAPI, other puts from any CPU.
 * Cost: alloc() from the alloc cache touches two lines and is without atomics; every 64 pages a
 *	refill walks the ring. A direct put is without atomics too, another one takes the ring's
 *	lock; `zero` adds an atomic to each put that is not direct, and a store to each struct page
 *	at the refill. Mapped once, when a page enters the pool.
 * Guarantees: pages of the pool = hold - release count; at most cache + ring are kept unused. A
 *	page others hold leaves the pool at its put (`one`), or stays until the last of them puts it
 *	(`zero`). Emergency pages are used once.
 */
#include "pool_queue.h"

enum refcnt_model { REFCNT_ONE, REFCNT_ZERO };

static const struct strategy_option page_pool_options[] = {
	{
		.name = "refcnt_model",
		.choices = "one|zero",
		.help = "_refcount of a page in the pointer ring: 1 (Linux) or 0 (RFC of 2016)",
	},
	{.name = NULL},
};

static int rx_page_pool_create(const struct rx_params *params, void **queue)
{
	static const enum pp_users users[] = {PP_USERS_STRUCT_PAGE, PP_USERS_REFCOUNT};

	if (params->option[0] > REFCNT_ZERO)
		return -EINVAL;
	return pool_queue_create(params, users[params->option[0]], queue);
}

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
	.options = page_pool_options,
	.has_pool_stats = true,
	.create = rx_page_pool_create,
	.destroy = pool_queue_destroy,
	.alloc = rx_page_pool_alloc,
	.receive = pool_queue_receive,
	.put = pool_queue_put,
	.stats = pool_queue_stats,
	.close = pool_queue_close,
};
