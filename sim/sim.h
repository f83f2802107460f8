/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sim.h - one running simulation: what runs, on which machine, and the state of each part.
 *
 * Who acts: one NAPI actor per queue (rx/napi.c), one consumer actor per core that frees
 * (rx/consumer.c), a sender and a device where a capture recorded them. Time is a core's own clock while
 * its code runs, so everything a poll hands over carries the moment within the poll, and whoever looks
 * from another core applies what was due by its own moment first (release_due()).
 */
#ifndef SIM_SIM_H
#define SIM_SIM_H

#include <stdbool.h>
#include <stdint.h>
#include "alloc/strategy.h"
#include "models/machine.h"
#include "models/memory/mm_sim.h"
#include "models/nic/skb_cost.h"
#include "sim/engine/cpu.h"
#include "sim/results/gauges.h"
#include "sim/rx/defer.h"
#include "sim/rx/dma.h"
#include "sim/rx/skb.h"
#include "sim/rx/payload.h"
#include "sim/rx/release.h"
#include "sim/rx/socket.h"
#include "sim/scenario/scenario.h"
#include "sim/tx/tx.h"

struct rx_queue;
struct shadow;
struct traffic;

/** struct packet_counts - packets of the run: offered to the NIC, taken by the driver, delivered */
struct packet_counts {
	uint64_t offered, received, delivered, delivered_bytes;
};

/** struct drops - packets lost, by cause */
struct drops {
	uint64_t no_desc, no_buf, rcvbuf, pfmemalloc, oversize, nic_fifo, tx_full;
};

/**
 * struct replay - what the capture recorded beyond its packets; zero for other traffic
 * @gro: which packets were merged
 * @sends: what the device sent
 * @close_ns: when the device went down; 0: it did not
 * @closed: that time has come; a queue whose packets have not ended follows when they have
 */
struct replay {
	bool gro, sends, closed;
	uint64_t close_ns;
};

/**
 * struct sim - a run
 * @tick: told after each poll, for progress
 * @up: rings are filled and time has begun
 * @counts_to_zero: strategy_counts_to_zero()
 * @nr_cpus: CPUs the capture recorded packets on; 0: the traffic does not say
 * @napi_running: queues whose traffic has not ended
 * @puts: on each core, buffers to be put
 * @defer: on each core, skbs that wait for its softirq
 * @shadow: with --check, which bytes of which page are handed out; else NULL
 * @violation: first invariant found broken, "" = none
 * @stats: the strategy's counters over all queues, when the traffic had ended
 * @sent_maps: DMA mappings of packets that the device sent
 */
struct sim {
	const struct scenario *scenario;
	const struct machine *machine;
	const struct rx_strategy *strategy;
	struct traffic *traffic;
	struct replay replay;
	void (*tick)(const struct sim *sim);
	bool up, counts_to_zero;

	struct cpu cpu[CORE_MAX];
	unsigned int nr_cores, nr_cpus;
	struct rx_queue *queue;
	unsigned int nr_queues, napi_running;

	struct dma dma;
	struct skb_pool skbs;
	struct socket socket;
	struct put_heap puts[CORE_MAX];
	struct defer_list defer[CORE_MAX];

	struct skb_model skb_model;
	struct payload payload;
	struct gauges gauges;
	struct shadow *shadow;
	char violation[256];
	struct packet_counts packets;
	struct drops drops;
	struct tx_counts tx;
	struct rx_stats stats;
	uint64_t sent_maps;
};

/** sim_is_drained() - the traffic has ended and the stack is empty */
bool sim_is_drained(const struct sim *sim);

/** sim_wake_consumers() - let every actor that takes packets out of the stack look again */
void sim_wake_consumers(struct sim *sim);

#endif
