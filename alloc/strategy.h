/* SPDX-License-Identifier: GPL-2.0-or-later OR MIT */
/*
 * strategy.h - the contract between a receive path and a buffer-allocation strategy.
 *
 * A strategy is what a driver does with receive memory: one `struct rx_strategy` of hooks, all
 * called the way a driver's ring code would call them. The life of a buffer:
 *
 *	alloc()           receive()              put()
 *	free ------> posted (device) ------> completed (stack) ------> free, or kept for reuse
 *	               |                         ^
 *	               slot i of the RX ring     one reference travels with the rx_buf
 *
 * The strategy keeps its own per-slot state (a driver's rx_buffer_info), because what a slot
 * remembers *is* the strategy: ping-pong keeps page, offset and bias there.
 */
#ifndef FRAGSIM_STRATEGY_H
#define FRAGSIM_STRATEGY_H

#include "mm_types.h"

/** FRAGSIM_ABI - version of this header; a strategy built against another one is refused */
#define FRAGSIM_ABI 2

/** STRATEGY_MAX_OPTIONS - most options one strategy can have */
#define STRATEGY_MAX_OPTIONS 4

/**
 * struct strategy_option - one option of a strategy, chosen by the user
 * @name: key, e.g. "form"
 * @choices: words separated by '|', the first is the default; NULL = a number
 * @min: smallest number allowed (with @choices NULL)
 * @max: largest number allowed
 * @deflt: default number
 * @help: one line
 *
 * The value reaches create() in rx_params.option[], at the row's index: the number, or the index
 * of the chosen word. A row without a name ends the table.
 */
struct strategy_option {
	const char *name;
	const char *choices;
	unsigned int min, max, deflt;
	const char *help;
};

/**
 * struct rx_params - what a queue is made for
 * @dev: device for DMA mappings
 * @ring_size: slots of the RX ring; slot numbers passed to the hooks are below it
 * @buffer_bytes: bytes of a posted buffer including headroom and tailroom; also the largest
 *	request alloc() will see
 * @order: order of the pages to cut buffers from
 * @pool_size: entries of a page_pool's pointer ring
 * @nid: NUMA node to allocate on, or NUMA_NO_NODE
 * @posted: buffers are mapped for a device that writes them; false: a virtual device copies into
 *	them by CPU and nothing is mapped
 * @option: values of the strategy's own options
 * @kernel: the Linux the run stands for, as KERNEL_VERSION() makes it
 * @pool_cache: most pages in a page_pool's alloc cache, as that Linux has it for this page size
 * @pool_refill: pages a page_pool takes at a time, from its ring or from the page allocator
 *
 * What is 0 of the last three is as in Linux 6.12.
 */
struct rx_params {
	struct device *dev;
	unsigned int ring_size;
	unsigned int buffer_bytes;
	unsigned int order;
	unsigned int pool_size;
	int nid;
	bool posted;
	unsigned int option[STRATEGY_MAX_OPTIONS];
	unsigned int kernel;
	unsigned int pool_cache, pool_refill;
};

/**
 * rx_params_fit() - can pages of the asked order hold a buffer at all
 * @page_bytes: PAGE_SIZE
 */
static inline bool rx_params_fit(const struct rx_params *params, unsigned long page_bytes)
{
	return params->ring_size > 0 && params->buffer_bytes > 0 &&
	       params->order <= MAX_PAGE_ORDER &&
	       params->buffer_bytes <= page_bytes << params->order;
}

/**
 * struct rx_buf - one buffer
 * @page: head page of the memory it lies in
 * @offset: bytes from the start of @page
 * @truesize: bytes of memory that nobody else can use while this buffer is held
 * @dma: device address of the buffer, 0 where nothing is mapped
 */
struct rx_buf {
	struct page *page;
	unsigned int offset;
	unsigned int truesize;
	dma_addr_t dma;
};

/**
 * struct rx_stats - what a queue did so far
 *
 * The names up to @released_refcnt are page_pool's own (ethtool -S, netlink) and mean what they
 * mean there: of allocations, @fast served from the alloc cache, @slow by new order-0 pages,
 * @slow_high_order by new order-n pages, @empty pointer ring found empty, @refill from the ring
 * into the cache, @waive not taken from the ring because of the node; of puts, @cached into the
 * alloc cache, @cache_full cache had no room, @ring into the pointer ring, @ring_full it had no
 * room, @released_refcnt page released because it was still referenced elsewhere.
 * @reused: buffers served from memory the strategy already had: alloc() calls that succeeded less
 *	the pages taken for them. A pool that takes pages ahead of need reads 0 until it has handed
 *	out more buffers than it took pages
 * @pages_new: pages (of the strategy's order) taken from the page allocator
 * @held: with has_pool_stats: of those, pages the pool owns now: a page that leaves it may still be
 *	allocated, for somebody else refers to it
 */
