/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcap_link.c - link layer, VLAN tags, IP and ports of a captured packet.
 *
 * The flow hash stands for the one a NIC computes to choose a queue (RSS): addresses and ports of
 * TCP, UDP, SCTP and DCCP; addresses alone of everything else and of every fragment, so that a
 * datagram stays together. It is not Toeplitz: flows stay whole and spread as
 * on the device, but a flow's queue may be another one.
 * Not parsed: tunnels (the outer header counts, as for a NIC without inner RSS), MPLS, PPPoE.
 * VLAN tags count as bytes: captures put stripped tags back, so with rx-vlan-offload the device
 * wrote 4 bytes less than counted here.
 */
#include <arpa/inet.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include "traces/pcap/pcap_link.h"

#define ETHERTYPE_8021AD 0x88a8
#define ETHERTYPE_QINQ	 0x9100
#define IPPROTO_LITE	 136
#define FRAGMENT_BITS	 0x3fff /* more fragments, offset */
#define FRAGMENT6_BITS	 0xfff9
#define EXTENSIONS_MAX	 16
#define SLL_BYTES	 16
#define SLL2_BYTES	 20
#define SLL_OUTGOING	 4
#define VLAN_BYTES	 4

/* LINKTYPE_* of the pcap registry. DLT_RAW has three numbers: its own and those of two systems. */
enum {
	LINK_NULL = 0,
	LINK_ETHERNET = 1,
	LINK_RAW_BSD = 12,
	LINK_RAW_OPENBSD = 14,
	LINK_RAW = 101,
	LINK_LOOP = 108,
	LINK_SLL = 113,
	LINK_RAW4 = 228,
	LINK_RAW6 = 229,
	LINK_SLL2 = 276,
};

/**
 * struct view - the rest of a packet, from the current header on
 * @left: bytes of it that were captured
 * @bytes: that were on the wire; as the IP header tells, once there was one
 */
struct view {
	const unsigned char *at;
	uint32_t left, bytes;
};

static void view_skip(struct view *view, uint32_t size)
{
	view->at += size;
	view->left -= size;
	view->bytes = view->bytes > size ? view->bytes - size : 0;
}

/* Of a packet too long for its length field (BIG TCP) that is 0: the frame tells. */
static void view_limit(struct view *view, uint32_t bytes)
{
	if (bytes && bytes < view->bytes)
		view->bytes = bytes;
}

