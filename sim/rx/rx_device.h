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
 * @pkt: its record; of merged packets, the first one's
 * @done_ns: when its DMA is complete; 0: when it arrived
 * @nr_slots: descriptors used; meaningless on demand
 * @pkts, @pkt_bytes: packets the device merged into it (nic.gro: hw), itself included, and their
 *	bytes
 * @len: bytes written: one header and all data
 * @closed: no more packets are merged into it
 */
struct arrival {
	struct packet pkt;
	uint64_t done_ns;
	unsigned int nr_slots, pkts;
	uint32_t pkt_bytes, len;
	bool closed;
};

/** rx_arrive() - the device receives the packets that arrive up to @now_ns */
void rx_arrive(struct rx_queue *q, uint64_t now_ns);

/** rx_arrive_packet() - the device receives a packet of @q, at its time of arrival */
void rx_arrive_packet(struct rx_queue *q, const struct packet *pkt);

/**
 * rx_expect_ns() - when the @nth packet that the driver has not seen will be complete
 * Return: exact once its DMA has started, else a lower bound; UINT64_MAX: no such packet is known
 */
uint64_t rx_expect_ns(struct rx_queue *q, unsigned int nth);

#endif
