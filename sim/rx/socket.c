/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * socket.c - the modelled application's sockets: their queue and their receive buffer limit.
 */
#include "sim/rx/socket.h"

#include "sim/engine/engine.h"
#include "sim/sim.h"

uint64_t socket_wake_ns(const struct sim *sim, uint64_t now_ns)
{
	const struct scenario *s = sim->scenario;

	if (!sim->napi_running || s->pattern == READER_STEADY)
		return now_ns;
	if (s->pattern == READER_STALLED)
		return UINT64_MAX;
	return (now_ns / s->pause_ns + 1) * s->pause_ns;
}

static void reader_wakes(struct sim *sim, uint64_t visible_ns)
{
	struct socket *sock = &sim->socket;
	uint64_t idle_ns = visible_ns > sock->busy_ns ? visible_ns : sock->busy_ns;

	sock->wake_ns = socket_wake_ns(sim, idle_ns);
	if (sock->wake_ns != UINT64_MAX)
		sock->wake_ns +=
			core_mcycles_to_ns(&mm_sim.cores[0], sim->machine->reader_wake_mcycles);
}

void socket_queue(struct sim *sim, struct skb *skb)
{
	struct socket *sock = &sim->socket;

	sock->truesize += skb->cost.truesize;
	skb->ahead = sock->queued;
	sock->queued += skb->len;
	if (sock->tail)
		sock->tail->next = skb;
	else
		sock->head = skb;
	if (sock->head == skb)
		reader_wakes(sim, skb->visible_ns);
	sock->tail = skb;
	engine_gate_open(sock->gate);
}

uint64_t socket_left(const struct sim *sim)
{
	const struct scenario *s = sim->scenario;

	if (!s->reader_bytes || s->pattern != READER_BURSTY || !sim->napi_running)
		return UINT64_MAX;
	return sim->socket.spent < s->reader_bytes ? s->reader_bytes - sim->socket.spent : 0;
}

bool socket_holds(const struct sim *sim, const struct skb *skb, uint64_t now_ns)
{
	const struct socket *sock = &sim->socket;
	uint64_t from_ns = sock->wake_ns > sock->busy_ns ? sock->wake_ns : sock->busy_ns;
	uint64_t ahead = skb->ahead > sock->taken ? skb->ahead - sock->taken : 0;

	return now_ns < from_ns || ahead >= socket_left(sim) ||
	       now_ns - from_ns <
		       core_mcycles_to_ns(core_current, ahead * sim->machine->copy_byte_mcycles);
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

struct skb *socket_take(struct sim *sim)
{
	struct socket *sock = &sim->socket;
	struct skb *skb = sock->head;

	sock->head = skb->next;
	if (!sock->head)
		sock->tail = NULL;
	sock->truesize -= skb->cost.truesize;
	sock->taken += skb->len - skb->done;
	sock->spent += skb_data(skb);
	coalesce_gone(&sim->coalesce, skb, skb->flow);
	return skb;
}

void socket_read_part(struct sim *sim, uint32_t bytes)
{
	struct socket *sock = &sim->socket;

	skb_copy_part(sim, sock->head, bytes);
	sock->taken += bytes;
	sock->spent += bytes;
}

void socket_sleep(struct sim *sim)
{
	sim->socket.spent = 0;
	if (sim->socket.head)
		reader_wakes(sim, sim->socket.busy_ns);
}
