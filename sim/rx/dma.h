/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dma.h - the device's DMA engine as a resource in time, and the packets that wait for it.
 *
 *	arrival -> internal buffer (nic.fifo) -> descriptor, DMA: translations + bytes -> completed
 *	             full: drop_nic_fifo           none: drop_no_desc / drop_no_buf
 *
 * One engine per device, shared by its queues. Timed only where the device translates (an IOMMU
 * that is not off), buffers are posted, and the traffic says when packets came from the wire: a
 * capture that recorded its polls says when the driver had them, which includes the DMA.
 */
#ifndef SIM_DMA_H
#define SIM_DMA_H

#include <stdbool.h>
#include <stdint.h>
#include "models/cpu/busy_slots.h"
#include "traces/packet.h"

struct rx_queue;
struct sim;

#define DMA_SLOT_NS 1024
#define DMA_SLOTS   8192 /* 8 ms: far beyond what one queue can be ahead of another */

/**
 * struct dma_queue - a queue's packets in the internal buffer
 * @wait: circular array, oldest at @head
 * @last_ns: when the engine is done with the queue's last packet
 */
struct dma_queue {
	struct packet *wait;
	unsigned int head, nr, cap;
	uint64_t last_ns;
};

/**
 * struct dma - the engine
 * @timed: see above; false: a packet is complete when it arrives
 * @page_ns, @read_ns: dma.page and dma.walk_read of the machine profile
 * @waiting_bytes: bytes in the internal buffer
 * @engine: its time, ns
 */
struct dma {
	bool timed;
	uint64_t page_ns, read_ns;
	uint64_t waiting_bytes;
	struct busy_slots engine;
};

/** dma_init() - after the machine and the traffic of @sim are set up. Return: 0, -ENOMEM */
int dma_init(struct sim *sim);
/** dma_fini() - free the engine and the packets that wait */
void dma_fini(struct sim *sim);

/**
 * dma_wait() - timed: add an arriving packet to the internal buffer, or drop it where that is full
 * A packet that finds the engine idle and its queue empty needs no room there.
 */
void dma_wait(struct rx_queue *q, const struct packet *pkt);

/**
 * dma_start_ns() - when the engine can start on the @nth packet of @q that waits
 * Return: exact for the first, else a lower bound; UINT64_MAX when fewer wait
 */
uint64_t dma_start_ns(const struct rx_queue *q, unsigned int nth);

/** dma_begin() - take the first packet of @q that waits; there must be one. Return: the packet */
struct packet dma_begin(struct rx_queue *q);

/**
 * dma_done_ns() - occupy the engine for a packet of @q
 * @start_ns: not before the queue's previous packet was done
 * @bytes: bytes moved
 * @reads: memory reads of its page walks
 * Takes dma_page_ns for 4096 bytes and dma_read_ns for each read, from time that no other queue has
 * taken. Return: when the engine is done; 0 when nothing is timed
 */
uint64_t dma_done_ns(struct rx_queue *q, uint64_t start_ns, uint32_t bytes, unsigned int reads);

#endif
