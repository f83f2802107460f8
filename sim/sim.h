/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sim.h - one running simulation: a strategy, its queues, the packets alive, the accounts.
 *
 * Who acts: one NAPI actor per queue (napi.c), one consumer actor per core that frees (reader.c).
 * What they share is here. Time is a core's own clock while its code runs, so everything a poll
 * hands over carries the moment within the poll, and whoever looks from another core applies what
 * was due by its own moment first (release_due()).
 */
#ifndef SIM_SIM_H
#define SIM_SIM_H

#include <stdbool.h>
#include <stdint.h>
#include "alloc/strategy.h"
#include "models/machine.h"
#include "models/memory/mm_sim.h"
#include "models/nic/ring.h"
#include "models/nic/skb.h"
#include "sim/engine/cpu.h"
#include "sim/rx/dma.h"
#include "sim/results/metrics.h"
#include "sim/rx/payload.h"
#include "sim/scenario/scenario.h"
#include "traces/packet.h"

/** HEADER_SLOT_BYTES - distance of header buffers; as long as MAX_HEADER of a driver needs */
#define HEADER_SLOT_BYTES 128

struct engine_gate;
struct sim;
struct traffic;

/**
 * struct held - a packet in the stack: its buffers and when they are given back
 * @next: in the socket queue or a deferred list
 * @queue: the queue it came through
 * @visible_ns: nobody outside the poll sees it earlier
 * @release_ns: when its buffers are put; set when known
 * @seq: order of delivery, decides between equal times
 * @bytes: packet bytes
 * @chain: packets merged into the same skb, or NULL; @last: the last of them. Of the others only
 *	@bytes, @nr and @buf count
 * @len, @pkts: of the whole skb: bytes with the headers of its first packet, and packets
 * @pkt_bytes: bytes of those packets
 * @flow: while GRO holds it
 * @skb: its metadata
 * @nr: buffers
 * @core: the core that received it
 * @slot: its first slot of the ring
 * @class: 0: room for one buffer, 1: for NIC_MAX_BUFS
 * @recorded: @release_ns is when the kernel really put the buffers, not when a reader was done
 * @direct: recorded, and put in the softirq that owns the queue's pool
 * @shared: the buffers have been put, what is held is a reference to each one's page
 * @copied: recorded, and a reader had copied it to user space by then: its cost is still to be paid
 */
struct held {
	struct held *next;
	struct rx_queue *queue;
	uint64_t visible_ns, release_ns, seq;
	uint32_t bytes, len, pkt_bytes, flow;
	struct held *chain, *last;
	struct skb skb;
	uint16_t nr, core, class, slot, pkts;
	bool recorded, direct, copied, shared;
	struct rx_buf buf[];
};

/** struct held_heap - puts to come on one core, earliest first */
struct held_heap {
	struct held **at;
	unsigned int nr, cap;
};

#define GRO_BUCKETS 8 /* GRO_HASH_BUCKETS */
#define GRO_FLOWS   8 /* MAX_GRO_SKBS */

/** struct gro - skbs held for more of their flow, oldest first in each bucket */
struct gro {
	struct held *held[GRO_BUCKETS][GRO_FLOWS];
	unsigned int nr[GRO_BUCKETS], total;
};

/** struct tx_slot - a packet between xmit and clean; @done_ns: its completion, known after the doorbell */
struct tx_slot {
	struct held *held;
	uint64_t done_ns;
};

/**
 * struct tx_ring - packets of workload router on their way out
 * @sent: circular array, oldest at @head; the device knows of the first @rung of @nr
 * @link_ns: the link is busy until then
 */
struct tx_ring {
	struct ring ring;
	struct tx_slot *sent;
	unsigned int head, nr, rung;
	uint64_t link_ns;
};

/**
 * struct arrival - a packet the device wrote and the driver has not seen yet
 * @done_ns: its DMA is complete; 0: when it arrived
 * @pkts, @pkt_bytes: packets the device merged into it (nic.gro: hw), and their bytes
 * @len: bytes it wrote: one header and all data
 * @closed: the last one was shorter than the first: no more are merged
 */
struct arrival {
	struct packet pkt;
	uint64_t done_ns;
	unsigned int nr_slots, pkts;
	uint32_t pkt_bytes, len;
	bool closed;
};

/**
 * struct rx_queue - a receive queue with its ring and its instance of the strategy
 * @arrived, @arr_head, @arr_nr: circular array of packets with descriptors, nic.ring long
 * @dma: packets without, and the engine's time
 * @gro: what GRO holds during a poll
 * @tx: its TX ring
 * @slot_buf: buffer posted in each slot
 * @headers: with header split, a buffer of HEADER_SLOT_BYTES per slot
 * @starved: the last refill could not fill the ring
 * @next_slot: on demand: slot for the next buffer
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
	struct rx_buf *slot_buf;
	char *headers;
	struct arrival *arrived;
	unsigned int arr_head, arr_nr;
	struct dma_queue dma;
	struct gro gro;
	struct tx_ring tx;
	unsigned int next_slot;
	bool starved, scheduled, poll_goes_on, ended, closed;
};

/** struct drops - packets lost, by cause */
struct drops {
	uint64_t no_desc, no_buf, rcvbuf, pfmemalloc, oversize, nic_fifo, tx_full;
};

