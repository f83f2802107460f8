/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * skb.c - see skb.h.
 *
 * Not a packet queue: an skb here is its price. Building and freeing are one measured pair, so each
 * side pays half; where the pair is odd, the side that frees pays the odd mcycle. A head of its own
 * is another such pair.
 */
#include "models/nic/skb.h"
#include "models/cpu/charge.h"

#define HEAD_PAD 64 /* NET_SKB_PAD */

void skb_init(struct skb_model *model, const struct machine *machine)
{
	*model = (struct skb_model){.machine = machine};
}

static void objects_alloc(struct skb_model *model, unsigned int nr)
{
	charge(CAUSE_SKB, nr * (model->machine->skb_alloc_mcycles / 2));
}

static void objects_free(struct skb_model *model, unsigned int nr)
{
	uint64_t pair = model->machine->skb_alloc_mcycles;

	charge(CAUSE_SKB, nr * (pair - pair / 2));
}

/* napi_alloc_skb(): small ones share a size, others are as large as asked, in whole cache lines. */
static unsigned int head_bytes(unsigned int copied_bytes)
{
	unsigned int bytes = (HEAD_PAD + copied_bytes + 63) / 64 * 64 + SKB_SHINFO_BYTES;

	return bytes < SKB_SMALL_HEAD ? SKB_SMALL_HEAD : bytes;
}

void skb_build(struct skb_model *model, struct skb *skb, unsigned int copied_bytes, bool whole)
{
	*skb = (struct skb){.truesize = SKB_STRUCT_BYTES, .skbs = 1, .whole = whole};
	model->counts.allocated++;
	model->counts.copied += whole;
	objects_alloc(model, copied_bytes ? 2 : 1);
	if (copied_bytes) {
		skb->head_bytes = head_bytes(copied_bytes);
		skb->heads = 1;
	}
	skb->truesize += skb->head_bytes;
	skb->headless = !copied_bytes;
}

/* All frags are used: the rest hangs on the frag_list. */
static void frag_list_add(struct skb_model *model, struct skb *skb)
{
	model->counts.allocated++;
	model->counts.frag_lists++;
	objects_alloc(model, 1);
	skb->truesize += SKB_STRUCT_BYTES;
	skb->skbs++;
	skb->nr_frags = 0;
}

void skb_add_buf(struct skb_model *model, struct skb *skb, unsigned int truesize, bool adjacent)
{
	model->counts.frags++;
	skb->truesize += truesize;
	if (skb->headless) {
		skb->headless = false;
		return;
	}
	if (adjacent) {
		model->counts.coalesced++;
		return;
	}
	if (skb->nr_frags == MAX_SKB_FRAGS)
		frag_list_add(model, skb);
	skb->nr_frags++;
}

void skb_gro(struct skb_model *model)
{
	charge(CAUSE_SKB, model->machine->gro_pkt_mcycles);
}

void skb_merge(struct skb_model *model, struct skb *into, struct skb *skb)
{
	/* a head that is a buffer becomes a frag as well */
	unsigned int frags = skb->nr_frags + (skb->head_bytes ? 0 : 1);

	model->counts.merged++;
	if (skb->skbs > 1 || skb->whole || into->nr_frags + frags > MAX_SKB_FRAGS) {
		model->counts.frag_lists++;
		into->skbs += skb->skbs;
		into->nr_frags = skb->nr_frags;
		into->truesize += skb->truesize;
		into->heads += skb->heads;
		return;
	}
	into->nr_frags += frags;
	into->truesize += skb->truesize - SKB_STRUCT_BYTES - skb->head_bytes;
	skb_free(model, skb);
}

void skb_absorb(struct skb_model *model, struct skb *skb)
{
	model->counts.merged++;
	skb_free(model, skb);
	skb->skbs = skb->heads = 0;
}

void skb_deliver(struct skb_model *model)
{
	charge(CAUSE_SKB, model->machine->skb_path_mcycles);
}

void skb_copy(struct skb_model *model, uint64_t bytes)
{
	charge(CAUSE_COPY, model->machine->copy_byte_mcycles * bytes);
}

void skb_free(struct skb_model *model, const struct skb *skb)
{
	objects_free(model, skb->skbs + skb->heads);
}
