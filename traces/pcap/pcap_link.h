/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcap_link.h - length, flow, direction and receiver from the headers of a captured packet.
 */
#ifndef TRACES_PCAP_LINK_H
#define TRACES_PCAP_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LINK_ETHERNET_BYTES 14

/** enum link_address - kind of a receiver's address; LINK_NONE also for broadcast and multicast */
enum link_address { LINK_NONE, LINK_MAC, LINK_IPV4, LINK_IPV6 };

/**
 * struct link_packet - what the headers of a packet tell
 * @bytes: with an Ethernet header, without FCS: another link header counts as 14 bytes, as an
 *	Ethernet device would have written it
 * @flow: hash of addresses and, if any, ports; 0 when it is not IP
 * @tcp: a segment of TCP, not a fragment of one
 * @outgoing: (cooked) sent by this machine
 * @ifindex: (cooked v2) interface, else 0
 * @to: kind of @receiver
 * @receiver: in the packet
 * @addresses: (tcp) source and destination of the IP header, @address_bytes (4 or 16) each
 * @segment: (tcp) its header, of which and of what follows @segment_left bytes were captured
 * @segment_bytes: (tcp) header and data by the IP header; padding of a short frame does not count
 */
struct link_packet {
	uint32_t bytes;
	uint32_t flow;
	bool tcp, outgoing;
	uint32_t ifindex;
	enum link_address to;
	const unsigned char *receiver;
	const unsigned char *addresses, *segment;
	uint32_t address_bytes, segment_left, segment_bytes;
};

/** link_is_known() - is this LINKTYPE_* supported? */
bool link_is_known(uint32_t link);

/**
 * link_dissect() - parse the headers of a packet
 * @link: LINKTYPE_* that link_is_known()
 * @data: its first @captured bytes
 * @bytes: its length, link header included, FCS not
 */
void link_dissect(uint32_t link, const unsigned char *data, uint32_t captured, uint32_t bytes,
		  struct link_packet *pkt);

/** link_address_format() - pcap-filter words for "to @receiver": "ether dst ...", "dst host ..." */
void link_address_format(enum link_address to, const unsigned char *receiver, char *buf,
			 size_t size);

#endif
