/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * skb.h - a packet in the stack: its buffers, its metadata, and how both are given back.
 *
 * What the driver made of a packet (struct sk_buff) from the moment it takes it off the ring until the
 * last buffer is put. Memory of the record itself is the simulator's and costs nothing; what the
 * kernel's costs is the model's part, @skb.
 */
#ifndef SIM_SKB_H
#define SIM_SKB_H

#include <stdbool.h>
#include <stdint.h>
#include "alloc/strategy.h"
#include "models/nic/skb_cost.h"

struct rx_queue;
struct sim;

/**
 * struct skb_frag - a buffer of a packet
 * @buf: of the strategy
 * @offset: where the packet's bytes begin, from the start of the buffer's page
 * @len: how many there are
 */
struct skb_frag {
	struct rx_buf buf;
	uint32_t offset, len;
};

/**
 * struct skb - a packet in the stack: its buffers and when they are given back
 * @next: in the socket queue or a deferred list
 * @queue: the queue it came through
 * @visible_ns: nobody outside the poll sees it earlier
 * @release_ns: when its buffers are put; set when known
 * @seq: order of delivery, decides between equal times
 * @len: bytes, with the headers of its first packet only
 * @pkts, @pkt_bytes: packets merged into it, itself included, and their bytes
 * @flow, @gso_size: while GRO holds it: its flow, and the payload of its first packet
 * @chain: more buffers, of packets merged into it, or NULL; @last: the last of the chain. Of those only
 *	@nr and @frag count
 * @cost: its metadata, as the stack pays for it
 * @nr: buffers
 * @core: the core that received it
 * @slot: its first slot of the ring
 * @class: 0: room for one buffer, 1: for NIC_MAX_BUFS
 * @recorded: @release_ns is when the kernel really put the buffers, not when a reader was done
 * @direct: recorded, and put in the softirq that owns the queue's pool
 * @shared: the buffers have been put, what is held is a reference to each one's page
 * @copied: recorded, and a reader had copied it to user space by then: its cost is still to be paid
 */
struct skb {
	struct skb *next;
	struct rx_queue *queue;
	uint64_t visible_ns, release_ns, seq;
	uint32_t len, pkt_bytes, flow, gso_size;
	struct skb *chain, *last;
	struct skb_cost cost;
	uint16_t nr, core, class, slot, pkts;
	bool recorded, direct, copied, shared;
	struct skb_frag frag[];
};

/**
 * struct skb_pool - the packets of a run
 * @spare: records to use again, by class
 * @live: delivered and not released yet
 * @seq: deliveries so far
 */
struct skb_pool {
	struct skb *spare[2];
	uint64_t live, seq;
};

/**
 * skb_alloc() - a record for a packet of @nr_bufs buffers
 * Ownership: the caller's until skb_free() or skb_consume().
 * Return: zeroed but for the buffers; never NULL, as lack of host memory ends the run
 */
struct skb *skb_alloc(struct skb_pool *pool, unsigned int nr_bufs);

/** skb_pool_fini() - free the spare records */
void skb_pool_fini(struct skb_pool *pool);

/**
 * skb_put_buffers() - core_current puts the buffers of @skb, which stays without any
 * @direct: as for rx_strategy.put()
 */
void skb_put_buffers(struct sim *sim, struct skb *skb, bool direct);

/** skb_copy_to_user() - core_current copies all of an skb to user space */
void skb_copy_to_user(struct sim *sim, const struct skb *skb);

/** skb_free() - core_current puts the buffers of an skb that was not delivered, and forgets it */
void skb_free(struct sim *sim, struct skb *skb, bool direct);

/**
 * skb_hold_pages() - XDP has sent the packet on to a peer, which takes a reference to each page before
 * core_current puts the buffers; the packet goes on holding the pages
 */
void skb_hold_pages(struct sim *sim, struct skb *skb);

/**
 * skb_consume() - core_current frees a delivered skb, its metadata and its buffers
 * Wakes the consumers when it was the last of the run.
 */
void skb_consume(struct sim *sim, struct skb *skb, bool direct);

#endif
