/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rx_queue.h - a receive queue with its ring and its instance of the strategy.
 */
#ifndef SIM_RX_QUEUE_H
#define SIM_RX_QUEUE_H

#include <stdbool.h>
#include "alloc/strategy.h"
#include "models/nic/ring.h"
#include "sim/rx/dma.h"
#include "sim/rx/gro.h"
#include "sim/rx/rx_device.h"
#include "sim/tx/tx.h"

struct sim;

/** HEADER_SLOT_BYTES - distance between header buffers, enough for any header that is split off */
#define HEADER_SLOT_BYTES 128

/**
 * struct rx_slot - a buffer posted to the device
 * @len: packet bytes that the device wrote into it, as the completion says
 */
struct rx_slot {
	struct rx_buf buf;
	uint32_t len;
};

/**
 * struct rx_queue - a receive queue with its ring and its instance of the strategy
 * @core: core that polls it; changes from poll to poll where a capture recorded that
 * @alloc: the strategy's instance
 * @slot: the posted buffers, by ring slot
 * @headers: with header split, a buffer of HEADER_SLOT_BYTES per slot
 * @arrived, @arr_head, @arr_nr: packets that have descriptors; circular, nic.ring entries
 * @dma: packets that wait for DMA
 * @gro: skbs that GRO holds during a poll
 * @tx: its TX ring
 * @max_bytes: the largest packet its buffers can take
 * @next_slot: on demand: slot of the next buffer
 * @starved: the last refill could not fill the ring
 * @scheduled: the last poll used up its budget: the next one needs no interrupt
 * @poll_goes_on: the recorded poll of the last packet has more packets
 * @ended: its traffic and its NAPI actor have ended
 * @closed: the device is down and the strategy's close() has run
 */
struct rx_queue {
	struct sim *sim;
	unsigned int index, core;
	void *alloc;
	struct ring ring;
	struct rx_slot *slot;
	char *headers;
	struct arrival *arrived;
	unsigned int arr_head, arr_nr;
	struct dma_queue dma;
	struct gro gro;
	struct tx_ring tx;
	unsigned int max_bytes, next_slot;
	bool starved, scheduled, poll_goes_on, ended, closed;
};

/**
 * rx_queue_init() - create rings and strategy instance of a queue
 * @q: zeroed but for @sim, @index and @core; rx_queue_fini() is due even on failure
 * @params: for the strategy's create()
 * Return: 0, -ENOMEM (of the host), -ENOSPC (simulated memory is too small), or -EINVAL: the
 * strategy refuses @params
 */
int rx_queue_init(struct rx_queue *q, const struct rx_params *params);

/**
 * rx_queue_close() - the device goes down: posted buffers and the strategy's own pages are freed
 * Buffers in the stack are put later. A second call does nothing.
 */
void rx_queue_close(struct rx_queue *q);

/** rx_queue_in_flight() - packets the device has and the driver has not received */
uint64_t rx_queue_in_flight(const struct rx_queue *q);

/** rx_queue_fini() - destroy the strategy instance, free the rings */
void rx_queue_fini(struct rx_queue *q);

/**
 * device_actor() - close all queues when the capture saw the device go down
 * @sim: struct sim
 */
void device_actor(void *sim);

#endif
