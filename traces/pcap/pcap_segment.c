/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcap_segment.c - handshake, data, ACK and end of connections; the scale where no SYN tells it.
 *
 * A window is shifted by the scale that its sender's SYN named, if both SYNs named one. Begun in
 * mid-flow, a capture shows neither. Two things are certain of the true scale: the right edge it
 * gives never moves back, which excludes larger ones when a window falls, and no data come behind
 * it, which excludes smaller ones when the sender uses what it may. If one is left, it is it.
 * Where the recorder lost ACKs data can seem to be behind the edge: then none is left.
 * Source: rfc-tcp, tcp-window
 */
#include "traces/pcap/pcap_segment.h"

/* A probe of a closed window may bring one byte more. Source: rfc-tcp */
#define PROBE_BYTES 1

static void handshake(struct flow_half *data, struct flow_half *acks, const struct tcp_segment *seg)
{
	if (!data->from_start) {
		data->base = flow_position(data, seg->seq) + 1;
		data->top = data->base;
		data->from_start = true;
	}
	acks->syn_seen = true;
	acks->syn_scale = seg->scale;
	acks->mss = seg->mss;
	if (!(seg->flags & TCP_ACK))
		return;
	if (seg->scale == TCP_NO_SCALE) {
		acks->scale = data->scale = 0;
		return;
	}
	acks->scale = seg->scale;
	if (data->syn_scale != TCP_NO_SCALE)
		data->scale = data->syn_scale;
}

static void reach(struct flow_half *half, uint64_t position)
{
	if (half->base == ROOM_NO_ACK)
		half->base = position;
	if (position > half->top)
		half->top = position;
}

/* Both directions end: each receiver has seen the other's last byte. */
static void ends(struct flow_conn *conn, unsigned int to, const struct tcp_segment *seg,
		 struct flow_news *news)
{
	struct flow_half *data = &conn->half[to], *acks = &conn->half[!to];
	bool over = seg->flags & TCP_RST || (seg->flags & TCP_FIN && data->fin_seen);

	acks->fin_seen |= (seg->flags & TCP_FIN) != 0;
	for (unsigned int i = 0; i < 2; i++)
		news->closes[i] = over && !conn->half[i].closed;
	data->closed |= over;
	acks->closed |= over;
}

void segment_apply(struct flow_conn *conn, unsigned int to, const struct tcp_segment *seg,
		   struct flow_news *news)
{
	struct flow_half *data = &conn->half[to], *acks = &conn->half[!to];
	bool filled;

	*news = (struct flow_news){0};
	if (seg->flags & TCP_SYN) {
		handshake(data, acks, seg);
		return;
	}
	if (seg->data) {
		uint64_t begin = flow_position(data, seg->seq);

		reach(data, begin);
		news->end = begin + seg->data;
		reach(data, news->end);
		news->repeated =
			data->closed || (data->track.started && news->end <= data->track.ack);
	}
	if (seg->flags & TCP_ACK && !(seg->flags & TCP_RST)) {
		uint64_t ack = flow_position(acks, seg->ack);

		reach(acks, ack);
		acks->acks_seen = true;
		filled = acks->track.started && acks->track.right < acks->top + acks->longest;
		if (acks->scale >= 0 && !acks->closed)
			news->acked = ack_track_advance(&acks->track,
							acks->from_start ? acks->base : ROOM_NO_ACK,
							ack, (uint32_t)seg->window << acks->scale,
							flow_quantum(acks), &news->step);
		news->step.filled = filled;
	}
	ends(conn, to, seg, news);
}

static void scales_exclude_smaller(struct flow_half *data, uint64_t end)
{
	for (unsigned int s = 0; s <= TCP_SCALE_MAX; s++)
		if (data->fit_right[s] && end > data->fit_right[s] + PROBE_BYTES)
			data->fits &= (uint16_t) ~(1u << s);
}

static void scales_exclude_larger(struct flow_half *acks, uint64_t ack, uint16_t window)
{
	if (ack < acks->fit_ack)
		return; /* overtaken */
	acks->fit_ack = ack;
	for (unsigned int s = 0; s <= TCP_SCALE_MAX; s++) {
		uint64_t right = ack + ((uint64_t)window << s);

		if (right < acks->fit_right[s])
			acks->fits &= (uint16_t) ~(1u << s);
		else
			acks->fit_right[s] = right;
	}
}

void segment_learn(struct flow_conn *conn, unsigned int to, const struct tcp_segment *seg)
{
	struct flow_half *data = &conn->half[to], *acks = &conn->half[!to];
	struct flow_news news;

	segment_apply(conn, to, seg, &news);
	if (seg->data && data->scale < 0)
		scales_exclude_smaller(data, news.end);
	if (seg->flags & TCP_ACK && acks->scale < 0 && !(seg->flags & (TCP_SYN | TCP_RST)))
		scales_exclude_larger(acks, flow_position(acks, seg->ack), seg->window);
	if (!news.acked)
		return;
	if (news.closes[!to])
		room_learn_close(&acks->learner, &news.step);
	else
		room_learn_ack(&acks->learner, &news.step, acks->base, flow_quantum(acks));
}

static bool scale_find(struct flow_half *half)
{
	if (half->scale >= 0 || !half->acks_seen || __builtin_popcount(half->fits) != 1)
		return false;
	half->scale = __builtin_ctz(half->fits);
	half->scale_found = true;
	return true;
}

bool flows_find_scales(struct pcap_flows *flows)
{
	bool found = false;

	for (uint32_t i = 0; i < pcap_flows_nr(flows); i++)
		for (unsigned int h = 0; h < 2; h++)
			found |= scale_find(&pcap_flow(flows, i)->half[h]);
	return found;
}

void flows_learn_end(struct pcap_flows *flows)
{
	for (uint32_t i = 0; i < pcap_flows_nr(flows); i++)
		for (unsigned int h = 0; h < 2; h++) {
			struct flow_half *half = &pcap_flow(flows, i)->half[h];

			room_learn_end(&half->learner, &half->track, half->base, half->from_start,
				       flow_quantum(half), &half->room);
		}
}