static uint16_t be16(const unsigned char *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static uint64_t mix(uint64_t hash, const unsigned char *at, uint32_t size)
{
	while (size) {
		uint64_t word = 0;
		uint32_t part = size < 8 ? size : 8;

		memcpy(&word, at, part);
		hash = (hash ^ le64toh(word)) * UINT64_C(0x9e3779b97f4a7c15);
		hash ^= hash >> 29;
		at += part;
		size -= part;
	}
	return hash;
}

static bool protocol_has_ports(unsigned int protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP || protocol == IPPROTO_SCTP ||
	       protocol == IPPROTO_DCCP || protocol == IPPROTO_LITE;
}

static void flow_set(struct link_packet *pkt, uint64_t hash, unsigned int protocol,
		     const struct view *transport)
{
	pkt->tcp = protocol == IPPROTO_TCP;
	if (pkt->tcp) {
		pkt->segment = transport->at;
		pkt->segment_left = transport->left;
		pkt->segment_bytes = transport->bytes;
	}
	if (protocol_has_ports(protocol) && transport->left >= 4)
		hash = mix(hash ^ protocol, transport->at, 4);
	hash *= UINT64_C(0xbf58476d1ce4e5b9);
	pkt->flow = (uint32_t)(hash >> 32);
	if (!pkt->flow)
		pkt->flow = 1; /* 0 means none */
}

static void receiver_set(struct link_packet *pkt, enum link_address to, const unsigned char *at,
			 bool many)
{
	if (pkt->to != LINK_NONE || many)
		return;
	pkt->to = to;
	pkt->receiver = at;
}

static void ipv4(struct link_packet *pkt, struct view ip)
{
	uint32_t header;
	uint64_t hash;

	if (ip.left < 20)
		return;
	header = (ip.at[0] & 15u) * 4;
	if (ip.at[0] >> 4 != 4 || header < 20)
		return;
	receiver_set(pkt, LINK_IPV4, ip.at + 16, ip.at[16] >= 224);
	hash = mix(4, ip.at + 12, 8);
	pkt->addresses = ip.at + 12;
	pkt->address_bytes = 4;
	view_limit(&ip, be16(ip.at + 2));
	if (be16(ip.at + 6) & FRAGMENT_BITS || header > ip.left) {
		flow_set(pkt, hash, IPPROTO_IP, &ip);
	} else {
		unsigned int protocol = ip.at[9];

		view_skip(&ip, header);
		flow_set(pkt, hash, protocol, &ip);
	}
}

/* Moves over one extension header. Return: false when @next is none, or not captured whole. */
static bool extension_skip(struct view *ip, unsigned int *next, bool *fragment)
{
	uint32_t size;

	if (ip->left < 8)
		return false;
	switch (*next) {
	case IPPROTO_FRAGMENT:
		*fragment |= (be16(ip->at + 2) & FRAGMENT6_BITS) != 0;
		size = 8;
		break;
	case IPPROTO_AH:
		size = (ip->at[1] + 2u) * 4;
		break;
	case IPPROTO_HOPOPTS:
	case IPPROTO_ROUTING:
	case IPPROTO_DSTOPTS:
	case IPPROTO_MH:
		size = (ip->at[1] + 1u) * 8;
		break;
	default:
		return false;
	}
	if (size > ip->left)
		return false;
	*next = ip->at[0];
	view_skip(ip, size);
	return true;
}

static void ipv6(struct link_packet *pkt, struct view ip)
{
	unsigned int next;
	bool fragment = false;
	uint32_t payload;
	uint64_t hash;

	if (ip.left < 40 || ip.at[0] >> 4 != 6)
		return;
	receiver_set(pkt, LINK_IPV6, ip.at + 24, ip.at[24] == 0xff);
	hash = mix(6, ip.at + 8, 32);
	next = ip.at[6];
	pkt->addresses = ip.at + 8;
	pkt->address_bytes = 16;
	payload = be16(ip.at + 4);
	view_skip(&ip, 40);
	view_limit(&ip, payload);
	for (unsigned int i = 0; i < EXTENSIONS_MAX; i++)
		if (!extension_skip(&ip, &next, &fragment))
			break;
	flow_set(pkt, hash, fragment ? IPPROTO_IP : next, &ip);
}

static void raw(struct link_packet *pkt, struct view ip)
{
	if (!ip.left)
		return;
	if (ip.at[0] >> 4 == 4)
		ipv4(pkt, ip);
	else
		ipv6(pkt, ip);
}

/* By Ethernet type, after any VLAN tags. */
static void network(struct link_packet *pkt, uint16_t type, struct view view)
{
	while (type == ETHERTYPE_VLAN || type == ETHERTYPE_8021AD || type == ETHERTYPE_QINQ) {
		if (view.left < VLAN_BYTES)
			return;
		type = be16(view.at + 2);
		view_skip(&view, VLAN_BYTES);
	}
	if (type == ETHERTYPE_IP)
		ipv4(pkt, view);
	else if (type == ETHERTYPE_IPV6)
		ipv6(pkt, view);
}

static uint32_t link_header(uint32_t link)
{
	switch (link) {
	case LINK_ETHERNET:
		return LINK_ETHERNET_BYTES;
	case LINK_NULL:
	case LINK_LOOP:
		return 4;
	case LINK_SLL:
		return SLL_BYTES;
	case LINK_SLL2:
		return SLL2_BYTES;
	default:
		return 0;
	}
}

bool link_is_known(uint32_t link)
{
	switch (link) {
	case LINK_RAW:
	case LINK_RAW_BSD:
	case LINK_RAW_OPENBSD:
	case LINK_RAW4:
	case LINK_RAW6:
		return true;
	default:
		return link_header(link) != 0;
	}
}

void link_dissect(uint32_t link, const unsigned char *data, uint32_t captured, uint32_t bytes,
		  struct link_packet *pkt)
{
	uint32_t header = link_header(link);
	struct view view = {data + header, captured - header, bytes > header ? bytes - header : 0};

	memset(pkt, 0, sizeof(*pkt));
	pkt->bytes = (bytes > header ? bytes - header : 0) + LINK_ETHERNET_BYTES;
	if (captured < header)
		return;
	switch (link) {
	case LINK_ETHERNET:
		receiver_set(pkt, LINK_MAC, data, data[0] & 1);
		network(pkt, be16(data + 12), view);
		break;
	case LINK_SLL:
		pkt->outgoing = be16(data) == SLL_OUTGOING;
		network(pkt, be16(data + 14), view);
		break;
	case LINK_SLL2:
		pkt->outgoing = data[10] == SLL_OUTGOING;
		pkt->ifindex = (uint32_t)be16(data + 4) << 16 | be16(data + 6);
		network(pkt, be16(data), view);
		break;
	default:
		raw(pkt, view);
		break;
	}
}

void link_address_format(enum link_address to, const unsigned char *receiver, char *buf,
			 size_t size)
{
	char text[INET6_ADDRSTRLEN] = "";

	if (to == LINK_MAC) {
		snprintf(buf, size, "ether dst %02x:%02x:%02x:%02x:%02x:%02x", receiver[0],
			 receiver[1], receiver[2], receiver[3], receiver[4], receiver[5]);
		return;
	}
	inet_ntop(to == LINK_IPV4 ? AF_INET : AF_INET6, receiver, text, sizeof(text));
	snprintf(buf, size, "dst host %s", text);
}
