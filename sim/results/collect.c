/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * collect.c - the metrics of results.h from the counters of a simulation.
 */
#include "sim/results/collect.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "models/cpu/access.h"
#include "sim/engine/engine.h"
#include "sim/results/truth_curve.h"
#include "sim/results/truth_kernel.h"
#include "sim/results/truth_pools.h"
#include "sim/results/truth_view.h"
#include "sim/scenario/traffic.h"
#include "sim/sim.h"
#include "traces/capture.h"

static const enum metric cause_metric[CAUSE_MAX] = {
	[CAUSE_ALLOC] = METRIC_CYC_ALLOC,
	[CAUSE_FREE] = METRIC_CYC_FREE,
	[CAUSE_REFCOUNT] = METRIC_CYC_REFCOUNT,
	[CAUSE_CACHE_MISS] = METRIC_CYC_MISS,
	[CAUSE_PAGE_ALLOCATOR] = METRIC_CYC_PAGE_ALLOCATOR,
	[CAUSE_IOMMU_MAP] = METRIC_CYC_IOMMU_MAP,
	[CAUSE_IOMMU_UNMAP] = METRIC_CYC_IOMMU_UNMAP,
	[CAUSE_LOCK] = METRIC_CYC_LOCK,
	[CAUSE_RING] = METRIC_CYC_RING,
	[CAUSE_SKB] = METRIC_CYC_SKB,
	[CAUSE_COPY] = METRIC_CYC_COPY,
	[CAUSE_IRQ] = METRIC_CYC_IRQ,
};

static void packets_fill(const struct sim *sim, struct result *res)
{
	result_set_u(res, METRIC_OFFERED, sim->packets.offered);
	result_set_u(res, METRIC_RECEIVED, sim->packets.received);
	result_set_u(res, METRIC_DELIVERED, sim->packets.delivered);
	result_set_u(res, METRIC_PKT_BYTES, sim->packets.delivered_bytes);
	result_set_u(res, METRIC_DROP_NO_DESC, sim->drops.pkts[DROP_NO_DESC]);
	result_set_u(res, METRIC_DROP_NO_BUF, sim->drops.pkts[DROP_NO_BUF]);
	result_set_u(res, METRIC_DROP_RCVBUF, sim->drops.pkts[DROP_RCVBUF]);
	result_set_u(res, METRIC_DROP_PFMEMALLOC, sim->drops.pkts[DROP_PFMEMALLOC]);
	if (sim->scenario->kind == WORKLOAD_ROUTER) {
		result_set_u(res, METRIC_DROP_TX_FULL, sim->drops.pkts[DROP_TX_FULL]);
		result_set_u(res, METRIC_TX_PEAK, sim->tx.peak);
	}
	result_set_u(res, METRIC_DROP_OVERSIZE, sim->drops.pkts[DROP_OVERSIZE]);
	if (sim->dma.timed)
		result_set_u(res, METRIC_DROP_NIC_FIFO, sim->drops.pkts[DROP_NIC_FIFO]);
	result_set_u(res, METRIC_IN_FLIGHT, sim->packets.in_flight);
	if (!sim->window.on)
		return;
	result_set_u(res, METRIC_DELAYED, sim->window.delayed);
	result_set_u(res, METRIC_UNSENT, traffic_unsent(sim->traffic));
	result_set_u(res, METRIC_WINDOW_CLOSED_NS, sim->window.closed_ns);
}

/*
 * Cycles are kept in thousandths. Each cause is rounded down and the total is the sum of the
 * rounded causes, so that the printed causes add up to the printed total.
 */
static void cycles_fill(const struct sim *sim, struct result *res)
{
	uint64_t total = 0, softirq = 0;

	for (unsigned int c = 0; c < CAUSE_MAX; c++) {
		uint64_t sum = 0;

		for (unsigned int i = 0; i < sim->nr_cores; i++)
			sum += mm_sim.cores[i].by_cause[c];
		result_set_u(res, cause_metric[c], sum / MCYCLES_PER_CY);
		total += sum / MCYCLES_PER_CY;
	}
	for (unsigned int i = 0; i < sim->nr_cores; i++)
		softirq += sim->cpu[i].spent[CONTEXT_SOFTIRQ];
	softirq /= MCYCLES_PER_CY;
	result_set_u(res, METRIC_CYC_TOTAL, total);
	result_set_u(res, METRIC_CYC_SOFTIRQ, softirq);
	result_set_u(res, METRIC_CYC_APP, total > softirq ? total - softirq : 0);
	if (sim->packets.received)
		result_set_r(res, METRIC_CYC_PER_PACKET, (double)total / sim->packets.received);
}

