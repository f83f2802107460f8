/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * window.c - how far the sender may go, and when it was told.
 *
 * Free space of the receive buffer is offered as far as data fits it, by the ratio of data to
 * truesize that TCP has seen (socket_window()): nothing when less than a sixteenth of the whole or
 * less than a segment is free. What was offered is never taken back. Updates go with what the
 * receiving CPU acknowledges, each skb that it queues, and when the reader has at least doubled
 * what is offered.
 *
 *	sent -------------> |				what has room
 *	    ended --> [ in flight ]			[  free  ]
 *	--------------------+-------------------------- edge
 *
 * Packets are sent in the order in which they were made, one window for all: a packet that does not
 * fit waits, and those behind it too. Then they follow each other at traffic.line_rate. An update
 * reaches the sender, and what it sends arrives, traffic.rtt later.
 *
 * In place of congestion control the sender has at most so many packets in flight as the line holds
 * in a round trip and half of a ring does. (A congestion window swings between the queue that loses
 * packets and half of it.) So a sender that catches up does not overrun a ring of its own. What is
 * lost all the same is not sent again.
 *
 * The offer begins with 64K and is then the whole buffer at once: no slow growth of rcv_ssthresh,
 * no growth of sk_rcvbuf. A packet that is larger than the largest window is sent when the socket
 * is empty, as a sender would cut it. Ignores the window's unit (128 bytes with 6M).
 * Source: tcp-select-window
 */
#include "sim/rx/window.h"

#include "models/nic/nic.h"
#include "sim/engine/engine.h"
#include "sim/rx/skb.h"
#include "sim/rx/socket.h"
#include "sim/sim.h"
#include "traces/packet.h"

#define WINDOW_BEGINS	65535
#define TCP_MSS_DEFAULT 536
#define WIRE_OVERHEAD	24 /* preamble, FCS, inter-packet gap */
#define BIT_NS		8000000000u

