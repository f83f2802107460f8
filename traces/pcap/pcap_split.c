/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcap_split.c - the data of one packet of a connection.
 */
#include "traces/pcap/pcap_split.h"

#include "traces/packet_format.h"

#define HEADER_MIN 20

/* MSS of an MTU of 1500 bytes, with IPv4 and IPv6. Source: pcap-mtu */
#define MSS_IPV4 1460
#define MSS_IPV6 1440

/* What is named below the default is taken for it: bounds what a record becomes. Source: rfc-tcp */
#define DATA_MIN 536

static uint32_t mss_of(const struct flow_conn *conn, unsigned int to, uint32_t address_bytes)
{
	uint32_t mss = conn->half[to].mss, other = conn->half[!to].mss;

	if (mss && other)
		return mss < other ? mss : other;
	if (mss || conn->half[to].longest <= CAPTURE_MTU_BYTES_MAX)
		return mss;
	return address_bytes == 4 ? MSS_IPV4 : MSS_IPV6;
}

uint32_t split_data(const struct flow_conn *conn, unsigned int to, const struct tcp_segment *seg,
		    uint32_t address_bytes)
{
	uint32_t mss = mss_of(conn, to, address_bytes), options = seg->header_bytes - HEADER_MIN;
	uint32_t most = mss > options + DATA_MIN ? mss - options : DATA_MIN;

	return !mss || seg->data <= most ? seg->data : most;
}
