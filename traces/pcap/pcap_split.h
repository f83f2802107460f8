/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcap_split.h - packets that are longer than what the device received or sent.
 *
 * A capture on the receiving host shows what GRO merged, one on the sending host what its device
 * will cut (TSO). On the wire no packet has more data than the MSS that the receiver's SYN named,
 * less the options of its header; of both SYNs the smaller one, as each follows its own MTU. A
 * connection whose SYN is not in the capture is cut only if some packet of it is longer than any
 * MTU: then into those of an MTU of 1500. Source: rfc-tcp, pcap-mtu
 */
#ifndef TRACES_PCAP_SPLIT_H
#define TRACES_PCAP_SPLIT_H

#include "traces/pcap/pcap_flows.h"

/**
 * split_data() - most bytes of data in a packet of this connection
 * @to: the half that @seg brings data to
 * @address_bytes: of its IP version
 * Return: as many as @seg has when it is not to be cut; 0 when it has none.
 */
uint32_t split_data(const struct flow_conn *conn, unsigned int to, const struct tcp_segment *seg,
		    uint32_t address_bytes);

#endif