static uint64_t later_of(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static uint32_t data_of(uint32_t bytes)
{
	return bytes > NIC_HEADER_BYTES ? bytes - NIC_HEADER_BYTES : 0;
}

static uint64_t mss_of(const struct sim *sim)
{
	return sim->socket.mss ? sim->socket.mss : TCP_MSS_DEFAULT;
}

static uint64_t full_window(const struct sim *sim)
{
	return socket_window(&sim->socket, sim->scenario->rcvbuf_bytes);
}

/* Bytes beyond what was received that the socket would like to offer. */
static uint64_t select_window(const struct sim *sim)
{
	uint64_t used = sim->socket.truesize, size = sim->scenario->rcvbuf_bytes;
	uint64_t full = full_window(sim), mss = mss_of(sim);
	uint64_t free = used < size ? socket_window(&sim->socket, size - used) : 0;

	if (mss > full)
		mss = full;
	return free < full / 2 && (free < full / 16 || free < mss) ? 0 : free;
}

static struct window_step *step_at(struct window *w, unsigned int nth)
{
	return &w->step[(w->head + nth) % WINDOW_STEPS];
}

static uint64_t wire_ns(const struct sim *sim, uint64_t bytes)
{
	return (bytes + WIRE_OVERHEAD) * BIT_NS / sim->scenario->line_rate_bps;
}

/* Packets that may be in flight. */
static uint64_t flight(const struct sim *sim)
{
	uint64_t packet_ns = wire_ns(sim, mss_of(sim) + NIC_HEADER_BYTES);

	return sim->scenario->nic.ring / 2 + sim->scenario->rtt_ns / (packet_ns ? packet_ns : 1);
}

/* Updates come in order of time. Where there is no room for one more, the last is the later. */
static void step_add(struct sim *sim, uint64_t time_ns)
{
	struct window *w = &sim->window;

	if (w->nr && step_at(w, w->nr - 1)->time_ns > time_ns)
		time_ns = step_at(w, w->nr - 1)->time_ns;
	if (w->nr < WINDOW_STEPS)
		w->nr++;
	*step_at(w, w->nr - 1) = (struct window_step){
		.time_ns = time_ns, .edge = w->edge, .pkts = w->ended_pkts + flight(sim)};
}

static void advertise(struct sim *sim)
{
	struct window *w = &sim->window;

	w->acked = w->ended;
	w->edge = later_of(w->edge, w->ended + select_window(sim));
	step_add(sim, core_now_ns(core_current) + sim->scenario->rtt_ns);
}

void window_init(struct sim *sim)
{
	const struct scenario *s = sim->scenario;
	uint64_t full = full_window(sim);

	sim->window.on = !scenario_is_capture(s) && s->kind == WORKLOAD_HOST &&
			 s->protocol == PROTOCOL_TCP && s->flow_control == FLOW_CONTROL_WINDOW;
	if (!sim->window.on)
		return;
	sim->window.edge = full < WINDOW_BEGINS ? full : WINDOW_BEGINS;
	step_add(sim, 0);
}

void window_lost(struct sim *sim, uint32_t bytes, unsigned int pkts)
{
	sim->window.ended += data_of(bytes);
	sim->window.ended_pkts += pkts;
}

void window_received(struct sim *sim, uint32_t data, unsigned int pkts)
{
	sim->window.ended += data;
	sim->window.ended_pkts += pkts;
	if (sim->window.on)
		advertise(sim);
}

void window_freed(struct sim *sim)
{
	struct window *w = &sim->window;
	uint64_t now, then;

	if (!w->on)
		return;
	now = w->edge > w->ended ? w->edge - w->ended : 0;
	then = select_window(sim);
	if (w->ended - w->acked > mss_of(sim) ||
	    (2 * now <= full_window(sim) && then && then >= 2 * now))
		advertise(sim);
}

/* When may a packet with @data be sent? Return: UINT64_MAX: that is not known yet */
static uint64_t opens_ns(struct window *w, uint32_t data)
{
	while (w->nr && (step_at(w, 0)->pkts <= w->sent_pkts ||
			 (data && step_at(w, 0)->edge < w->sent + data))) {
		w->head = (w->head + 1) % WINDOW_STEPS;
		w->nr--;
	}
	return w->nr ? step_at(w, 0)->time_ns : UINT64_MAX;
}

/* Closed: what comes next is an acknowledgement, or the reader. */
static enum traffic_next wait(const struct sim *sim, uint64_t *later_ns)
{
	const struct window *w = &sim->window;
	const struct socket *sock = &sim->socket;
	uint64_t now_ns = engine_now_ns(), end_ns = sim->scenario->duration_ns;
	uint64_t reads_ns = sock->wake_ns > sock->busy_ns ? sock->wake_ns : sock->busy_ns;

	if (end_ns && now_ns >= end_ns)
		return TRAFFIC_END;
	*later_ns = now_ns + TRAFFIC_LOOK_AGAIN_NS;
	if (w->sent_pkts == w->ended_pkts && reads_ns > *later_ns)
		*later_ns = reads_ns;
	if (end_ns && *later_ns > end_ns)
		*later_ns = end_ns;
	return TRAFFIC_LATER;
}

/* Its window is open from @open_ns on. */
static void send(struct sim *sim, struct packet *pkt, uint64_t open_ns, uint64_t at_ns)
{
	struct window *w = &sim->window;
	uint64_t ready_ns = later_of(pkt->arrival_ns, w->last_ns);

	if (open_ns > ready_ns)
		w->closed_ns += open_ns - ready_ns;
	w->delayed += at_ns > pkt->arrival_ns;
	w->line_ns = at_ns > pkt->arrival_ns ? at_ns + wire_ns(sim, pkt->bytes) : 0;
	w->last_ns = pkt->arrival_ns = at_ns;
	w->sent += data_of(pkt->bytes);
	w->sent_pkts++;
}

enum traffic_next window_pass(void *arg, struct packet *pkt, uint64_t *later_ns)
{
	struct sim *sim = arg;
	struct window *w = &sim->window;
	uint64_t open_ns = opens_ns(w, data_of(pkt->bytes)), at_ns;
	uint64_t end_ns = sim->scenario->duration_ns;

	if (open_ns == UINT64_MAX) {
		if (w->sent_pkts != w->ended_pkts || sim->socket.head)
			return wait(sim, later_ns);
		open_ns = engine_now_ns();
	}
	at_ns = later_of(pkt->arrival_ns, later_of(open_ns, w->line_ns));
	if (end_ns && at_ns >= end_ns)
		return TRAFFIC_END;
	send(sim, pkt, open_ns, at_ns);
	return TRAFFIC_PACKET;
}
