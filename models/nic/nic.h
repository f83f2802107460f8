/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nic.h - what a NIC and its driver ask of buffers: presets, and how a packet becomes buffers.
 *
 * Ignores: what a packet is (headers have one length, NIC_HEADER_BYTES: split and merged packets of
 * UDP, IPv6 or tunnels are off by the difference, tens of bytes), buffers of several sizes in one
 * ring, and a device that fills a buffer with more than one packet (striding receive queues).
 */
#ifndef MODELS_NIC_H
#define MODELS_NIC_H

#include "models/options/option.h"

/** NIC_MAX_BUFS - most buffers one packet can take: a head and MAX_SKB_FRAGS */
#define NIC_MAX_BUFS 18

/** NIC_QUEUES_MAX - most receive queues of a NIC */
#define NIC_QUEUES_MAX 256

/**
 * NIC_HEADER_BYTES - what a packet begins with: Ethernet, IPv4 and TCP with timestamps
 * The record does not say what a packet is, so each is taken for one of these where headers matter
 * (header_split, GRO).
 */
#define NIC_HEADER_BYTES 66

/** ETH_HLEN - the Ethernet header, which limits on the size of a merged packet do not count */
#define ETH_HLEN 14

enum nic_buffers { NIC_POSTED, NIC_ON_DEMAND };
/** enum nic_xdp_tx - what becomes of the pages of a packet that XDP sends on */
enum nic_xdp_tx { NIC_XDP_OWNED, NIC_XDP_SHARED };
enum nic_gro { NIC_GRO_OFF, NIC_GRO_SW, NIC_GRO_HW };
enum nic_free_path { NIC_FREE_REMOTE, NIC_FREE_DEFER, NIC_FREE_NAPI_DIRECT, NIC_FREE_DEFER_RING };

/**
 * NIC_STRATEGIES - words of nic.strategy: the receive strategy that the driver itself is
 * What a kernel recorded is to be compared with this one; "unknown" for a NIC that is none in
 * particular.
 */
#define NIC_STRATEGIES                                                                             \
	"unknown|page_alloc|refcount_reuse|recycle_cache|pingpong|page_pool|page_pool_frag|"       \
	"frag_countdown|frag_countup"

/**
 * struct nic - ring and driver
 * @ring: descriptors per queue
 * @queues: receive queues
 * @desc_bytes: size of one descriptor
 * @buffer_bytes: posted: bytes one descriptor points at, headroom and tailroom included;
 *	on demand: 0, pieces are as large as a page
 * @order: order of the pages buffers are cut from; on demand: 0
 * @headroom_bytes: reserved before the data (NET_SKB_PAD, XDP_PACKET_HEADROOM)
 * @tailroom_bytes: reserved after it (skb_shared_info). Posted: in every buffer, because the device
 *	does not know which will be a packet's first. On demand: in the first
 * @refill_batch: free descriptors before the driver refills; on demand: 0, nothing is posted
 * @fifo_bytes: the device's internal buffer: packets that wait for DMA; on demand: 0, none does any
 * @pool_size: entries of a page_pool's pointer ring
 * @buffers: enum nic_buffers
 * @rx_usecs: interrupt moderation, ns from the first packet to the poll
 * @rx_frames: packets that end moderation early; 0 = none do
 * @budget: packets per poll
 * @header_split: the device puts headers into a small buffer of their own and data into whole
 *	buffers without headroom and tailroom; the driver copies the headers into a fresh skb head
 * @copybreak_bytes: packets up to this are copied into a fresh skb head, and the buffer goes back
 *	to the strategy in the same poll; 0: none are
 * @xdp_tx: a packet sent on by XDP keeps its buffers until its transmit completes (owned), or the
 *	receiver of the packet gets references of its own and the buffers are put at once (shared)
 * @gro: packets of a flow that a poll receives become one skb (sw), or those that follow each other
 *	one completion already (hw, with @header_split). Captures that say what was
 *	merged are believed in any case
 * @tx_ring: TX descriptors per queue (workload router)
 * @tx_batch: packets per completion; the last of a doorbell has one in any case
 * @link_bps: rate of the port, 0: sending takes no time
 * @strategy: number of the word in NIC_STRATEGIES
 * @free_path: where the stack's puts run: on the reader's core (remote); collected for the core
 *	that received the packet, direct in its next poll (defer); there at once and always direct
 *	(napi_direct); or deferred and not direct, for a page_pool without a NAPI context
 *	(defer_ring)
 * @drivers: names of the kernel drivers that the preset stands for, separated by commas; "": none
 * @since: the Linux version from which they behave so, "6.12"
 * @max_mtu: the largest MTU with which they do, 0: any
 * @pool_follows: their page_pool grows with the ring: @pool_size is for @ring
 * @jumbo_ring: @ring is the one that `ethtool -g` calls RX Jumbo
 * @compared: was this preset ever compared with a capture of a real kernel?
 *
 * Those from @drivers on say what a preset is. A scenario cannot set them.
 */
