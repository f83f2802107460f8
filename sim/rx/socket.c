/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * socket.c - the modelled application's socket: its queue and its receive buffer limit.
 */
#include "sim/rx/socket.h"

#include "sim/engine/engine.h"
#include "sim/sim.h"

void socket_queue(struct socket *sock, struct skb *skb)
{
	sock->truesize += skb->cost.truesize;
	if (sock->tail)
		sock->tail->next = skb;
	else
		sock->head = skb;
	sock->tail = skb;
	engine_gate_open(sock->gate);
}

static bool is_pfmemalloc(const struct skb *skb)
{
	for (unsigned int i = 0; i < skb->nr; i++) {
		const struct page *page = skb->frag[i].buf.page;

		if (page->compound_head & 1)
			page = (const struct page *)(page->compound_head - 1);
		if (page->lru_next & PFMEMALLOC)
			return true;
	}
	return false;
}

/*
 * Memory of the emergency reserves is for those that free memory: an ordinary socket drops
 * packets in it. The packet that exceeds rcvbuf still fits.
 * Source: linux-sk-filter (sk_filter_trim_cap())
 * Source: skb-truesize (Linux 6.12: __udp_enqueue_schedule_skb(), tcp_try_rmem_schedule())
 */
enum drop_cause socket_refuses(const struct sim *sim, const struct skb *skb)
{
	if (is_pfmemalloc(skb))
		return DROP_PFMEMALLOC;
	return sim->socket.truesize > sim->scenario->rcvbuf_bytes ? DROP_RCVBUF : DROP_NONE;
}

struct skb *socket_take(struct socket *sock)
{
	struct skb *skb = sock->head;

	sock->head = skb->next;
	if (!sock->head)
		sock->tail = NULL;
	sock->truesize -= skb->cost.truesize;
	return skb;
}
