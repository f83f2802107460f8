/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * my_pool.c - an allocator to start from: copy it, rename it, change it.
 *
 *	fragsim run slow-reader --allocator my_pool.c --check
 *
 * It works: a stack of free pages behind one spin lock, a whole page per buffer, pages stay mapped
 * for the device. What page_pool does better is the point of comparing: its NAPI side takes no lock
 * and no atomic, its frees from other CPUs meet in a ring instead of in this lock, and it takes new
 * pages 64 at a time. (A whole page per buffer it has in common with `page_pool`; see
 * `page_pool_frag` for more than one buffer in a page.)
 *
 * mm.h has all the kernel words there are; strategy.h says when and where each hook is called.
 * Memory that should cost what it costs comes from kzalloc() and the page allocator: static
 * variables are charged as L1 hits wherever they are.
 */
#include "mm.h"
#include "strategy.h"

/* An option reaches create() by its row's number, and the user sets it as my_pool:depth=512. */
enum { OPT_DEPTH };
static const struct strategy_option my_options[] = {
	[OPT_DEPTH] = {.name = "depth",
		       .min = 1,
		       .max = 65536,
		       .deflt = 1024,
		       .help = "free pages kept, more go back to the page allocator"},
	{0},
};

/* What the driver remembers of a descriptor of its ring. */
struct my_slot {
	struct page *page;
};

/**
 * struct my_pool - one per RX queue
 * @free: stack of pages nobody uses, @count of @depth; under @lock
 * @slot: one per descriptor; page NULL = empty; NAPI only
 * @buffers, @pages_new: statistics; NAPI only
 *
 * put() runs on any CPU, so what it writes has a cache line of its own.
 */
struct my_pool {
	struct device *dev;
	struct my_slot *slot;
	unsigned int ring_size, order, depth, page_bytes;
	int nid;
	bool posted;
	u64 buffers, pages_new;

	spinlock_t lock ____cacheline_aligned;
	unsigned int count;
	struct page **free;
};

static int my_create(const struct rx_params *params, void **queue)
{
	struct my_pool *p;

	if (!rx_params_fit(params, PAGE_SIZE))
		return -EINVAL;
	p = kzalloc(sizeof(*p), GFP_KERNEL);
	if (!p)
		return -ENOMEM;
	p->depth = params->option[OPT_DEPTH];
	p->slot = kcalloc(params->ring_size, sizeof(*p->slot), GFP_KERNEL);
	p->free = kcalloc(p->depth, sizeof(*p->free), GFP_KERNEL);
	if (!p->slot || !p->free) {
		kfree(p->free);
		kfree(p->slot);
		kfree(p);
		return -ENOMEM;
	}
	p->dev = params->dev;
	p->ring_size = params->ring_size;
	p->order = params->order;
	p->page_bytes = (unsigned int)(PAGE_SIZE << params->order);
	p->nid = params->nid;
	p->posted = params->posted; /* false: a virtual device, which maps nothing */
	spin_lock_init(&p->lock);
	*queue = p;
	return 0;
}

/* The page leaves the pool. Whoever else holds a reference frees it later. */
static void my_page_release(struct my_pool *p, struct page *page)
{
	if (p->posted)
		dma_unmap_page(p->dev, page->dma_addr, p->page_bytes, DMA_FROM_DEVICE);
	put_page(page);
}

/* A page enters the pool: mapped once, and it remembers whose it is. */
static struct page *my_page_new(struct my_pool *p)
{
	struct page *page = dev_alloc_pages_node(p->nid, p->order);
	dma_addr_t dma = 0;

	if (unlikely(!page))
		return NULL;
	if (p->posted) {
		dma = dma_map_page(p->dev, page, 0, p->page_bytes, DMA_FROM_DEVICE);
		if (dma_mapping_error(p->dev, dma)) {
			put_page(page);
			return NULL;
		}
	}
	page->dma_addr = dma;
	page->private_ = (unsigned long)p;
	p->pages_new++;
	return page;
}

static struct page *my_pop(struct my_pool *p)
{
	struct page *page = NULL;

	spin_lock(&p->lock);
	if (p->count)
		page = p->free[--p->count];
	spin_unlock(&p->lock);
	return page;
}

static bool my_push(struct my_pool *p, struct page *page)
{
	bool room;

	spin_lock(&p->lock);
	room = p->count < p->depth;
	if (room)
		p->free[p->count++] = page;
	spin_unlock(&p->lock);
	return room;
}

/* NAPI: a buffer for descriptor @slot. Running dry is no error of yours: say -ENOMEM. */
static int my_alloc(void *queue, unsigned int slot, unsigned int bytes, struct rx_buf *buf)
{
	struct my_pool *p = queue;
	struct page *page = my_pop(p);

	(void)bytes; /* never above what create() accepted */
	if (!page)
		page = my_page_new(p);
	if (unlikely(!page))
		return -ENOMEM;
	p->slot[slot].page = page;
	p->buffers++;
	*buf = (struct rx_buf){
		.page = page, .truesize = p->page_bytes, .dma = p->posted ? page->dma_addr : 0};
	return 0;
}

/* NAPI: the device has written the buffer, the stack gets it with the reference it has. */
static void my_receive(void *queue, unsigned int slot, struct rx_buf *buf)
{
	struct my_pool *p = queue;
	struct page *page = p->slot[slot].page;

	*buf = (struct rx_buf){
		.page = page, .truesize = p->page_bytes, .dma = p->posted ? page->dma_addr : 0};
	if (p->posted)
		dma_sync_single_range_for_cpu(p->dev, page->dma_addr, 0, p->page_bytes,
					      DMA_FROM_DEVICE);
	p->slot[slot].page = NULL;
}

/* Any CPU: the stack is done. A pool with a lock gains nothing from @direct (the queue's NAPI). */
static void my_put(const struct rx_buf *buf, bool direct)
{
	struct page *page = buf->page;
	struct my_pool *p = (struct my_pool *)page->private_;

	(void)direct;
	if (likely(page_ref_count(page) == 1 && dev_page_is_reusable(page))) {
		if (p->posted)
			dma_sync_single_range_for_device(p->dev, page->dma_addr, 0, p->page_bytes,
							 DMA_FROM_DEVICE);
		if (my_push(p, page))
			return;
	}
	my_page_release(p, page);
}

/* After the last put(): all that is left is in the stack or posted. */
static void my_destroy(void *queue)
{
	struct my_pool *p = queue;
	struct page *page;

	if (!p)
		return;
	for (unsigned int i = 0; i < p->ring_size; i++)
		if (p->slot[i].page)
			my_page_release(p, p->slot[i].page);
	while ((page = my_pop(p)))
		my_page_release(p, page);
	kfree(p->free);
	kfree(p->slot);
	kfree(p);
}

static void my_stats(const void *queue, struct rx_stats *stats)
{
	const struct my_pool *p = queue;

	*stats = (struct rx_stats){
		.reused = p->buffers - p->pages_new,
		.pages_new = p->pages_new,
	};
}

/* The one name fragsim looks for in the file. */
const struct rx_strategy fragsim_strategy = {
	.abi = FRAGSIM_ABI,
	.page_shift = PAGE_SHIFT,
	.name = "my_pool",
	.summary = "a stack of mapped pages behind one lock",
	.options = my_options,
	.create = my_create,
	.destroy = my_destroy,
	.alloc = my_alloc,
	.receive = my_receive,
	.put = my_put,
	.stats = my_stats,
};
