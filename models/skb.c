/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * skb.c - see skb.h.
 *
 * Not a packet queue: an skb here is its price. Building and freeing are one measured pair, so each
 * side pays half; where the pair is odd, the side that frees pays the odd mcycle.
 */
#include "models/skb.h"
#include "models/charge.h"

void skb_init(struct skb_model *skb, const struct machine *machine)
{
	*skb = (struct skb_model){.machine = machine};
}

void skb_build(struct skb_model *skb)
{
	skb->counts.allocated++;
	charge(CAUSE_SKB, skb->machine->skb_alloc_mcycles / 2 + skb->machine->skb_path_mcycles);
}

void skb_add_frag(struct skb_model *skb, int adjacent)
{
	skb->counts.frags++;
	if (adjacent)
		skb->counts.coalesced++;
}

void skb_copy(struct skb_model *skb, uint64_t bytes)
{
	charge(CAUSE_COPY, skb->machine->copy_byte_mcycles * bytes);
}

void skb_free(struct skb_model *skb)
{
	uint64_t pair = skb->machine->skb_alloc_mcycles;

	charge(CAUSE_SKB, pair - pair / 2);
}
