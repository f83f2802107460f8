/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tx_shared_map.c - strategy `tx_shared_map`: one mapping per 32K block, shared by its fragments.
 *
 * Cut as a socket's page_frag is. The first fragment that is sent maps the whole block; the mapping
 * goes with the block, when the socket has left it and its last fragment is completed. A socket
 * that finds its block idle cuts it again, still mapped. The device can meanwhile read all of the
 * block, fragments that are not sent yet included.
 */
#include "tx_mapped_page.h"

/**
 * struct shared_map_sock
 * @page: block being cut, or NULL
 * @offset: where the next fragment starts
 * @size: bytes of the block
 */
struct shared_map_sock {
	const struct tx_queue *q;
	struct page *page;
	unsigned int offset;
	unsigned int size;
};

static int tx_shared_map_create(const struct tx_params *params, void **queue)
{
	return tx_queue_create(params, sizeof(struct tx_queue), queue);
}

static int tx_shared_map_open(void *queue, void **sock)
{
	struct shared_map_sock *s = kzalloc(sizeof(*s), GFP_KERNEL);

	if (!s)
		return -ENOMEM;
	s->q = queue;
	*sock = s;
	return 0;
}

static void tx_shared_map_close(void *sock)
{
	struct shared_map_sock *s = sock;

	if (!s)
		return;
	if (s->page)
		mapped_page_put(s->q, s->page);
	kfree(s);
}

static bool shared_map_refill(struct shared_map_sock *s)
{
	if (s->page) {
		if (mapped_page_is_idle(s->page)) {
			s->offset = 0;
			tx_count(s->q, reused);
			return true;
		}
		if (s->offset + TX_FRAG_MIN <= s->size)
			return true;
		mapped_page_put(s->q, s->page);
	}
	s->offset = 0;
	s->page = mapped_page_alloc(s->q, GFP_KERNEL);
	if (unlikely(!s->page))
		return false;
	s->size = tx_block_bytes(s->page);
	return true;
}

static int tx_shared_map_alloc(void *sock, unsigned int bytes, struct tx_frag *frag)
{
	struct shared_map_sock *s = sock;

	if (unlikely(!shared_map_refill(s)))
		return -ENOMEM;
	bytes = min(bytes, s->size - s->offset);
	mapped_page_get(s->page);
	*frag = (struct tx_frag){.page = s->page, .offset = s->offset, .bytes = bytes};
	s->offset += bytes;
	return 0;
}

/* All fragments of a block go through one queue, so its TX lock covers the block's mapping. */
static int tx_shared_map_map(void *queue, struct tx_frag *frag)
{
	const struct tx_queue *q = queue;

	if (unlikely(mapped_page_map(q, frag->page)))
		return -ENOMEM;
	mapped_page_sync(q, frag);
	return 0;
}

static void tx_shared_map_complete(void *queue, const struct tx_frag *frag)
{
	mapped_page_put(queue, frag->page);
}

const struct tx_strategy MM_NAME(strategy_tx_shared_map) = {
	.abi = FRAGSIM_ABI,
	.page_shift = PAGE_SHIFT,
	.name = "tx_shared_map",
	.summary = "one mapping per 32K block, shared by all its fragments",
	.create = tx_shared_map_create,
	.destroy = tx_queue_destroy,
	.open = tx_shared_map_open,
	.close = tx_shared_map_close,
	.alloc = tx_shared_map_alloc,
	.map = tx_shared_map_map,
	.complete = tx_shared_map_complete,
	.stats = tx_queue_stats,
};
