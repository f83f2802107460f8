/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * put.c - buffers go back to the strategy, on the core that runs and at its cost.
 */
#include "sim/rx/put.h"

#include "sim/rx/buffer.h"
#include "sim/rx/head.h"
#include "sim/rx/rx_queue.h"
#include "sim/rx/skb.h"
#include "sim/sim.h"

/* Of a packet that the stack never sees. */
static void drop_in_ring(const struct skb *skb)
{
	struct rx_queue *q = skb->queue;
	unsigned int slot = skb->slot;

	for (unsigned int i = 0; i < skb->nr; i++) {
		buffer_drop(q, slot, &skb->frag[i].buf);
		slot = slot + 1 == q->ring.size ? 0 : slot + 1;
	}
}

static void put_received(struct sim *sim, const struct skb *skb, bool direct)
{
	for (unsigned int i = 0; i < skb->nr; i++) {
		const struct rx_buf *buf = &skb->frag[i].buf;

		gauges_stack(&sim->gauges, buf, -1);
		if (skb->collapsed)
			head_free(&sim->heads, buf);
		else if (skb->shared)
			mm_sim_page_put(buf->page);
		else
			buffer_put(sim, buf, direct);
	}
}

void put_buffers(struct sim *sim, struct skb *skb, bool direct)
{
	enum cause old = core_set_cause(core_current, CAUSE_FREE);

	gauges_advance(&sim->gauges, core_now_ns(core_current));
	if (skb->in_ring)
		drop_in_ring(skb);
	else
		put_received(sim, skb, direct);
	skb->nr = 0;
	core_set_cause(core_current, old);
}

/* Source: linux-veth (veth_xdp_rcv_skb(): veth_xdp_get(), then consume_skb()) */
void put_shared(struct sim *sim, struct skb *skb)
{
	enum cause old;

	/* the put drops one of two references, and it does not matter which */
	if (sim->counts_to_zero)
		return;
	old = core_set_cause(core_current, CAUSE_FREE);
	for (unsigned int i = 0; i < skb->nr; i++) {
		struct rx_buf buf = skb->frag[i].buf;

		mm_sim_page_get(buf.page);
		buffer_put(sim, &buf, false);
	}
	core_set_cause(core_current, old);
	skb->shared = true;
}
