/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * collapse.c - tcp_collapse(): data is copied out of the driver's buffers, which are put.
 *
 *	[hdr|data|    ] [hdr|data|    ] [hdr|data|    ]	->	[data|data|data] in a page
 *
 * Each flow is a connection with a queue of its own. From its first skb on that is bloated (its
 * truesize would have room for more data than it has) or read in part, all of its data goes to new
 * skbs of as much as fits a page with the shared info: 3776 bytes of 4096. The last takes what is
 * left. The CPU that receives copies, frees the old skbs and puts their buffers.
 *
 * Where the page allocator is dry an skb stays as it is, and one that was copied in part keeps its
 * buffers.
 * Ignores: the walk of the queue; the copy in the reader's context of what waits in the backlog.
 * Source: tcp-collapse
 */
#include "sim/rx/collapse.h"

#include <stdlib.h>
#include <string.h>

#include "sim/rx/buffer.h"
#include "sim/rx/rx_queue.h"
#include "sim/rx/skb.h"
#include "sim/sim.h"

/**
 * struct connection - a flow in the queue
 * @first: the skb that is collapsed first, or NULL: none
 * @left: bytes of data to be copied
 * @to: the new skb that is being filled
 * @room: bytes that are to be copied into it
 * @used: the entry is taken
 * @begun: @first has been reached
 */
struct connection {
	const struct skb *first;
	uint64_t left;
	struct skb *to;
	uint32_t flow, room;
	bool used, begun;
};

/** struct collapsing - one collapse: @conn is a hash table of @mask + 1 entries, half empty */
struct collapsing {
	struct sim *sim;
	const struct rx_queue *polled;
	struct connection *conn;
	size_t mask;
	struct skb *head, *tail;
};

static struct connection *connection_of(const struct collapsing *c, uint32_t flow)
{
	size_t i = flow * UINT32_C(2654435761) & c->mask;

	while (c->conn[i].used && c->conn[i].flow != flow)
		i = (i + 1) & c->mask;
	c->conn[i].used = true;
	c->conn[i].flow = flow;
	return &c->conn[i];
}

static bool has_data(const struct skb *skb)
{
	return !skb->datagram && skb_data(skb);
}

/* Return: is there anything to be collapsed? */
static bool look(struct collapsing *c)
{
	const struct socket *sock = &c->sim->socket;
	bool any = false;

	for (const struct skb *skb = sock->head; skb; skb = skb->next) {
		struct connection *conn;

		if (!has_data(skb))
			continue;
		conn = connection_of(c, skb->flow);
		if (!conn->first && (skb->done || socket_is_bloated(sock, skb)))
			conn->first = skb;
		if (conn->first)
			conn->left += skb_data(skb);
		any |= conn->first != NULL;
	}
	return any;
}

static void append(struct collapsing *c, struct skb *skb)
{
	skb->next = NULL;
	if (c->tail)
		c->tail->next = skb;
	else
		c->head = skb;
	c->tail = skb;
}

/* A new skb for the data of @conn. Return: false: there is no memory for it */
static bool linear_skb(struct collapsing *c, struct connection *conn, const struct skb *like)
{
	struct sim *sim = c->sim;
	uint32_t most = (uint32_t)sim->scenario->page_size - SKB_SHINFO_BYTES;
	uint32_t data = conn->left < most ? (uint32_t)conn->left : most;
	struct rx_buf buf;
	struct skb *skb;

	gauges_advance(&sim->gauges, core_now_ns(core_current));
	if (!head_alloc(&sim->heads, skb_cost_linear_bytes(data), &buf))
		return false;
	skb = skb_alloc(&sim->skbs, 1);
	skb_cost_linear(&sim->skb_model, &skb->cost, buf.truesize);
	skb->queue = like->queue;
	skb->core = core_current->id;
	skb->visible_ns = core_now_ns(core_current);
	skb->seq = ++sim->skbs.seq;
	skb->flow = conn->flow;
	skb->collapsed = true;
	skb->frag[0] = (struct skb_frag){.buf = buf, .offset = buf.offset};
	gauges_stack(&sim->gauges, &buf, 1);
	sim->skbs.live++;
	sim->socket.truesize += skb->cost.truesize;
	append(c, skb);
	conn->to = skb;
	conn->room = data;
	return true;
}

/* The next bytes of @skb go to the new skb of @conn. */
static void move(struct collapsing *c, struct connection *conn, struct skb *skb)
{
	struct skb_frag *to = &conn->to->frag[0];
	uint32_t bytes = skb_data(skb) < conn->room ? skb_data(skb) : conn->room;

	skb_copy_part(c->sim, skb, bytes);
	payload_write(&c->sim->payload, buffer_byte(to->buf.page, to->offset + to->len), bytes);
	to->len += bytes;
	conn->to->len += bytes;
	conn->room -= bytes;
	conn->left -= bytes;
	c->sim->gauges.payload_bytes += bytes;
	c->sim->skb_model.counts.collapsed_bytes += bytes;
}

/* All of its data is elsewhere. */
static void skb_gone(struct collapsing *c, struct skb *skb)
{
	struct sim *sim = c->sim;

	sim->socket.truesize -= skb->cost.truesize;
	sim->skb_model.counts.collapsed++;
	sim->gauges.payload_bytes -= skb->len - skb->done;
	sim->skbs.live--;
	coalesce_gone(&sim->coalesce, skb, skb->flow);
	skb_cost_free(&sim->skb_model, &skb->cost);
	skb_free(sim, skb, nic_recycles_directly(&sim->scenario->nic) && skb->queue == c->polled);
}

/* Return: false: the page allocator is dry */
static bool collapse_skb(struct collapsing *c, struct connection *conn, struct skb *skb)
{
	while (skb_data(skb)) {
		if (!conn->room && !linear_skb(c, conn, skb))
			return false;
		move(c, conn, skb);
	}
	skb_gone(c, skb);
	if (!conn->left)
		coalesce_collapsed(c->sim, conn->to);
	return true;
}

/* Where the queue's skbs are among the bytes that wait. */
static void positions(struct socket *sock)
{
	sock->queued = sock->taken;
	for (struct skb *skb = sock->head; skb; skb = skb->next) {
		skb->ahead = sock->queued;
		sock->queued += skb->len - skb->done;
	}
}

static void rebuild(struct collapsing *c)
{
	struct socket *sock = &c->sim->socket;
	struct skb *skb = sock->head, *next;

	for (; skb; skb = next) {
		struct connection *conn = has_data(skb) ? connection_of(c, skb->flow) : NULL;

		next = skb->next;
		if (conn)
			conn->begun |= skb == conn->first;
		if (!conn || !conn->begun || !collapse_skb(c, conn, skb))
			append(c, skb);
	}
	sock->head = c->head;
	sock->tail = c->tail;
	positions(sock);
}

void collapse(struct sim *sim, const struct rx_queue *polled)
{
	struct collapsing c = {.sim = sim, .polled = polled, .mask = 1};
	size_t nr = 0;

	for (const struct skb *skb = sim->socket.head; skb; skb = skb->next)
		nr++;
	while (c.mask < 2 * nr)
		c.mask = 2 * c.mask + 1;
	c.conn = calloc(c.mask + 1, sizeof(*c.conn));
	if (!c.conn)
		mm_sim_no_memory("the connections of a full socket");
	if (look(&c))
		rebuild(&c);
	sim->socket.collapsible = false;
	free(c.conn);
}
