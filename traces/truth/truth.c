/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * truth.c - running totals of pools, IOMMU mappings and driver pages, as a series of fixed size.
 *
 * A point is the state at the end of its interval. When the array is full, every second point
 * goes and the interval doubles: the series covers any length in the same memory, without knowing
 * the length in advance.
 */
#include "traces/truth/truth.h"

#include <string.h>
#include "traces/truth/truth_pool.h"

#define INTERVAL_START_NS 100000u
#define RING_MAPPINGS	  64 /* before the first packet: receive rings are being filled */
#define FEW_MAPPINGS	  16 /* coherent memory stays mapped: its maps and unmaps do not pair */

void truth_begin(struct truth_builder *builder, struct truth *truth)
{
	memset(builder, 0, sizeof(*builder));
	memset(truth, 0, sizeof(*truth));
	truth->interval_ns = INTERVAL_START_NS;
	builder->truth = truth;
}

static void truth_halve(struct truth *truth)
{
	for (unsigned int i = 0; i < TRUTH_MAX_POINTS / 2; i++)
		truth->points[i] = truth->points[2 * i + 1];
	for (unsigned int pool = 0; pool < truth->nr_pools; pool++) {
		struct truth_pool_point *points = truth->pool_points[pool];

		for (unsigned int i = 0; i < TRUTH_MAX_POINTS / 2; i++)
			points[i] = points[2 * i + 1];
	}
	truth->nr_points = TRUTH_MAX_POINTS / 2;
	truth->interval_ns *= 2;
}

/* Points before a pool's first hold stay zero. */
static void truth_push(struct truth *truth)
{
	for (unsigned int i = 0; i < truth->nr_pools; i++)
		truth->pool_points[i][truth->nr_points] = (struct truth_pool_point){
			.hold = (uint32_t)truth->pools[i].holds,
			.release = (uint32_t)truth->pools[i].releases,
		};
	truth->points[truth->nr_points++] = truth->last;
}

/* Closes every interval that ends at or before @time_ns with the totals so far. */
static void truth_advance(struct truth *truth, uint64_t time_ns)
{
	for (;;) {
		uint64_t end_ns;

		/* an interval that ends after the last moment there is does not end */
		if (__builtin_mul_overflow(truth->nr_points + UINT64_C(1), truth->interval_ns,
					   &end_ns) ||
		    time_ns < end_ns)
			return;
		truth->last.time_ns = end_ns;
		truth_push(truth);
		if (truth->nr_points == TRUTH_MAX_POINTS)
			truth_halve(truth);
	}
}

static void mapped_count(struct truth_builder *builder, int one, uint64_t time_ns)
{
	builder->mapped += one;
	if (!builder->received && builder->mapped >= RING_MAPPINGS)
		builder->rings_seen = true;
	if (builder->mapped > FEW_MAPPINGS)
		builder->unmapped_ns = 0;
	else if (builder->rings_seen && !builder->unmapped_ns)
		builder->unmapped_ns = time_ns;
}

/*
 * A mapping made inside a transmit function is a sent packet's. As in lifetime.c: what comes
 * between is a softirq, but for pages of the page table.
 */
static bool cpu_sends(struct truth_builder *builder, const struct event *ev)
{
	struct truth_cpu *cpu = &builder->cpus[ev->cpu < TRUTH_MAX_CPUS ? ev->cpu : 0];

	if (ev->cpu >= TRUTH_MAX_CPUS)
		return false;
	if (ev->kind != EVENT_IOMMU_MAP && ev->kind != EVENT_PAGE_ALLOC &&
	    ev->kind != EVENT_PAGE_FREE)
		cpu->sending = ev->kind == EVENT_TX_START;
	return cpu->sending;
}

void truth_event(struct truth_builder *builder, const struct event *ev, uint64_t time_ns)
{
	struct truth *truth = builder->truth;
	bool sends = cpu_sends(builder, ev);

	truth_advance(truth, time_ns);
	switch (ev->kind) {
	case EVENT_POOL_HOLD:
	case EVENT_POOL_RELEASE:
	case EVENT_POOL_CLOSE:
		truth_pool_event(builder, ev, time_ns);
		break;
	case EVENT_IOMMU_MAP:
		truth->has_iommu = true;
		truth->last.iommu_maps++;
		truth->maps_sent += sends;
		mapped_count(builder, 1, time_ns);
		break;
	case EVENT_IOMMU_UNMAP:
		truth->has_iommu = true;
		truth->last.iommu_unmaps++;
		mapped_count(builder, -1, time_ns);
		break;
	case EVENT_GRO_RECEIVE:
		builder->received = true;
		truth_pool_cpu_event(builder, ev);
		break;
	case EVENT_NETIF_RECEIVE:
		builder->received = true;
		break;
	case EVENT_XDP_SENT:
	case EVENT_NAPI_POLL:
		truth_pool_cpu_event(builder, ev);
		break;
	case EVENT_PAGE_ALLOC:
	case EVENT_PAGE_FREE:
		truth_driver_event(&builder->driver, ev, time_ns, builder->received, &truth->last);
		break;
	default:
		break;
	}
}

void truth_end(struct truth_builder *builder, uint64_t span_ns)
{
	struct truth *truth = builder->truth;

	truth->pool_held_start = truth_pool_finish(builder);
	truth->has_driver_pages = truth->last.driver_pages != 0;
	truth_driver_finish(&builder->driver, truth);
	truth_driver_fini(&builder->driver);
	if (!truth->has_pool && !truth->has_iommu && !truth->has_driver_pages) {
		truth->nr_points = 0;
		return;
	}
	truth->rings_seen = builder->rings_seen;
	if (!truth->closed_ns)
		truth->closed_ns = builder->unmapped_ns;
	truth->pool_held_peak = truth->pool_held_start + (uint64_t)builder->held_peak;
	truth_advance(truth, span_ns);
	truth->last.time_ns = span_ns;
	if (truth->nr_points && truth->points[truth->nr_points - 1].time_ns == span_ns)
		truth->nr_points--;
	truth_push(truth);
}