/**
 * struct defer_list - skbs freed by others for the core that received them
 * @first: last added
 * @kicked: so many wait that its softirq was raised
 * @line: the cache line of list head and counter
 * @owner: core that touched it last, plus 1
 */
struct defer_list {
	struct held *first;
	unsigned int nr;
	bool kicked;
	unsigned int owner;
	char *line;
};

/**
 * struct reader - the modelled consumer: one socket
 * @head, @tail: packets waiting, in order of delivery
 * @truesize: memory charged to the socket
 */
struct reader {
	struct held *head, *tail;
	uint64_t truesize;
	struct engine_gate *gate;
};

/**
 * struct sim - see the head of this file
 * @puts: on each core, buffers to be put
 * @defer: on each core, skbs that wait for its softirq
 * @nr_cpus: CPUs the capture recorded packets on; 0: the traffic does not say
 * @napi_running: queues whose traffic has not ended
 * @gro_recorded: the capture says which packets were merged
 * @up: rings are filled and time has begun
 * @counts_to_zero: strategy_counts_to_zero()
 * @sends: the capture holds what its device sent
 * @close_ns: when the capture saw the device go down; 0: it did not
 * @down: that time has come; a queue whose packets have not ended follows when they have
 * @stats: the strategy's counters over all queues, when the traffic had ended
 * @sent_maps: DMA mappings of packets that the device sent
 * @live: packets in the stack
 * @seq: deliveries so far
 * @tx_outstanding, @tx_peak: packets between xmit and clean now, and at most
 * @spare: struct held to use again, by class
 * @shadow: with --check, which bytes of which page are handed out; else NULL
 * @violation: first invariant found broken, "" = none
 * @tick: told after each poll, for progress
 */
struct sim {
	const struct scenario *scenario;
	const struct machine *machine;
	const struct rx_strategy *strategy;
	struct traffic *traffic;
	struct cpu cpu[CORE_MAX];
	struct held_heap puts[CORE_MAX];
	struct defer_list defer[CORE_MAX];
	unsigned int nr_cores, nr_cpus;
	struct rx_queue *queue;
	unsigned int nr_queues, napi_running;
	bool up, gro_recorded;
	struct reader reader;
	struct skb_model skb;
	struct payload payload;
	struct metrics metrics;
	struct drops drops;
	struct dma dma;
	uint64_t close_ns;
	bool counts_to_zero, sends, down;
	struct rx_stats stats;
	uint64_t offered, received, delivered, delivered_bytes;
	uint64_t sent_maps;
	uint64_t live, seq;
	uint64_t tx_outstanding, tx_peak;
	struct held *spare[2];
	struct shadow *shadow;
	char violation[256];
	void (*tick)(const struct sim *sim);
};

/* rx.c - the receive path of a queue; core_current is the core that polls it */
/** rx_queue_init() - ring and strategy instance. Return: 0, -ENOMEM, -EINVAL (strategy refuses) */
int rx_queue_init(struct rx_queue *q, const struct rx_params *params);
/** rx_queue_close() - the device goes down: posted buffers and the strategy's own pages go back;
 * what the stack holds comes home later. Twice is fine. */
void rx_queue_close(struct rx_queue *q);
void rx_queue_fini(struct rx_queue *q);
/** rx_refill() - post buffers until the ring is full or the allocator runs dry */
void rx_refill(struct rx_queue *q);
/** rx_receive_one() - the driver takes one packet to the stack. Return: false when none waits */
bool rx_receive_one(struct rx_queue *q);
/** rx_fill() - set @fill to the packet bytes in each buffer of @held */
void rx_fill(const struct sim *sim, const struct held *held, unsigned int fill[NIC_MAX_BUFS]);

/* rx_device.c - the device's side of a queue */
/** rx_arrive() - the device receives what arrived up to @now_ns */
void rx_arrive(struct rx_queue *q, uint64_t now_ns);
/**
 * rx_expect_ns() - when the @nth packet that the driver has not seen will be complete
 * Exact for packets whose DMA has begun, else not before it; at the latest UINT64_MAX: none is known.
 */
uint64_t rx_expect_ns(struct rx_queue *q, unsigned int nth);
/** rx_header() - the header buffer of a slot */
char *rx_header(const struct rx_queue *q, unsigned int slot);
/** rx_data() - the byte @skip into a buffer */
char *rx_data(const struct sim *sim, const struct rx_buf *buf, unsigned int skip);

