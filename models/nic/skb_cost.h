/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * skb_cost.h - the packet's metadata as the stack pays for it: allocation, frags, truesize.
 *
 *	build_skb: the first buffer is the head	   own head: what the driver copied is the head
 *
 *	[ head | shared info ]			   [ head | shared info ]
 *		   +- frag 0 .. 16 -> buffers		      +- frag 0 .. 16 -> buffers
 *		   +- frag_list -> skb -> skb ...	      +- frag_list -> skb -> skb ...
 *
 * truesize is what the kernel charges to the socket: sizeof(struct sk_buff), the head, and of each
 * buffer what the strategy's driver accounts it as (half a page, a fragment, a page).
 *
 * Ignores: memory of skbs and heads (they have no address here, so a reader on another core pays no
 * transfer for them: some 3 lines per skb, the same for every strategy).
 * Source: skb-truesize (SKB_TRUESIZE(), __build_skb_around(), skb_add_rx_frag())
 */
#ifndef MODELS_SKB_COST_H
#define MODELS_SKB_COST_H

#include <stdbool.h>
#include <stdint.h>

struct machine;

#define MAX_SKB_FRAGS	 17
#define SKB_STRUCT_BYTES 256 /* struct sk_buff in whole cache lines */
#define SKB_SHINFO_BYTES 320 /* struct skb_shared_info */
#define SKB_SMALL_HEAD	 640 /* an object of skbuff_small_head, shared info included */

/**
 * struct skb_counts
 * @allocated: skbs allocated
 * @frags: buffers attached to them, heads included
 * @coalesced: buffers merged into the frag before them, as they continue it in the same page
 * @copied: packets copied into an skb head, their buffers recycled at once
 * @frag_lists: skbs put on a frag_list, as the frags of the skb were all used
 * @merged: packets that GRO merged into another skb
 * @tail_copies: packets copied into the tail of the skb ahead of them, their buffers put at once
 * @tail_moves: skbs whose buffers became frags of the skb ahead of them in the socket's queue
 * @condensed: skbs whose data was copied out of their buffers into their own head
 * @collapsed, @collapsed_bytes: skbs of a full socket whose data was copied, and that data
 * @deferred: skbs whose freeing was deferred to the core that received them
 * @kicks: times the deferred list grew so long that its softirq was raised
 */
struct skb_counts {
	uint64_t allocated, frags, coalesced;
	uint64_t copied, merged, frag_lists, tail_copies, tail_moves, condensed;
	uint64_t collapsed, collapsed_bytes;
	uint64_t deferred, kicks;
};

/** struct skb_model - counts and costs of a run; zeroed by skb_cost_init() */
struct skb_model {
	const struct machine *machine;
	struct skb_counts counts;
};

/**
 * struct skb_cost - one skb, with those on its frag_list
 * @truesize: memory charged to a socket
 * @head_bytes: of a head of its own, what it counts in @truesize; 0: the first buffer is the head
 * @skbs: 1 and those on the frag_list; 0: merged elsewhere
 * @heads: heads of their own among them
 * @nr_frags: frags of the last of them
 * @whole: the packet is in its own head altogether
 * @headless: the next buffer will be the head
 */
struct skb_cost {
	uint32_t truesize;
	uint32_t head_bytes;
	uint16_t skbs, heads;
	uint8_t nr_frags;
	bool whole;
	bool headless;
};

/** skb_cost_init() - start with nothing counted; @machine must outlive @model */
void skb_cost_init(struct skb_model *model, const struct machine *machine);

/**
 * skb_cost_build() - core_current builds an skb
 * @copied_bytes: packet bytes copied into a head of its own; 0: the first buffer is the head
 * @whole: that is all of the packet
 */
void skb_cost_build(struct skb_model *model, struct skb_cost *cost, unsigned int copied_bytes,
		    bool whole);
/**
 * skb_cost_add_buf() - attach a buffer that pins @truesize
 * @adjacent: it continues the buffer attached before it
 */
void skb_cost_add_buf(struct skb_model *model, struct skb_cost *cost, unsigned int truesize,
		      bool adjacent);
/** skb_cost_gro() - core_current looks for an skb the packet continues */
void skb_cost_gro(struct skb_model *model);
/**
 * skb_cost_merge() - core_current moves the buffers of @cost into @into
 * They become frags of the last skb there, and @cost is freed; where 17 are not enough, or the
 * packet was copied into a head that cannot become a frag, @cost goes to the frag_list. @cost is
 * void then.
 */
void skb_cost_merge(struct skb_model *model, struct skb_cost *into, struct skb_cost *cost);
/**
 * skb_cost_append() - core_current moves the buffers of @cost into @into, as a socket's queue does
 * As skb_cost_merge(), but nothing goes to a frag_list: then, and where one has such a list
 * already, both stay as they are. If it is done @cost is freed and void.
 * Source: skb-coalesce
 * Return: was it done?
 */
bool skb_cost_append(struct skb_model *model, struct skb_cost *into, struct skb_cost *cost);
/**
 * skb_cost_absorb() - @cost was merged into one that is not known: it is freed here, not by a
 * reader
 */
void skb_cost_absorb(struct skb_model *model, struct skb_cost *cost);
/**
 * skb_cost_condense() - core_current copies @bytes out of the buffers of an skb into its head
 * The head must have room for them (skb_cost_head_used()). The buffers are no part of @cost then.
 * Source: skb-condense
 */
void skb_cost_condense(struct skb_model *model, struct skb_cost *cost, unsigned int bytes);
/**
 * skb_cost_linear_bytes() - Return: bytes of the head that alloc_skb() takes for @bytes of data:
 * with shared info, as kmalloc() rounds it; small ones share a size
 */
unsigned int skb_cost_linear_bytes(unsigned int bytes);
/** skb_cost_linear() - core_current builds an skb whose data is in a head of @head_bytes */
void skb_cost_linear(struct skb_model *model, struct skb_cost *cost, unsigned int head_bytes);
/** skb_cost_deliver() - core_current takes it to the socket queue */
void skb_cost_deliver(struct skb_model *model);
/** skb_cost_copy() - core_current copies @bytes of it; charges CAUSE_COPY */
void skb_cost_copy(struct skb_model *model, uint64_t bytes);
/**
 * skb_cost_head_used() - Return: bytes of a head of its own that have no room left: @bytes copied
 * into it, and what every head has
 */
unsigned int skb_cost_head_used(unsigned int bytes);
/** skb_cost_free() - core_current frees the skb itself (not its buffers) */
void skb_cost_free(struct skb_model *model, const struct skb_cost *cost);

#endif
