/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rx_device.h - what the device does with packets that arrive: descriptors, DMA, drops.
 */
#ifndef SIM_RX_DEVICE_H
#define SIM_RX_DEVICE_H

#include <stdbool.h>
#include <stdint.h>
#include "traces/packet.h"

struct rx_queue;

/**
 * struct arrival - a packet the device wrote and the driver has not seen yet
 * @done_ns: its DMA is complete; 0: when it arrived
 * @nr_slots: descriptors it took; on demand: none are
 * @pkts, @pkt_bytes: packets the device merged into it (nic.gro: hw), and their bytes
 * @len: bytes it wrote: one header and all data
 * @closed: the last one was shorter than the first: no more are merged
 */
struct arrival {
	struct packet pkt;
	uint64_t done_ns;
	unsigned int nr_slots, pkts;
	uint32_t pkt_bytes, len;
	bool closed;
};

/** rx_arrive() - the device receives what arrived up to @now_ns */
void rx_arrive(struct rx_queue *q, uint64_t now_ns);

/**
 * rx_expect_ns() - when the @nth packet that the driver has not seen will be complete
 * Exact for packets whose DMA has begun, else not before it. Return: UINT64_MAX: none is known
 */
uint64_t rx_expect_ns(struct rx_queue *q, unsigned int nth);

#endif
