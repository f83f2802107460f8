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

/** HEADER_SLOT_BYTES - distance of header buffers; as long as MAX_HEADER of a driver needs */
#define HEADER_SLOT_BYTES 128

/** struct rx_slot - a buffer posted to the device; @len: packet bytes written to it, once it is complete */
struct rx_slot {
	struct rx_buf buf;
	uint32_t len;
};

/**
 * struct rx_queue - a receive queue with its ring and its instance of the strategy
 * @core: that polls it; where the capture says who polled, this changes from poll to poll
 * @alloc: the strategy's queue
 * @slot: what is posted, by slot
 * @headers: with header split, a buffer of HEADER_SLOT_BYTES per slot
 * @arrived, @arr_head, @arr_nr: circular array of packets with descriptors, nic.ring long
 * @dma: packets without, and the engine's time
 * @gro: what GRO holds during a poll
 * @tx: its TX ring
 * @max_bytes: the largest packet its buffers can take
 * @next_slot: on demand: slot for the next buffer
 * @starved: the last refill could not fill the ring
 * @scheduled: the last poll used up its budget: the next needs no interrupt
 * @poll_goes_on: the packet last received was not the last of its recorded poll
 * @ended: no packet will come any more; its actor is gone
 * @closed: the device is down; the strategy's close() has run
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
 * rx_queue_init() - rings and strategy instance of @q, whose @sim, @index and @core are set
 * Return: 0, -ENOMEM (of the host), -ENOSPC (simulated memory does not hold it), -EINVAL (the
 * strategy refuses @params). rx_queue_fini() is due in any case.
 */
int rx_queue_init(struct rx_queue *q, const struct rx_params *params);

/**
 * rx_queue_close() - the device goes down: posted buffers and the strategy's own pages go back
 * What the stack holds comes home later. Twice is fine.
 */
void rx_queue_close(struct rx_queue *q);

/** rx_queue_fini() - destroy the strategy instance, free the rings */
void rx_queue_fini(struct rx_queue *q);

/** device_actor() - close the queues of @sim, a struct sim, when the capture saw the device go down */
void device_actor(void *sim);

#endif
