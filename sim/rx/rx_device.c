/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rx_device.c - what the device does with packets that arrive: descriptors, DMA, drops.
 *
 * No core pays for any of it. What the device writes goes through the cache model (payload.c).
 * Header buffers are mapped once, so their translations are not walked.
 *
 * nic.gro: hw. The device merges consecutive packets of a flow into the packet it wrote last,
 * until the driver takes that one: data continues in the same buffer behind one header, with one
 * completion. One session per queue, as in mlx5e (rq->hw_gro_data). Ignores the timer that holds
 * a session open (32 us and more): a driver that polls all the time sees fewer packets merged
 * than with real hardware.
 * Source: mlx5-hw-gro
 */
#include "sim/rx/rx_device.h"

#include "models/cpu/access.h"
#include "sim/rx/buffer.h"
#include "sim/rx/gro.h"
#include "sim/rx/rx_queue.h"
#include "sim/scenario/traffic.h"
#include "sim/sim.h"

/* No descriptor is posted: either the allocator ran dry, or the driver is late. */
static void drop_for_ring(struct rx_queue *q)
{
	bool dry = q->starved && ring_free_slots(&q->ring);

	drop_packets(q->sim, dry ? DROP_NO_BUF : DROP_NO_DESC, 1);
}

/*
 * Write @bytes of a packet @skip bytes into the buffer of @slot.
 * Return: memory reads of the page walk
 */
static unsigned int slot_write(struct rx_queue *q, unsigned int slot, unsigned int skip,
			       unsigned int bytes, bool head, uint64_t start_ns)
{
	struct rx_slot *s = &q->slot[slot];
	unsigned int reads = iommu_translate(mm_sim.iommu, s->buf.dma + skip, bytes, start_ns);

	payload_arrive(&q->sim->payload, buffer_byte(s->buf.page, s->buf.offset + skip), bytes,
		       head);
	s->len += bytes;
	return reads;
}

/*
 * Take descriptors for one packet and write it.
 * @reads: memory reads of the page walks are added
 * Return: how many descriptors, 0 = dropped
 */
static unsigned int device_receive(struct rx_queue *q, const struct packet *pkt, uint64_t start_ns,
				   unsigned int *reads)
{
	const struct nic *nic = &q->sim->scenario->nic;
	unsigned int size[NIC_MAX_BUFS], fill[NIC_MAX_BUFS];
	int n = nic_split(nic, pkt->bytes, q->sim->scenario->page_size, size, fill);

	if (q->ring.posted < (unsigned int)n) {
		drop_for_ring(q);
		return 0;
	}
	for (int i = 0; i < n; i++) {
		unsigned int slot = ring_device_fill(&q->ring);

		if (nic->header_split && !i)
			access_dma_write(buffer_header(q, slot), NIC_HEADER_BYTES);
		q->slot[slot].len = 0;
		if (fill[i])
			*reads += slot_write(q, slot, nic_data_offset(nic, i), fill[i], i == 0,
					     start_ns);
	}
	return n;
}

/*
 * On demand: queue the packet; the driver allocates its buffers when it polls.
 * Return: false = dropped
 */
static bool device_queue(struct rx_queue *q, const struct packet *pkt)
{
	bool full = q->arr_nr == q->ring.size;

	if (full)
		drop_packets(q->sim, DROP_NO_DESC, 1);
	return !full && pkt->bytes;
}

static unsigned int data_of(uint32_t bytes)
{
	return bytes > NIC_HEADER_BYTES ? bytes - NIC_HEADER_BYTES : 0;
}

/* The packet that the device still merges into, if @pkt continues it. */
static struct arrival *session_of(struct rx_queue *q, const struct packet *pkt)
{
	unsigned int data = data_of(pkt->bytes);
	struct arrival *a;

	if (q->sim->scenario->nic.gro != NIC_GRO_HW || !q->arr_nr)
		return NULL;
	a = &q->arrived[(q->arr_head + q->arr_nr - 1) % q->ring.size];
	if (a->closed || a->pkt.flow != pkt->flow || !data || data > data_of(a->pkt.bytes) ||
	    a->len - ETH_HLEN + data >= GRO_MAX_SIZE || pkt->flags & PACKET_DATAGRAM)
		return NULL;
	return a;
}

/* Write data of a merged packet: into the room left in the last buffer, then into new buffers. */
static void session_write(struct rx_queue *q, struct arrival *a, unsigned int data,
			  uint64_t start_ns, unsigned int *reads)
{
	const unsigned int room = q->sim->scenario->nic.buffer_bytes;
	unsigned int used = data_of(a->len) - (a->nr_slots - 1) * room;

	while (data) {
		unsigned int slot, fill;

		if (used == room) {
			q->slot[ring_device_fill(&q->ring)].len = 0;
			a->nr_slots++;
			used = 0;
		}
		slot = (q->ring.next_to_fill + q->ring.size - 1) % q->ring.size;
		fill = data < room - used ? data : room - used;
		*reads += slot_write(q, slot, used, fill, false, start_ns);
		used += fill;
		data -= fill;
	}
}

