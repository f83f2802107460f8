/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rx_pingpong.c - strategy `pingpong`: the driver splits its pages, as igb, i40e and hns3 do.
 *
 * A page belongs to one descriptor at a time and stays mapped while the driver has it. With pages
 * below 8K it is two halves: one goes to the stack, and the offset flips to the other if the stack
 * has given that one back. With larger pages the offset walks to the end of the page. Option `wrap`
 * says what happens there:
 *	alone	it restarts at 0 if nobody else holds any of the page, else the page is let go; the
 *		buffer at 0 then keeps the page only if it is alone too, because the last one of
 *		the round before may still be out. hns3 without page_pool
 *	drop	the page is let go, even while in use. igb, igc, ixgbe, ixgbevf, i40e, ice,
 *		fm10k, mlx4, hns
 *
 *	_refcount of a page = pagecnt_bias (references the driver took in advance, USHRT_MAX at
 *			      first) + buffers of it the stack holds
 *
 * A handed-out buffer takes one of the advance references: the driver decrements only its own
 * pagecnt_bias, and the stack's put_page() is the only write to the shared count. A page the driver
 * keeps moves to slot next_to_alloc, so that it is the next to be posted.
 *
 * Who calls: alloc() and receive() in the queue's NAPI, put() from any CPU.
 * Cost: one atomic per buffer (the stack's put), one per new page, one per page let go; map and
 *	unmap once in a page's life. receive() reads struct page on 4K, and on larger pages for the
 *	node only, but for the ends of a walk with wrap=alone.
 * Guarantees: no two descriptors share a page, so R slots pin R pages, of which the stack may hold
 *	more that were let go. A page is mapped exactly while the driver has it.
 * Source: linux-igb (drivers/net/ethernet/intel/igb/igb_main.c)
 * Source: linux-hns3 (drivers/net/ethernet/hisilicon/hns3/hns3_enet.c, hns3_nic_reuse_page())
 */
#include "rx_page.h"

#ifndef PINGPONG_BIAS
#define PINGPONG_BIAS USHRT_MAX
#endif

enum pingpong_wrap { WRAP_ALONE, WRAP_DROP };

static const struct strategy_option pingpong_options[] = {
	{
		.name = "wrap",
		.choices = "alone|drop",
		.help = "end of a 16K or 64K page: restart if nobody else holds it, or let it go",
	},
	{.name = NULL},
};

struct pingpong_slot {
	struct page *page;
	dma_addr_t dma;
	unsigned int page_offset;
	unsigned short pagecnt_bias;
};

/**
 * struct pingpong_queue
 * @slot: one per descriptor
 * @next_to_alloc: slot the next kept page goes to; slots from the next one to be filled up to here
 *	hold kept pages
 * @order: of the pages; raised until a page below 8K holds two buffers
 * @page_bytes: PAGE_SIZE << @order
 * @truesize: half a page, or a buffer rounded up to cache lines on pages of 8K and more
 * @wrap: what happens at the end of a walk
 */
struct pingpong_queue {
	struct pingpong_slot *slot;
	struct device *dev;
	unsigned int ring_size;
	unsigned int next_to_alloc;
	unsigned int order;
	unsigned int page_bytes;
	unsigned int truesize;
	enum pingpong_wrap wrap;
	int nid;
	bool posted;
	u64 reused;
	u64 pages_new;
};

/* igb picks its page order from the buffer size in the same way. */
static int pingpong_split(struct pingpong_queue *q, const struct rx_params *params)
{
	unsigned int need = SKB_DATA_ALIGN(params->buffer_bytes);

	if (params->ring_size == 0 || params->buffer_bytes == 0 || params->option[0] > WRAP_DROP)
		return -EINVAL;
	if (PAGE_SIZE < 8192)
		need *= 2;
	q->order = params->order;
	while (q->order <= MAX_PAGE_ORDER && need > PAGE_SIZE << q->order)
		q->order++;
	if (q->order > MAX_PAGE_ORDER)
		return -EINVAL;
	q->page_bytes = (unsigned int)(PAGE_SIZE << q->order);
	q->truesize = PAGE_SIZE < 8192 ? q->page_bytes / 2 : need;
	q->wrap = params->option[0];
	return 0;
}

static int rx_pingpong_create(const struct rx_params *params, void **queue)
{
	struct pingpong_queue *q;
	void *slots;
	int err;

	q = rx_queue_alloc(sizeof(*q), params, sizeof(*q->slot), &slots);
	if (!q)
		return -ENOMEM;
	q->slot = slots;
	err = pingpong_split(q, params);
	if (err) {
		kfree(q->slot);
		kfree(q);
		return err;
	}
	q->dev = params->dev;
	q->ring_size = params->ring_size;
	q->nid = params->nid;
	q->posted = params->posted;
	*queue = q;
	return 0;
}

static unsigned int pingpong_next(const struct pingpong_queue *q, unsigned int slot)
{
	return slot + 1 == q->ring_size ? 0 : slot + 1;
}

static int pingpong_new_page(struct pingpong_queue *q, struct pingpong_slot *s)
{
	struct page *page = dev_alloc_pages_node(q->nid, q->order);

	if (unlikely(!page))
		return -ENOMEM;
	if (q->posted) {
		s->dma = dma_map_page(q->dev, page, 0, q->page_bytes, DMA_FROM_DEVICE);
		if (dma_mapping_error(q->dev, s->dma)) {
			__free_pages(page, q->order);
			return -ENOMEM;
		}
	}
	page_ref_add(page, PINGPONG_BIAS - 1);
	s->page = page;
	s->page_offset = 0;
	s->pagecnt_bias = PINGPONG_BIAS;
	q->pages_new++;
	return 0;
}

static void pingpong_describe(const struct pingpong_queue *q, const struct pingpong_slot *s,
			      struct rx_buf *buf)
{
	buf->page = s->page;
	buf->offset = s->page_offset;
	buf->truesize = q->truesize;
	buf->dma = q->posted ? s->dma + s->page_offset : 0;
}

static int rx_pingpong_alloc(void *queue, unsigned int slot, unsigned int bytes, struct rx_buf *buf)
{
	struct pingpong_queue *q = queue;
	struct pingpong_slot *s = &q->slot[slot];

	(void)bytes;
	if (likely(s->page)) {
		q->reused++;
	} else {
		if (pingpong_new_page(q, s))
			return -ENOMEM;
		/* An empty slot: all kept pages before it are posted. */
		q->next_to_alloc = pingpong_next(q, slot);
	}
	if (q->posted)
		dma_sync_single_range_for_device(q->dev, s->dma, s->page_offset, q->truesize,
						 DMA_FROM_DEVICE);
	pingpong_describe(q, s, buf);
	return 0;
}

/*
 * Moves the offset to the next buffer of a large page. Return: false at a walk's end. A page that
 * is nobody else's has one reference beyond the bias: the buffer that is being received.
 */
static bool pingpong_walk(const struct pingpong_queue *q, struct pingpong_slot *s)
{
	unsigned int next = s->page_offset + q->truesize;
	bool end = next > q->page_bytes - q->truesize;
	bool start = s->page_offset == 0;

	if (end && (start || q->wrap == WRAP_DROP))
		return false;
	if ((end || start) && q->wrap == WRAP_ALONE &&
	    page_ref_count(s->page) - (int)s->pagecnt_bias > 1)
		return false;
	s->page_offset = end ? 0 : next;
	return true;
}

/*
 * May the driver keep the page? Moves the offset to the next buffer in it. @pgcnt: the reference
 * count before the buffer went to the stack, read early because its line is likely a miss.
 */
static bool pingpong_can_reuse(const struct pingpong_queue *q, struct pingpong_slot *s, int pgcnt)
{
	if (unlikely(!dev_page_is_reusable(s->page)))
		return false;
	if (PAGE_SIZE < 8192) {
		s->page_offset ^= q->truesize;
		if (unlikely(pgcnt - (int)s->pagecnt_bias > 1))
			return false;
	} else if (!pingpong_walk(q, s)) {
		return false;
	}
	/* The last advance reference must stay with the driver: take a new stock. */
	if (unlikely(s->pagecnt_bias == 1)) {
		page_ref_add(s->page, PINGPONG_BIAS - 1);
		s->pagecnt_bias = PINGPONG_BIAS;
	}
	return true;
}

static void pingpong_let_go(const struct pingpong_queue *q, struct pingpong_slot *s)
{
	if (q->posted)
		dma_unmap_page(q->dev, s->dma, q->page_bytes, DMA_FROM_DEVICE);
	__page_frag_cache_drain(s->page, s->pagecnt_bias);
	s->page = NULL;
}

/*
 * Members one by one: a copy of the whole slot would read two of them at once, right after one was
 * written, and wait until that store has reached L1 (a failed store forwarding).
 */
static void pingpong_keep(struct pingpong_queue *q, struct pingpong_slot *old)
{
	struct pingpong_slot *s = &q->slot[q->next_to_alloc];

	q->next_to_alloc = pingpong_next(q, q->next_to_alloc);
	if (unlikely(s == old)) /* a ring of one */
		return;
	BUG_ON(s->page);
	s->page = old->page;
	s->dma = old->dma;
	s->page_offset = old->page_offset;
	s->pagecnt_bias = old->pagecnt_bias;
	old->page = NULL;
}

static void rx_pingpong_receive(void *queue, unsigned int slot, struct rx_buf *buf)
{
	struct pingpong_queue *q = queue;
	struct pingpong_slot *s = &q->slot[slot];
	int pgcnt = PAGE_SIZE < 8192 ? page_ref_count(s->page) : 0;

	if (q->posted)
		dma_sync_single_range_for_cpu(q->dev, s->dma, s->page_offset, q->truesize,
					      DMA_FROM_DEVICE);
	pingpong_describe(q, s, buf);
	s->pagecnt_bias--;
	if (pingpong_can_reuse(q, s, pgcnt))
		pingpong_keep(q, s);
	else
		pingpong_let_go(q, s);
}

static void rx_pingpong_close(void *queue)
{
	struct pingpong_queue *q = queue;

	for (unsigned int i = 0; i < q->ring_size; i++) {
		if (q->slot[i].page)
			pingpong_let_go(q, &q->slot[i]);
	}
}

static void rx_pingpong_destroy(void *queue)
{
	struct pingpong_queue *q = queue;

	if (!q)
		return;
	rx_pingpong_close(q);
	kfree(q->slot);
	kfree(q);
}

static void rx_pingpong_stats(const void *queue, struct rx_stats *stats)
{
	const struct pingpong_queue *q = queue;

	*stats = (struct rx_stats){.reused = q->reused, .pages_new = q->pages_new};
}

const struct rx_strategy MM_NAME(strategy_pingpong) = {
	.abi = FRAGSIM_ABI,
	.page_shift = PAGE_SHIFT,
	.name = "pingpong",
	.summary = "the driver splits its pages: half flip on 4K, walking offset above (igb, hns3)",
	.options = pingpong_options,
	.create = rx_pingpong_create,
	.destroy = rx_pingpong_destroy,
	.alloc = rx_pingpong_alloc,
	.receive = rx_pingpong_receive,
	.put = rx_put_page,
	.stats = rx_pingpong_stats,
	.close = rx_pingpong_close,
};
