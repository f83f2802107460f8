/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * buffer.c - where the bytes of a buffer lie.
 */
#include "sim/rx/buffer.h"

#include "sim/rx/rx_queue.h"
#include "sim/sim.h"

char *rx_data(const struct sim *sim, const struct rx_buf *buf, unsigned int skip)
{
	return mm_sim_layout.mem +
	       (buf->page - mm_sim_layout.map) * (size_t)sim->scenario->page_size + buf->offset +
	       skip;
}

char *rx_header(const struct rx_queue *q, unsigned int slot)
{
	return q->headers + (size_t)slot * HEADER_SLOT_BYTES;
}

void rx_fill(const struct sim *sim, const struct skb *skb, unsigned int fill[NIC_MAX_BUFS])
{
	const struct nic *nic = &sim->scenario->nic;
	unsigned int size[NIC_MAX_BUFS];

	if (skb->nr == 1 && !nic->header_split)
		fill[0] = skb->bytes;
	else
		nic_split(nic, skb->bytes, sim->scenario->page_size, size, fill);
}
