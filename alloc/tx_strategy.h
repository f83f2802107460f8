/* SPDX-License-Identifier: GPL-2.0-or-later OR MIT */
/*
 * tx_strategy.h - the contract between a transmit path and a strategy for the memory payload is
 * copied into.
 *
 * The life of a fragment, and who moves it on:
 *
 *	 sendmsg()            ndo_start_xmit()        NAPI, TX clean
 *	  alloc()                  map()                complete()
 *	free ------> the socket's ------> the device's ------> free, or kept for the next alloc()
 *	                 |                                ^
 *	                 +------ dropped unsent ----------+
 *
 * Who may run at the same time:
 *
 *	open, alloc, close   process context. One socket: one at a time (the socket lock). Different
 *			     sockets of a queue: concurrently, on any CPU. Nothing here is protected
 *			     by NAPI: what sockets share needs a lock of the strategy's own.
 *	map		     softirq or process context, with the queue's TX lock held: one at a
 *			     time per queue, concurrently with everything else.
 *	complete	     any CPU, concurrently with everything else, itself included; must not
 *			     sleep. Once for each fragment.
 *
 * One complete() stands for two events of TCP, the device's completion and the ACK that frees the
 * skb: a fragment held for a retransmission is a late complete(), and stays mapped until then.
 */
#ifndef FRAGSIM_TX_STRATEGY_H
#define FRAGSIM_TX_STRATEGY_H

#include "mm_types.h"
#include "strategy.h"

/**
 * struct tx_params - what a TX queue is made for
 * @dev: device for DMA mappings
 * @pool_size: entries of a page_pool's pointer ring, 0 = its default
 * @nid: NUMA node to allocate on, or NUMA_NO_NODE
 * @option: values of the strategy's own options
 */
struct tx_params {
	struct device *dev;
	unsigned int pool_size;
	int nid;
	unsigned int option[STRATEGY_MAX_OPTIONS];
};

/**
 * struct tx_frag - memory for payload, what an skb frag and a driver's tx_buffer say of it
 * @page: head page of the memory it lies in
 * @offset: bytes from the start of @page
 * @bytes: given to the socket, all of them sent
 * @dma: device address of the first byte; 0 until map()
 * @private_: the strategy's; travels with the fragment to map() and complete()
 */
struct tx_frag {
	struct page *page;
	unsigned int offset;
	unsigned int bytes;
	dma_addr_t dma;
	unsigned long private_;
};

/**
 * struct tx_stats - what a queue and its sockets did so far
 * @maps, @unmaps: DMA mappings made and undone, whatever their size
 * @pages_new: blocks taken from the page allocator, of any order
 * @pages_small: of these, single pages taken because no 32K block was to be had
 * @reused: times a block the strategy already had was cut again from its start. A pool that takes
 *	pages ahead of need reads 0 until it has begun more pages than it took
 * @fallbacks: fragments mapped one by one because memory that stays mapped was not to be had
 * @locks: spin locks taken by the strategy and its pool, without the page allocator's and IOMMU's
 */
struct tx_stats {
	uint64_t maps, unmaps;
	uint64_t pages_new, pages_small, reused;
	uint64_t fallbacks;
	uint64_t locks;
};

/**
 * struct tx_strategy - one strategy for transmit memory
 * @abi: FRAGSIM_ABI
 * @page_shift: PAGE_SHIFT it was compiled for
 * @name: id on the command line
 * @summary: one line for `fragsim list strategies`
 * @options: own options, or NULL
 *
 * @create: Required. Makes a queue. Context: process. Return: 0, -ENOMEM, -EINVAL (parameters or
 *	options this strategy cannot serve). *queue is written only on success.
 * @destroy: Required. Gives back what the queue still owns; accepts NULL. Context: process, after
 *	the close() of its last socket and the complete() of its last fragment.
 * @open: Required. A socket that sends through @queue. Context: process. Return: 0, -ENOMEM.
 *	*sock is written only on success.
 * @close: Required. The socket goes; its fragments may be still on their way, and are completed
 *	later. Accepts NULL. Context: process.
 * @alloc: Required. Memory to copy up to @bytes (at least 1) of payload into. As with
 *	sk_page_frag() it may be less: the socket fills it and asks again for the rest. The bytes
 *	are the socket's alone until complete(). Return: 0, -ENOMEM (the socket waits for memory).
 *	*frag is written only on success.
 * @map: Required. The payload is written; the device may read it from here on and nobody writes
 *	it. Return: 0 with frag->dma set, or -ENOMEM (frag is unchanged; the driver drops the
 *	packet, and complete() is due all the same).
 * @complete: Required. Nobody needs the fragment any more, whether it was mapped (the device has
 *	read it) or dropped before.
 * @stats: Required. Reads the counters. Context: while no other thread runs a hook of the queue.
 */
struct tx_strategy {
	unsigned int abi;
	unsigned int page_shift;
	const char *name;
	const char *summary;
	const struct strategy_option *options;

	int (*create)(const struct tx_params *params, void **queue);
	void (*destroy)(void *queue);
	int (*open)(void *queue, void **sock);
	void (*close)(void *sock);
	int (*alloc)(void *sock, unsigned int bytes, struct tx_frag *frag);
	int (*map)(void *queue, struct tx_frag *frag);
	void (*complete)(void *queue, const struct tx_frag *frag);
	void (*stats)(const void *queue, struct tx_stats *stats);
};

#endif
