/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tx_mapped_page.h - a block whose fragments share one DMA mapping.
 *
 *	pp_ref_count = 1 (the socket, while it may cut from the block) + fragments not completed
 *
 * The users are counted apart from _refcount, as page_pool does it: the last user must undo
 * the mapping first, which a plain put_page() would not. The block keeps its mapping until then,
 * also while it is cut over and over again. The fields of struct page are page_pool's; no pool owns
 * the page, so pp stays NULL.
 */
#ifndef FRAGSIM_TX_MAPPED_PAGE_H
#define FRAGSIM_TX_MAPPED_PAGE_H

#include "tx_queue.h"

#define mapped_page_alloc MM_NAME(mapped_page_alloc)
#define mapped_page_map	  MM_NAME(mapped_page_map)
#define mapped_page_put	  MM_NAME(mapped_page_put)

/** mapped_page_alloc() - a block of one user, not mapped yet, or NULL */
struct page *mapped_page_alloc(const struct tx_queue *q, gfp_t gfp);

/**
 * mapped_page_map() - maps the whole block, unless it is mapped
 * Context: one caller at a time for a block, who is a user of it. Return: 0 or -ENOMEM.
 */
int mapped_page_map(const struct tx_queue *q, struct page *page);

/** mapped_page_put() - one user less; the last one unmaps and frees. Context: any */
void mapped_page_put(const struct tx_queue *q, struct page *page);

static inline void mapped_page_get(struct page *page)
{
	atomic_long_inc(&page->pp_ref_count);
}

/** mapped_page_is_idle() - every fragment is completed: the socket may cut the block again */
static inline bool mapped_page_is_idle(const struct page *page)
{
	return atomic_long_read_acquire(&page->pp_ref_count) == 1;
}

/** mapped_page_sync() - the fragment's address in its block's mapping, its bytes the device's */
static inline void mapped_page_sync(const struct tx_queue *q, struct tx_frag *frag)
{
	frag->dma = frag->page->dma_addr + frag->offset;
	dma_sync_single_range_for_device(q->dev, frag->dma, 0, frag->bytes, DMA_TO_DEVICE);
}

#endif
