/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * buffer.h - where the bytes of a buffer lie.
 */
#ifndef SIM_BUFFER_H
#define SIM_BUFFER_H

#include "alloc/strategy.h"
#include "models/nic/nic.h"

struct skb;
struct rx_queue;
struct sim;

/** rx_data() - the byte @skip into a buffer, in the arena */
char *rx_data(const struct sim *sim, const struct rx_buf *buf, unsigned int skip);

/** rx_header() - with header split: the header buffer of ring slot @slot */
char *rx_header(const struct rx_queue *q, unsigned int slot);

/** rx_fill() - set @fill to the packet bytes in each buffer of @skb */
void rx_fill(const struct sim *sim, const struct skb *skb, unsigned int fill[NIC_MAX_BUFS]);

#endif
