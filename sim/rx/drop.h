/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * drop.h - packets lost: each place that drops one names the cause and counts it here.
 */
#ifndef SIM_DROP_H
#define SIM_DROP_H

#include <stdbool.h>
#include <stdint.h>

struct sim;
struct skb;

/**
 * enum drop_cause - why a packet is lost; results have a metric packets.drop_* for each
 * @DROP_NONE: it is not
 * @DROP_NO_DESC: no descriptor is posted, because the driver is late
 * @DROP_NO_BUF: no descriptor is posted, or none is filled, because the allocator ran dry
 * @DROP_OVERSIZE: the ring's buffers cannot hold it
 * @DROP_NIC_FIFO: the NIC's internal buffer is full while DMA waits
 * @DROP_PFMEMALLOC: its pages are from the emergency reserves
 * @DROP_RCVBUF: the socket's receive buffer is full
 * @DROP_TX_FULL: workload router: the TX ring is full
 */
enum drop_cause {
	DROP_NONE,
	DROP_NO_DESC,
	DROP_NO_BUF,
	DROP_OVERSIZE,
	DROP_NIC_FIFO,
	DROP_PFMEMALLOC,
	DROP_RCVBUF,
	DROP_TX_FULL,
	DROP_CAUSES,
};

/** struct drops - packets lost, by cause */
struct drops {
	uint64_t pkts[DROP_CAUSES];
};

/** drop_packets() - @nr packets that have no buffers are lost */
void drop_packets(struct sim *sim, enum drop_cause cause, unsigned int nr);

/**
 * drop_skb() - count the packets of @skb as lost and free it on core_current
 * @direct: its pages may go straight back to the pool of the queue being polled
 * Ownership: takes @skb.
 */
void drop_skb(struct sim *sim, struct skb *skb, enum drop_cause cause, bool direct);

/** drop_total() - packets lost for any cause */
uint64_t drop_total(const struct drops *drops);

#endif
