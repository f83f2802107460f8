/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dma.c - see dma.h.
 *
 * A packet of b bytes whose page walks read memory M times keeps the engine for
 *	b / 4096 x l0 + M x lm,		l0 = dma.page, lm = dma.walk_read of the profile
 * so pages of p bytes come at most at p / (l0 + M lm): the measured model, with l0 taken by the byte.
 *
 * Queues are simulated a poll at a time, so their packets reach the engine out of order. It therefore
 * does not remember "busy until" but how much of each microsecond is taken: the total is exact, and
 * with one queue so is each packet's time; with several, who is first within a slot is not.
 *
 * Ignored, and the error that brings: PCIe itself (512 Gbit/s is more than any slot of today has) and
 * its credits; reads of descriptors and writes of completions; the drain of other queues' packets in
 * the internal buffer since they last polled (it looks fuller, by what one poll takes, when several
 * queues are overloaded at once).
 * Source: fns-model (T = p / (l0 + M lm))
 */
#include "sim/dma.h"

#include <errno.h>
#include <stdlib.h>

#include "sim/sim.h"
#include "sim/traffic.h"

#define PAGE_OF_MODEL 4096 /* bytes that l0 was measured for */
#define SLOT_NS	      1024
#define SLOTS	      8192 /* 8 ms: far beyond what one queue can be ahead of another */

int dma_init(struct sim *sim)
{
	struct dma *dma = &sim->dma;

	dma->timed = iommu_translates(mm_sim.iommu) && !sim->nr_cpus &&
		     sim->scenario->nic.buffers == NIC_POSTED;
	dma->page_ns = sim->machine->dma_page_ns;
	dma->read_ns = sim->machine->dma_read_ns;
	if (!dma->timed)
		return 0;
	dma->used_ns = calloc(SLOTS, sizeof(*dma->used_ns));
	dma->slot = calloc(SLOTS, sizeof(*dma->slot));
	return dma->used_ns && dma->slot ? 0 : -ENOMEM;
}

void dma_fini(struct sim *sim)
{
	for (unsigned int i = 0; sim->queue && i < sim->nr_queues; i++)
		free(sim->queue[i].dma.wait);
	free(sim->dma.used_ns);
	free(sim->dma.slot);
}

static uint64_t later_of(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* Takes @need_ns out of slot @at and those after it. Return: when the last is used up */
static uint64_t slots_take(struct dma *dma, uint64_t at, uint64_t need_ns)
{
	for (;; at++) {
		unsigned int i = at % SLOTS;
		uint64_t take;

		if (dma->slot[i] > at + 1) /* so long ago that it is forgotten: was free */
			return 0;
		if (dma->slot[i] < at + 1) {
			dma->slot[i] = at + 1;
			dma->used_ns[i] = 0;
		}
		take = SLOT_NS - dma->used_ns[i];
		if (take > need_ns)
			take = need_ns;
		dma->used_ns[i] += take;
		need_ns -= take;
		if (!need_ns)
			return at * SLOT_NS + dma->used_ns[i];
	}
}

uint64_t dma_done_ns(struct rx_queue *q, uint64_t start_ns, uint32_t bytes, unsigned int reads)
{
	struct dma *dma = &q->sim->dma;
	uint64_t need_ns;

	if (!dma->timed)
		return 0;
	need_ns = (bytes * dma->page_ns + PAGE_OF_MODEL / 2) / PAGE_OF_MODEL + reads * dma->read_ns;
	q->dma.last_ns = later_of(start_ns + need_ns, slots_take(dma, start_ns / SLOT_NS, need_ns));
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

/* A packet that finds the engine free with its queue empty needs no room to wait in. */
static void packet_wait(struct rx_queue *q, const struct packet *pkt)
{
	struct dma_queue *d = &q->dma;
	struct sim *sim = q->sim;

	sim->offered++;
	if ((d->nr || d->last_ns > pkt->arrival_ns) &&
	    sim->dma.waiting_bytes + pkt->bytes > sim->scenario->nic.fifo_bytes) {
		sim->drops.nic_fifo++;
		return;
	}
	if (d->nr == d->cap && wait_grow(d))
		mm_sim.on_bug("not enough memory for the packets that wait in the NIC");
	d->wait[(d->head + d->nr++) % d->cap] = *pkt;
	sim->dma.waiting_bytes += pkt->bytes;
}

static uint64_t head_start_ns(const struct dma_queue *d)
{
	return d->nr ? later_of(d->wait[d->head].arrival_ns, d->last_ns) : UINT64_MAX;
}

static void head_begin(struct rx_queue *q)
{
	struct dma_queue *d = &q->dma;
	uint64_t start_ns = head_start_ns(d);
	struct packet pkt = d->wait[d->head];

	d->head = d->head + 1 == d->cap ? 0 : d->head + 1;
	d->nr--;
	q->sim->dma.waiting_bytes -= pkt.bytes;
	rx_write(q, &pkt, start_ns);
}

void dma_arrive(struct rx_queue *q, uint64_t now_ns)
{
	struct traffic *traffic = q->sim->traffic;

	for (;;) {
		uint64_t start_ns = head_start_ns(&q->dma), later;
		const struct packet *pkt;
		bool arrives = traffic_peek(traffic, q->index, 0, &pkt, &later) == TRAFFIC_PACKET &&
			       pkt->arrival_ns <= now_ns;

		if (start_ns <= now_ns && (!arrives || start_ns <= pkt->arrival_ns)) {
			head_begin(q);
		} else if (arrives) {
			packet_wait(q, pkt);
			traffic_take(traffic, q->index);
		} else {
			return;
		}
	}
}

uint64_t dma_expect_ns(struct rx_queue *q, unsigned int nth)
{
	const struct dma_queue *d = &q->dma;
	const struct packet *pkt;
	uint64_t later;

	if (nth < q->arr_nr)
		return q->arrived[(q->arr_head + nth) % q->ring.size].done_ns;
	nth -= q->arr_nr;
	if (nth < d->nr)
		return later_of(d->wait[(d->head + nth) % d->cap].arrival_ns, d->last_ns);
	if (traffic_peek(q->sim->traffic, q->index, nth - d->nr, &pkt, &later) != TRAFFIC_PACKET)
		return UINT64_MAX;
	return later_of(pkt->arrival_ns, d->last_ns);
}
