/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rx_queue.c - a receive queue: set-up, device close, tear-down.
 */
#include "sim/rx/rx_queue.h"

#include <errno.h>
#include <stdlib.h>

#include "models/cpu/arena.h"
#include "sim/engine/engine.h"
#include "sim/plugin/hook.h"
#include "sim/sim.h"

int rx_queue_init(struct rx_queue *q, const struct rx_params *params)
{
	const struct nic *nic = &q->sim->scenario->nic;
	int ret;

	q->max_bytes = nic_max_bytes(nic, q->sim->scenario->page_size);
	q->slot = calloc(nic->ring, sizeof(*q->slot));
	q->arrived = calloc(nic->ring, sizeof(*q->arrived));
	if (!q->slot || !q->arrived)
		return -ENOMEM;
	if (nic->header_split)
		q->headers = arena_meta(nic->ring * HEADER_SLOT_BYTES);
	if (nic->header_split && !q->headers)
		return -ENOSPC;
	ret = ring_init(&q->ring, nic->ring, nic->desc_bytes);
	if (!ret)
		ret = tx_init(q);
	if (ret)
		return ret;
	/* all that a strategy asks for is simulated memory */
	ret = q->sim->strategy->create(params, &q->alloc);
	if (ret)
		hook_blame(HOOK_CREATE);
	return ret == -ENOMEM ? -ENOSPC : ret;
}

void rx_queue_close(struct rx_queue *q)
{
	const struct ring *r = &q->ring;

	if (q->closed)
		return;
	q->closed = true;
	for (unsigned int i = 0; i < r->posted; i++)
		gauges_ring(&q->sim->gauges, &q->slot[(r->next_to_fill + i) % r->size].buf, -1);
	if (q->sim->strategy->close)
		q->sim->strategy->close(q->alloc);
}

uint64_t rx_queue_in_flight(const struct rx_queue *q)
{
	uint64_t n = q->dma.nr;

	for (unsigned int i = 0; i < q->arr_nr; i++)
		n += q->arrived[(q->arr_head + i) % q->ring.size].pkts;
	return n;
}

void rx_queue_fini(struct rx_queue *q)
{
	if (q->alloc)
		q->sim->strategy->destroy(q->alloc);
	free(q->slot);
	tx_fini(q);
	free(q->arrived);
}

/*
 * The capture saw the pools destroyed after its traffic. Bringing a device down is not part of a
 * packet's cost: no core is charged.
 */
void device_actor(void *arg)
{
	struct sim *sim = arg;

	engine_sleep_until(sim->replay.close_ns);
	sim->replay.closed = true;
	gauges_advance(&sim->gauges, engine_now_ns());
	for (unsigned int i = 0; i < sim->nr_queues; i++)
		if (sim->queue[i].ended)
			rx_queue_close(&sim->queue[i]);
}
