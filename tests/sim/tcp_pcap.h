/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tcp_pcap.h - test helper: a capture of TCP segments whose times, sizes and flows a test chooses.
 */
#ifndef TESTS_SIM_TCP_PCAP_H
#define TESTS_SIM_TCP_PCAP_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct tcp_segment - one packet to the same host
 * @arrival_ns: not before the segment ahead of it; the first is at 0
 * @bytes: packet with Ethernet header, without FCS
 * @flow: source port
 */
struct tcp_segment {
	uint32_t arrival_ns;
	uint16_t bytes, flow;
};

/**
 * tcp_pcap_write() - write @nr segments to a new pcap with nanoseconds
 * Return: "traffic.source=FILE", valid until the next call, which removes that file as
 * tcp_pcap_remove() does.
 */
const char *tcp_pcap_write(const struct tcp_segment *segment, size_t nr);
/** tcp_pcap_remove() - remove the file written last, if there is one */
void tcp_pcap_remove(void);

#endif
