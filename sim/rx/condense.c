/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * condense.c - data in frags that fits the skb's head is copied there, as UDP does when its socket
 * is half full.
 *
 *	[ headroom | headers | room | shared info ]	+ frags		->	all in the head
 *
 * The truesize is that of the head then, so the socket takes more of them. An skb whose head is a
 * buffer has nothing to give back.
 * Source: skb-condense (skb_condense(), __udp_enqueue_schedule_skb())
 */
#include "sim/rx/condense.h"

#include "sim/rx/put.h"
#include "sim/rx/skb.h"
#include "sim/sim.h"

/* Return: bytes in frags, or 0 where they do not fit the head */
static uint32_t data_that_fits(const struct skb *skb)
{
	uint32_t data = 0;

	if (!skb->cost.head_bytes || skb->cost.whole || skb->chain)
		return 0;
	for (unsigned int i = 0; i < skb->nr; i++)
		data += skb->frag[i].len;
	return skb_cost_head_used(skb->len) <= skb->cost.head_bytes ? data : 0;
}

void condense(struct sim *sim, struct skb *skb)
{
	uint32_t data;

	if (sim->socket.truesize <= sim->scenario->rcvbuf_bytes / 2)
		return;
	data = data_that_fits(skb);
	if (!data)
		return;
	payload_read(&sim->payload, skb);
	skb_cost_condense(&sim->skb_model, &skb->cost, data);
	put_buffers(sim, skb, nic_recycles_directly(&sim->scenario->nic));
}
