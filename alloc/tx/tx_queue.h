/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tx_queue.h - what all TX strategies have in common: a device, a node, counters, 32K blocks.
 *
 * A strategy's queue begins with a struct tx_queue. The counters are one element for each CPU, as a
 * driver's u64_stats are: senders, the driver and TX completion run on different CPUs.
 */
#ifndef FRAGSIM_TX_QUEUE_H
#define FRAGSIM_TX_QUEUE_H

#include "mm.h"
#include "tx_strategy.h"

#define tx_queue_create	 MM_NAME(tx_queue_create)
#define tx_queue_destroy MM_NAME(tx_queue_destroy)
#define tx_queue_stats	 MM_NAME(tx_queue_stats)
#define tx_block_alloc	 MM_NAME(tx_block_alloc)

/*
 * SKB_FRAG_PAGE_ORDER of Linux: a block of 32K, or one page where that is more.
 * Source: linux-sk-frag (what it gained: r-o3)
 */
#if PAGE_SHIFT < 15
#define TX_BLOCK_ORDER (15 - PAGE_SHIFT)
#else
#define TX_BLOCK_ORDER 0
#endif

/* sk_page_frag_refill(): with less than that left a block is used up. Source: linux-sk-frag */
#define TX_FRAG_MIN 32u

/** struct tx_counters - see struct tx_stats; one per CPU, each written by its own */
struct tx_counters {
	u64 maps, unmaps;
	u64 pages_new, pages_small, reused;
	u64 fallbacks;
	u64 locks;
} ____cacheline_aligned;

/** struct tx_queue - constant but for what @counters points at */
struct tx_queue {
	struct device *dev;
	struct tx_counters *counters;
	int nid;
};

/** tx_count() - one more of a tx_counters field, on this CPU */
#define tx_count(q, what) ((void)this_cpu_ptr((q)->counters)->what++)

/**
 * tx_queue_create() - zeroed object of @bytes that begins with a struct tx_queue
 * Return: 0 or -ENOMEM. *queue is written only on success.
 */
int tx_queue_create(const struct tx_params *params, size_t bytes, void **queue);

/** tx_queue_destroy() - frees it; accepts NULL */
void tx_queue_destroy(void *queue);

/** tx_queue_stats() - sums the counters up */
void tx_queue_stats(const void *queue, struct tx_stats *stats);

/**
 * tx_block_alloc() - a block of 32K without trying hard, else a single page
 * Return: a compound page with _refcount 1, or NULL.
 */
struct page *tx_block_alloc(const struct tx_queue *q, gfp_t gfp);

static inline unsigned int tx_block_bytes(const struct page *page)
{
	return (unsigned int)(PAGE_SIZE << compound_order(page));
}

#endif
