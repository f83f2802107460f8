/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcap_receivers.c - a small hash table of addresses and the bytes that went to them.
 */
#include "traces/pcap/pcap_receivers.h"

#include <string.h>

#define PROBES 8

static size_t address_bytes(enum link_address to)
{
	return to == LINK_MAC ? 6 : to == LINK_IPV4 ? 4 : to == LINK_IPV6 ? 16 : 0;
}

static uint32_t cell_of(unsigned int dev, const unsigned char *address, size_t size)
{
	uint64_t hash = dev;

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ address[i]) * UINT64_C(0x100000001b3);
	return (uint32_t)(hash >> 16) & (RECEIVERS_MAX - 1);
}

void receivers_count(struct receivers *receivers, unsigned int dev, const struct link_packet *pkt)
{
	size_t size = address_bytes(pkt->to);
	uint32_t cell;

	if (!size)
		return;
	cell = cell_of(dev, pkt->receiver, size);
	for (unsigned int i = 0; i < PROBES; i++) {
		struct receiver *r = &receivers->at[(cell + i) & (RECEIVERS_MAX - 1)];

		if (!r->packets) {
			r->dev = (uint16_t)dev;
			r->to = (uint8_t)pkt->to;
			memcpy(r->address, pkt->receiver, size);
		} else if (r->dev != dev || r->to != pkt->to ||
			   memcmp(r->address, pkt->receiver, size)) {
			continue;
		}
		r->packets++;
		r->bytes += pkt->bytes;
		return;
	}
}

void receivers_pick(const struct receivers *receivers, unsigned int dev, char *buf, size_t size)
{
	const struct receiver *best = NULL;
	unsigned int nr = 0;

	buf[0] = '\0';
	for (unsigned int i = 0; i < RECEIVERS_MAX; i++) {
		const struct receiver *r = &receivers->at[i];

		if (!r->packets || r->dev != dev)
			continue;
		nr++;
		if (!best || r->bytes > best->bytes)
			best = r;
	}
	if (nr > 1)
		link_address_format((enum link_address)best->to, best->address, buf, size);
}