struct rx_stats {
	uint64_t fast, slow, slow_high_order, empty, refill, waive;
	uint64_t cached, cache_full, ring, ring_full, released_refcnt;
	uint64_t reused, pages_new, held;
};

/**
 * struct rx_strategy - one receive-buffer allocation strategy
 * @abi: FRAGSIM_ABI
 * @page_shift: PAGE_SHIFT it was compiled for
 * @name: id on the command line
 * @summary: one line for `fragsim list strategies`
 * @options: own options, or NULL
 * @has_pool_stats: the page_pool counters of rx_stats are this strategy's; false: only @reused and
 *	@pages_new mean something
 * @shares_buffers: hands out buffers that are still in use (`null`): who owns which bytes cannot be
 *	checked
 *
 * @create: Required. Makes a queue. Context: process. Return: 0, -ENOMEM, -EINVAL (parameters this
 *	strategy cannot serve). *queue is written only on success.
 * @destroy: Required. Gives back everything the queue still owns (posted buffers included);
 *	accepts NULL. Context: process, after the last put() of the queue's buffers, with or without
 *	a close() before it.
 * @alloc: Required. Fills slot @slot with a buffer of at least @bytes. Context: NAPI of the queue.
 *	The slot is empty, or holds what the strategy kept there for itself. Return: 0 or -ENOMEM
 *	(running dry: the slot stays empty and nothing is leaked). *buf is written only on success.
 *	Slots are filled in ring order, and received in that order, as a descriptor ring does it.
 * @receive: Required. The device has written the buffer of @slot; it goes to the stack. *buf
 *	describes it and carries one reference, given back by put(). What the strategy keeps for
 *	reuse it keeps now. Context: NAPI of the queue. Cannot fail.
 * @put: Required. The stack is done with a buffer. @direct: the caller runs in the NAPI context
 *	that owns the buffer's queue and nothing else can (page_pool's allow_direct); otherwise any
 *	CPU, concurrently with everything else.
 * @stats: Required. Reads the counters, which are plain memory as a driver's are. Context: any
 *	CPU, while no other thread runs a hook of this queue.
 * @close: Optional. The device goes down while buffers are still in the stack: gives back what the
 *	queue holds for itself (posted buffers, kept pages) now; later puts free what comes home.
 *	Context: process, once, after the last poll; put() from any CPU may run meanwhile. Only
 *	stats(), put() and destroy() may follow. NULL: destroy() alone gives back.
 * @drop: Optional. The device has written the buffer of @slot, and the driver drops the packet
 *	before the stack sees it (XDP_DROP): it takes the buffer back the way it does that, at once.
 *	The slot is empty afterwards, or keeps what alloc() will find there, the same buffer
 *	for example. Called in place of receive() and of the put(), and what receive() does for the
 *	CPU to see the data is part of it. Context: NAPI of the queue, slots in ring order. Cannot
 *	fail. NULL: the driver calls receive() and a direct put().
 */
struct rx_strategy {
	unsigned int abi;
	unsigned int page_shift;
	const char *name;
	const char *summary;
	const struct strategy_option *options;
	bool has_pool_stats;
	bool shares_buffers;

	int (*create)(const struct rx_params *params, void **queue);
	void (*destroy)(void *queue);
	int (*alloc)(void *queue, unsigned int slot, unsigned int bytes, struct rx_buf *buf);
	void (*receive)(void *queue, unsigned int slot, struct rx_buf *buf);
	void (*put)(const struct rx_buf *buf, bool direct);
	void (*stats)(const void *queue, struct rx_stats *stats);
	void (*close)(void *queue);
	void (*drop)(void *queue, unsigned int slot);
};

/**
 * fragsim_strategy - what a user's own allocator (`--allocator FILE.c`) defines, once
 * The program knows its strategies by tables; in a file of yours it looks for this name. It is the
 * one symbol of the file that is visible outside, so other names need no MM_NAME().
 */
extern const struct rx_strategy fragsim_strategy __attribute__((visibility("default")));

#endif
