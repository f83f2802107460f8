/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcap_tcp.c - fixed header and the options of a SYN. Source: rfc-tcp
 */
#include "traces/pcap/pcap_tcp.h"

#define HEADER_MIN 20

enum { OPTION_END = 0, OPTION_NOP = 1, OPTION_MSS = 2, OPTION_SCALE = 3 };

static uint16_t be16(const unsigned char *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static uint32_t be32(const unsigned char *at)
{
	return (uint32_t)be16(at) << 16 | be16(at + 2);
}

static void options_parse(const unsigned char *at, uint32_t left, struct tcp_segment *seg)
{
	while (left) {
		uint32_t size = 1;

		if (at[0] == OPTION_END)
			return;
		if (at[0] != OPTION_NOP) {
			if (left < 2 || at[1] < 2 || at[1] > left)
				return;
			size = at[1];
		}
		if (at[0] == OPTION_MSS && size == 4)
			seg->mss = be16(at + 2);
		if (at[0] == OPTION_SCALE && size == 3)
			seg->scale = at[2] < TCP_SCALE_MAX ? at[2] : TCP_SCALE_MAX;
		at += size;
		left -= size;
	}
}

bool tcp_parse(const struct link_packet *pkt, struct tcp_segment *seg)
{
	const unsigned char *at = pkt->segment;
	uint32_t captured;

	if (!pkt->tcp || !at || pkt->segment_left < HEADER_MIN)
		return false;
	*seg = (struct tcp_segment){
		.source = be16(at),
		.destination = be16(at + 2),
		.seq = be32(at + 4),
		.ack = be32(at + 8),
		.header_bytes = (at[12] >> 4) * 4u,
		.flags = at[13],
		.window = be16(at + 14),
		.scale = TCP_NO_SCALE,
	};
	if (seg->header_bytes < HEADER_MIN || seg->header_bytes > pkt->segment_bytes)
		return false;
	seg->data = pkt->segment_bytes - seg->header_bytes;
	captured = seg->header_bytes < pkt->segment_left ? seg->header_bytes : pkt->segment_left;
	if (seg->flags & TCP_SYN)
		options_parse(at + HEADER_MIN, captured - HEADER_MIN, seg);
	return true;
}
