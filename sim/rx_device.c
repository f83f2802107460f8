/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rx_device.c - what the device does with packets that arrive: descriptors, DMA, drops.
 *
 * No core pays for any of it. What it writes goes through the cache model (payload.c). Header buffers
 * are mapped once and for all, so their translation is not walked for.
 */
#include "models/access.h"
#include "sim/sim.h"
#include "sim/traffic.h"

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

/*
 * The device takes descriptors for one packet and translates their addresses.
 * Return: how many, 0 = dropped. @reads: memory reads of page walks, added up
 */
static unsigned int device_receive(struct rx_queue *q, const struct packet *pkt, uint64_t start_ns,
				   unsigned int *reads)
{
	struct sim *sim = q->sim;
	const struct nic *nic = &sim->scenario->nic;
	unsigned int size[NIC_MAX_BUFS], fill[NIC_MAX_BUFS], slot, skip;
	int n = nic_split(nic, pkt->bytes, sim->scenario->page_size, size, fill);

	if (n < 0) {
		sim->drops.oversize++;
		return 0;
	}
	if (nic->buffers == NIC_ON_DEMAND) {
		sim->drops.no_desc += q->arr_nr == q->ring.size;
		return q->arr_nr == q->ring.size ? 0 : n;
	}
	if (q->ring.posted < (unsigned int)n) {
		if (q->starved && ring_free_slots(&q->ring))
			sim->drops.no_buf++;
		else
			sim->drops.no_desc++;
		return 0;
	}
	for (int i = 0; i < n; i++) {
		slot = ring_device_fill(&q->ring);
		if (nic->header_split && !i)
			access_dma_write(rx_header(q, slot), NIC_HEADER_BYTES);
		if (!fill[i])
			continue;
		skip = nic_data_offset(nic, i);
		*reads += iommu_translate(mm_sim.iommu, q->slot_buf[slot].dma + skip, fill[i],
					  start_ns);
		payload_arrive(sim, rx_data(sim, &q->slot_buf[slot], skip), fill[i], i == 0);
	}
	return n;
}

void rx_write(struct rx_queue *q, const struct packet *pkt, uint64_t start_ns)
{
	unsigned int reads = 0, n = device_receive(q, pkt, start_ns, &reads);

	if (n)
		q->arrived[(q->arr_head + q->arr_nr++) % q->ring.size] = (struct arrival){
			.pkt = *pkt,
			.done_ns = dma_done_ns(q, start_ns, pkt->bytes, reads),
			.nr_slots = n,
		};
}

void rx_arrive(struct rx_queue *q, uint64_t now_ns)
{
	struct sim *sim = q->sim;
	const struct packet *pkt;
	uint64_t later;

	if (sim->dma.timed) {
		dma_arrive(q, now_ns);
		return;
	}
	while (traffic_peek(sim->traffic, q->index, 0, &pkt, &later) == TRAFFIC_PACKET &&
	       pkt->arrival_ns <= now_ns) {
		sim->offered++;
		rx_write(q, pkt, pkt->arrival_ns);
		traffic_take(sim->traffic, q->index);
	}
}
