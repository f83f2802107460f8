/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcap_receivers.h - counts bytes by destination, to guess the receiving device.
 *
 * A pcap holds both directions and does not say which is which. A device receives the packets to
 * its address, so the address that got most bytes is the best guess of the receiver.
 * Addresses beyond RECEIVERS_MAX are not followed: one that matters is among the first.
 */
#ifndef TRACES_PCAP_RECEIVERS_H
#define TRACES_PCAP_RECEIVERS_H

#include <stddef.h>
#include <stdint.h>
#include "traces/pcap/pcap_link.h"

#define RECEIVERS_MAX 512 /* power of 2 */

/** struct receiver - one address on one device; @packets is 0 when unused */
struct receiver {
	uint16_t dev;
	uint8_t to;
	unsigned char address[16];
	uint64_t packets, bytes;
};

/** struct receivers - hash table, open addressing; all zero is empty */
struct receivers {
	struct receiver at[RECEIVERS_MAX];
};

/** receivers_count() - a packet came in on device @dev */
void receivers_count(struct receivers *receivers, unsigned int dev, const struct link_packet *pkt);

/**
 * receivers_pick() - a filter expression for the packets to @dev's main receiver
 * @buf: "" when there is only one receiver, or none
 */
void receivers_pick(const struct receivers *receivers, unsigned int dev, char *buf, size_t size);

#endif
