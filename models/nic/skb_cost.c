/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * skb_cost.c - what the stack pays for an skb.
 *
 * Not a packet queue: an skb here is its price. Building and freeing are one measured pair, so each
 * side pays half; where the pair is odd, the side that frees pays the odd mcycle. A head of its own
 * is another such pair.
 */
#include "models/nic/skb_cost.h"
#include "models/cpu/charge.h"

#define HEAD_PAD 64 /* NET_SKB_PAD */

void skb_cost_init(struct skb_model *model, const struct machine *machine)
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

unsigned int skb_cost_head_used(unsigned int bytes)
{
	return HEAD_PAD + bytes + SKB_SHINFO_BYTES;
}

void skb_cost_build(struct skb_model *model, struct skb_cost *cost, unsigned int copied_bytes,
		    bool whole)
{
	*cost = (struct skb_cost){.truesize = SKB_STRUCT_BYTES, .skbs = 1, .whole = whole};
	model->counts.allocated++;
	model->counts.copied += whole;
	objects_alloc(model, copied_bytes ? 2 : 1);
	if (copied_bytes) {
		cost->head_bytes = head_bytes(copied_bytes);
		cost->heads = 1;
	}
	cost->truesize += cost->head_bytes;
	cost->headless = !copied_bytes;
}

/* All frags are used: the rest hangs on the frag_list. */
static void frag_list_add(struct skb_model *model, struct skb_cost *cost)
{
	model->counts.allocated++;
	model->counts.frag_lists++;
	objects_alloc(model, 1);
	cost->truesize += SKB_STRUCT_BYTES;
	cost->skbs++;
	cost->nr_frags = 0;
}

void skb_cost_add_buf(struct skb_model *model, struct skb_cost *cost, unsigned int truesize,
		      bool adjacent)
{
	model->counts.frags++;
	cost->truesize += truesize;
	if (cost->headless) {
		cost->headless = false;
		return;
	}
	if (adjacent) {
		model->counts.coalesced++;
		return;
	}
	if (cost->nr_frags == MAX_SKB_FRAGS)
		frag_list_add(model, cost);
	cost->nr_frags++;
}

void skb_cost_gro(struct skb_model *model)
{
	charge(CAUSE_SKB, model->machine->gro_pkt_mcycles);
}

/*
 * Can the buffers of @cost become frags of the last skb of @into? A head that is a buffer becomes
 * one as well. If so they do, and @cost is freed.
 */
static bool frags_move(struct skb_model *model, struct skb_cost *into, struct skb_cost *cost)
{
	unsigned int frags = cost->nr_frags + (cost->head_bytes ? 0 : 1);

	if (cost->skbs > 1 || cost->whole || into->nr_frags + frags > MAX_SKB_FRAGS)
		return false;
	into->nr_frags += frags;
	into->truesize += cost->truesize - SKB_STRUCT_BYTES - cost->head_bytes;
	skb_cost_free(model, cost);
	return true;
}

void skb_cost_merge(struct skb_model *model, struct skb_cost *into, struct skb_cost *cost)
{
	model->counts.merged++;
	if (!frags_move(model, into, cost)) {
		model->counts.frag_lists++;
		into->skbs += cost->skbs;
		into->nr_frags = cost->nr_frags;
		into->truesize += cost->truesize;
		into->heads += cost->heads;
	}
}

bool skb_cost_append(struct skb_model *model, struct skb_cost *into, struct skb_cost *cost)
{
	if (into->skbs > 1 || !frags_move(model, into, cost))
		return false;
	model->counts.tail_moves++;
	return true;
}

void skb_cost_absorb(struct skb_model *model, struct skb_cost *cost)
{
	model->counts.merged++;
	skb_cost_free(model, cost);
	cost->skbs = cost->heads = 0;
}

void skb_cost_condense(struct skb_model *model, struct skb_cost *cost, unsigned int bytes)
{
	model->counts.condensed++;
	skb_cost_copy(model, bytes);
	cost->truesize = SKB_STRUCT_BYTES + cost->head_bytes;
	cost->nr_frags = 0;
	cost->whole = true;
}

unsigned int skb_cost_linear_bytes(unsigned int bytes)
{
	unsigned int need = (bytes + 63) / 64 * 64 + SKB_SHINFO_BYTES, size = 1024;

	if (need <= SKB_SMALL_HEAD)
		return SKB_SMALL_HEAD;
	while (size < need)
		size *= 2;
	return size;
}

void skb_cost_linear(struct skb_model *model, struct skb_cost *cost, unsigned int head_bytes)
{
	*cost = (struct skb_cost){
		.truesize = SKB_STRUCT_BYTES + head_bytes,
		.head_bytes = head_bytes,
		.skbs = 1,
		.heads = 1,
		.whole = true,
	};
	model->counts.allocated++;
	objects_alloc(model, 2);
}

void skb_cost_deliver(struct skb_model *model)
{
	charge(CAUSE_SKB, model->machine->skb_path_mcycles);
}

void skb_cost_copy(struct skb_model *model, uint64_t bytes)
{
	charge(CAUSE_COPY, model->machine->copy_byte_mcycles * bytes);
}

void skb_cost_free(struct skb_model *model, const struct skb_cost *cost)
{
	objects_free(model, cost->skbs + cost->heads);
}
