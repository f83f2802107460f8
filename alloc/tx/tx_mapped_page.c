/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tx_mapped_page.c - see tx_mapped_page.h.
 */
#include "tx_mapped_page.h"

struct page *mapped_page_alloc(const struct tx_queue *q, gfp_t gfp)
{
	struct page *page = tx_block_alloc(q, gfp);

	if (unlikely(!page))
		return NULL;
	page->dma_addr = 0;
	atomic_long_set(&page->pp_ref_count, 1);
	return page;
}

int mapped_page_map(const struct tx_queue *q, struct page *page)
{
	dma_addr_t dma;

	if (likely(page->dma_addr))
		return 0;
	dma = dma_map_page(q->dev, page, 0, tx_block_bytes(page), DMA_TO_DEVICE);
	if (dma_mapping_error(q->dev, dma))
		return -ENOMEM;
	page->dma_addr = dma;
	tx_count(q, maps);
	return 0;
}

void mapped_page_put(const struct tx_queue *q, struct page *page)
{
	if (likely(atomic_long_sub_return(1, &page->pp_ref_count)))
		return;
	if (page->dma_addr) {
		dma_unmap_page(q->dev, page->dma_addr, tx_block_bytes(page), DMA_TO_DEVICE);
		page->dma_addr = 0;
		tx_count(q, unmaps);
	}
	put_page(page);
}
