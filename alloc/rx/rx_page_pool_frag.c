/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rx_page_pool_frag.c - strategy `page_pool_frag`: the pool cuts its pages into fragments.
 *
 * What page_pool_dev_alloc() gives a driver: a fragment, or a whole page where two buffers would
 * not fit. Buffers of different descriptors share a page. Option `metadata` says where the users of
 * a page are counted: in struct page (Linux), in an object per page that is allocated when the page
 * enters the pool (`slab`), or in the last cache line of the page, so that 64 bytes less are handed
 * out and two buffers of half a page do not fit any more (`in_page`).
 *
 * Who calls: alloc(), receive() and direct puts in the queue's NAPI, other puts from any CPU.
 * Cost: alloc() touches the pool's line of fragment state and the slot; no atomic but one at the
 *	end of a page, if users are left then. A put is one atomic, but for the last user's, which
 *	reads instead and recycles the page as page_pool does. `slab` adds a line per page,
 *	`in_page` a line of the page.
 * Guarantees: a page is recycled when its last fragment is put, whatever the order. A remainder too
 *	small for another buffer of the size is part of the last one's truesize.
 */
#include "pool_queue.h"

static const struct strategy_option frag_options[] = {
	{
		.name = "metadata",
		.choices = "struct_page|slab|in_page",
		.help = "where the users of a page are counted",
	},
	{.name = NULL},
};

static int rx_page_pool_frag_create(const struct rx_params *params, void **queue)
{
	static const enum pp_users users[] = {PP_USERS_STRUCT_PAGE, PP_USERS_SLAB,
					      PP_USERS_IN_PAGE};
	struct pool_queue *q;
	void *made;
	int err;

	if (params->option[0] >= ARRAY_SIZE(users))
		return -EINVAL;
	err = pool_queue_create(params, users[params->option[0]], &made);
	if (err)
		return err;
	q = made;
	if (params->buffer_bytes > q->pool->max_size) {
		pool_queue_destroy(q);
		return -EINVAL;
	}
	*queue = q;
	return 0;
}

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
	.options = frag_options,
	.has_pool_stats = true,
	.create = rx_page_pool_frag_create,
	.destroy = pool_queue_destroy,
	.alloc = rx_page_pool_frag_alloc,
	.receive = pool_queue_receive,
	.put = pool_queue_put,
	.stats = pool_queue_stats,
	.close = pool_queue_close,
};
