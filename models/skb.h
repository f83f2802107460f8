/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * skb.h - the packet's metadata as the stack pays for it: allocation, frags, truesize.
 */
#ifndef MODELS_SKB_H
#define MODELS_SKB_H

#include <stdint.h>

struct machine;

/**
 * struct skb_counts
 * @allocated: skbs made
 * @frags: buffers attached to them
 * @coalesced: attached buffers that continued the one before in the same page and cost no frag
 * @deferred: skbs that readers left to the core that received them
 * @kicks: times so many waited that this core's softirq was raised
 */
struct skb_counts {
	uint64_t allocated, frags, coalesced;
	uint64_t deferred, kicks;
};

/** struct skb_model - counts and costs of a run; zeroed by skb_init() */
struct skb_model {
	const struct machine *machine;
	struct skb_counts counts;
};

void skb_init(struct skb_model *skb, const struct machine *machine);
/** skb_build() - core_current makes an skb and takes it to the socket queue; charges CAUSE_SKB */
void skb_build(struct skb_model *skb);
/** skb_add_frag() - attach a buffer; @adjacent: it continues the buffer before it */
void skb_add_frag(struct skb_model *skb, int adjacent);
/** skb_copy() - core_current copies @bytes of it to user space; charges CAUSE_COPY */
void skb_copy(struct skb_model *skb, uint64_t bytes);
/** skb_free() - core_current frees the skb itself (not its buffers); charges CAUSE_SKB */
void skb_free(struct skb_model *skb);

#endif
