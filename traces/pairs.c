/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pairs.c - counts of what was sent and received, compared by number and by order.
 *
 * Both counts of a pair grow alike. In a veth pair a packet is sent, then soon received, and then
 * nothing happens for a while; in a router it is received, soon sent, and then nothing happens. So
 * which of the two came last, most of the time, tells one from the other.
 */
#include "traces/pairs.h"

#define PACKETS_MIN   16   /* fewer may be alike by chance */
#define DROPPED_SHARE 0.05 /* of what was sent: the ring of a veth can be full */
#define APART_SHARE   0.01 /* received, and sent before the capture began */
#define APART_MIN     8

static unsigned int number(struct pairs *pairs, uint16_t dev)
{
	unsigned int i = 0;

	while (i < pairs->nr && pairs->dev[i] != dev)
		i++;
	if (i == pairs->nr && i < PAIRS_MAX_DEVS)
		pairs->dev[pairs->nr++] = dev;
	return i;
}

/* The time since the last packet of the two goes to its account. */
static void pair_advance(struct pair *pair, uint64_t time_ns)
{
	if (pair->any && time_ns > pair->since_ns)
		*(pair->is_received ? &pair->received_ns : &pair->sent_ns) +=
			time_ns - pair->since_ns;
	pair->since_ns = time_ns;
}

static void pair_add(struct pair *pair, bool is_received, uint64_t time_ns)
{
	pair_advance(pair, time_ns);
	pair->any = true;
	pair->is_received = is_received;
}

static void received(struct pairs *pairs, unsigned int dev, uint64_t time_ns)
{
	pairs->received[dev]++;
	for (unsigned int i = 0; i < pairs->nr; i++)
		pair_add(&pairs->between[dev][i], true, time_ns);
}

static void sent(struct pairs *pairs, unsigned int dev, uint64_t time_ns)
{
	pairs->sent[dev]++;
	for (unsigned int i = 0; i < pairs->nr; i++)
		pair_add(&pairs->between[i][dev], false, time_ns);
}

void pairs_event(struct pairs *pairs, const struct event *ev, uint64_t time_ns)
{
	unsigned int dev;

	if (ev->kind != EVENT_GRO_RECEIVE && ev->kind != EVENT_NETIF_RECEIVE &&
	    ev->kind != EVENT_TX_START)
		return;
	dev = number(pairs, ev->dev);
	if (dev == PAIRS_MAX_DEVS)
		return;
	if (ev->kind == EVENT_TX_START) {
		sent(pairs, dev, time_ns);
	} else if (ev->kind == EVENT_GRO_RECEIVE || !pairs->before_gro[dev]) {
		pairs->before_gro[dev] = ev->kind == EVENT_GRO_RECEIVE;
		received(pairs, dev, time_ns);
	}
}

static bool is_pair(const struct pairs *pairs, struct pair *pair, unsigned int to,
		    unsigned int from, uint64_t span_ns)
{
	double packets = (double)pairs->received[to], more = (double)pairs->sent[from] - packets;

	if (packets < PACKETS_MIN || more > packets * DROPPED_SHARE + APART_MIN ||
	    -more > packets * APART_SHARE + APART_MIN)
		return false;
	pair_advance(pair, span_ns);
	return pair->received_ns > pair->sent_ns;
}

uint16_t pairs_peer(struct pairs *pairs, uint16_t dev, uint64_t span_ns)
{
	uint16_t peer = PAIRS_NONE;
	unsigned int to = 0;

	while (to < pairs->nr && pairs->dev[to] != dev)
		to++;
	for (unsigned int from = 0; to < pairs->nr && from < pairs->nr; from++) {
		if (from == to || !is_pair(pairs, &pairs->between[to][from], to, from, span_ns))
			continue;
		if (peer != PAIRS_NONE)
			return PAIRS_NONE;
		peer = pairs->dev[from];
	}
	return peer;
}
