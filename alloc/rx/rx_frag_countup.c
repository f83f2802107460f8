/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rx_frag_countup.c - strategy `frag_countup`: page_frag_cache cut from the start to the end.
 *
 * Option `form`: encoded_page is Linux since 6.13 (address, order and pfmemalloc in one word);
 * size_field counts up with the fields of the older cache, and loads one word more. A buffer cannot
 * be larger than one page: the cache would refuse it whenever the rest of its page is too small.
 *
 * Who calls: alloc() and receive() in the queue's NAPI, put() from any CPU.
 * Cost: as frag_countdown, but for the loads of one alloc() (tests/sim/rx/test_frag_loads.c counts
 *	them): two atomics per 32K page, one per put, a map and an unmap per buffer.
 * Guarantees: as frag_countdown; buffers that follow each other lie one after the other in memory.
 */
#include "frag_ring.h"
#include "page_frag_cache.h"

enum countup_form { FORM_ENCODED_PAGE, FORM_SIZE_FIELD };

static const struct strategy_option countup_options[] = {
	{
		.name = "form",
		.choices = "encoded_page|size_field",
		.help = "what a fragment allocation loads: one packed word (Linux 6.13), or fields",
	},
	{.name = NULL},
};

struct countup_queue {
	struct frag_ring ring;
	union {
		struct page_frag_packed packed;
		struct page_frag_cache fields;
	} ____cacheline_aligned;
};

static int rx_frag_countup_create(const struct rx_params *params, void **queue)
{
	struct countup_queue *q;
	int err;

	if (params->option[0] > FORM_SIZE_FIELD)
		return -EINVAL;
	q = kzalloc(sizeof(*q), GFP_KERNEL);
	if (!q)
		return -ENOMEM;
	err = frag_ring_init(&q->ring, params, PAGE_SIZE);
	if (err) {
		kfree(q);
		return err;
	}
	if (params->option[0] == FORM_SIZE_FIELD)
		q->ring.flags |= FRAG_RING_SIZE_FIELD;
	*queue = q;
	return 0;
}

static void rx_frag_countup_close(void *queue)
{
	struct countup_queue *q = queue;

	frag_ring_close(&q->ring);
	if (q->ring.flags & FRAG_RING_SIZE_FIELD)
		frag_cache_drain(&q->fields);
	else
		frag_packed_drain(&q->packed);
}

static void rx_frag_countup_destroy(void *queue)
{
	struct countup_queue *q = queue;

	if (!q)
		return;
	rx_frag_countup_close(q);
	frag_ring_fini(&q->ring);
	kfree(q);
}

static int rx_frag_countup_alloc(void *queue, unsigned int slot, unsigned int bytes,
				 struct rx_buf *buf)
{
	struct countup_queue *q = queue;
	unsigned int truesize = SKB_DATA_ALIGN(bytes), flags = q->ring.flags;
	gfp_t gfp = GFP_ATOMIC | __GFP_NOWARN;
	void *va;

	if (flags & FRAG_RING_SIZE_FIELD)
		va = frag_up_alloc(&q->fields, truesize, gfp, ~0u);
	else
		va = frag_packed_alloc(&q->packed, truesize, gfp, ~0u);
	return frag_ring_post(&q->ring, flags, slot, va, truesize, buf);
}

static void rx_frag_countup_receive(void *queue, unsigned int slot, struct rx_buf *buf)
{
	struct countup_queue *q = queue;

	frag_ring_receive(&q->ring, slot, buf);
}

static void rx_frag_countup_stats(const void *queue, struct rx_stats *stats)
{
	const struct countup_queue *q = queue;
	bool fields = q->ring.flags & FRAG_RING_SIZE_FIELD;
	u64 pages_new = fields ? q->fields.pages_new : q->packed.pages_new;

	frag_ring_stats(&q->ring, pages_new, stats);
}

const struct rx_strategy MM_NAME(strategy_frag_countup) = {
	.abi = FRAGSIM_ABI,
	.page_shift = PAGE_SHIFT,
	.name = "frag_countup",
	.summary = "page_frag_cache of Linux 6.13+: 32K pages cut from the start to the end",
	.options = countup_options,
	.create = rx_frag_countup_create,
	.destroy = rx_frag_countup_destroy,
	.alloc = rx_frag_countup_alloc,
	.receive = rx_frag_countup_receive,
	.put = frag_ring_put,
	.stats = rx_frag_countup_stats,
	.close = rx_frag_countup_close,
};
