/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dma.h - the device's DMA engine as a resource in time, and the packets that wait for it.
 *
 *	arrival --> internal buffer (nic.fifo) --> descriptor, DMA: translations + bytes --> completed
 *	              full: drop_nic_fifo            none: drop_no_desc / drop_no_buf
 *
 * One engine per device; its queues share it. Timed only where the device translates (an IOMMU that is
 * not off), posts its buffers, and the traffic says when packets came from the wire: a capture that
 * recorded its polls says when the driver had them, which contains the DMA.
 */
#ifndef SIM_DMA_H
#define SIM_DMA_H

#include <stdbool.h>
#include <stdint.h>
#include "models/cpu/server.h"
#include "traces/packet.h"

struct rx_queue;
struct sim;

#define DMA_SLOT_NS 1024
#define DMA_SLOTS   8192 /* 8 ms: far beyond what one queue can be ahead of another */

/**
 * struct dma_queue - a queue's part
 * @wait: circular array of packets in the internal buffer, oldest at @head
 * @last_ns: the engine is done with this queue's packets before
 */
struct dma_queue {
	struct packet *wait;
	unsigned int head, nr, cap;
	uint64_t last_ns;
};

/**
 * struct dma - the engine
 * @timed: see above; false: a packet is complete when it arrives
 * @page_ns, @read_ns: of the machine profile
 * @waiting_bytes: in the internal buffer
 * @engine: its time, ns
 */
struct dma {
	bool timed;
	uint64_t page_ns, read_ns;
	uint64_t waiting_bytes;
	struct server engine;
};

/** dma_init() - for a simulation whose machine and traffic are up. Return: 0, -ENOMEM */
int dma_init(struct sim *sim);
/** dma_fini() - free what waits, and the engine */
void dma_fini(struct sim *sim);

/**
 * dma_wait() - timed: @pkt arrives and waits for the engine; dropped where the internal buffer is full
 * A packet that finds the engine free with its queue empty needs no room to wait in.
 */
void dma_wait(struct rx_queue *q, const struct packet *pkt);

/**
 * dma_start_ns() - when the engine can begin with the @nth packet that waits, not before it
 * Exact for the first of them. Return: UINT64_MAX when fewer wait
 */
uint64_t dma_start_ns(const struct rx_queue *q, unsigned int nth);

/** dma_begin() - the engine turns to the first packet that waits. Return: the packet */
struct packet dma_begin(struct rx_queue *q);

/**
 * dma_done_ns() - when the engine is done with a packet of @q
 * @start_ns: not before the queue's packet before it was done
 * @bytes: moved
 * @reads: memory reads of page walks it needs
 * Takes dma_page_ns for 4096 bytes, and dma_read_ns for each read, out of time no other queue has
 * taken. Return: 0 when nothing is timed.
 */
uint64_t dma_done_ns(struct rx_queue *q, uint64_t start_ns, uint32_t bytes, unsigned int reads);

#endif
