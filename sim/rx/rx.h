/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rx.h - the receive path of one queue, as a driver's poll routine runs it.
 */
#ifndef SIM_RX_H
#define SIM_RX_H

#include <stdbool.h>

struct rx_queue;

/** rx_refill() - core_current posts buffers until the ring is full or the allocator runs dry */
void rx_refill(struct rx_queue *q);

/**
 * rx_receive_one() - core_current cleans one completed packet and passes it on
 * To the stack, to the TX ring, or to a drop, as the workload says.
 * Return: false when no packet is complete
 */
bool rx_receive_one(struct rx_queue *q);

#endif
