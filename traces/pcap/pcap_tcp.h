/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcap_tcp.h - the TCP header of a captured packet.
 */
#ifndef TRACES_PCAP_TCP_H
#define TRACES_PCAP_TCP_H

#include <stdbool.h>
#include <stdint.h>
#include "traces/pcap/pcap_link.h"

#define TCP_FIN 0x01
#define TCP_SYN 0x02
#define TCP_RST 0x04
#define TCP_ACK 0x10

/** TCP_SCALE_MAX - a window is shifted by no more (RFC 7323) */
#define TCP_SCALE_MAX 14

/** TCP_NO_SCALE - the option is not there */
#define TCP_NO_SCALE (-1)

/**
 * struct tcp_segment - what a TCP header tells
 * @header_bytes: with options
 * @data: bytes behind it
 * @mss: option of a SYN, 0: none
 * @scale: option of a SYN, at most TCP_SCALE_MAX; TCP_NO_SCALE
 */
struct tcp_segment {
	uint16_t source, destination;
	uint32_t seq, ack;
	uint8_t flags;
	uint16_t window;
	uint32_t header_bytes, data;
	uint16_t mss;
	int scale;
};

/**
 * tcp_parse() - read the TCP header of a packet
 * Return: false: it is not TCP, its header was not captured, or it contradicts the IP header.
 */
bool tcp_parse(const struct link_packet *pkt, struct tcp_segment *seg);

#endif
