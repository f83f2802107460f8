/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tx_page_frag.c - strategy `tx_page_frag`: what Linux does.
 *
 * The socket cuts slices from its page_frag with a page reference each; the driver maps each slice
 * when it sends it, and unmaps it when it is sent. Nothing is shared between sockets, so nothing is
 * locked; under a strict IOMMU the mappings are what a packet costs.
 */
#include "tx_sk_frag.h"

struct page_frag_sock {
	const struct tx_queue *q;
	struct sk_frag frag;
};

static int tx_page_frag_create(const struct tx_params *params, void **queue)
{
	return tx_queue_create(params, sizeof(struct tx_queue), queue);
}

static int tx_page_frag_open(void *queue, void **sock)
{
	struct page_frag_sock *s = kzalloc(sizeof(*s), GFP_KERNEL);

	if (!s)
		return -ENOMEM;
	s->q = queue;
	*sock = s;
	return 0;
}

static void tx_page_frag_close(void *sock)
{
	struct page_frag_sock *s = sock;

	if (!s)
		return;
	sk_frag_release(&s->frag);
	kfree(s);
}

static int tx_page_frag_alloc(void *sock, unsigned int bytes, struct tx_frag *frag)
{
	struct page_frag_sock *s = sock;

	return sk_frag_alloc(&s->frag, s->q, bytes, frag);
}

static int tx_page_frag_map(void *queue, struct tx_frag *frag)
{
	return sk_frag_map(queue, frag);
}

static void tx_page_frag_complete(void *queue, const struct tx_frag *frag)
{
	sk_frag_complete(queue, frag);
}

const struct tx_strategy MM_NAME(strategy_tx_page_frag) = {
	.abi = FRAGSIM_ABI,
	.page_shift = PAGE_SHIFT,
	.name = "tx_page_frag",
	.summary = "a socket's page_frag, each slice mapped and unmapped (Linux; baseline)",
	.create = tx_page_frag_create,
	.destroy = tx_queue_destroy,
	.open = tx_page_frag_open,
	.close = tx_page_frag_close,
	.alloc = tx_page_frag_alloc,
	.map = tx_page_frag_map,
	.complete = tx_page_frag_complete,
	.stats = tx_queue_stats,
};