/* release.c - packets in the stack and the way their buffers come back */
/** held_get() - room for a packet of @nr_bufs buffers; never NULL (out of memory ends the run) */
struct held *held_get(struct sim *sim, unsigned int nr_bufs);
/** held_fini() - free the spare ones */
void held_fini(struct sim *sim);
/** release_at() - @held will be released on @core at @time_ns */
void release_at(struct sim *sim, struct held *held, unsigned int core, uint64_t time_ns);
/** held_put_buffers() - core_current puts the buffers, @held stays without any */
void held_put_buffers(struct sim *sim, struct held *held, bool direct);
/** held_copy() - core_current copies all of an skb out of its buffers */
void held_copy(struct sim *sim, const struct held *held);
/** release_buffers() - core_current puts the buffers; @held is gone then */
void release_buffers(struct sim *sim, struct held *held, bool direct);
/**
 * release_shared() - XDP has sent the packet on to a peer, which takes a reference to each page before
 * core_current puts the buffers; the packet goes on holding the pages
 */
void release_shared(struct sim *sim, struct held *held);
/** release_packet() - the same for a packet that was delivered, skb included */
void release_packet(struct sim *sim, struct held *held, bool direct);
/**
 * release_due() - run every put due by @now_ns on its own core
 * @except_core: core that is polling now (core_current), or -1: of its puts only recorded drops, which
 *	were part of the poll, and run as part of it
 */
void release_due(struct sim *sim, uint64_t now_ns, int except_core);
/** release_next_ns() - when the next put of @cpu is due; UINT64_MAX: none */
uint64_t release_next_ns(const struct cpu *cpu);

/* gro.c - packets of a flow become one skb */
/** gro_receive() - core_current, in @q's poll, hands a packet to GRO or, without it, to the stack */
void gro_receive(struct rx_queue *q, struct held *held, const struct packet *pkt);
/** gro_flush() - the poll ends: what is held goes to the stack */
void gro_flush(struct rx_queue *q);

/* tx.c - workload router; core_current polls the queue */
int tx_init(struct rx_queue *q);
void tx_fini(struct rx_queue *q);
/** tx_xmit() - a packet goes to the TX ring, or is dropped where that is full */
void tx_xmit(struct rx_queue *q, struct held *held);
/** tx_doorbell() - the poll ends: the device learns of what was put there */
void tx_doorbell(struct rx_queue *q);
/** tx_clean() - buffers of packets that are complete by now come back */
void tx_clean(struct rx_queue *q);
/** tx_irq_ns() - when the next completion asks for a poll. UINT64_MAX: none is to come */
uint64_t tx_irq_ns(const struct rx_queue *q);

/* defer.c - skbs freed for the core that received them */
/** defer_init() - Return: 0, -ENOMEM: the arena is full */
int defer_init(struct defer_list *list);
/**
 * defer_skb() - free path defer or napi_direct: @reader is done with @held
 * @except_core: the core whose poll runs now, -1: none
 */
void defer_skb(struct cpu *reader, struct held *held, uint64_t now_ns, int except_core);
/** defer_flush() - core_current, @cpu's in softirq, takes its list; buffers of @scheduled, whose
 * NAPI is scheduled, are put directly */
void defer_flush(struct cpu *cpu, const struct rx_queue *scheduled);

/* socket.c */
/** socket_queue() - @held waits for the reader, who is woken */
void socket_queue(struct sim *sim, struct held *held);
/** socket_refuses() - would the socket drop @held? Return: the counter of the cause, or NULL */
uint64_t *socket_refuses(struct sim *sim, const struct held *held);
/** socket_take() - Return: the packet that waits longest; there is one */
struct held *socket_take(struct reader *r);

/* napi.c, reader.c - the actors */
void napi_actor(void *queue);
void reader_actor(void *sim);
void releaser_actor(void *cpu);
/** sender_actor() - maps and unmaps what the capture's device sent (sent.c) */
void sender_actor(void *sim);
/** device_actor() - takes the device down when the capture did */
void device_actor(void *sim);
/** reader_count() - a packet was delivered now: to the stack, or to where it goes */
void reader_count(struct sim *sim, struct held *held);
/** reader_drop() - the packet ends here (XDP_DROP): its buffers go straight back */
void reader_drop(struct sim *sim, struct held *held);
/** reader_is_recorded() - does the capture say when @pkt was released, and is it to be believed? */
bool reader_is_recorded(const struct sim *sim, const struct packet *pkt);
/** reader_deliver() - core_current hands an skb to its consumer: the recorded one of @pkt, or (NULL)
 * the modelled one */
void reader_deliver(struct sim *sim, struct held *held, const struct packet *pkt);
/** sim_is_drained() - the traffic has ended and the stack is empty */
bool sim_is_drained(const struct sim *sim);

/** sim_wake_consumers() - let every actor that takes packets out of the stack look again */
void sim_wake_consumers(struct sim *sim);

#endif