static void memory_fill(const struct sim *sim, struct result *res)
{
	const struct gauges *m = &sim->gauges;
	struct page_counts pages = page_allocator_counts(mm_sim.pages);
	double span = m->now_ns, held = (double)m->held_page_ns;

	result_set_u(res, METRIC_PAGE_SIZE_BYTES, m->page_bytes);
	result_set_u(res, METRIC_HELD_PEAK, pages.pages_held_peak);
	result_set_u(res, METRIC_BYTES_PEAK, pages.pages_held_peak * m->page_bytes);
	if (span > 0) {
		result_set_r(res, METRIC_HELD_MEAN, held / span);
		result_set_r(res, METRIC_BYTES_MEAN, held / span * m->page_bytes);
		result_set_r(res, METRIC_PAYLOAD_MEAN, (double)m->payload_byte_ns / span);
	}
	if (held > 0)
		result_set_r(res, METRIC_EFFICIENCY,
			     (double)m->payload_byte_ns / (held * m->page_bytes));
	result_set_u(res, METRIC_PG_ALLOCATED, pages.pages_allocated);
	result_set_u(res, METRIC_PG_FREED, pages.pages_freed);
	result_set_u(res, METRIC_PG_HELD_END, pages.pages_allocated - pages.pages_freed);
	result_set_u(res, METRIC_PG_ORDER0, pages.allocated[0]);
	result_set_u(res, METRIC_PG_ORDER1, pages.allocated[1]);
	result_set_u(res, METRIC_PG_ORDER2, pages.allocated[2]);
	result_set_u(res, METRIC_PG_ORDER3, pages.allocated[3]);
	result_set_u(res, METRIC_PG_ORDER4, pages.allocated[4]);
	result_set_u(res, METRIC_PG_ORDER5, pages.allocated[5]);
	result_set_u(res, METRIC_PG_PFMEMALLOC, pages.pfmemalloc);
	result_set_u(res, METRIC_PG_FAILED, pages.failed);
	result_set_u(res, METRIC_PG_REMOTE, pages.remote);
	result_set_u(res, METRIC_PG_ZONE_LOCKS, pages.zone_locks);
}

static void payload_fill_result(const struct sim *sim, struct result *res)
{
	const uint64_t *found = sim->payload.found;
	uint64_t l2 = found[CACHE_L1] + found[CACHE_L2];
	uint64_t llc = found[CACHE_LLC] + found[CACHE_REMOTE];
	uint64_t memory = found[CACHE_MEMORY] + found[CACHE_MEMORY_REMOTE];

	if (!sim->payload.sampling)
		return;
	result_set_u(res, METRIC_CACHE_PAYLOAD, l2 + llc + memory + found[CACHE_SOCKET]);
	result_set_u(res, METRIC_CACHE_FROM_L2, l2);
	result_set_u(res, METRIC_CACHE_FROM_LLC, llc);
	result_set_u(res, METRIC_CACHE_FROM_SOCKET, found[CACHE_SOCKET]);
	result_set_u(res, METRIC_CACHE_FROM_MEMORY, memory);
	result_set_u(res, METRIC_CACHE_DDIO_EVICTED,
		     payload_ddio_evicted(&sim->payload, mm_sim.cache));
}

static void strategy_fill(const struct sim *sim, struct result *res)
{
	struct access_counts acc = access_counts_get();
	const struct rx_stats *st = &sim->stats;

	result_set_u(res, METRIC_PG_REUSED, st->reused);
	result_set_u(res, METRIC_REF_ATOMICS, acc.refcount_atomics);
	result_set_u(res, METRIC_REF_REMOTE, acc.remote_transfers);
	if (!sim->strategy->has_pool_stats)
		return;
	result_set_u(res, METRIC_PG_FAST, st->fast);
	result_set_u(res, METRIC_PG_SLOW, st->slow);
	result_set_u(res, METRIC_PG_SLOW_HIGH, st->slow_high_order);
	result_set_u(res, METRIC_PG_EMPTY, st->empty);
	result_set_u(res, METRIC_PG_REFILL, st->refill);
	result_set_u(res, METRIC_PG_WAIVE, st->waive);
	result_set_u(res, METRIC_PG_CACHED, st->cached);
	result_set_u(res, METRIC_PG_CACHE_FULL, st->cache_full);
	result_set_u(res, METRIC_PG_RING, st->ring);
	result_set_u(res, METRIC_PG_RING_FULL, st->ring_full);
	result_set_u(res, METRIC_PG_RELEASED, st->released_refcnt);
}