/* Merge @pkt into @a, or drop it for want of descriptors. */
static void session_append(struct rx_queue *q, struct arrival *a, const struct packet *pkt,
			   uint64_t start_ns)
{
	const unsigned int room = q->sim->scenario->nic.buffer_bytes;
	unsigned int data = data_of(pkt->bytes), reads = 0;
	unsigned int need = (data_of(a->len) + data + room - 1) / room;

	if (need > a->nr_slots + q->ring.posted) {
		a->closed = true;
		drop_for_ring(q);
		window_lost(q->sim, pkt->bytes, 1);
		return;
	}
	session_write(q, a, data, start_ns, &reads);
	a->len += data;
	a->pkts++;
	a->pkt_bytes += pkt->bytes;
	a->closed = data < data_of(a->pkt.bytes);
	a->done_ns = dma_done_ns(q, start_ns, data, reads);
}

static void rx_write(struct rx_queue *q, const struct packet *pkt, uint64_t start_ns)
{
	struct arrival *session = session_of(q, pkt);
	unsigned int reads = 0, n;

	if (session) {
		session_append(q, session, pkt, start_ns);
		return;
	}
	if (pkt->bytes > q->max_bytes) {
		drop_packets(q->sim, DROP_OVERSIZE, 1);
		window_lost(q->sim, pkt->bytes, 1);
		return;
	}
	if (q->sim->scenario->nic.buffers == NIC_ON_DEMAND)
		n = device_queue(q, pkt);
	else
		n = device_receive(q, pkt, start_ns, &reads);
	if (!n)
		window_lost(q->sim, pkt->bytes, 1);
	else
		q->arrived[(q->arr_head + q->arr_nr++) % q->ring.size] = (struct arrival){
			.pkt = *pkt,
			.done_ns = dma_done_ns(q, start_ns, pkt->bytes, reads),
			.nr_slots = n,
			.pkts = 1,
			.pkt_bytes = pkt->bytes,
			.len = pkt->bytes,
			.closed = !data_of(pkt->bytes),
		};
}

/* Timed: packets arrive and the engine starts on them in order of time, up to @now_ns. */
static void arrive_timed(struct rx_queue *q, uint64_t now_ns)
{
	struct sim *sim = q->sim;

	for (;;) {
		uint64_t start_ns = dma_start_ns(q, 0), later;
		const struct packet *pkt;
		bool arrives =
			traffic_peek(sim->traffic, q->index, 0, &pkt, &later) == TRAFFIC_PACKET &&
			pkt->arrival_ns <= now_ns;

		if (start_ns <= now_ns && (!arrives || start_ns <= pkt->arrival_ns)) {
			struct packet first = dma_begin(q);

			rx_write(q, &first, start_ns);
		} else if (arrives) {
			sim->packets.offered++;
			dma_wait(q, pkt);
			traffic_take(sim->traffic, q->index);
		} else {
			return;
		}
	}
}

void rx_arrive(struct rx_queue *q, uint64_t now_ns)
{
	struct sim *sim = q->sim;
	const struct packet *pkt;
	uint64_t later;

	if (sim->dma.timed) {
		arrive_timed(q, now_ns);
		return;
	}
	while (traffic_peek(sim->traffic, q->index, 0, &pkt, &later) == TRAFFIC_PACKET &&
	       pkt->arrival_ns <= now_ns) {
		rx_arrive_packet(q, pkt);
		traffic_take(sim->traffic, q->index);
	}
}

void rx_arrive_packet(struct rx_queue *q, const struct packet *pkt)
{
	q->sim->packets.offered++;
	rx_write(q, pkt, pkt->arrival_ns);
}

uint64_t rx_expect_ns(struct rx_queue *q, unsigned int nth)
{
	const struct packet *pkt;
	uint64_t later;

	if (nth < q->arr_nr)
		return q->arrived[(q->arr_head + nth) % q->ring.size].done_ns;
	nth -= q->arr_nr;
	if (nth < q->dma.nr)
		return dma_start_ns(q, nth);
	if (traffic_peek(q->sim->traffic, q->index, nth - q->dma.nr, &pkt, &later) !=
	    TRAFFIC_PACKET)
		return UINT64_MAX;
	return pkt->arrival_ns > q->dma.last_ns ? pkt->arrival_ns : q->dma.last_ns;
}
