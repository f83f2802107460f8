/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tx_premapped_ring.c - strategy `tx_premapped_ring`: a socket's circular buffer of mapped memory.
 *
 *	 block 0      block 1      block 2      block 3
 *	|sent sent..|sent ...   | free       | sent  sent |
 *	                  ^ head               ^ tail
 *
 * Made of 32K blocks, all mapped when the socket opens. The head moves on with each fragment, and
 * into the next block when that one has no fragment left on its way. Completions count themselves
 * off their block, in any order: the tail is the oldest block still in use, and one fragment that
 * does not come back holds up all behind it. Then, and for a request larger than the whole buffer,
 * the socket's page_frag serves, mapped and unmapped for each fragment.
 *
 * A socket for which not all blocks (or none) are to be had makes do with those there are.
 * Source: tx-ring-size
 */
#include "tx_mapped_page.h"
#include "tx_sk_frag.h"

enum { OPTION_SIZE_KB };

static const struct strategy_option ring_options[] = {
	{
		.name = "size_kb",
		.min = 64,
		.max = 16384,
		.deflt = 1024,
		.help = "mapped memory of a socket in KiB, rounded up to whole blocks",
	},
	{.name = NULL},
};

/* tx_frag.private_ */
#define TX_FRAG_IN_RING 1ul

struct ring_queue {
	struct tx_queue base;
	unsigned int size;
};

struct ring_block {
	struct page *page;
	unsigned int size;
};

/**
 * struct ring_sock - under the socket lock
 * @block: the blocks; constant
 * @nr_blocks: of them; 0 = no memory that stays mapped
 * @bytes: sum of their sizes
 * @head: index of the block being cut
 * @offset: where the next fragment starts in it
 * @lapped: the head has been in every block
 * @frag: for what does not fit
 */
struct ring_sock {
	const struct tx_queue *q;
	struct ring_block *block;
	unsigned int nr_blocks;
	unsigned int bytes;
	unsigned int head;
	unsigned int offset;
	bool lapped;
	struct sk_frag frag;
};

static int tx_premapped_ring_create(const struct tx_params *params, void **queue)
{
	unsigned int size_kb = params->option[OPTION_SIZE_KB];
	struct ring_queue *q;
	void *obj;
	int err;

	if (size_kb < ring_options[OPTION_SIZE_KB].min ||
	    size_kb > ring_options[OPTION_SIZE_KB].max)
		return -EINVAL;
	err = tx_queue_create(params, sizeof(*q), &obj);
	if (err)
		return err;
	q = obj;
	q->size = size_kb << 10;
	*queue = q;
	return 0;
}

static bool ring_add_block(struct ring_sock *s)
{
	struct page *page = mapped_page_alloc(s->q, GFP_KERNEL | __GFP_NOWARN);

	if (!page)
		return false;
	if (mapped_page_map(s->q, page)) {
		mapped_page_put(s->q, page);
		return false;
	}
	s->block[s->nr_blocks++] = (struct ring_block){page, tx_block_bytes(page)};
	s->bytes += tx_block_bytes(page);
	return true;
}

static int tx_premapped_ring_open(void *queue, void **sock)
{
	const struct ring_queue *q = queue;
	struct ring_sock *s = kzalloc(sizeof(*s), GFP_KERNEL);

	if (!s)
		return -ENOMEM;
	/* Single pages, if it comes to the worst. */
	s->block = kcalloc(ALIGN(q->size, PAGE_SIZE) / PAGE_SIZE, sizeof(*s->block), GFP_KERNEL);
	if (!s->block) {
		kfree(s);
		return -ENOMEM;
	}
	s->q = &q->base;
	while (s->bytes < q->size && ring_add_block(s))
		;
	*sock = s;
	return 0;
}

/* Blocks with fragments on their way go with the last of these. */
static void tx_premapped_ring_close(void *sock)
{
	struct ring_sock *s = sock;

	if (!s)
		return;
	for (unsigned int i = 0; i < s->nr_blocks; i++)
		mapped_page_put(s->q, s->block[i].page);
	sk_frag_release(&s->frag);
	kfree(s->block);
	kfree(s);
}

/* Moves the head on from a block that is used up. Return: whether there is room at the head. */
static bool ring_advance(struct ring_sock *s)
{
	unsigned int next = s->head + 1 == s->nr_blocks ? 0 : s->head + 1;

	if (s->offset + TX_FRAG_MIN <= s->block[s->head].size)
		return true;
	if (!mapped_page_is_idle(s->block[next].page))
		return false;
	if (next == 0)
		s->lapped = true;
	if (s->lapped)
		tx_count(s->q, reused);
	s->head = next;
	s->offset = 0;
	return true;
}

static int ring_fallback(struct ring_sock *s, unsigned int bytes, struct tx_frag *frag)
{
	int err = sk_frag_alloc(&s->frag, s->q, bytes, frag);

	if (!err)
		tx_count(s->q, fallbacks);
	return err;
}

static int tx_premapped_ring_alloc(void *sock, unsigned int bytes, struct tx_frag *frag)
{
	struct ring_sock *s = sock;
	struct ring_block *b;

	if (unlikely(bytes > s->bytes) || unlikely(!ring_advance(s)))
		return ring_fallback(s, bytes, frag);
	b = &s->block[s->head];
	bytes = min(bytes, b->size - s->offset);
	mapped_page_get(b->page);
	*frag = (struct tx_frag){
		.page = b->page, .offset = s->offset, .bytes = bytes, .private_ = TX_FRAG_IN_RING};
	s->offset += bytes;
	return 0;
}

static int tx_premapped_ring_map(void *queue, struct tx_frag *frag)
{
	const struct ring_queue *q = queue;

	if (unlikely(frag->private_ != TX_FRAG_IN_RING))
		return sk_frag_map(&q->base, frag);
	mapped_page_sync(&q->base, frag);
	return 0;
}

static void tx_premapped_ring_complete(void *queue, const struct tx_frag *frag)
{
	const struct ring_queue *q = queue;

	if (likely(frag->private_ == TX_FRAG_IN_RING))
		mapped_page_put(&q->base, frag->page);
	else
		sk_frag_complete(&q->base, frag);
}

const struct tx_strategy MM_NAME(strategy_tx_premapped_ring) = {
	.abi = FRAGSIM_ABI,
	.page_shift = PAGE_SHIFT,
	.name = "tx_premapped_ring",
	.summary = "a circular buffer of mapped memory per socket; page_frag when it is full",
	.options = ring_options,
	.create = tx_premapped_ring_create,
	.destroy = tx_queue_destroy,
	.open = tx_premapped_ring_open,
	.close = tx_premapped_ring_close,
	.alloc = tx_premapped_ring_alloc,
	.map = tx_premapped_ring_map,
	.complete = tx_premapped_ring_complete,
	.stats = tx_queue_stats,
};