/* Exposure has a meaning only where mappings end one by one; elsewhere it is absent, not zero. */
static void iommu_fill(const struct sim *sim, struct result *res)
{
	struct iommu_counts io;

	iommu_advance(mm_sim.iommu, sim->gauges.now_ns);
	io = iommu_counts_get(mm_sim.iommu);
	result_set_u(res, METRIC_IOMMU_MAPS, io.maps);
	if (sim->replay.sends)
		result_set_u(res, METRIC_IOMMU_SENT_MAPS, sim->sent_maps);
	result_set_u(res, METRIC_IOMMU_UNMAPS, io.unmaps);
	result_set_u(res, METRIC_IOMMU_INVALIDATIONS, io.invalidations);
	result_set_u(res, METRIC_IOMMU_WAIT_CYCLES, io.wait_cycles);
	if (iommu_translates(mm_sim.iommu)) {
		result_set_u(res, METRIC_IOTLB_HITS, io.iotlb_hits);
		result_set_u(res, METRIC_IOTLB_MISSES, io.iotlb_misses);
		result_set_u(res, METRIC_IOMMU_WALK_READS, io.walk_reads);
	}
	if (iommu_maps(mm_sim.iommu))
		result_set_u(res, METRIC_IOMMU_EXPOSURE, iommu_exposure(mm_sim.iommu));
	if (!sim->machine->dma_coherent) {
		result_set_u(res, METRIC_DMA_SYNCS, mm_sim.syncs.calls);
		result_set_u(res, METRIC_DMA_SYNC_LINES, mm_sim.syncs.lines);
	}
}

static void rest_fill(const struct sim *sim, struct result *res)
{
	double seconds = sim->gauges.now_ns * 1e-9, busy = 0;

	result_set_u(res, METRIC_SKB_ALLOCATED, sim->skb_model.counts.allocated);
	result_set_u(res, METRIC_SKB_FRAGS, sim->skb_model.counts.frags);
	result_set_u(res, METRIC_SKB_COALESCED, sim->skb_model.counts.coalesced);
	result_set_u(res, METRIC_SKB_COPIED, sim->skb_model.counts.copied);
	result_set_u(res, METRIC_SKB_MERGED, sim->skb_model.counts.merged);
	result_set_u(res, METRIC_SKB_FRAG_LISTS, sim->skb_model.counts.frag_lists);
	result_set_u(res, METRIC_SKB_TAIL_COPIES, sim->skb_model.counts.tail_copies);
	result_set_u(res, METRIC_SKB_TAIL_MOVES, sim->skb_model.counts.tail_moves);
	result_set_u(res, METRIC_SKB_CONDENSED, sim->skb_model.counts.condensed);
	result_set_u(res, METRIC_SKB_COLLAPSED, sim->skb_model.counts.collapsed);
	result_set_u(res, METRIC_SKB_COLLAPSED_BYTES, sim->skb_model.counts.collapsed_bytes);
	result_set_u(res, METRIC_SKB_DEFERRED, sim->skb_model.counts.deferred);
	result_set_u(res, METRIC_SKB_KICKS, sim->skb_model.counts.kicks);
	if (seconds <= 0)
		return;
	for (unsigned int i = 0; i < sim->nr_cores; i++)
		busy += mm_sim.cores[i].total;
	result_set_r(res, METRIC_GBIT_S, sim->packets.delivered_bytes * 8e-9 / seconds);
	result_set_r(res, METRIC_MPPS, sim->packets.delivered * 1e-6 / seconds);
	result_set_r(res, METRIC_CPU_UTIL,
		     busy / ((double)sim->machine->khz * 1e6 * seconds * sim->nr_cores));
}

static uint64_t tx_packets(const struct sim *sim, const struct capture_info *capture)
{
	const struct capture_device *dev = traffic_device(sim->scenario, capture);

	return dev ? dev->tx_packets : 0;
}

/* Queues of the run that are compared; 0: all, and what their pools own is not told apart. */
static unsigned int queues_compared(const struct sim *sim, const struct capture_info *capture,
				    const struct truth_view *view, unsigned int queue[])
{
	unsigned int nr = 0;

	if (!truth_pools_partial(sim->scenario, capture, sim->nr_queues))
		return 0;
	for (unsigned int i = 0; i < view->truth->nr_pools; i++)
		if (truth_view_has(view, i))
			queue[nr++] = view->truth->pools[i].queue;
	return nr;
}

