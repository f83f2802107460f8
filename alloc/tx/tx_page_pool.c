/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tx_page_pool.c - strategy `tx_page_pool`: payload goes into fragments of a page_pool's pages,
 * which stay mapped.
 *
 * The pool is the queue's, shared by its sockets. Its allocation side (alloc cache, fragment
 * cursor, consumer of the pointer ring) was made for NAPI, which nothing else interrupts; sockets
 * allocate in process context on any CPU, so here it is under a lock. Completion runs elsewhere and
 * never puts directly: its pages come back through the pointer ring, which has a lock of its own.
 * Mapping is an address lookup. Without a page from the pool the socket's own page_frag serves.
 * Source: linux-page-pool (for the idea: r-tx)
 */
#include "page_pool.h"
#include "tx_sk_frag.h"

enum pool_page { POOL_PAGE_32K, POOL_PAGE_SINGLE };

static const struct strategy_option pool_options[] = {
	{
		.name = "page",
		.choices = "32k|single",
		.help = "pages of the pool: of the size a socket's page_frag has, or order 0",
	},
	{.name = NULL},
};

/* tx_frag.private_ */
#define TX_FRAG_POOLED 1ul

/**
 * struct tx_pool
 * @base: first: see tx_queue_create()
 * @pool: its allocation side is under @lock
 * @pages_begun: pages cut from their start so far; under @lock, as @locked
 * @locked: times @lock was taken
 */
struct tx_pool {
	struct tx_queue base;
	struct page_pool *pool;
	unsigned int max_size;

	spinlock_t lock ____cacheline_aligned;
	u64 pages_begun;
	u64 locked;
};

struct tx_pool_sock {
	struct tx_pool *q;
	struct sk_frag frag;
};

static int tx_page_pool_create(const struct tx_params *params, void **queue)
{
	struct page_pool_params pp = {
		.flags = PP_FLAG_DMA_MAP,
		.order = params->option[0] == POOL_PAGE_32K ? TX_BLOCK_ORDER : 0,
		.pool_size = params->pool_size,
		.nid = params->nid,
		.dev = params->dev,
		.dma_dir = DMA_TO_DEVICE,
	};
	struct tx_pool *q;
	void *obj;
	int err;

	if (params->option[0] > POOL_PAGE_SINGLE)
		return -EINVAL;
	err = tx_queue_create(params, sizeof(*q), &obj);
	if (err)
		return err;
	q = obj;
	err = page_pool_create(&pp, &q->pool);
	if (err) {
		tx_queue_destroy(q);
		return err;
	}
	q->max_size = (unsigned int)(PAGE_SIZE << pp.order);
	spin_lock_init(&q->lock);
	*queue = q;
	return 0;
}

static void tx_page_pool_destroy(void *queue)
{
	struct tx_pool *q = queue;

	if (!q)
		return;
	page_pool_destroy(q->pool);
	tx_queue_destroy(q);
}

static int tx_page_pool_open(void *queue, void **sock)
{
	struct tx_pool_sock *s = kzalloc(sizeof(*s), GFP_KERNEL);

	if (!s)
		return -ENOMEM;
	s->q = queue;
	*sock = s;
	return 0;
}

static void tx_page_pool_close(void *sock)
{
	struct tx_pool_sock *s = sock;

	if (!s)
		return;
	sk_frag_release(&s->frag);
	kfree(s);
}

/* Bytes left in the page being cut, unless they are too few to be worth a fragment. */
static unsigned int tx_pool_room(const struct tx_pool *q)
{
	const struct page_pool *pool = q->pool;

	if (!pool->frag_page || pool->frag_offset + TX_FRAG_MIN > q->max_size)
		return q->max_size;
	return q->max_size - pool->frag_offset;
}

/* Holds off softirqs and may not sleep, unlike what a socket's own page_frag allows. */
static struct page *tx_pool_alloc(struct tx_pool *q, unsigned int *bytes, unsigned int *offset)
{
	struct page *page;

	spin_lock_bh(&q->lock);
	q->locked++;
	*bytes = min(*bytes, tx_pool_room(q));
	page = page_pool_alloc_frag(q->pool, offset, *bytes, GFP_ATOMIC | __GFP_NOWARN);
	if (likely(page) && *offset == 0)
		q->pages_begun++;
	spin_unlock_bh(&q->lock);
	return page;
}

static int tx_page_pool_alloc(void *sock, unsigned int bytes, struct tx_frag *frag)
{
	struct tx_pool_sock *s = sock;
	unsigned int given = bytes, offset;
	struct page *page = tx_pool_alloc(s->q, &given, &offset);
	int err;

	if (likely(page)) {
		*frag = (struct tx_frag){
			.page = page, .offset = offset, .bytes = given, .private_ = TX_FRAG_POOLED};
		return 0;
	}
	err = sk_frag_alloc(&s->frag, &s->q->base, bytes, frag);
	if (!err)
		tx_count(&s->q->base, fallbacks);
	return err;
}

static int tx_page_pool_map(void *queue, struct tx_frag *frag)
{
	const struct tx_pool *q = queue;

	if (unlikely(frag->private_ != TX_FRAG_POOLED))
		return sk_frag_map(&q->base, frag);
	frag->dma = page_pool_get_dma_addr(frag->page) + frag->offset;
	dma_sync_single_range_for_device(q->base.dev, frag->dma, 0, frag->bytes, DMA_TO_DEVICE);
	return 0;
}

static void tx_page_pool_complete(void *queue, const struct tx_frag *frag)
{
	struct tx_pool *q = queue;

	if (likely(frag->private_ == TX_FRAG_POOLED))
		page_pool_put_full_page(q->pool, frag->page, false);
	else
		sk_frag_complete(&q->base, frag);
}

static void tx_page_pool_stats(const void *queue, struct tx_stats *stats)
{
	const struct tx_pool *q = queue;
	u64 pages = q->pool->pages_state_hold_cnt;
	struct page_pool_stats pp = {0};

	tx_queue_stats(q, stats);
	page_pool_get_stats(q->pool, &pp);
	stats->maps += pages;
	stats->unmaps += (u32)atomic_read(&q->pool->pages_state_release_cnt);
	stats->pages_new += pages;
	stats->reused += q->pages_begun > pages ? q->pages_begun - pages : 0;
	stats->locks += q->locked + pp.recycle_stats.ring + pp.recycle_stats.ring_full;
}

const struct tx_strategy MM_NAME(strategy_tx_page_pool) = {
	.abi = FRAGSIM_ABI,
	.page_shift = PAGE_SHIFT,
	.name = "tx_page_pool",
	.summary = "fragments of a page_pool whose pages stay mapped, allocated under a lock",
	.options = pool_options,
	.create = tx_page_pool_create,
	.destroy = tx_page_pool_destroy,
	.open = tx_page_pool_open,
	.close = tx_page_pool_close,
	.alloc = tx_page_pool_alloc,
	.map = tx_page_pool_map,
	.complete = tx_page_pool_complete,
	.stats = tx_page_pool_stats,
};
