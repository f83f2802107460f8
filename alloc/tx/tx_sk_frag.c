/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tx_sk_frag.c - see tx_sk_frag.h.
 */
#include "tx_sk_frag.h"

static bool sk_frag_refill(struct sk_frag *f, const struct tx_queue *q)
{
	if (f->page) {
		if (page_ref_count(f->page) == 1) {
			f->offset = 0;
			tx_count(q, reused);
			return true;
		}
		if (f->offset + TX_FRAG_MIN <= f->size)
			return true;
		put_page(f->page);
	}
	f->offset = 0;
	f->page = tx_block_alloc(q, GFP_KERNEL);
	if (unlikely(!f->page))
		return false;
	f->size = tx_block_bytes(f->page);
	return true;
}

int sk_frag_alloc(struct sk_frag *f, const struct tx_queue *q, unsigned int bytes,
		  struct tx_frag *frag)
{
	if (unlikely(!sk_frag_refill(f, q)))
		return -ENOMEM;
	bytes = min(bytes, f->size - f->offset);
	get_page(f->page);
	*frag = (struct tx_frag){.page = f->page, .offset = f->offset, .bytes = bytes};
	f->offset += bytes;
	return 0;
}

int sk_frag_map(const struct tx_queue *q, struct tx_frag *frag)
{
	dma_addr_t dma = dma_map_page(q->dev, frag->page, frag->offset, frag->bytes, DMA_TO_DEVICE);

	if (dma_mapping_error(q->dev, dma))
		return -ENOMEM;
	tx_count(q, maps);
	frag->dma = dma;
	return 0;
}

void sk_frag_complete(const struct tx_queue *q, const struct tx_frag *frag)
{
	if (likely(frag->dma)) {
		dma_unmap_page(q->dev, frag->dma, frag->bytes, DMA_TO_DEVICE);
		tx_count(q, unmaps);
	}
	put_page(frag->page);
}

void sk_frag_release(struct sk_frag *f)
{
	if (f->page)
		put_page(f->page);
	f->page = NULL;
}