/*
 * The allocator and each owner know their peak. For some of the queues, where pages left the pools
 * while others referred to them, or where a full socket took pages too, it is that of the samples.
 */
static void compared_fill(const struct sim *sim, const struct capture_info *capture,
			  const struct truth_view *view, struct result *res)
{
	struct page_counts pages = page_allocator_counts(mm_sim.pages);
	uint64_t allocated = pages.pages_allocated - sim->heads.allocated;
	uint64_t peak = pages.pages_held_peak;
	unsigned int queue[TRUTH_MAX_POOLS];
	unsigned int nr = queues_compared(sim, capture, view, queue);
	const struct gauges *m = &sim->gauges;
	bool sampled =
		sim->heads.allocated ||
		(view->nr && (nr > 1 || traffic_device(sim->scenario, capture)->xdp_packets));

	if (nr)
		allocated = peak = 0;
	for (unsigned int i = 0; i < nr; i++) {
		allocated += mm_sim.owned[queue[i] + 1].allocated;
		peak = mm_sim.owned[queue[i] + 1].held_peak;
	}
	if (sampled)
		peak = 0;
	for (unsigned int i = 0; sampled && i < m->nr_points; i++)
		if (m->points[i].pages_compared > peak)
			peak = m->points[i].pages_compared;
	result_set_u(res, METRIC_TRUTH_SIM_ALLOCATED, allocated);
	result_set_u(res, METRIC_TRUTH_SIM_HELD_PEAK, peak);
}

static void truth_fill(const struct sim *sim, const struct capture_info *capture,
		       struct result *res)
{
	const struct truth *t = &capture->truth;
	struct truth_view view = truth_view_of(sim->scenario, capture);

	if (truth_view_is(&view)) {
		result_set_u(res, METRIC_TRUTH_ALLOCATED, truth_view_allocated(&view));
		result_set_u(res, METRIC_TRUTH_HELD_PEAK, truth_view_peak(&view));
		compared_fill(sim, capture, &view, res);
		if (truth_is_kernels(sim->scenario, res->strategy) && t->nr_points &&
		    sim->gauges.nr_points)
			result_set_r(res, METRIC_TRUTH_RMSE,
				     truth_curve_rmse(&sim->gauges, &view,
						      view.driver ? truth_view_from_ns(&view)
								  : sim->replay.fitted_ns));
	} else if (t->has_driver_pages) {
		result_set_u(res, METRIC_TRUTH_ALLOCATED, t->last.driver_pages);
	}
	if (t->has_iommu) {
		result_set_u(res, METRIC_TRUTH_MAPS, t->last.iommu_maps);
		result_set_u(res, METRIC_TRUTH_UNMAPS, t->last.iommu_unmaps);
		result_set_u(res, METRIC_TRUTH_TX, tx_packets(sim, capture));
	}
}

/* The run ends with its last event, and not before its traffic. */
static uint64_t end_of_run(const struct sim *sim, const struct capture_info *capture)
{
	uint64_t end_ns = engine_now_ns();

	if (sim->gauges.now_ns > end_ns)
		end_ns = sim->gauges.now_ns;
	if (sim->scenario->duration_ns > end_ns)
		end_ns = sim->scenario->duration_ns;
	else if (capture && !sim->scenario->duration_ns && capture->span_ns > end_ns)
		end_ns = capture->span_ns;
	return end_ns;
}

void collect_result(struct sim *sim, const struct capture_info *capture, const char *label,
		    struct result *res)
{
	memset(res, 0, sizeof(*res));
	snprintf(res->strategy, sizeof(res->strategy), "%s", label);
	res->seed = sim->scenario->seed;
	gauges_finish(&sim->gauges, end_of_run(sim, capture));
	result_set_u(res, METRIC_SIMULATED_NS, sim->gauges.now_ns);
	packets_fill(sim, res);
	cycles_fill(sim, res);
	memory_fill(sim, res);
	payload_fill_result(sim, res);
	strategy_fill(sim, res);
	iommu_fill(sim, res);
	rest_fill(sim, res);
	if (capture && traffic_is_whole(sim->scenario, capture)) {
		truth_fill(sim, capture, res);
		if (truth_is_kernels(sim->scenario, label))
			truth_pools_fill(sim->scenario, capture, res);
	}
}
