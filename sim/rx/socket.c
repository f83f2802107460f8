/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * socket.c - the modelled application's sockets: their queue and their receive buffer limit.
 */
#include "sim/rx/socket.h"

#include "sim/engine/engine.h"
#include "sim/sim.h"

#define RATIO_ONE	256 /* 1 << TCP_RMEM_TO_WIN_SCALE */
#define TCP_MSS_DEFAULT 536

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

/* Source: tcp-scaling-ratio (tcp_win_from_space()) */
uint64_t socket_window(const struct socket *sock, uint64_t space)
{
	return space * (sock->ratio ? sock->ratio : RATIO_ONE / 2) / RATIO_ONE;
}

/* Only when a packet is larger than those before. Source: tcp-scaling-ratio */
void socket_measure(struct socket *sock, const struct skb *skb)
{
	uint32_t data = skb_data(skb);
	uint32_t mss = skb->gso_size ? skb->gso_size : (data + skb->pkts - 1) / skb->pkts;

	if (mss <= TCP_MSS_DEFAULT || mss <= sock->mss)
		return;
	sock->mss = mss;
	sock->ratio = (uint32_t)((uint64_t)data * RATIO_ONE / skb->cost.truesize);
	if (!sock->ratio)
		sock->ratio = 1;
	sock->collapsible = true;
}

bool socket_is_bloated(const struct socket *sock, const struct skb *skb)
{
	uint32_t data = skb_data(skb);

	return !skb->datagram && data && socket_window(sock, skb->cost.truesize) > data + skb->done;
}

void socket_grown(struct socket *sock, const struct skb *skb)
{
	sock->collapsible |= socket_is_bloated(sock, skb);
}

void socket_queue(struct sim *sim, struct skb *skb)
{
	struct socket *sock = &sim->socket;

	socket_grown(sock, skb);
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

static bool is_full(const struct sim *sim)
{
	return sim->socket.truesize > sim->scenario->rcvbuf_bytes;
}

/*
 * TCP's. Where nothing has come that may begin a collapse the walk would find nothing, but for the
 * last, smaller skbs of the one before, which Linux copies once more.
 * Source: tcp-collapse
 */
bool socket_collapses(const struct sim *sim, const struct skb *skb)
{
	return is_full(sim) && !skb->datagram && sim->socket.collapsible && !is_pfmemalloc(skb);
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
	return is_full(sim) ? DROP_RCVBUF : DROP_NONE;
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

	sock->collapsible = true;
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