struct nic {
	char preset[OPTION_TEXT_MAX];
	uint64_t ring, queues, desc_bytes, buffer_bytes, order;
	uint64_t headroom_bytes, tailroom_bytes, refill_batch, pool_size;
	uint64_t fifo_bytes;
	unsigned int buffers;
	uint64_t rx_usecs_ns, rx_frames, budget;
	bool header_split;
	uint64_t copybreak_bytes;
	unsigned int xdp_tx;
	unsigned int gro;
	uint64_t tx_ring, tx_batch, link_bps;
	unsigned int free_path;
	unsigned int strategy;
	char drivers[OPTION_TEXT_MAX], since[OPTION_TEXT_MAX];
	uint64_t max_mtu;
	bool pool_follows, jumbo_ring, compared;
};

/** nic_options - the rows of a NIC that a scenario can set, keys without prefix ("ring") */
extern const struct option nic_options[];

/** nic_facts - the rows that only a preset has: what it stands for and what it rests on */
extern const struct option nic_facts[];

/**
 * nic_load() - by preset name (looked up in @dir) or path; fills all fields
 * Every value of a preset carries its source, as in a machine profile.
 * Return: 0, -ENOENT (@err names the presets there are), -EINVAL.
 */
int nic_load(struct nic *nic, const char *name, const char *dir, char *err, size_t err_size);

/**
 * nic_check() - are the fields consistent? For presets, and again after keys were overridden
 * @page_bytes: PAGE_SIZE
 * Return: 0, or -EINVAL with what contradicts what in @err (no location).
 */
int nic_check(const struct nic *nic, unsigned int page_bytes, char *err, size_t err_size);

/** nic_defers() - are skbs freed by the core that received them, from lists? */
static inline bool nic_defers(const struct nic *nic)
{
	return nic->free_path == NIC_FREE_DEFER || nic->free_path == NIC_FREE_DEFER_RING;
}

/**
 * nic_recycles_directly() - may the softirq that polls a queue put its buffers into the pool's
 * cache when the stack frees them? Not where the page_pool is not linked to the NAPI context.
 */
static inline bool nic_recycles_directly(const struct nic *nic)
{
	return nic->free_path == NIC_FREE_DEFER || nic->free_path == NIC_FREE_NAPI_DIRECT;
}

/**
 * nic_strategy() - the receive strategy that the driver itself is
 * @name: set to its id, or to "" when it is not known
 * @size: bytes of @name
 */
void nic_strategy(const struct nic *nic, char *name, size_t size);

/**
 * nic_for_kernel() - a preset, which names what drivers are on Linux 6.12, on another one
 * @version: not only a listed one
 * A driver that is frag_countdown is frag_countup since page_frag_cache counts up.
 */
void nic_for_kernel(struct nic *nic, unsigned int version);

/**
 * nic_copied() - bytes of a packet that the driver copies into a fresh skb head
 * Return: 0 (the packet stays where the device wrote it), NIC_HEADER_BYTES, or all: then its buffer
 * is free at once.
 */
unsigned int nic_copied(const struct nic *nic, unsigned int pkt_bytes);

/** nic_max_bytes() - the largest packet nic_split() can split. @page_bytes: PAGE_SIZE */
unsigned int nic_max_bytes(const struct nic *nic, unsigned int page_bytes);

/**
 * nic_widen() - change a NIC so that it takes packets of @pkt_bytes
 * @nic: one that nic_check() accepts for @page_bytes; on demand it takes larger pages only
 *
 * As drivers have it whose device merges packets (LRO): headers apart, data in whole blocks, of the
 * smallest order that does.
 * Return: false when no order does; @nic is as it was.
 */
bool nic_widen(struct nic *nic, unsigned int page_bytes, unsigned int pkt_bytes);

/** nic_data_offset() - where packet bytes begin in buffer @i of a packet */
unsigned int nic_data_offset(const struct nic *nic, unsigned int i);

/**
 * nic_split() - the buffers a packet takes
 * @nic: one that nic_check() accepts for @page_bytes
 * @pkt_bytes: packet with Ethernet header
 * @page_bytes: PAGE_SIZE
 * @size: set to the bytes to ask of the allocator for each buffer
 * @fill: set to the packet bytes that land in each
 *
 * Posted: every buffer is nic->buffer_bytes; the packet fills them up to what headroom and tailroom
 * leave, or with header_split wholly with what follows the headers (a packet of headers alone takes
 * a buffer and leaves it empty). On demand (as veth does, skb_pp_cow_data()): a head of headroom +
 * data + tailroom, at most a page, data and tailroom each rounded up to cache lines, then
 * page-sized pieces of exactly what is left.
 * Return: number of buffers, 0 for an empty packet, or -EMSGSIZE (more than NIC_MAX_BUFS, or one
 * less with header_split, whose head is not among them).
 * Source: linux-skb-cow (on demand)
 */
int nic_split(const struct nic *nic, unsigned int pkt_bytes, unsigned int page_bytes,
	      unsigned int size[NIC_MAX_BUFS], unsigned int fill[NIC_MAX_BUFS]);

#endif
