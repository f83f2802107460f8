/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sim.h - one running simulation: what runs, on which machine, and the state of each part.
 *
 * Actors: NAPI, one per queue (rx/napi.c); a releaser per core (rx/release.c); the application
 * (rx/consumer.c); a sender and a device where a capture recorded them. While a core's code runs,
 * time is the core's clock: whatever a poll hands over carries its time within the poll, and a
 * core that looks at shared state first runs what is due by its own time (release_due()).
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
#include "sim/rx/coalesce.h"
#include "sim/rx/defer.h"
#include "sim/rx/dma.h"
#include "sim/rx/drop.h"
#include "sim/rx/head.h"
#include "sim/rx/skb.h"
#include "sim/rx/payload.h"
#include "sim/rx/release.h"
#include "sim/rx/socket.h"
#include "sim/rx/window.h"
#include "sim/scenario/cpu_map.h"
#include "sim/scenario/scenario.h"
#include "sim/tx/tx.h"

struct rx_queue;
struct shadow;
struct traffic;

/**
 * struct packet_counts - packets offered to the NIC, received by the driver, delivered
 * @in_flight: with the device when the run ended
 * @held_before: (recorded) in the stack when the capture began; not among the others
 */
struct packet_counts {
	uint64_t offered, received, delivered, delivered_bytes, in_flight, held_before;
};

/**
 * struct replay - what the capture recorded beside its packets; zero for other traffic
 * @gro: it says which packets were merged
 * @sends: it has packets that the device sent
 * @close_ns: when the device went down; 0: it did not
 * @compared: a bit for each queue whose pool it recorded
 * @idle_cached: pages put into the alloc caches by pool_begin.cache
 * @fitted_ns: pool_begin.fitted_ns
 * @hold_ns: when the first page entered the only pool that is compared; 0: there is none
 * @hold_queue: whose pool that is
 * @held_before_hold: pages in it until then, all of which were handed out
 * @short_at_hold: how many of these the simulated stack did not have; with @hold_seen
 * @hold_seen: the first packet since then has come
 * @closed: that time has come; queues whose traffic has not ended yet close when it has
 */
struct replay {
	bool gro, sends, closed, hold_seen;
	uint64_t close_ns, compared, fitted_ns, hold_ns, held_before_hold;
	int64_t short_at_hold;
	unsigned int idle_cached, hold_queue;
};

/**
 * struct sim - a run
 * @tick: called after each poll, for progress; may be NULL
 * @up: rings are filled and time has started
 * @counts_to_zero: strategy_counts_to_zero()
 * @drops_in_ring: workload drop with a strategy that has the hook drop
 * @cpus: which cores its CPUs are
 * @nr_cpus: cores that stand for CPUs of the capture; 0: the traffic does not say
 * @nr_queue_cores: queues begin on cores below it
 * @napi_running: queues whose traffic has not ended
 * @heads: where a full socket copies data to
 * @puts: per core, packets to be released
 * @defer: skbs that wait for another core's softirq
 * @shadow: ownership of each byte with --check, else NULL
 * @violation: the first invariant found broken, "" = none
 * @violated: called with it, if not NULL; ends the process
 * @stats: the strategy's counters over all queues, set at the end
 * @sent_maps: DMA mappings of packets that the device sent
 */
struct sim {
	const struct scenario *scenario;
	const struct machine *machine;
	const struct rx_strategy *strategy;
	struct traffic *traffic;
	struct replay replay;
	void (*tick)(const struct sim *sim);
	bool up, counts_to_zero, drops_in_ring;

	struct cpu cpu[CORE_MAX];
	struct cpu_map cpus;
	unsigned int nr_cores, nr_cpus, nr_queue_cores;
	struct rx_queue *queue;
	unsigned int nr_queues, napi_running;

	struct dma dma;
	struct skb_pool skbs;
	struct heads heads;
	struct socket socket;
	struct window window;
	struct coalesce coalesce;
	struct put_heap puts[CORE_MAX];
	struct defer defer;

	struct skb_model skb_model;
	struct payload payload;
	struct gauges gauges;
	struct shadow *shadow;
	char violation[512];
	void (*violated)(const char *text);
	struct packet_counts packets;
	struct drops drops;
	struct tx_counts tx;
	struct rx_stats stats;
	uint64_t sent_maps;
};

/** sim_is_drained() - has the traffic ended, and is the stack empty? */
bool sim_is_drained(const struct sim *sim);

/** sim_wake_consumers() - wake the application and all releasers, to look for work or to end */
void sim_wake_consumers(struct sim *sim);

#endif
