/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tx_queue.c - see tx_queue.h.
 */
#include "tx_queue.h"

int tx_queue_create(const struct tx_params *params, size_t bytes, void **queue)
{
	struct tx_queue *q = kzalloc(bytes, GFP_KERNEL);

	if (!q)
		return -ENOMEM;
	q->counters = alloc_percpu(struct tx_counters);
	if (!q->counters) {
		kfree(q);
		return -ENOMEM;
	}
	q->dev = params->dev;
	q->nid = params->nid;
	*queue = q;
	return 0;
}

void tx_queue_destroy(void *queue)
{
	struct tx_queue *q = queue;

	if (!q)
		return;
	free_percpu(q->counters);
	kfree(q);
}

void tx_queue_stats(const void *queue, struct tx_stats *stats)
{
	const struct tx_queue *q = queue;

	*stats = (struct tx_stats){0};
	for (unsigned int cpu = 0; cpu < NR_CPUS; cpu++) {
		const struct tx_counters *c = per_cpu_ptr(q->counters, cpu);

		stats->maps += c->maps;
		stats->unmaps += c->unmaps;
		stats->pages_new += c->pages_new;
		stats->pages_small += c->pages_small;
		stats->reused += c->reused;
		stats->fallbacks += c->fallbacks;
		stats->locks += c->locks;
	}
}

struct page *tx_block_alloc(const struct tx_queue *q, gfp_t gfp)
{
	struct page *page = NULL;

#if TX_BLOCK_ORDER > 0
	page = alloc_pages_node(q->nid, gfp | __GFP_COMP | __GFP_NOWARN | __GFP_NORETRY,
				TX_BLOCK_ORDER);
#endif
	if (unlikely(!page)) {
		page = alloc_pages_node(q->nid, gfp, 0);
		if (unlikely(!page))
			return NULL;
		if (TX_BLOCK_ORDER > 0)
			tx_count(q, pages_small);
	}
	tx_count(q, pages_new);
	return page;
}
