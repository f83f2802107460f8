/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * head.c - heads of one size share pages; the count of a page is that of its heads.
 */
#include "sim/rx/head.h"

#include "alloc/strategy.h"
#include "models/memory/mm_sim.h"

static unsigned int size_class(uint32_t bytes)
{
	return 31 - (unsigned int)__builtin_clz(bytes);
}

bool head_alloc(struct heads *heads, uint32_t bytes, struct rx_buf *buf)
{
	unsigned int class = size_class(bytes);
	struct page *page = heads->page[class];

	if (page && heads->used[class] + bytes <= 1u << mm_sim.page_shift) {
		page->_refcount.counter++;
	} else {
		page = mm_sim_alloc_pages(GFP_ATOMIC | __GFP_NOMEMALLOC, 0, NUMA_NO_NODE);
		if (!page)
			return false;
		heads->page[class] = page;
		heads->used[class] = 0;
		heads->allocated++;
		heads->held++;
	}
	*buf = (struct rx_buf){.page = page, .offset = heads->used[class], .truesize = bytes};
	heads->used[class] += bytes;
	return true;
}

void head_free(struct heads *heads, const struct rx_buf *buf)
{
	unsigned int class = size_class(buf->truesize);

	if (--buf->page->_refcount.counter)
		return;
	if (heads->page[class] == buf->page)
		heads->page[class] = NULL;
	heads->held--;
	mm_sim_free_pages(buf->page, 0);
}
