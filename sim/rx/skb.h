/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * skb.h - a packet in the stack: its buffers, its metadata, and how both are freed.
 *
 * What struct sk_buff is in the kernel, from the moment the driver takes a packet off the ring
 * until the last buffer is put. The structure itself costs nothing; what the kernel pays for its
 * own is in @cost.
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
 * @buf: the strategy's buffer
 * @offset: of the first packet byte, from the start of the buffer's page
 * @len: packet bytes
 */
struct skb_frag {
	struct rx_buf buf;
	uint32_t offset, len;
};

/**
 * struct skb - a packet in the stack
 * @next: in the socket queue or a deferred list
 * @queue: queue that received it
 * @visible_ns: when the poll delivered it; other cores do not see it earlier
 * @release_ns: when its buffers are put; set when known
 * @read_ns: when the capture says that all of it was read, nothing being known of its free; 0: the
 *	modelled application reads it, or @recorded
 * @seq: order of delivery, decides between equal times
 * @len: bytes, with the headers of the first packet only
 * @pkts, @pkt_bytes: packets merged into it, itself included, and their bytes
 * @flow: its flow
 * @ahead: in the socket's queue: payload bytes queued before it since the run began
 * @done: of @len, bytes that the application has read, or that were moved elsewhere
 * @gso_size: while GRO holds it: the payload of the first packet
 * @chain: skbs merged into it, or appended in the socket's queue, or NULL; of those only @nr and
 *	@frag count
 * @last: the last of @chain, or itself
 * @cost: its metadata, as the stack pays for it
 * @nr: buffers
 * @core: core that received it
 * @slot: ring slot of its first buffer; the others follow
 * @class: 0: room for one buffer, 1: for NIC_MAX_BUFS
 * @datagram: known not to be TCP's
 * @recorded: @release_ns is when the kernel put the buffers, not when the application was done
 * @direct: recorded, and put in the softirq that owns the queue's pool
 * @shared: the buffers have been put; it holds a reference to each one's page instead
 * @in_ring: its buffers are not received: the driver drops it by the strategy's hook drop
 * @collapsed: its first buffer is no strategy's but a head (head.h), and it has data only
 * @copied: recorded, and copied to user space before the release: the copy is still to be charged
 */
struct skb {
	struct skb *next;
	struct rx_queue *queue;
	uint64_t visible_ns, release_ns, read_ns, seq, ahead;
	uint32_t len, done, pkt_bytes, flow, gso_size;
	struct skb *chain, *last;
	struct skb_cost cost;
	uint16_t nr, core, class, slot, pkts;
	bool datagram, recorded, direct, copied, shared, in_ring, collapsed;
	struct skb_frag frag[];
};

/**
 * struct skb_pool - the skbs of a run
 * @spare: free ones, by class
 * @live: delivered and not freed yet
 * @seq: deliveries so far
 */
struct skb_pool {
	struct skb *spare[2];
	uint64_t live, seq;
};

/**
 * skb_alloc() - an skb with room for @nr_bufs buffers, zeroed but for those
 * Ownership: the caller's, until skb_free() or skb_consume().
 * Return: never NULL; lack of host memory ends the run
 */
struct skb *skb_alloc(struct skb_pool *pool, unsigned int nr_bufs);

/** skb_pool_fini() - free the spare skbs */
void skb_pool_fini(struct skb_pool *pool);

/** skb_data() - Return: bytes of @skb without headers that have not been read */
uint32_t skb_data(const struct skb *skb);

/** skb_copy_to_user() - core_current copies all of @skb that has not been read to user space */
void skb_copy_to_user(struct sim *sim, const struct skb *skb);

/** skb_copy_part() - core_current copies the next @bytes of @skb; some stay, so it does too */
void skb_copy_part(struct sim *sim, struct skb *skb, uint32_t bytes);

/**
 * skb_copy_before() - the same, before a time that the capture gives
 * That includes the copy: its cycles are counted but neither move the clock nor keep the core busy.
 */
void skb_copy_before(struct sim *sim, const struct skb *skb);

/**
 * skb_free() - core_current puts the buffers of an skb that was not delivered
 * @direct: as for rx_strategy.put()
 * Ownership: takes @skb.
 */
void skb_free(struct sim *sim, struct skb *skb, bool direct);

/**
 * skb_consume() - core_current frees a delivered skb: its metadata and its buffers
 * Wakes the consumers when it was the last of the run.
 * @direct: as for rx_strategy.put()
 * Ownership: takes @skb.
 */
void skb_consume(struct sim *sim, struct skb *skb, bool direct);

#endif
