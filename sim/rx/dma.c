/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dma.c - the time each packet's DMA takes, and the NIC's internal buffer.
 *
 * A packet of b bytes whose page walks read memory M times occupies the engine for
 *	b / 4096 x l0 + M x lm,		l0 = dma.page, lm = dma.walk_read of the profile
 * so pages of p bytes come at most at p / (l0 + M lm): the measured model, with l0 per byte.
 *
 * Queues are simulated a poll at a time, so their packets reach the engine out of order;
 * busy_slots.h explains how that is handled.
 *
 * Ignored, and the error that brings: PCIe itself (512 Gbit/s is more than any slot of today has)
 * and its credits; reads of descriptors and writes of completions; the drain of other queues'
 * packets from the internal buffer since they last polled (it looks fuller, by what one poll
 * takes, when several queues are overloaded at once).
 * Source: fns-model (T = p / (l0 + M lm))
 */
#include "sim/rx/dma.h"

#include <errno.h>
#include <stdlib.h>

#include "sim/rx/rx_queue.h"
#include "sim/sim.h"

#define PAGE_OF_MODEL 4096 /* bytes that l0 was measured with */

int dma_init(struct sim *sim)
{
	struct dma *dma = &sim->dma;

	dma->timed = iommu_translates(mm_sim.iommu) && !sim->nr_cpus &&
		     sim->scenario->nic.buffers == NIC_POSTED;
	dma->page_ns = sim->machine->dma_page_ns;
	dma->read_ns = sim->machine->dma_read_ns;
	if (!dma->timed)
		return 0;
	return busy_slots_init(&dma->engine, DMA_SLOT_NS, DMA_SLOTS);
}

void dma_fini(struct sim *sim)
{
	for (unsigned int i = 0; sim->queue && i < sim->nr_queues; i++)
		free(sim->queue[i].dma.wait);
	busy_slots_fini(&sim->dma.engine);
}

static uint64_t later_of(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

uint64_t dma_done_ns(struct rx_queue *q, uint64_t start_ns, uint32_t bytes, unsigned int reads)
{
	struct dma *dma = &q->sim->dma;
	uint64_t need_ns;

	if (!dma->timed)
		return 0;
	need_ns = (bytes * dma->page_ns + PAGE_OF_MODEL / 2) / PAGE_OF_MODEL + reads * dma->read_ns;
	q->dma.last_ns = busy_slots_take(&dma->engine, start_ns, need_ns);
	return q->dma.last_ns;
}

static int wait_grow(struct dma_queue *d)
{
	unsigned int cap = d->cap ? 2 * d->cap : 64;
	struct packet *wait = malloc(cap * sizeof(*wait));

	if (!wait)
		return -ENOMEM;
	for (unsigned int i = 0; i < d->nr; i++)
		wait[i] = d->wait[(d->head + i) % d->cap];
	free(d->wait);
	d->wait = wait;
	d->cap = cap;
	d->head = 0;
	return 0;
}

void dma_wait(struct rx_queue *q, const struct packet *pkt)
{
	struct dma_queue *d = &q->dma;
	struct sim *sim = q->sim;

	if ((d->nr || d->last_ns > pkt->arrival_ns) &&
	    sim->dma.waiting_bytes + pkt->bytes > sim->scenario->nic.fifo_bytes) {
		drop_packets(sim, DROP_NIC_FIFO, 1);
		window_lost(sim, pkt->bytes, 1);
		return;
	}
	if (d->nr == d->cap && wait_grow(d))
		mm_sim_no_memory("the packets that wait in the NIC");
	d->wait[(d->head + d->nr++) % d->cap] = *pkt;
	sim->dma.waiting_bytes += pkt->bytes;
}

uint64_t dma_start_ns(const struct rx_queue *q, unsigned int nth)
{
	const struct dma_queue *d = &q->dma;

	if (nth >= d->nr)
		return UINT64_MAX;
	return later_of(d->wait[(d->head + nth) % d->cap].arrival_ns, d->last_ns);
}

struct packet dma_begin(struct rx_queue *q)
{
	struct dma_queue *d = &q->dma;
	struct packet pkt = d->wait[d->head];

	d->head = d->head + 1 == d->cap ? 0 : d->head + 1;
	d->nr--;
	q->sim->dma.waiting_bytes -= pkt.bytes;
	return pkt;
}
