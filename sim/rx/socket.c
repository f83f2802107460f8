/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * socket.c - the socket of the modelled consumer: its queue and its receive buffer limit.
 */
#include "sim/rx/socket.h"

#include "sim/engine/engine.h"
#include "sim/sim.h"

void socket_queue(struct sim *sim, struct held *held)
{
	struct reader *r = &sim->reader;

	r->truesize += held->cost.truesize;
	if (r->tail)
		r->tail->next = held;
	else
		r->head = held;
	r->tail = held;
	engine_gate_open(r->gate);
}

static bool is_pfmemalloc(const struct held *held)
{
	for (unsigned int i = 0; i < held->nr; i++) {
		const struct page *page = held->buf[i].page;

		if (page->compound_head & 1)
			page = (const struct page *)(page->compound_head - 1);
		if (page->lru_next & PFMEMALLOC)
			return true;
	}
	return false;
}

/*
 * What a socket refuses. Memory of the emergency reserves is for those that free memory, so a packet
 * in it goes to no ordinary socket. Of rcvbuf, the packet that exceeds it still fits.
 * Source: linux-sk-filter (sk_filter_trim_cap()); __udp_enqueue_schedule_skb(), tcp_try_rmem_schedule()
 * Return: the count of the cause, or NULL
 */
uint64_t *socket_refuses(struct sim *sim, const struct held *held)
{
	if (is_pfmemalloc(held))
		return &sim->drops.pfmemalloc;
	return sim->reader.truesize > sim->scenario->rcvbuf_bytes ? &sim->drops.rcvbuf : NULL;
}

struct held *socket_take(struct reader *r)
{
	struct held *held = r->head;

	r->head = held->next;
	if (!r->head)
		r->tail = NULL;
	r->truesize -= held->cost.truesize;
	return held;
}
